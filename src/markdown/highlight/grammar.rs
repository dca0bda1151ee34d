//! Languages of names, strings and remarks: one scanner, a table for each.

use super::Class;
use super::cursor::{Cursor, is_name, length};

/// What a language is made of.
#[derive(Clone, Copy)]
pub struct Grammar {
    /// What begins a remark to the end of the line.
    pub line: &'static [&'static str],
    /// What begins and ends a remark of several lines.
    pub block: &'static [(&'static str, &'static str)],
    /// What begins and ends a string, the longest first.
    pub strings: &'static [Quote],
    /// The words of the language, with spaces between.
    pub keywords: &'static str,
    /// Names of types that begin with a small letter.
    pub types: &'static str,
    /// What else a name can be.
    pub names: Names,
    /// Signs with a meaning of their own.
    pub signs: Signs,
}

/// A kind of string.
#[derive(Clone, Copy)]
pub struct Quote {
    /// Its beginning.
    pub open: &'static str,
    /// Its end.
    pub close: &'static str,
    /// Whether `\` takes the meaning from what follows.
    pub escapes: bool,
    /// Whether it may go over several lines.
    pub lines: bool,
}

/// What a name can be beside a word of the language.
#[derive(Clone, Copy, Default)]
pub struct Names {
    /// One before `(` is called.
    pub called: bool,
    /// One that begins with a capital is a type.
    pub capitals: bool,
    /// One before `:` is a key, a string too.
    pub keys: bool,
    /// Words of the language may be in any case.
    pub any_case: bool,
    /// Names may have a `-` in them.
    pub dashes: bool,
}

/// Signs with a meaning of their own.
#[derive(Clone, Copy, Default)]
pub struct Signs {
    /// `$name` is a variable.
    pub dollar: bool,
    /// `@name` is about what follows.
    pub at: bool,
    /// `#` at the start of a line begins an instruction to the preprocessor.
    pub hash: bool,
    /// `/` may begin a regular expression.
    pub regex: bool,
    /// Lifetimes, raw strings, attributes and macros.
    pub rust: bool,
}

/// One line, with `\`.
pub const fn quote(sign: &'static str) -> Quote {
    Quote {
        open: sign,
        close: sign,
        escapes: true,
        lines: false,
    }
}

/// Several lines, with `\`.
pub const fn long(sign: &'static str) -> Quote {
    Quote {
        lines: true,
        ..quote(sign)
    }
}

/// As written, over several lines.
pub const fn raw(open: &'static str, close: &'static str) -> Quote {
    Quote {
        open,
        close,
        escapes: false,
        lines: true,
    }
}

/// Names that many languages have for what cannot change.
const CONSTANTS: &[&str] = &[
    "False",
    "None",
    "True",
    "false",
    "nil",
    "none",
    "null",
    "true",
    "undefined",
];
/// Words before the name of something that can be called.
const DEFINES: &[&str] = &["def", "fn", "fun", "func", "function", "sub"];
/// Words before the name of a type.
const SHAPES: &[&str] = &[
    "class",
    "enum",
    "interface",
    "message",
    "module",
    "service",
    "struct",
    "trait",
];

impl Grammar {
    /// Reads the whole code.
    pub fn run(&self, cursor: &mut Cursor<'_>) {
        let mut before = Before::Nothing;
        while !cursor.is_done() {
            before = self.step(cursor, before);
        }
    }

    /// Reads the next token; says what it was, as far as the next one cares.
    pub fn step(&self, cursor: &mut Cursor<'_>, before: Before) -> Before {
        let byte = cursor.byte();
        if byte.is_ascii_whitespace() {
            cursor.skip(1);
            return before;
        }
        if self.remark(cursor) || (self.signs.rust && rust(cursor)) || self.string(cursor) {
            return Before::Value;
        }
        if self.signs.hash && byte == b'#' && cursor.is_first() {
            let word = 1 + length(&cursor.rest()[1..], |byte| byte == b' ' || is_name(byte));
            cursor.take(Class::Meta, word);
            return Before::Nothing;
        }
        if (byte == b'$' && self.signs.dollar) || (byte == b'@' && self.signs.at) {
            let class = if byte == b'$' {
                Class::Variable
            } else {
                Class::Meta
            };
            let name = length(&cursor.rest()[1..], |byte| {
                is_name(byte) || (byte == b'.' && class == Class::Meta)
            });
            if name > 0 {
                cursor.take(class, name + 1);
                return Before::Value;
            }
        }
        if byte.is_ascii_digit() {
            cursor.take_number();
            return Before::Value;
        }
        if byte == b'-' && cursor.ahead(1).is_ascii_digit() && self.names.keys {
            cursor.take_number();
            return Before::Value;
        }
        if is_name(byte) {
            return self.name(cursor, before);
        }
        if byte == b'/' && self.signs.regex && before != Before::Value && regex(cursor) {
            return Before::Value;
        }
        cursor.skip(1);
        match byte {
            b')' | b']' => Before::Value,
            _ => Before::Nothing,
        }
    }

    fn remark(&self, cursor: &mut Cursor<'_>) -> bool {
        for (open, close) in self.block {
            if cursor.starts(open) {
                if self.signs.rust {
                    nested(cursor, open, close);
                } else {
                    cursor.take_until(Class::Comment, open.len(), close);
                }
                return true;
            }
        }
        let begins = |sign: &&&str| cursor.starts(sign);
        let found = self.line.iter().find(begins).is_some();
        if found {
            cursor.take_line(Class::Comment);
        }
        found
    }

    fn string(&self, cursor: &mut Cursor<'_>) -> bool {
        let begins = |quote: &&Quote| cursor.starts(quote.open);
        let Some(quote) = self.strings.iter().find(begins) else {
            return false;
        };
        let start = cursor.at;
        cursor.take_string(quote.open.len(), quote.close, quote.escapes, quote.lines);
        if self.names.keys && cursor.after(0) == b':' {
            cursor.rename_last(Class::Key, start);
        }
        true
    }

    fn name(&self, cursor: &mut Cursor<'_>, before: Before) -> Before {
        let also: &[u8] = if self.names.dashes { b"-" } else { b"" };
        let count = cursor.name(also);
        let name = cursor.text(count);
        let class = self.class(cursor, name, before);
        match class {
            Some(Class::Meta) => cursor.take(Class::Meta, count + 1),
            Some(class) => cursor.take(class, count),
            None => cursor.skip(count),
        }
        match class {
            Some(Class::Keyword) if DEFINES.contains(&name) => Before::Function,
            Some(Class::Keyword) if SHAPES.contains(&name) => Before::Type,
            Some(Class::Keyword) => Before::Nothing,
            _ => Before::Value,
        }
    }

    fn class(&self, cursor: &Cursor<'_>, name: &str, before: Before) -> Option<Class> {
        let next = cursor.ahead(name.len());
        let same =
            |word: &str| word == name || (self.names.any_case && word.eq_ignore_ascii_case(name));
        let known = |words: &str| words.split(' ').any(same);
        let member = cursor.behind() == b'.';
        if self.signs.rust && next == b'!' && cursor.ahead(name.len() + 1) != b'=' {
            return Some(Class::Meta);
        }
        if !member && known(self.keywords) {
            return Some(Class::Keyword);
        }
        if self.names.keys && cursor.after(name.len()) == b':' {
            return Some(Class::Key);
        }
        if !member && CONSTANTS.contains(&name) {
            return Some(Class::Number);
        }
        match before {
            Before::Function => return Some(Class::Function),
            Before::Type => return Some(Class::Type),
            Before::Nothing | Before::Value => {}
        }
        if known(self.types) {
            return Some(Class::Type);
        }
        if self.names.called && next == b'(' {
            return Some(Class::Function);
        }
        let capital = name.as_bytes()[0].is_ascii_uppercase();
        (self.names.capitals && capital).then_some(Class::Type)
    }
}

/// What stood before, as far as it changes what follows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Nothing, an operator or a word of the language.
    Nothing,
    /// A value, behind which `/` divides.
    Value,
    /// A word that introduces a function.
    Function,
    /// A word that introduces a type.
    Type,
}

/// As far as the remark's end, remarks within it counted.
fn nested(cursor: &mut Cursor<'_>, open: &str, close: &str) {
    let start = cursor.at;
    cursor.skip(open.len());
    let mut depth = 1;
    while depth > 0 && !cursor.is_done() {
        if cursor.starts(open) {
            depth += 1;
            cursor.skip(open.len());
        } else if cursor.starts(close) {
            depth -= 1;
            cursor.skip(close.len());
        } else {
            cursor.skip(1);
        }
    }
    cursor.mark(Class::Comment, start);
}

/// A regular expression, when one can be here: it ends on its line.
fn regex(cursor: &mut Cursor<'_>) -> bool {
    let line = cursor.line();
    let (mut at, mut class) = (1, false);
    while at < line.len() {
        match line[at] {
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class && at > 1 => {
                let flags = length(&line[at + 1..], |byte| byte.is_ascii_lowercase());
                cursor.take(Class::String, at + 1 + flags);
                return true;
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// What only Rust has: attributes, raw and byte strings, characters and
/// lifetimes.
fn rust(cursor: &mut Cursor<'_>) -> bool {
    let rest = cursor.rest();
    match rest[0] {
        b'#' if matches!(rest.get(1), Some(b'[' | b'!')) => {
            let mut depth = 0_usize;
            let inside = |byte: u8| {
                match byte {
                    b'[' => depth += 1,
                    b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                byte != b'\n' && !(byte == b']' && depth == 0)
            };
            let count = length(rest, inside);
            cursor.take(
                Class::Meta,
                count + usize::from(rest.get(count) == Some(&b']')),
            );
            true
        }
        b'\'' => {
            let name = length(&rest[1..], is_name);
            let close = rest.get(1 + name) == Some(&b'\'');
            if name > 0 && !close {
                cursor.take(Class::Variable, 1 + name);
            } else {
                cursor.take_string(1, "'", true, false);
            }
            true
        }
        b'r' | b'b' | b'c' if !is_name(cursor.behind()) => {
            let prefix = length(rest, |byte| matches!(byte, b'r' | b'b' | b'c'));
            let hashes = length(&rest[prefix..], |byte| byte == b'#');
            let raw = rest[..prefix].contains(&b'r');
            if prefix > 2 || rest.get(prefix + hashes) != Some(&b'"') || (hashes > 0 && !raw) {
                return false;
            }
            let close = format!("\"{}", "#".repeat(hashes));
            cursor.take_string(prefix + hashes + 1, &close, !raw, true);
            true
        }
        _ => false,
    }
}
