//! Style sheets.

use super::Class;
use super::cursor::{Cursor, length};

/// CSS and what compiles to it.
pub fn css(cursor: &mut Cursor<'_>) {
    while !cursor.is_done() {
        step(cursor);
    }
}

/// The next token of a style sheet.
pub fn step(cursor: &mut Cursor<'_>) {
    let byte = cursor.byte();
    match byte {
        b'/' if cursor.starts("/*") => cursor.take_until(Class::Comment, 2, "*/"),
        b'/' if cursor.starts("//") => cursor.take_line(Class::Comment),
        b'"' => cursor.take_string(1, "\"", true, false),
        b'\'' => cursor.take_string(1, "'", true, false),
        b'@' => cursor.take(Class::Keyword, 1 + cursor.name_behind(1)),
        b'$' => cursor.take(Class::Variable, 1 + cursor.name_behind(1)),
        _ if byte.is_ascii_digit() => cursor.take(Class::Number, length(cursor.rest(), is_number)),
        _ if is_word(byte) => word(cursor),
        _ => cursor.skip(1),
    }
}

fn is_number(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'%')
}

fn is_word(byte: u8) -> bool {
    super::cursor::is_name(byte) || matches!(byte, b'-' | b'.' | b'#')
}

/// A property when `:` and a blank or a value follow, a selector when `{` is
/// near, else a part of a value.
fn word(cursor: &mut Cursor<'_>) {
    let count = length(cursor.rest(), is_word);
    let name = cursor.text(count);
    let line = cursor.line();
    let brace = line.iter().position(|byte| *byte == b'{');
    let end = line.iter().position(|byte| matches!(byte, b';' | b'}'));
    let before_brace = brace.is_some_and(|brace| end.is_none_or(|end| brace < end));
    let class = if before_brace || line.ends_with(b",") && !line.contains(&b':') {
        Class::Type
    } else if name.starts_with("--") && cursor.after(count) != b':' {
        Class::Variable
    } else if cursor.after(count) == b':' {
        Class::Key
    } else if cursor.ahead(count) == b'(' {
        Class::Function
    } else if name.starts_with('#') {
        Class::Number
    } else {
        return cursor.skip(count);
    };
    cursor.take(class, count);
}

impl Cursor<'_> {
    /// The length of the name that stands `count` bytes further on.
    fn name_behind(&self, count: usize) -> usize {
        let rest = self.rest().get(count..).unwrap_or_default();
        length(rest, |byte| super::cursor::is_name(byte) || byte == b'-')
    }
}
