//! Links and ids in the raw HTML of a page.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{DefaultEmitter, Span, SpanBound, StartTag, Token, Tokenizer};

use super::plain_html::{self, Piece};

/// A link in a piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// The address, with character references decoded.
    pub dest: String,
    /// Where the attribute's value lies in the piece.
    pub value: Range<usize>,
    /// Whether it loads something rather than leads somewhere.
    pub loads: bool,
}

/// What a piece of HTML holds that other pages may care about.
#[derive(Debug, Default)]
pub struct Scan {
    /// Links and loaded files.
    pub links: Vec<Found>,
    /// Values of `id`, and of `name` on `<a>`.
    pub ids: Vec<String>,
}

/// The tags of `html` that open something, with the places of their values.
/// What stands in a script or a style sheet is no tag.
pub fn start_tags(html: &str) -> impl Iterator<Item = StartTag<usize>> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let tokens = Tokenizer::new_with_emitter(html, emitter).flatten();
    tokens.filter_map(|token| match token {
        Token::StartTag(tag) => Some(tag),
        _ => None,
    })
}

/// Reads the tags of `html`, which may be a part of a document.
pub fn scan(html: &str) -> Scan {
    // Most pieces are one tag without an attribute.
    if !html.contains('=') {
        return Scan::default();
    }
    let mut open = Open::of(html);
    if !plain_html::read(html, &mut |piece| open.take(piece)) {
        open = Open::of(html);
        read(html, |event, span: Span<usize>| {
            open.event(&event, span.start);
        });
    }
    let mut scan = open.scan;
    scan.links.sort_by_key(|link| link.value.start);
    scan
}

/// Hands over the pieces of `html` one by one, of which none is kept: pages of
/// tables have ten thousands of tags.
pub(super) fn read<S: SpanBound>(html: &str, mut take: impl FnMut(CallbackEvent<'_>, Span<S>)) {
    let mut emitter = CallbackEmitter::<_, Infallible, S>::new(|event: CallbackEvent<'_>, span| {
        take(event, span);
        None
    });
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).for_each(drop);
}

/// The tag that is being read, and what was found in those before.
struct Open<'h> {
    html: &'h str,
    scan: Scan,
    element: String,
    /// The attribute whose value follows, and where its name stands.
    attribute: Option<(String, usize)>,
    /// The attributes of this tag that count: what is repeated does not.
    seen: Vec<String>,
    /// What this tag holds counts once it is closed.
    held: Scan,
}

impl<'h> Open<'h> {
    fn of(html: &'h str) -> Self {
        Self {
            html,
            scan: Scan::default(),
            element: String::new(),
            attribute: None,
            seen: Vec::new(),
            held: Scan::default(),
        }
    }

    fn event(&mut self, event: &CallbackEvent<'_>, start: usize) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.take(Piece::Open(&String::from_utf8_lossy(name)));
            }
            CallbackEvent::AttributeName { name } => {
                self.take(Piece::Attribute(&String::from_utf8_lossy(name), start));
            }
            CallbackEvent::AttributeValue { value } => {
                self.take(Piece::Value(&String::from_utf8_lossy(value)));
            }
            CallbackEvent::CloseStartTag { .. } => self.take(Piece::Close),
            // Told in the middle of a value, as of `&copy=` in an address.
            CallbackEvent::Error(_) => {}
            // Attributes of an end tag are none.
            _ => self.take(Piece::Other),
        }
    }

    fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Open(name) => {
                self.attribute = None;
                self.seen.clear();
                self.held = Scan::default();
                self.element.clear();
                self.element.push_str(name);
            }
            Piece::Attribute(name, start) => {
                self.has("");
                let counts =
                    is_id(&self.element, name) || Holds::find(&self.element, name).is_some();
                self.attribute = counts.then(|| (name.to_owned(), start));
            }
            Piece::Value(value) => self.has(value),
            Piece::Close => {
                self.has("");
                self.scan.links.append(&mut self.held.links);
                self.scan.ids.append(&mut self.held.ids);
            }
            Piece::End(_) | Piece::Text(_) | Piece::Other => self.attribute = None,
        }
    }

    /// Takes in that the attribute has this value.
    fn has(&mut self, text: &str) {
        let Some((name, start)) = self.attribute.take() else {
            return;
        };
        if self.seen.contains(&name) {
            return;
        }
        if is_id(&self.element, &name) {
            self.held.ids.push(text.to_owned());
        } else if let Some(holds) = Holds::find(&self.element, &name)
            && let Some(value) = value_range(self.html, start, &name)
        {
            if holds == Holds::Several {
                self.held.links.extend(candidates(self.html, value));
            } else {
                self.held.links.push(Found {
                    dest: text.to_owned(),
                    value,
                    loads: holds == Holds::Loaded,
                });
            }
        }
        self.seen.push(name);
    }
}

/// Whether an attribute names a place that links can lead to.
fn is_id(element: &str, attribute: &str) -> bool {
    attribute == "id" || (attribute == "name" && element == "a")
}

/// What an attribute holds, when it holds an address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// The address of something to go to.
    Target,
    /// The address of something that is loaded.
    Loaded,
    /// Several of these, each with its width.
    Several,
}

impl Holds {
    fn find(element: &str, attribute: &str) -> Option<Self> {
        Some(match (element, attribute) {
            ("a" | "area", "href") => Self::Target,
            ("link" | "image" | "use", "href") | ("object", "data") | ("video", "poster") => {
                Self::Loaded
            }
            (
                "img" | "video" | "audio" | "source" | "track" | "iframe" | "embed" | "script"
                | "input",
                "src",
            ) => Self::Loaded,
            ("img" | "source", "srcset") => Self::Several,
            _ => return None,
        })
    }
}

/// The addresses of a `srcset`: each is followed by its width or density and
/// a comma.
fn candidates(html: &str, value: Range<usize>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = value.start;
    while at < value.end {
        let rest = &html[at..value.end];
        let start = at + (rest.len() - rest.trim_start_matches(is_between).len());
        let rest = &html[start..value.end];
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let address = rest[..word].trim_end_matches(',');
        if !address.is_empty() {
            found.push(Found {
                dest: address.replace("&amp;", "&"),
                value: start..start + address.len(),
                loads: true,
            });
        }
        let after = if address.len() < word {
            word
        } else {
            rest[word..]
                .find(',')
                .map_or(rest.len(), |comma| word + comma)
        };
        at = start + after.max(1);
    }
    found
}

fn is_between(c: char) -> bool {
    c == ',' || c.is_whitespace()
}

/// Where the value of the attribute `name` lies, which stands at `start`:
/// behind the `=`, inside its quotes.
pub(super) fn value_range(html: &str, start: usize, name: &str) -> Option<Range<usize>> {
    let after = html.get(start..)?;
    let written = after.get(..name.len())?;
    if !written.eq_ignore_ascii_case(name) {
        return None;
    }
    let after = after[name.len()..].trim_ascii_start().strip_prefix('=')?;
    let after = after.trim_ascii_start();
    let (after, length) = match after.chars().next() {
        Some(quote @ ('"' | '\'')) => (&after[1..], after[1..].find(quote)),
        _ => (
            after,
            after.find(|c: char| c.is_ascii_whitespace() || c == '>'),
        ),
    };
    let start = html.len() - after.len();
    Some(start..start + length.unwrap_or(after.len()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use html5gum::Span;

    use super::{Holds, Open, is_id, read, scan, start_tags};
    use crate::markdown::plain_html;

    #[test]
    fn links_are_found_with_the_bytes_of_their_value() {
        for html in [
            r#"<a href="a.md#x">"#,
            "<a href='a.md#x'>",
            "<a class=b href=a.md#x>",
            "<a\r\n  HREF = 'a.md#x'\r\n>",
            "é <b x=\"é\">\r\n<a href=\"a.md#x\" é=y>",
        ] {
            let scan = scan(html);
            assert_eq!(&html[scan.links[0].value.clone()], "a.md#x", "{html}");
        }
        assert!(scan(r#"<img src="x.png" alt="">"#).links[0].loads);
    }

    #[test]
    fn what_is_wrong_within_an_address_hides_no_link() {
        for (html, dest) in [
            (r#"<a href="a.html?x=1&copy=2">"#, "a.html?x=1&copy=2"),
            (r#"<a href="a.html?x=&nosuch;y">"#, "a.html?x=&nosuch;y"),
            ("<a href=a'b.html>", "a'b.html"),
            ("<a href=\"a\u{1}b.html\"title=x>", "a\u{1}b.html"),
            (r#"<a href="">"#, ""),
        ] {
            let found: Vec<String> = scan(html).links.into_iter().map(|link| link.dest).collect();
            assert_eq!(found, [dest], "{html}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The tokenizer's own tags are slower to make and say the same.
        #[test]
        fn links_and_ids_are_those_of_whole_tags(
            html in "(<a|</a|<img|<p|<script>|</script>| href| src| id| name|=|\"|'|>|/|&copy|&amp;|&x;|é|\\x01|x| |<!--|-->){0,14}",
        ) {
            let (mut ids, mut dests) = (BTreeSet::new(), BTreeSet::new());
            for tag in start_tags(&html) {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                for (key, value) in &tag.attributes {
                    let key = String::from_utf8_lossy(key);
                    let text = String::from_utf8_lossy(&value.value).into_owned();
                    if is_id(&name, &key) {
                        // An attribute without a value names nothing.
                        ids.extend(Some(text).filter(|text| !text.is_empty()));
                    } else if Holds::find(&name, &key).is_some() {
                        dests.insert(text);
                    }
                }
            }
            let scan = scan(&html);
            let found = scan.ids.into_iter().filter(|id| !id.is_empty());
            prop_assert_eq!(found.collect::<BTreeSet<_>>(), ids);
            let found: BTreeSet<String> = scan.links.into_iter().map(|link| link.dest).collect();
            // Those without a value have no place.
            dests.retain(|dest| !dest.is_empty() || found.contains(""));
            prop_assert_eq!(found, dests);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// What is read as plain HTML is what the tokenizer reads.
        #[test]
        fn plain_html_says_the_same_by_the_rules(
            html in "(<a|<td|</td|</a|<br|<!--|--|>|/>| href=\"x\"| id='y'| name=\"z\"| class=\"&\"| id| |\n|/|=|'|é|word|&amp;|&lt;|&|&nbsp;|;|<|<b>|</b>|<style>){0,16}",
        ) {
            let (mut plain, mut ruled) = (Open::of(&html), Open::of(&html));
            if plain_html::read(&html, &mut |piece| plain.take(piece)) {
                read(&html, |event, span: Span<usize>| ruled.event(&event, span.start));
                prop_assert_eq!(plain.scan.links, ruled.scan.links);
                prop_assert_eq!(plain.scan.ids, ruled.scan.ids);
            }
        }
    }

    #[test]
    fn pictures_of_several_sizes_are_several_links() {
        let html = "<img srcset=\"a.png 1x, b.png 2x\" src=c.png>";
        let scan = scan(html);
        let dests: Vec<_> = scan
            .links
            .iter()
            .map(|link| &html[link.value.clone()])
            .collect();
        assert_eq!(dests, ["a.png", "b.png", "c.png"]);
    }

    #[test]
    fn scripts_hold_no_links() {
        assert!(
            scan("<script>let a = '<a href=\"x\">';</script>")
                .links
                .is_empty()
        );
    }

    #[test]
    fn ids_and_old_name_anchors_are_found() {
        assert_eq!(scan(r#"<dt id="a"><a name="b"></a>"#).ids, ["a", "b"]);
    }
}
