//! Formats of keys and values: YAML, TOML, INI and HTTP.

use super::Class;
use super::cursor::{Cursor, find, is_blank, is_name, length};
use super::languages as inside;

/// YAML, line by line.
pub fn yaml(cursor: &mut Cursor<'_>) {
    // Lines further in than this belong to a block of text.
    let mut text: Option<usize> = None;
    while !cursor.is_done() {
        let line = cursor.line();
        let indent = length(line, is_blank);
        let blank = indent == line.len();
        if text.is_some_and(|outer| indent > outer || blank) {
            let start = cursor.at;
            cursor.skip(line.len() + 1);
            cursor.mark(Class::String, start);
            continue;
        }
        cursor.skip(indent);
        text = yaml_line(cursor, indent).then_some(indent);
        cursor.skip_while(|byte| byte != b'\n');
        cursor.skip(1);
    }
}

/// One line of YAML behind its indentation; whether a block of text follows.
fn yaml_line(cursor: &mut Cursor<'_>, indent: usize) -> bool {
    let line = cursor.line();
    if line.starts_with(b"#") {
        cursor.take_line(Class::Comment);
        return false;
    }
    if indent == 0
        && (line.starts_with(b"---") || line.starts_with(b"...") || line.starts_with(b"%"))
    {
        cursor.take(Class::Meta, length(line, |byte| !is_blank(byte)));
    }
    while matches!(cursor.byte(), b'-' | b'?') && matches!(cursor.ahead(1), b' ' | b'\n' | 0) {
        cursor.skip(1);
        cursor.skip_while(is_blank);
    }
    yaml_marks(cursor);
    if let Some(key) = yaml_key(cursor.line()) {
        cursor.take(Class::Key, key);
        cursor.skip(1);
        cursor.skip_while(is_blank);
        yaml_marks(cursor);
    }
    yaml_value(cursor)
}

/// Anchors, aliases and tags.
fn yaml_marks(cursor: &mut Cursor<'_>) {
    while matches!(cursor.byte(), b'&' | b'*' | b'!') {
        let mark = length(cursor.line(), |byte| {
            !is_blank(byte) && !matches!(byte, b',' | b']' | b'}')
        });
        cursor.take(Class::Meta, mark);
        cursor.skip_while(is_blank);
    }
}

/// The length of the key that the line begins with.
fn yaml_key(line: &[u8]) -> Option<usize> {
    let ends = |at: usize| {
        line.get(at) == Some(&b':') && line.get(at + 1).is_none_or(|next| is_blank(*next))
    };
    match *line.first()? {
        quote @ (b'"' | b'\'') => {
            let close = 1 + line[1..].iter().position(|byte| *byte == quote)?;
            ends(close + 1).then_some(close + 1)
        }
        b'{' | b'[' | b'|' | b'>' | b':' => None,
        _ => (1..line.len())
            .find(|at| ends(*at) || line[at - 1..].starts_with(b" #"))
            .filter(|at| ends(*at)),
    }
}

/// What stands behind a key; whether a block of text follows.
fn yaml_value(cursor: &mut Cursor<'_>) -> bool {
    let line = cursor.line();
    match cursor.byte() {
        b'|' | b'>' => {
            let mark = length(line, |byte| {
                matches!(byte, b'|' | b'>' | b'+' | b'-') || byte.is_ascii_digit()
            });
            cursor.take(Class::Meta, mark);
            remark(cursor);
            return true;
        }
        b'{' | b'[' => flow(cursor),
        b'"' => cursor.take_string(1, "\"", true, false),
        b'\'' => cursor.take_string(1, "'", false, false),
        _ => {
            let end = find(line, b" #").unwrap_or(line.len());
            let word = line[..end].trim_ascii_end();
            if is_constant(word) {
                cursor.take(Class::Number, word.len());
            }
        }
    }
    remark(cursor);
    false
}

/// The rest of the line, of which a remark may be a part.
fn remark(cursor: &mut Cursor<'_>) {
    let line = cursor.line();
    let begins = if line.starts_with(b"#") && is_blank(cursor.behind()) {
        Some(0)
    } else {
        find(line, b" #").map(|at| at + 1)
    };
    if let Some(at) = begins {
        cursor.skip(at);
        cursor.take_line(Class::Comment);
    }
}

/// Lists and maps on one line, of YAML.
fn flow(cursor: &mut Cursor<'_>) {
    let end = cursor.at + cursor.line().len();
    while cursor.at < end && !(cursor.byte() == b'#' && is_blank(cursor.behind())) {
        inside::JSON.step(cursor, super::grammar::Before::Nothing);
    }
}

/// Whether a whole value is a number, a date or a word with a meaning.
fn is_constant(word: &[u8]) -> bool {
    if matches!(
        word,
        b"true"
            | b"false"
            | b"null"
            | b"~"
            | b"yes"
            | b"no"
            | b"on"
            | b"off"
            | b"True"
            | b"False"
            | b"inf"
            | b"nan"
    ) {
        return true;
    }
    let digits = word
        .strip_prefix(b"-")
        .or(word.strip_prefix(b"+"))
        .unwrap_or(word);
    let number = |byte: u8| {
        byte.is_ascii_hexdigit()
            || matches!(
                byte,
                b'.' | b'_' | b'x' | b'o' | b'-' | b':' | b'T' | b'Z' | b'+'
            )
    };
    let prefixed = digits.starts_with(b"0x");
    digits.first().is_some_and(u8::is_ascii_digit)
        && digits.iter().all(|byte| {
            number(*byte)
                && (prefixed
                    || !byte.is_ascii_alphabetic()
                    || matches!(byte, b'e' | b'E' | b'T' | b'Z' | b'o' | b'b'))
        })
}

/// TOML: tables, keys and values, which may go over several lines.
pub fn toml(cursor: &mut Cursor<'_>) {
    let (mut depth, mut value) = (0_usize, false);
    while !cursor.is_done() {
        match cursor.byte() {
            b'\n' => {
                value = value && depth > 0;
                cursor.skip(1);
            }
            b'#' => cursor.take_line(Class::Comment),
            b'[' if !value => {
                let line = cursor.line();
                let end = line
                    .iter()
                    .position(|byte| *byte == b'#')
                    .unwrap_or(line.len());
                cursor.take(Class::Type, line[..end].trim_ascii_end().len());
            }
            b'=' => {
                value = true;
                cursor.skip(1);
            }
            byte if value => {
                match byte {
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                toml_value(cursor);
            }
            byte if is_name(byte) || matches!(byte, b'"' | b'\'' | b'-') => {
                let line = cursor.line();
                let end = line
                    .iter()
                    .position(|byte| *byte == b'=')
                    .unwrap_or(line.len());
                let key = line[..end].trim_ascii_end().len().max(1);
                match end == line.len() {
                    true => cursor.skip(key),
                    false => cursor.take(Class::Key, key),
                }
            }
            _ => cursor.skip(1),
        }
    }
}

fn toml_value(cursor: &mut Cursor<'_>) {
    let byte = cursor.byte();
    match byte {
        b'"' if cursor.starts("\"\"\"") => cursor.take_string(3, "\"\"\"", true, true),
        b'\'' if cursor.starts("'''") => cursor.take_string(3, "'''", false, true),
        b'"' => cursor.take_string(1, "\"", true, false),
        b'\'' => cursor.take_string(1, "'", false, false),
        _ if is_name(byte) || matches!(byte, b'-' | b'+') => {
            let also = |byte: u8| is_name(byte) || matches!(byte, b'-' | b'+' | b'.' | b':');
            let word = length(cursor.line(), also);
            // In a table on one line a key follows.
            if cursor.after(word) == b'=' {
                cursor.take(Class::Key, word);
            } else if is_constant(&cursor.rest()[..word]) {
                cursor.take(Class::Number, word);
            } else {
                cursor.skip(word);
            }
        }
        _ => cursor.skip(1),
    }
}

/// Sections, and keys with values.
pub fn ini(cursor: &mut Cursor<'_>) {
    while !cursor.is_done() {
        cursor.skip_while(is_blank);
        let line = cursor.line();
        match cursor.byte() {
            b'#' | b';' | b'!' => cursor.take_line(Class::Comment),
            b'[' => cursor.take_line(Class::Type),
            _ => {
                if let Some(end) = line.iter().position(|byte| matches!(byte, b'=' | b':')) {
                    cursor.take(Class::Key, line[..end].trim_ascii_end().len());
                    cursor.skip_while(|byte| is_blank(byte) || matches!(byte, b'=' | b':'));
                    match cursor.byte() {
                        b'"' => cursor.take_string(1, "\"", true, false),
                        _ if is_constant(cursor.line().trim_ascii_end()) => {
                            cursor.take(Class::Number, cursor.line().trim_ascii_end().len());
                        }
                        _ => {}
                    }
                }
            }
        }
        cursor.skip_while(|byte| byte != b'\n');
        cursor.skip(1);
    }
}

/// A request or an answer, and a body of JSON.
pub fn http(cursor: &mut Cursor<'_>) {
    while !cursor.is_done() {
        let line = cursor.line();
        if matches!(cursor.byte(), b'{' | b'[') {
            return inside::JSON.run(cursor);
        }
        let word = length(line, |byte| byte.is_ascii_uppercase());
        let header = length(line, |byte| is_name(byte) || byte == b'-');
        if line.starts_with(b"HTTP/") {
            cursor.take(Class::Keyword, length(line, |byte| byte != b' '));
        } else if word > 2 && line.get(word) == Some(&b' ') {
            cursor.take(Class::Keyword, word);
        } else if header > 0 && line.get(header) == Some(&b':') {
            cursor.take(Class::Key, header);
        }
        cursor.skip_while(|byte| byte != b'\n');
        cursor.skip(1);
    }
}
