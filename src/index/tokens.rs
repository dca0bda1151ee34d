//! Text cut into words and identifiers, the same for pages and for queries.
//!
//! Pure: no stemming, no index. Bytes ranges always lie on character borders.

use std::ops::Range;

/// The longest token that is kept, in bytes: longer ones are base64, hashes
/// and minified code, which nobody types.
pub const LONGEST: usize = 100;

/// A piece of a text, in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// The piece in lower case.
    pub text: String,
}

impl Token {
    fn new(text: &str, range: Range<usize>) -> Self {
        let mut lower = String::new();
        push_lower(&text[range.clone()], &mut lower);
        Self { text: lower, range }
    }
}

/// Adds `piece` in lower case to `text`.
pub fn push_lower(piece: &str, text: &mut String) {
    if piece.is_ascii() {
        let from = text.len();
        text.push_str(piece);
        text[from..].make_ascii_lowercase();
    } else {
        text.push_str(&piece.to_lowercase());
    }
}

/// The words of `text`: runs of letters and digits in lower case. Scripts
/// that put no spaces between words give one token for each character.
pub fn words(text: &str) -> Vec<Token> {
    let tokens = word_ranges(text).map(|range| Token::new(text, range));
    tokens.collect()
}

/// Where the [`words`] of `text` stand.
pub fn word_ranges(text: &str) -> WordRanges<'_> {
    WordRanges { text, at: 0 }
}

/// What [`word_ranges`] gives. Nothing is allocated.
#[derive(Debug, Clone)]
pub struct WordRanges<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for WordRanges<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let range = self.run()?;
            if range.len() <= LONGEST {
                return Some(range);
            }
        }
    }
}

impl WordRanges<'_> {
    /// The next run, however long.
    fn run(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let mut start = None;
        while let Some(byte) = bytes.get(self.at) {
            let (from, inside) = (self.at, byte.is_ascii_alphanumeric());
            self.at += 1;
            let alone = !byte.is_ascii() && {
                let character = first(self.text, from);
                self.at = from + character.len_utf8();
                let alone = is_unspaced(character);
                if !alone && character.is_alphanumeric() {
                    start = start.or(Some(from));
                    continue;
                }
                alone
            };
            match start {
                Some(_) if inside => {}
                None if inside => start = Some(from),
                Some(start) => {
                    self.at = from;
                    return Some(start..from);
                }
                None if alone => return Some(from..self.at),
                None => {}
            }
        }
        start.map(|start| start..bytes.len())
    }
}

/// The character that starts at `at`; a space at the end.
fn first(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or(' ')
}

/// The identifiers of `text`: `--flag-name`, `snake_case`, `a::b`, `HashMap`,
/// `E0502`, `$HOME`, each whole, without the signs around it, and in the
/// humps of its camel case. Plain words are left out: [`words`] has them.
pub fn identifiers(text: &str) -> Vec<Token> {
    let mut ranges = Vec::new();
    identifier_ranges(text, &mut ranges);
    let tokens = ranges.into_iter().map(|range| Token::new(text, range));
    tokens.collect()
}

/// Adds where the [`identifiers`] of `text` stand to `ranges`.
pub fn identifier_ranges(text: &str, ranges: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let (inside, length) = inside(text, at);
        if !inside {
            at += length;
            continue;
        }
        let from = at;
        match plain_end(bytes, at) {
            Some(end) => at = end,
            None => {
                at = run_end(text, at);
                push_identifier(text, from..at, ranges);
            }
        }
    }
}

/// Whether an identifier may have the character at `at`, and its length.
#[inline]
fn inside(text: &str, at: usize) -> (bool, usize) {
    let byte = text.as_bytes()[at];
    if byte.is_ascii() {
        (IN_ASCII[usize::from(byte)], 1)
    } else {
        let character = first(text, at);
        let inside = character.is_alphanumeric() && !is_unspaced(character);
        (inside, character.len_utf8())
    }
}

/// The end of the run of such characters.
fn run_end(text: &str, mut at: usize) -> usize {
    while at < text.len() {
        match inside(text, at) {
            (true, length) => at += length,
            (false, _) => break,
        }
    }
    at
}

/// The end of the run at `at` when it is a plain word in ASCII with what may
/// follow it in a sentence, as almost all are.
fn plain_end(bytes: &[u8], at: usize) -> Option<usize> {
    let word = bytes[at].is_ascii_alphabetic();
    let letters = bytes[at + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_lowercase());
    let end = at + 1 + letters.count();
    let after = bytes[end..].iter().take_while(|byte| is_after(**byte));
    let end = end + after.count();
    let after = bytes.get(end);
    let ends = after.is_none_or(|byte| byte.is_ascii() && !IN_ASCII[usize::from(*byte)]);
    (word && ends).then_some(end)
}

/// Which bytes of ASCII an identifier may have.
const IN_ASCII: [bool; 128] = {
    let mut inside = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        let sign = is_after(byte) || matches!(byte, b'_' | b'+' | b'#');
        inside[byte as usize] = byte.is_ascii_alphanumeric() || sign;
        byte += 1;
    }
    inside
};

/// What is no part of an identifier at its end.
const fn is_after(byte: u8) -> bool {
    matches!(byte, b'.' | b':' | b'/' | b'-' | b'~' | b'@' | b'$')
}

fn push_identifier(text: &str, run: Range<usize>, ranges: &mut Vec<Range<usize>>) {
    // What follows an identifier in a sentence is not a part of it.
    let after = |character: char| u8::try_from(character).is_ok_and(is_after);
    let whole = text[run.clone()].trim_end_matches(after);
    let outer = |character: char| !character.is_alphanumeric();
    let tail = whole.trim_start_matches(outer);
    let core = tail.trim_end_matches(outer);
    if core.is_empty() || whole.len() > LONGEST {
        return;
    }
    let from = run.start + whole.len() - tail.len();
    let before = ranges.len();
    ranges.push(run.start..run.start + whole.len());
    let parts = ranges.len();
    push_humps(text, from..from + core.len(), ranges);
    let plain = core.chars().all(char::is_alphabetic) && ranges.len() == parts;
    if whole.len() == core.len() && plain {
        ranges.truncate(before);
    } else if whole.len() != core.len() && !plain {
        ranges.insert(parts, from..from + core.len());
    }
}

/// Adds the parts of the camel-case words in `range`: `parseHTTPRequest`
/// gives `parse`, `HTTP` and `Request`. Words without humps give nothing of
/// their own.
fn push_humps(text: &str, range: Range<usize>, ranges: &mut Vec<Range<usize>>) {
    let mut characters = text[range.clone()].char_indices().peekable();
    let mut before: Option<char> = None;
    // Where the word and its last hump start.
    let mut open: Option<(usize, usize)> = None;
    while let Some((at, character)) = characters.next() {
        let at = range.start + at;
        let after = characters.peek().map(|(_, character)| *character);
        let rises = character.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || (before.is_some_and(char::is_uppercase)
                    && after.is_some_and(char::is_lowercase)));
        before = Some(character);
        open = match open {
            Some((word, hump)) if !character.is_alphanumeric() => {
                push_last_hump(word, hump..at, ranges);
                None
            }
            Some((word, hump)) if rises => {
                ranges.push(hump..at);
                Some((word, at))
            }
            None if character.is_alphanumeric() => Some((at, at)),
            open => open,
        };
    }
    if let Some((word, hump)) = open {
        push_last_hump(word, hump..range.end, ranges);
    }
}

/// Adds the last hump of a word, unless it is the whole word.
fn push_last_hump(word: usize, hump: Range<usize>, ranges: &mut Vec<Range<usize>>) {
    if hump.start > word {
        ranges.push(hump);
    }
}

/// Chinese, Japanese, Thai, Lao, Khmer and Burmese characters.
pub fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0E01}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
        && character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::{Token, identifiers, words};

    fn texts(tokens: &[Token]) -> Vec<&str> {
        tokens.iter().map(|token| token.text.as_str()).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(
            texts(&words("Don't *Panic*, 42x!")),
            ["don", "t", "panic", "42x"]
        );
        assert_eq!(texts(&words("日本語 text")), ["日", "本", "語", "text"]);
        assert!(words("[[]] \0 —").is_empty());
    }

    #[test]
    fn identifiers_come_whole_and_in_parts() {
        for (text, expected) in [
            ("use `--flag-name`.", vec!["--flag-name", "flag-name"]),
            ("a snake_case one", vec!["snake_case"]),
            ("std::io::Read,", vec!["std::io::read"]),
            ("(E0502)", vec!["e0502"]),
            ("a HashMap:", vec!["hashmap", "hash", "map"]),
            (
                "parseHTTPRequest",
                vec!["parsehttprequest", "parse", "http", "request"],
            ),
            ("plain words. Only", vec![]),
            ("$HOME/.cargo", vec!["$home/.cargo", "home/.cargo"]),
            ("--locked", vec!["--locked"]),
            ("C++ and .NET", vec!["c++", ".net"]),
        ] {
            assert_eq!(texts(&identifiers(text)), expected, "{text}");
        }
    }

    #[test]
    fn ranges_point_into_the_text() {
        let text = "é İstanbul --naïve-flag";
        for token in words(text).iter().chain(&identifiers(text)) {
            assert_eq!(text[token.range.clone()].to_lowercase(), token.text);
        }
    }
}
