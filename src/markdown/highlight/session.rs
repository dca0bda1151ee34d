//! Shells in conversation: prompts, commands and what they answer.

use super::Class;
use super::cursor::{Cursor, find, is_blank, is_name, length};
use super::grammar::Before;
use super::languages as inside;
use super::shell;

/// What reads a command behind its prompt.
type Command = fn(&mut Cursor<'_>);
/// The length of the prompt that a line begins with, if it has one.
type Prompt = fn(&[u8]) -> Option<usize>;

/// A script, or a conversation when a line begins with `$ `.
pub fn shell(cursor: &mut Cursor<'_>) {
    conversation(
        cursor,
        dollar,
        |cursor| shell::command(cursor, true),
        shell::script,
    );
}

/// PowerShell, with `PS> ` or `> `.
pub fn powershell(cursor: &mut Cursor<'_>) {
    let script: Command = |cursor| {
        while !cursor.is_done() {
            power_line(cursor);
        }
    };
    conversation(cursor, greater, power_line, script);
}

/// The command line of Windows, with `C:\> ` or `> `.
pub fn cmd(cursor: &mut Cursor<'_>) {
    let script: Command = |cursor| {
        while !cursor.is_done() {
            cmd_line(cursor);
        }
    };
    conversation(cursor, greater, cmd_line, script);
}

/// Python with `>>> `.
pub fn python(cursor: &mut Cursor<'_>) {
    let prompt: Prompt =
        |line| (line.starts_with(b">>> ") || line.starts_with(b"... ")).then_some(4);
    let line: Command = |cursor| {
        let mut before = Before::Nothing;
        let end = cursor.at + cursor.line().len();
        while cursor.at < end {
            before = inside::PYTHON.step(cursor, before);
        }
        cursor.skip(usize::from(cursor.byte() == b'\n'));
    };
    conversation(cursor, prompt, line, |cursor| inside::PYTHON.run(cursor));
}

/// Commands behind prompts and all else as output; or, when no line has a
/// prompt, a script.
fn conversation(cursor: &mut Cursor<'_>, prompt: Prompt, command: Command, script: Command) {
    let mut lines = cursor.rest().split(|byte| *byte == b'\n');
    if !lines.any(|line| prompt(line).is_some()) {
        return script(cursor);
    }
    while !cursor.is_done() {
        let line = cursor.line();
        match prompt(line) {
            Some(count) => {
                let blank = length(line, is_blank);
                cursor.skip(blank);
                cursor.take(Class::Prompt, count - blank);
                command(cursor);
            }
            None => {
                let start = cursor.at;
                cursor.skip(line.len() + 1);
                cursor.mark(Class::Output, start);
            }
        }
    }
}

/// `$ `, with a user and a folder before it, perhaps.
fn dollar(line: &[u8]) -> Option<usize> {
    let blank = length(line, is_blank);
    let rest = &line[blank..];
    if rest == b"$" {
        return Some(line.len());
    }
    let sign = if rest.starts_with(b"$ ") {
        0
    } else {
        // `user@host:~/folder$ `, `(env) user $ `
        let at = find(rest, b"$ ")?;
        let place =
            |byte: &u8| is_name(*byte) || matches!(byte, b'@' | b':' | b'~' | b'/' | b'.' | b'-');
        if at > 60 || !rest[..at].contains(&b'@') || !rest[..at].iter().all(place) {
            return None;
        }
        at
    };
    let after = length(&rest[sign + 1..], is_blank);
    Some(blank + sign + 1 + after)
}

/// `> `, `PS> `, `PS C:\> `, `C:\> `.
fn greater(line: &[u8]) -> Option<usize> {
    let at = line.iter().take(60).position(|byte| *byte == b'>')?;
    let before = &line[..at];
    let path = before.len() >= 2 && before[0].is_ascii_alphabetic() && before[1] == b':';
    let fits = before.trim_ascii().is_empty() || before.starts_with(b"PS") || path;
    let after = length(&line[at + 1..], is_blank);
    let ends = after > 0 || line.len() == at + 1 || path;
    (fits && ends).then_some(at + 1 + after)
}

/// A line of PowerShell.
fn power_line(cursor: &mut Cursor<'_>) {
    let mut first = true;
    while !cursor.is_done() {
        let byte = cursor.byte();
        match byte {
            b'\n' => return cursor.skip(1),
            b'`' => cursor.skip(2),
            b'<' if cursor.starts("<#") => cursor.take_until(Class::Comment, 2, "#>"),
            b'#' => cursor.take_line(Class::Comment),
            b'@' if cursor.starts("@\"") => cursor.take_until(Class::String, 2, "\"@"),
            b'"' => cursor.take_string(1, "\"", false, true),
            b'\'' => cursor.take_string(1, "'", false, true),
            b'$' => cursor.take(
                Class::Variable,
                1 + length(&cursor.rest()[1..], |byte| is_name(byte) || byte == b':'),
            ),
            b'-' if cursor.ahead(1).is_ascii_alphabetic() && is_blank(cursor.behind()) => {
                let option = 1 + length(&cursor.rest()[1..], is_name);
                cursor.take(Class::Key, option);
            }
            b'|' | b';' | b'{' | b'(' | b'&' => {
                cursor.skip(1);
                first = true;
            }
            b'=' => {
                cursor.skip(1);
                first = true;
            }
            _ if is_name(byte) || matches!(byte, b'.' | b'\\' | b'/') => {
                let also =
                    |byte: u8| is_name(byte) || matches!(byte, b'-' | b'.' | b'\\' | b'/' | b':');
                let count = length(cursor.rest(), also);
                match first {
                    true => cursor.take(Class::Function, count),
                    false => cursor.skip(count),
                }
                first = false;
            }
            _ => cursor.skip(1),
        }
    }
}

/// A line of the command line of Windows.
fn cmd_line(cursor: &mut Cursor<'_>) {
    let line = cursor.line();
    let bare = line.trim_ascii_start();
    if bare.starts_with(b"::")
        || bare
            .get(..4)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"rem "))
    {
        cursor.take_line(Class::Comment);
    }
    let mut first = true;
    while !cursor.is_done() {
        let byte = cursor.byte();
        match byte {
            b'\n' => return cursor.skip(1),
            b'^' => cursor.skip(2),
            b'"' => cursor.take_string(1, "\"", false, false),
            b'%' => {
                let name = 1 + length(&cursor.rest()[1..], is_name);
                let close = usize::from(cursor.ahead(name) == b'%');
                cursor.take(Class::Variable, name + close);
            }
            b'-' | b'/' if is_blank(cursor.behind()) => {
                cursor.take(
                    Class::Key,
                    1 + length(&cursor.rest()[1..], |byte| is_name(byte) || byte == b'-'),
                );
            }
            b'|' | b'&' | b'(' => {
                cursor.skip(1);
                first = true;
            }
            _ if is_blank(byte) || byte == b'@' => cursor.skip(1),
            _ => {
                let stop = |byte: u8| {
                    !is_blank(byte) && !matches!(byte, b'\n' | b'|' | b'&' | b'"' | b'%' | b'(')
                };
                let count = length(cursor.rest(), stop).max(1);
                match first {
                    true => cursor.take(Class::Function, count),
                    false => cursor.skip(count),
                }
                first = false;
            }
        }
    }
}
