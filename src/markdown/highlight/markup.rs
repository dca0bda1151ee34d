//! Text with marks in it: HTML and templates, Markdown, LaTeX, changes.

use super::Class;
use super::cursor::{Cursor, find, is_blank, is_name, length};
use super::languages as inside;
use super::style;

/// HTML and XML, with scripts, style sheets and the marks of templates.
pub fn html(cursor: &mut Cursor<'_>) {
    while !cursor.is_done() {
        match cursor.byte() {
            b'<' if cursor.starts("<!--") => cursor.take_until(Class::Comment, 4, "-->"),
            b'<' if matches!(cursor.ahead(1), b'!' | b'?') => {
                cursor.take_until(Class::Meta, 2, ">");
            }
            b'<' if cursor.ahead(1).is_ascii_alphabetic() || cursor.ahead(1) == b'/' => tag(cursor),
            b'{' if template(cursor) => {}
            b'&' => {
                let name = 1 + length(&cursor.rest()[1..], |byte| {
                    byte.is_ascii_alphanumeric() || byte == b'#'
                });
                match name > 1 && cursor.ahead(name) == b';' {
                    true => cursor.take(Class::Number, name + 1),
                    false => cursor.skip(1),
                }
            }
            _ => cursor.skip(1),
        }
    }
}

/// `{{ … }}`, `{% … %}` and `{# … #}`.
fn template(cursor: &mut Cursor<'_>) -> bool {
    let close = match cursor.ahead(1) {
        b'{' => "}}",
        b'%' => "%}",
        b'#' => "#}",
        _ => return false,
    };
    let class = if close == "#}" {
        Class::Comment
    } else {
        Class::Meta
    };
    cursor.take_until(class, 2, close);
    true
}

fn tag(cursor: &mut Cursor<'_>) {
    let lead = if cursor.ahead(1) == b'/' { 2 } else { 1 };
    let name = length(cursor.rest().get(lead..).unwrap_or_default(), |byte| {
        is_name(byte) || matches!(byte, b'-' | b':' | b'.')
    });
    let inner = cursor.text(lead + name).to_ascii_lowercase();
    cursor.take(Class::Type, lead + name);
    while !cursor.is_done() {
        let byte = cursor.byte();
        match byte {
            b'>' => {
                cursor.take(Class::Type, 1);
                break;
            }
            b'/' if cursor.ahead(1) == b'>' => {
                cursor.take(Class::Type, 2);
                return;
            }
            b'<' => return,
            b'"' => cursor.take_string(1, "\"", false, true),
            b'\'' => cursor.take_string(1, "'", false, true),
            b'{' if template(cursor) => {}
            _ if is_name(byte) || matches!(byte, b'@' | b':' | b'-') => {
                let value = cursor.behind() == b'=';
                let count = length(cursor.rest(), |byte| {
                    is_name(byte) || matches!(byte, b'-' | b':' | b'@' | b'.')
                })
                .max(1);
                cursor.take(if value { Class::String } else { Class::Key }, count);
            }
            _ => cursor.skip(1),
        }
    }
    let end = match inner.as_str() {
        "<script" => cursor.find("</script"),
        "<style" => cursor.find("</style"),
        _ => return,
    };
    let mut before = super::grammar::Before::Nothing;
    while cursor.at < end {
        match inner.as_str() {
            "<script" => before = inside::JAVASCRIPT.step(cursor, before),
            _ => style::step(cursor),
        }
    }
}

/// Headings, code, lists, links and tags.
pub fn markdown(cursor: &mut Cursor<'_>) {
    let mut fence: Option<&[u8]> = None;
    while !cursor.is_done() {
        cursor.skip_while(is_blank);
        let line = cursor.line();
        let marks = length(line, |byte| matches!(byte, b'`' | b'~'));
        if let Some(open) = fence {
            if marks >= open.len() && line[..marks].starts_with(open) {
                fence = None;
                cursor.take_line(Class::Meta);
            }
        } else if marks >= 3 {
            fence = Some(&line[..marks]);
            cursor.take_line(Class::Meta);
        } else {
            text_line(cursor);
        }
        cursor.skip_while(|byte| byte != b'\n');
        cursor.skip(1);
    }
}

fn text_line(cursor: &mut Cursor<'_>) {
    let line = cursor.line();
    let hashes = length(line, |byte| byte == b'#');
    if (1..=6).contains(&hashes) && line.get(hashes).is_none_or(|next| is_blank(*next)) {
        return cursor.take_line(Class::Heading);
    }
    if ["!!! ", "??? ", "???+ ", "=== ", ":::", "--8<--"]
        .iter()
        .any(|mark| cursor.starts(mark))
    {
        return cursor.take_line(Class::Keyword);
    }
    let digits = length(line, |byte| byte.is_ascii_digit());
    if digits > 0 && line.get(digits) == Some(&b'.') {
        cursor.take(Class::Keyword, digits + 1);
    } else if matches!(cursor.byte(), b'-' | b'*' | b'+' | b'>') && is_blank(cursor.ahead(1)) {
        cursor.take(Class::Keyword, 1);
    }
    let end = cursor.at + cursor.line().len();
    while cursor.at < end {
        match cursor.byte() {
            b'`' => cursor.take_string(1, "`", false, false),
            b'<' if cursor.ahead(1).is_ascii_alphabetic()
                || matches!(cursor.ahead(1), b'/' | b'!') =>
            {
                let count = length(cursor.line(), |byte| byte != b'>');
                cursor.take(Class::Type, (count + 1).min(end - cursor.at));
            }
            b']' if cursor.ahead(1) == b'(' => {
                cursor.skip(1);
                let count = length(cursor.line(), |byte| byte != b')');
                cursor.take(Class::String, (count + 1).min(end - cursor.at));
            }
            b'{' if matches!(cursor.ahead(1), b'{' | b':' | b' ' | b'#' | b'.') => {
                let count = length(cursor.line(), |byte| byte != b'}');
                cursor.take(Class::Key, (count + 1).min(end - cursor.at));
            }
            b'\\' => cursor.skip(2),
            _ => cursor.skip(1),
        }
    }
}

/// Commands, groups, formulas and remarks.
pub fn latex(cursor: &mut Cursor<'_>) {
    while !cursor.is_done() {
        match cursor.byte() {
            b'%' => cursor.take_line(Class::Comment),
            b'\\' => {
                let name = length(&cursor.rest()[1..], |byte| byte.is_ascii_alphabetic());
                cursor.take(
                    Class::Keyword,
                    1 + name.max(usize::from(cursor.ahead(1).is_ascii())),
                );
            }
            b'$' | b'&' | b'^' | b'_' => cursor.take(Class::Meta, 1),
            byte if byte.is_ascii_digit() => cursor.take_number(),
            _ => cursor.skip(1),
        }
    }
}

/// Lines that came and went.
pub fn diff(cursor: &mut Cursor<'_>) {
    while !cursor.is_done() {
        let line = cursor.line();
        let header = [
            b"--- ".as_slice(),
            b"+++ ",
            b"diff ",
            b"index ",
            b"new file",
            b"deleted file",
        ];
        if header.iter().any(|mark| line.starts_with(mark)) {
            cursor.take_line(Class::Meta);
        }
        match cursor.byte() {
            b'@' => cursor.take_line(Class::Heading),
            b'+' | b'>' => cursor.take_line(Class::Inserted),
            b'-' | b'<' => cursor.take_line(Class::Deleted),
            _ => cursor.skip_while(|byte| byte != b'\n'),
        }
        cursor.skip(1);
    }
}

impl Cursor<'_> {
    /// Where `text` stands next; else the end.
    fn find(&self, text: &str) -> usize {
        let rest = self.rest();
        self.at + find(rest, text.as_bytes()).unwrap_or(rest.len())
    }
}
