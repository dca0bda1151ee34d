//! What Python-Markdown's extensions make of running text: `==mark==`,
//! `^^inserted^^`, `A^2^`, `++ctrl+c++`, `:smile:` and abbreviations.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::attributes;
use super::code_html;
use super::glyphs;
use super::html::attribute;
use super::parse::Builder;

/// The delimiters met so far in a block of running text.
#[derive(Debug, Default)]
pub struct Inline {
    /// The last opener of each kind: its event, and what is open around it.
    opened: [Option<(usize, usize)>; 4],
    /// How many images and blocks of code are open: their text is left alone.
    literal: usize,
    /// The events that are signs in place of pictures.
    pub signs: HashSet<usize>,
    /// Abbreviations by their first word.
    pub abbreviations: HashMap<String, Vec<(String, String)>>,
}

/// What a pair of delimiters makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pair {
    Mark,
    Insert,
    Superscript,
    Subscript,
}

impl Pair {
    fn element(self) -> &'static str {
        match self {
            Self::Mark => "mark",
            Self::Insert => "ins",
            Self::Superscript => "sup",
            Self::Subscript => "sub",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Mark => "==",
            Self::Insert => "^^",
            Self::Superscript => "^",
            Self::Subscript => "~",
        }
    }
}

impl Inline {
    /// With the abbreviations of the page.
    pub fn new(abbreviations: &[(&str, &str)]) -> Self {
        let mut by_word: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for (name, meaning) in abbreviations {
            let word = first_word(name);
            let all = by_word.entry(word.to_owned()).or_default();
            all.push(((*name).to_owned(), (*meaning).to_owned()));
        }
        // The longest first; of those of one name the last one counts.
        #[allow(clippy::iter_over_hash_type, reason = "each is sorted by itself")]
        for all in by_word.values_mut() {
            all.reverse();
            all.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
            all.dedup_by(|a, b| a.0 == b.0);
        }
        Self {
            abbreviations: by_word,
            ..Self::default()
        }
    }

    /// Notes what an element's start means for the text in it.
    pub fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Image { .. } | Tag::CodeBlock(_) => self.literal += 1,
            Tag::Link { .. } | Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            _ => self.opened = [None; 4],
        }
    }

    /// Notes what an element's end means for the text after it.
    pub fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image | TagEnd::CodeBlock => self.literal = self.literal.saturating_sub(1),
            TagEnd::Link | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            _ => self.opened = [None; 4],
        }
    }
}

fn first_word(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(text.len());
    &text[..end]
}

/// What stands at a place in the text, and how long it is.
enum Found<'t> {
    Pair(Pair),
    Keys(&'t str, usize),
    Glyph(&'t str, usize),
}

impl Builder<'_> {
    /// Takes the text when an extension may have something to say about it.
    pub(super) fn inline_text(&mut self, text: &str, range: &Range<usize>) -> bool {
        let dialect = self.dialect;
        let any =
            dialect.marks || dialect.carets || dialect.tildes || dialect.keys || dialect.icons;
        let none = !any && self.inline.abbreviations.is_empty();
        if none || self.inline.literal > 0 {
            return false;
        }
        // Text that the parser changed has no place for each of its bytes.
        let exact = text.len() == range.len();
        let place = |part: Range<usize>| {
            if exact {
                range.start + part.start..range.start + part.end
            } else {
                range.clone()
            }
        };
        let mut written = 0;
        let mut at = 0;
        while let Some(offset) = text[at..].find(['=', '^', '~', '+', ':']) {
            at += offset;
            let Some(found) = self.found(text, at) else {
                at += 1;
                continue;
            };
            self.words(&text[written..at], place(written..at));
            at = match found {
                Found::Pair(pair) => {
                    let end = at + pair.sign().len();
                    self.pair(pair, text, at, &place(at..end));
                    end
                }
                Found::Keys(keys, length) => {
                    self.keys(keys, &place(at..at + length));
                    at + length
                }
                Found::Glyph(name, length) => {
                    let end = at + length;
                    self.glyph(name, &place(at..end));
                    let list = attributes::read(&text[end..]).filter(|_| is_icon(name));
                    end + list.map_or(0, |list| list.length)
                }
            };
            written = at;
        }
        self.words(&text[written..], place(written..text.len()));
        true
    }

    /// Takes code in backticks that begins with the name of its language:
    /// `#!py x`, or `:::py x`.
    pub(super) fn inline_code(&mut self, text: &str, range: &Range<usize>) -> bool {
        let colons = text.trim_start_matches(':');
        let named = match text.strip_prefix("#!") {
            Some(rest) => Some(rest),
            None => (text.len() - colons.len() >= 3).then_some(colons),
        };
        let Some((language, code)) = named
            .filter(|_| self.dialect.inline_code)
            .and_then(|rest| rest.split_once(char::is_whitespace))
        else {
            return false;
        };
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '+' | '-');
        if !language.chars().all(plain) {
            return false;
        }
        let event = self.document.events.len();
        self.behind(event, range.end);
        let code = code.trim();
        let html = code_html::inline(language, code);
        self.document.made.insert(event, html);
        self.inline(Event::Code(code.to_owned().into()), range);
        self.noted = None;
        true
    }

    fn found<'t>(&self, text: &'t str, at: usize) -> Option<Found<'t>> {
        let rest = &text[at..];
        let dialect = self.dialect;
        match rest.as_bytes()[0] {
            b'=' if dialect.marks && rest.starts_with("==") => Some(Found::Pair(Pair::Mark)),
            b'^' if dialect.carets && rest.starts_with("^^") => Some(Found::Pair(Pair::Insert)),
            b'^' if dialect.carets => Some(Found::Pair(Pair::Superscript)),
            // The parser takes those at the edges of words.
            b'~' if dialect.tildes => Some(Found::Pair(Pair::Subscript)),
            b'+' if dialect.keys => {
                let (keys, _) = rest.strip_prefix("++")?.split_once("++")?;
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
                let fine = !keys.is_empty() && keys.len() < 100 && keys.chars().all(plain);
                fine.then_some(Found::Keys(keys, keys.len() + 4))
            }
            b':' if dialect.icons => {
                let (name, _) = rest[1..].split_once(':')?;
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
                let fine = !name.is_empty() && name.len() < 100 && name.chars().all(plain);
                let known = fine && (is_icon(name) || glyphs::emoji(name).is_some());
                known.then_some(Found::Glyph(name, name.len() + 2))
            }
            _ => None,
        }
    }

    fn inline(&mut self, event: Event<'static>, range: &Range<usize>) {
        let span = self.span(range);
        self.document.events.push((event, span));
    }

    fn inline_html(&mut self, html: String, range: &Range<usize>) {
        self.inline(Event::InlineHtml(html.into()), range);
    }

    fn inline_plain(&mut self, text: &str, range: &Range<usize>) {
        self.inline(Event::Text(text.to_owned().into()), range);
    }

    /// A delimiter: it ends what one before it started, or starts something.
    fn pair(&mut self, pair: Pair, text: &str, at: usize, range: &Range<usize>) {
        let sign = pair.sign();
        let before = text[..at].chars().next_back();
        let after = text[at + sign.len()..].chars().next();
        let depth = self.depth();
        let open = self.inline.opened[pair as usize].filter(|(_, around)| *around == depth);
        if let Some((event, _)) = open
            && !before.is_some_and(char::is_whitespace)
            && event + 1 < self.document.events.len()
        {
            let element = pair.element();
            let start = Event::InlineHtml(format!("<{element}>").into());
            self.document.events[event].0 = start;
            self.inline_html(format!("</{element}>"), range);
            // What was opened within cannot be closed outside.
            for opened in &mut self.inline.opened {
                *opened = opened.filter(|(inner, _)| *inner < event);
            }
            return;
        }
        if !after.is_some_and(char::is_whitespace) {
            self.inline.opened[pair as usize] = Some((self.document.events.len(), depth));
        }
        self.inline_plain(sign, range);
    }

    fn keys(&mut self, keys: &str, range: &Range<usize>) {
        self.inline_html("<span class=\"keys\">".to_owned(), range);
        for (index, key) in keys.split('+').filter(|key| !key.is_empty()).enumerate() {
            if index > 0 {
                self.inline_html("<span>".to_owned(), range);
                self.inline_plain("+", range);
                self.inline_html("</span>".to_owned(), range);
            }
            self.inline_html("<kbd>".to_owned(), range);
            self.inline_plain(&glyphs::key(key), range);
            self.inline_html("</kbd>".to_owned(), range);
        }
        self.inline_html("</span>".to_owned(), range);
    }

    /// An emoji, or the sign that stands for an icon. A picture that only
    /// decorates is left out, and counted.
    fn glyph(&mut self, name: &str, range: &Range<usize>) {
        let sign = if is_icon(name) {
            glyphs::icon(name)
        } else {
            glyphs::emoji(name)
        };
        match sign {
            Some(sign) => {
                self.inline.signs.insert(self.document.events.len());
                self.inline_plain(sign, range);
            }
            None => {
                let span = self.span(range);
                self.document.icons.push((name.to_owned(), span));
            }
        }
    }

    /// Plain text, with its abbreviations explained.
    fn words(&mut self, text: &str, range: Range<usize>) {
        if text.is_empty() {
            return;
        }
        if text.contains(char::is_whitespace) {
            self.inline.opened[Pair::Superscript as usize] = None;
            self.inline.opened[Pair::Subscript as usize] = None;
        }
        let exact = text.len() == range.len();
        let mut written = 0;
        let mut at = 0;
        while !self.inline.abbreviations.is_empty() && at < text.len() {
            let word = first_word(&text[at..]);
            if word.is_empty() {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let candidates = self.inline.abbreviations.get(word);
            let fits = |(name, _): &&(String, String)| {
                let rest = text[at..].strip_prefix(name.as_str());
                rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            };
            let Some((name, meaning)) = candidates.and_then(|all| all.iter().find(fits)).cloned()
            else {
                at += word.len();
                continue;
            };
            let place = |part: Range<usize>| {
                if exact {
                    range.start + part.start..range.start + part.end
                } else {
                    range.clone()
                }
            };
            if at > written {
                self.inline_plain(&text[written..at], &place(written..at));
            }
            let here = place(at..at + name.len());
            self.inline_html(format!("<abbr title=\"{}\">", attribute(&meaning)), &here);
            self.inline_plain(&name, &here);
            self.inline_html("</abbr>".to_owned(), &here);
            at += name.len();
            written = at;
        }
        if written < text.len() {
            let start = if exact {
                range.start + written
            } else {
                range.start
            };
            self.inline_plain(&text[written..], &(start..range.end));
        }
    }
}

/// Whether the name is one of the sets that Material for MkDocs bundles.
fn is_icon(name: &str) -> bool {
    [
        "material-",
        "fontawesome-",
        "octicons-",
        "simple-",
        "lucide-",
    ]
    .iter()
    .any(|set| name.starts_with(set))
}
