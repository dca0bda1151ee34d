//! A place in a piece of code, and the tokens found before it.

use super::{Class, Token};

/// Walks over a piece of code once, from its start to its end.
pub struct Cursor<'c> {
    code: &'c str,
    /// Where it is, in bytes.
    pub at: usize,
    tokens: Vec<Token>,
}

impl<'c> Cursor<'c> {
    /// At the start of `code`.
    pub fn new(code: &'c str) -> Self {
        Self {
            code,
            at: 0,
            tokens: Vec::with_capacity(code.len() / 12),
        }
    }

    /// The tokens, in order and apart from each other.
    pub fn finish(self) -> Vec<Token> {
        self.tokens
    }

    /// Whether the whole code was read.
    pub fn is_done(&self) -> bool {
        self.at >= self.code.len()
    }

    /// The next byte; 0 at the end.
    pub fn byte(&self) -> u8 {
        self.ahead(0)
    }

    /// The byte `count` further on; 0 behind the end.
    pub fn ahead(&self, count: usize) -> u8 {
        let bytes = self.code.as_bytes();
        bytes.get(self.at + count).copied().unwrap_or(0)
    }

    /// The byte before this place; a line's end at the start.
    pub fn behind(&self) -> u8 {
        match self.at.checked_sub(1) {
            Some(before) => self.code.as_bytes()[before],
            None => b'\n',
        }
    }

    /// What was not read yet, as bytes.
    pub fn rest(&self) -> &'c [u8] {
        &self.code.as_bytes()[self.at.min(self.code.len())..]
    }

    /// What was not read of this line.
    pub fn line(&self) -> &'c [u8] {
        let rest = self.rest();
        &rest[..length(rest, |byte| byte != b'\n')]
    }

    /// Whether `word` is next.
    pub fn starts(&self, word: &str) -> bool {
        self.rest().starts_with(word.as_bytes())
    }

    /// Goes on by `count` bytes, which are plain.
    pub fn skip(&mut self, count: usize) {
        let end = (self.at + count).min(self.code.len());
        // What `\` escapes may be of several bytes.
        self.at = self.code.ceil_char_boundary(end);
    }

    /// Goes on over what is plain as long as `wanted` holds.
    pub fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        self.skip(length(self.rest(), wanted));
    }

    /// The next `count` bytes are of this class.
    pub fn take(&mut self, class: Class, count: usize) {
        let start = self.at;
        self.skip(count);
        self.mark(class, start);
    }

    /// All from `start` to here is of this class.
    pub fn mark(&mut self, class: Class, start: usize) {
        let end = self.at;
        if start >= end {
            return;
        }
        match self.tokens.last_mut() {
            Some(last) if last.class == class && last.end == start => last.end = end,
            _ => self.tokens.push(Token { class, start, end }),
        }
    }

    /// What was marked from `start` on is of another class after all.
    pub fn rename_last(&mut self, class: Class, start: usize) {
        if let Some(last) = self.tokens.pop() {
            // It may have grown together with what stood before.
            if last.start < start {
                self.tokens.push(Token { end: start, ..last });
            }
        }
        self.mark(class, start);
    }

    /// Whether only white space stands before on this line.
    pub fn is_first(&self) -> bool {
        let before = &self.code.as_bytes()[..self.at];
        let blank = before
            .iter()
            .rev()
            .take_while(|byte| is_blank(**byte))
            .count();
        blank == before.len() || before[before.len() - blank - 1] == b'\n'
    }

    /// The rest of the line is of this class.
    pub fn take_line(&mut self, class: Class) {
        self.take(class, self.line().len());
    }

    /// As far as `end` and with it, or to the end of the code; the first
    /// `open` bytes are no part of the end.
    pub fn take_until(&mut self, class: Class, open: usize, end: &str) {
        let rest = self.rest().get(open..).unwrap_or_default();
        let length = find(rest, end.as_bytes()).map_or(rest.len(), |at| at + end.len());
        self.take(class, open + length);
    }

    /// A string that `close` ends; `\` escapes what follows when `escapes`,
    /// and a line's end ends it as well unless `lines`.
    pub fn take_string(&mut self, open: usize, close: &str, escapes: bool, lines: bool) {
        let rest = self.rest();
        let mut at = open;
        while at < rest.len() {
            match rest[at] {
                b'\\' if escapes => at += 2,
                b'\n' if !lines => break,
                _ if rest[at..].starts_with(close.as_bytes()) => {
                    at += close.len();
                    break;
                }
                _ => at += 1,
            }
        }
        self.take(Class::String, at);
    }

    /// The length of the name that is next.
    pub fn name(&self, also: &[u8]) -> usize {
        length(self.rest(), |byte| is_name(byte) || also.contains(&byte))
    }

    /// The next `count` bytes as text.
    pub fn text(&self, count: usize) -> &'c str {
        self.code.get(self.at..self.at + count).unwrap_or_default()
    }

    /// The byte that is not white space and comes next behind `count` others.
    pub fn after(&self, count: usize) -> u8 {
        let rest = self.rest().get(count..).unwrap_or_default();
        let blank = length(rest, |byte| matches!(byte, b' ' | b'\t'));
        rest.get(blank).copied().unwrap_or(0)
    }

    /// A number is next.
    pub fn take_number(&mut self) {
        let rest = self.rest();
        let mut at = 1;
        while at < rest.len() {
            let exponent = matches!(rest[at - 1], b'e' | b'E') && !rest.starts_with(b"0x");
            let inside = rest[at].is_ascii_alphanumeric()
                || rest[at] == b'_'
                || (rest[at] == b'.' && rest.get(at + 1).is_some_and(u8::is_ascii_digit))
                || (exponent && matches!(rest[at], b'+' | b'-'));
            if !inside {
                break;
            }
            at += 1;
        }
        self.take(Class::Number, at);
    }
}

/// How many bytes at the start are wanted.
pub fn length(bytes: &[u8], mut wanted: impl FnMut(u8) -> bool) -> usize {
    let stop = bytes.iter().position(|byte| !wanted(*byte));
    stop.unwrap_or(bytes.len())
}

/// Where `needle` stands first.
pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|part| part == needle)
}

/// Whether the byte is of a name; all that is not ASCII is.
pub fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether it is white space within a line.
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}
