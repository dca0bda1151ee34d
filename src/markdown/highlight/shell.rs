//! Commands as shells read them.

use super::Class;
use super::cursor::{Cursor, find, is_blank, is_name, length};

/// Words of the shell itself, sorted.
const WORDS: &[&str] = &[
    "case", "coproc", "do", "done", "elif", "else", "esac", "export", "fi", "for", "function",
    "if", "in", "local", "return", "select", "then", "time", "until", "while",
];
/// Words before which no command stands, but a name.
const NAMES: &[&str] = &[
    "case", "export", "for", "function", "local", "return", "select",
];

/// Instructions of a Dockerfile, sorted; a shell reads what follows some.
const INSTRUCTIONS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// A whole script.
pub fn script(cursor: &mut Cursor<'_>) {
    while !cursor.is_done() {
        command(cursor, true);
    }
}

/// One line with those that continue it, and with the text that a `<<` asks
/// for. `first`: the first word is a command.
pub fn command(cursor: &mut Cursor<'_>, first: bool) {
    let mut first = first;
    let mut heredoc: Option<&[u8]> = None;
    while !cursor.is_done() {
        let byte = cursor.byte();
        match byte {
            b'\n' => {
                cursor.skip(1);
                break;
            }
            b'\\' => cursor.skip(2),
            b'#' if is_blank(cursor.behind()) || matches!(cursor.behind(), b'\n' | b';') => {
                cursor.take_line(Class::Comment);
            }
            b'\'' => cursor.take_string(1, "'", false, true),
            b'"' => quoted(cursor),
            b'$' => first = variable(cursor) || first,
            b'`' | b'|' | b'&' | b';' | b'(' => {
                cursor.skip(1);
                first = true;
            }
            b'<' if heredoc.is_none() && cursor.starts("<<") && cursor.ahead(2) != b'<' => {
                heredoc = marker(cursor);
            }
            b'<' | b'>' | b'=' => {
                cursor.skip(1);
                first = first && byte == b'=';
            }
            _ if is_blank(byte) => cursor.skip(1),
            _ => first = word(cursor, first),
        }
    }
    if let Some(end) = heredoc {
        body(cursor, end);
    }
}

/// A word; whether a command may follow it.
fn word(cursor: &mut Cursor<'_>, first: bool) -> bool {
    let line = cursor.line();
    let stops = |byte: u8| {
        !is_blank(byte)
            && !matches!(
                byte,
                b'|' | b'&' | b';' | b'(' | b')' | b'<' | b'>' | b'"' | b'\'' | b'`' | b'$'
            )
    };
    let count = length(line, stops).max(1);
    let starts_word = !stops(cursor.behind()) || matches!(cursor.behind(), b'\n' | b'!' | b'{');
    if line[0] == b'-' && starts_word && !first && count > 1 {
        let option = length(&line[..count], |byte| byte != b'=');
        cursor.take(Class::Key, option);
        cursor.skip(count - option);
        return false;
    }
    if !first || !starts_word {
        cursor.skip(count);
        return first && matches!(line[0], b'{' | b'!' | b')');
    }
    let name = length(line, is_name);
    if name > 0 && line.get(name) == Some(&b'=') {
        cursor.take(Class::Variable, name);
        cursor.skip(1);
        let value = length(cursor.line(), stops);
        cursor.skip(value);
        // A command may follow an assignment, behind its value.
        return true;
    }
    let text = cursor.text(count);
    if WORDS.binary_search(&text).is_ok() {
        cursor.take(Class::Keyword, count);
        return !NAMES.contains(&text);
    }
    if is_name(line[0]) || matches!(line[0], b'.' | b'/' | b'~') {
        cursor.take(Class::Function, count);
        return false;
    }
    cursor.skip(count);
    true
}

/// `$name`, `${name}`; of `$(command)` only the sign, and then a command is
/// next.
fn variable(cursor: &mut Cursor<'_>) -> bool {
    let rest = cursor.rest();
    match rest.get(1) {
        Some(b'(') => {
            cursor.skip(2);
            return true;
        }
        Some(b'{') => {
            let end = length(rest, |byte| byte != b'}' && byte != b'\n');
            cursor.take(Class::Variable, (end + 1).min(rest.len()));
        }
        Some(next) if is_name(*next) => {
            let name = length(&rest[1..], is_name);
            cursor.take(Class::Variable, 1 + name);
        }
        Some(b'@' | b'*' | b'#' | b'?' | b'$' | b'!') => cursor.take(Class::Variable, 2),
        _ => cursor.skip(1),
    }
    false
}

/// A string in which variables are told apart.
fn quoted(cursor: &mut Cursor<'_>) {
    let mut start = cursor.at;
    cursor.skip(1);
    while !cursor.is_done() {
        match cursor.byte() {
            b'\\' => cursor.skip(2),
            b'"' => {
                cursor.skip(1);
                break;
            }
            b'$' if is_name(cursor.ahead(1)) || cursor.ahead(1) == b'{' => {
                cursor.mark(Class::String, start);
                variable(cursor);
                start = cursor.at;
            }
            _ => cursor.skip(1),
        }
    }
    cursor.mark(Class::String, start);
}

/// The `<<WORD` before a text; the word that ends it.
fn marker<'c>(cursor: &mut Cursor<'c>) -> Option<&'c [u8]> {
    let line = cursor.line();
    let lead = 2 + length(&line[2..], |byte| {
        is_blank(byte) || matches!(byte, b'-' | b'"' | b'\'' | b'\\')
    });
    let word = length(&line[lead..], is_name);
    if word == 0 {
        cursor.skip(2);
        return None;
    }
    let quote = usize::from(
        line.get(lead + word)
            .is_some_and(|byte| matches!(byte, b'"' | b'\'')),
    );
    cursor.take(Class::Meta, lead + word + quote);
    Some(&line[lead..lead + word])
}

/// The lines up to the one that is `end` alone.
fn body(cursor: &mut Cursor<'_>, end: &[u8]) {
    let start = cursor.at;
    while !cursor.is_done() {
        let line = cursor.line();
        cursor.skip(line.len());
        if line.trim_ascii() == end {
            break;
        }
        cursor.skip(1);
    }
    cursor.mark(Class::String, start);
}

/// Instructions with their arguments.
pub fn dockerfile(cursor: &mut Cursor<'_>) {
    while !cursor.is_done() {
        cursor.skip_while(is_blank);
        let line = cursor.line();
        if line.starts_with(b"#") {
            cursor.take_line(Class::Comment);
            continue;
        }
        let count = length(line, |byte| byte.is_ascii_alphabetic());
        let word = cursor.text(count).to_ascii_uppercase();
        if INSTRUCTIONS.binary_search(&word.as_str()).is_ok() {
            cursor.take(Class::Keyword, count);
            if let Some(at) = find(line, b" AS ")
                .or_else(|| find(line, b" as "))
                .filter(|_| word == "FROM")
            {
                cursor.skip(at - count);
                cursor.take(Class::Keyword, 3);
            }
        }
        command(
            cursor,
            matches!(word.as_str(), "RUN" | "CMD" | "ENTRYPOINT"),
        );
    }
}
