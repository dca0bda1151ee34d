//! The fences of `mdbook-admonish` as the blocks that docent knows:
//! ```` ```admonish warning "Title" ```` is `::: warning Title`.
//!
//! Every line keeps its length, so that places in the text stay what they are.

/// A fence that is open.
struct Fence {
    sign: u8,
    length: usize,
    is_note: bool,
}

/// The text with its notes in the other spelling; nothing when it has none.
pub fn convert(text: &str) -> Option<String> {
    if !text.contains("admonish") {
        return None;
    }
    let mut open: Vec<Fence> = Vec::new();
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match fence(line) {
            Some((start, sign, length)) => {
                let info = line[start + length..].trim();
                let new = turn(&mut open, sign, length, info);
                push(&mut out, line, start, new);
            }
            None => out.push_str(line),
        }
    }
    (out != text).then_some(out)
}

/// Opens or closes a fence, and says what to write for one of a note.
fn turn(open: &mut Vec<Fence>, sign: u8, length: usize, info: &str) -> Option<String> {
    if let Some(top) = open.last() {
        let closes = top.sign == sign && length >= top.length && info.is_empty();
        if closes {
            let colons = ":".repeat(top.length);
            let is_note = top.is_note;
            open.pop();
            return is_note.then_some(colons);
        }
        if !top.is_note {
            return None;
        }
    }
    let note = info
        .strip_prefix("admonish")
        .filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
    open.push(Fence {
        sign,
        length,
        is_note: note.is_some(),
    });
    note.map(|rest| format!("{} {}", ":".repeat(length), directive(rest)))
}

/// Where a fence starts in `line`, its sign and its length.
fn fence(line: &str) -> Option<(usize, u8, usize)> {
    let bare = line.trim_start_matches([' ', '\t']);
    let sign = *bare.as_bytes().first()?;
    let length = bare.bytes().take_while(|byte| *byte == sign).count();
    let is_fence = matches!(sign, b'`' | b'~') && length >= 3;
    is_fence.then_some((line.len() - bare.len(), sign, length))
}

/// The type and the title of `warning "Title"`, `tip title="T"` or
/// `note collapsible=true`.
fn directive(rest: &str) -> String {
    let rest = rest.trim();
    let (kind, rest) = match rest.find(|c: char| !(c.is_alphanumeric() || c == '-')) {
        Some(end) if rest[end..].starts_with('=') => ("", rest),
        Some(end) => rest.split_at(end),
        None => (rest, ""),
    };
    let kind = match kind {
        _ if rest.contains("collapsible=true") => "details",
        "" => "note",
        kind => kind,
    };
    match title(rest) {
        Some(title) if !title.is_empty() => format!("{kind} {title}"),
        _ => kind.to_owned(),
    }
}

/// The text in quotes that stands alone or behind `title=`.
fn title(rest: &str) -> Option<&str> {
    let mut at = 0;
    while let Some(start) = rest[at..].find('"').map(|start| at + start) {
        let end = start + 1 + rest[start + 1..].find('"')?;
        let before = rest[..start].trim_end();
        if !before.ends_with('=') || before.ends_with("title=") {
            return Some(&rest[start + 1..end]);
        }
        at = end + 1;
    }
    None
}

/// Writes `line` with `new` from `start` on, made as long as it was.
fn push(out: &mut String, line: &str, start: usize, new: Option<String>) {
    let end = line.trim_end_matches(['\n', '\r']).len();
    match new.filter(|new| new.len() <= end - start) {
        Some(new) => {
            out.push_str(&line[..start]);
            out.push_str(&new);
            out.push_str(&" ".repeat(end - start - new.len()));
            out.push_str(&line[end..]);
        }
        None => out.push_str(line),
    }
}

#[cfg(test)]
mod tests {
    use super::convert;

    fn check(text: &str, expected: &str) {
        let found = convert(text).unwrap_or_else(|| text.to_owned());
        assert_eq!(found.len(), text.len(), "{found}");
        let lines: Vec<&str> = found.lines().map(str::trim_end).collect();
        assert_eq!(lines.join("\n"), expected, "{text}");
    }

    #[test]
    fn notes_are_spelled_anew() {
        check("```admonish\na\n```\n", "::: note\na\n:::");
        check(
            "```admonish warning \"Be careful\"\na\n```",
            "::: warning Be careful\na\n:::",
        );
        check(
            "  ```admonish tip id=\"x\" title=\"A é\"\n  a\n  ```",
            "  ::: tip A é\n  a\n  :::",
        );
        check(
            "~~~admonish title=\"T\" collapsible=true\na\n~~~~",
            "::: details T\na\n:::",
        );
    }

    #[test]
    fn code_in_and_around_notes_stays() {
        check(
            "````admonish\n```rust\nadmonish\n```\n````",
            ":::: note\n```rust\nadmonish\n```\n::::",
        );
        check(
            "````md\n```admonish\na\n```\n````",
            "````md\n```admonish\na\n```\n````",
        );
        check("```admonished\na\n```", "```admonished\na\n```");
        check("```admonish", "::: note");
    }
}
