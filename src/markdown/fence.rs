//! What an author says behind the fence of a block of code, in the spellings
//! of mdBook, MkDocs, VitePress and Docusaurus.

use std::ops::RangeInclusive;

/// The line behind a fence, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fence {
    /// The language, as written; empty when none was.
    pub language: String,
    /// All other words, such as mdBook's `ignore`.
    pub classes: Vec<String>,
    /// The block's id.
    pub id: Option<String>,
    /// What stands above the code.
    pub title: Option<String>,
    /// The number of the first line, when lines are numbered.
    pub numbers: Option<usize>,
    /// The lines to highlight, counted from one.
    pub lines: Vec<RangeInclusive<usize>>,
    /// Whether there is a button to copy the code.
    pub copy: bool,
    /// What begins a line that is hidden at first.
    pub hide: Option<String>,
}

/// Takes apart the line `info`.
pub fn parse(info: &str) -> Fence {
    let mut fence = Fence {
        copy: true,
        ..Fence::default()
    };
    let mut rest = info.trim();
    while let Some(next) = rest.chars().next() {
        rest = match next {
            '{' => braces(&mut fence, rest),
            '[' => {
                let (title, after) = until(&rest[1..], ']');
                fence.title = Some(title.to_owned());
                after
            }
            ' ' | '\t' | ',' | '}' => &rest[1..],
            _ => word(&mut fence, rest),
        };
    }
    fence
}

/// What stands before `end`, and what behind it.
fn until(text: &str, end: char) -> (&str, &str) {
    text.split_once(end).unwrap_or((text, ""))
}

/// `{1,4-6}`: lines; `{ .yaml #id title="x" }`: attributes.
fn braces<'t>(fence: &mut Fence, text: &'t str) -> &'t str {
    let (inside, after) = until(&text[1..], '}');
    let numbers = |c: char| c.is_ascii_digit() || matches!(c, ',' | '-' | ' ');
    if inside.chars().all(numbers) {
        fence.lines.extend(lines(inside));
        return after;
    }
    // A value in quotes may hold a brace, so the words are read one by one.
    let mut rest = &text[1..];
    loop {
        rest = rest.trim_start();
        match rest.chars().next() {
            None => return rest,
            Some('}') => return &rest[1..],
            Some(',') => rest = &rest[1..],
            Some(_) => rest = word(fence, rest),
        }
    }
}

/// A word or `key="value"`; what stands behind it.
fn word<'t>(fence: &mut Fence, text: &'t str) -> &'t str {
    let stop = |c: char| matches!(c, ' ' | '\t' | ',' | '{' | '}' | '[' | '=');
    let end = text.find(stop).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if let Some(rest) = rest.strip_prefix('=') {
        let (value, rest) = value(rest);
        pair(fence, name, value);
        return rest;
    }
    let (name, numbers) = match name.split_once(':') {
        Some((name, option)) => (name, option),
        None => (name, ""),
    };
    if numbers == "line-numbers" {
        fence.numbers = Some(1);
    }
    plain(fence, name);
    // A brace or a bracket that begins nothing is passed over.
    if end == 0 { &text[1..] } else { rest }
}

/// The value behind `=`, without its quotes.
fn value(text: &str) -> (&str, &str) {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => until(&text[1..], quote),
        _ => {
            let end = text.find([' ', '\t', ',', '}']);
            text.split_at(end.unwrap_or(text.len()))
        }
    }
}

fn plain(fence: &mut Fence, name: &str) {
    if let Some(id) = name.strip_prefix('#') {
        fence.id = Some(id.to_owned());
        return;
    }
    match name.strip_prefix('.').unwrap_or(name) {
        "" | "copy" | "noplayground" | "annotate" | "select" => {}
        "no-copy" | "nocopy" => fence.copy = false,
        "showLineNumbers" | "numberLines" | "linenums" => fence.numbers = Some(1),
        name if fence.language.is_empty() && fence.classes.is_empty() => {
            fence.language = name.to_owned();
        }
        name => fence.classes.push(name.to_owned()),
    }
}

fn pair(fence: &mut Fence, name: &str, value: &str) {
    match name {
        "title" | "name" | "file" | "filename" => {
            fence.title = Some(value.to_owned()).filter(|title| !title.is_empty());
        }
        "linenums" | "linenostart" | "startLine" => fence.numbers = value.trim().parse().ok(),
        "hl_lines" | "hl" | "highlight" => fence.lines.extend(lines(value)),
        "hidelines" => fence.hide = Some(value.to_owned()).filter(|prefix| !prefix.is_empty()),
        // `js:line-numbers=2`
        name => {
            if let Some(language) = name.strip_suffix(":line-numbers") {
                fence.numbers = value.trim().parse().ok();
                plain(fence, language);
            }
        }
    }
}

/// `2 4-6` or `2,4-6`.
fn lines(text: &str) -> impl Iterator<Item = RangeInclusive<usize>> {
    text.split([' ', ',']).filter_map(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some(from.trim().parse().ok()?..=to.trim().parse().ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::{Fence, parse};

    fn fence(language: &str) -> Fence {
        Fence {
            language: language.to_owned(),
            copy: true,
            ..Fence::default()
        }
    }

    #[test]
    fn every_spelling_is_understood() {
        assert_eq!(parse(""), fence(""));
        let mdbook = parse("rust,ignore,should_panic,hidelines=!!");
        assert_eq!(mdbook.classes, ["ignore", "should_panic"]);
        assert_eq!(mdbook.hide.as_deref(), Some("!!"));
        let mkdocs = parse("py title=\"a b.py\" linenums=\"3\" hl_lines=\"2 4-6\"");
        assert_eq!(
            mkdocs,
            Fence {
                title: Some("a b.py".to_owned()),
                numbers: Some(3),
                lines: vec![2..=2, 4..=6],
                ..fence("py")
            }
        );
        let list = parse("{ .yaml .no-copy #x title=\"}\" }");
        assert_eq!(
            (list.language.as_str(), list.copy, list.id.as_deref()),
            ("yaml", false, Some("x"))
        );
        assert_eq!(list.title.as_deref(), Some("}"));
        let vitepress = parse("js{1,4-6}:line-numbers=2 [a/file.js]");
        assert_eq!(vitepress.lines, [1..=1, 4..=6]);
        assert_eq!(vitepress.title.as_deref(), Some("a/file.js"));
        assert_eq!(vitepress.numbers, Some(2));
        assert_eq!(parse("js:line-numbers").numbers, Some(1));
        assert_eq!(parse("jsx title='x.js' showLineNumbers {2}").lines, [2..=2]);
        assert_eq!(parse("hl_lines=\"4 5\"").language, "");
        assert_eq!(parse("c++").language, "c++");
    }
}
