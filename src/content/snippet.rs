//! Snippets as MkDocs has them: `--8<-- "file"` on a line of its own, which
//! stands for the file, some of its lines, or a section of it.
//!
//! They work inside code as well, and keep the indentation that the marker
//! has. Paths count from the base paths, not from the page.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::include::{Expander, Refusal, refuse};
use super::roots::lexically_normal;
use crate::diagnostic::Diagnostic;

/// A line, or a block of lines, that asks for files.
#[derive(Debug)]
pub struct Marker {
    /// The whole lines, the last newline included.
    pub span: Range<usize>,
    /// What stands in front of the marker.
    pub indent: Range<usize>,
    /// The files asked for, each with its place.
    pub files: Vec<Range<usize>>,
    /// The `;` to take away: the marker is shown, not followed.
    pub escape: Option<usize>,
}

/// The next marker in `text[from..to]`. `from` is where the last one ended.
pub fn next(text: &str, from: usize, to: usize) -> Option<Marker> {
    let mut at = from;
    loop {
        let found = at + text[at..to].find("8<-")?;
        at = found + 3;
        let start = text[..found].rfind('\n').map_or(0, |newline| newline + 1);
        if start < from {
            continue;
        }
        let end = text[found..to]
            .find('\n')
            .map_or(to, |length| found + length + 1);
        if let Some(marker) = read(text, start..end, to) {
            return Some(marker);
        }
    }
}

fn read(text: &str, line: Range<usize>, to: usize) -> Option<Marker> {
    let whole = &text[line.clone()];
    let bare = whole.trim_start_matches([' ', '\t']);
    let start = line.start + (whole.len() - bare.len());
    let unescaped = bare.trim_start_matches(';');
    let rest = scissors(unescaped)?;
    let indent = line.start..start;
    let what = rest.trim();
    let whole_block = || block(text, line.end..to);
    if unescaped.len() < bare.len() {
        // Only what would be a marker is one that is escaped.
        (what.is_empty() || quoted(what).is_some()).then_some(())?;
        return Some(Marker {
            span: line,
            indent,
            files: Vec::new(),
            escape: Some(start),
        });
    }
    if what.is_empty() {
        let (files, end) = whole_block()?;
        return Some(Marker {
            span: line.start..end,
            indent,
            files,
            escape: None,
        });
    }
    if !rest.starts_with([' ', '\t']) {
        return None;
    }
    let name = quoted(what)?;
    let at = name.as_ptr().addr() - text.as_ptr().addr();
    Some(Marker {
        span: line,
        indent,
        files: std::iter::once(at..at + name.len()).collect(),
        escape: None,
    })
}

/// What follows `--8<--` at the start of `text`.
fn scissors(text: &str) -> Option<&str> {
    let after = text.trim_start_matches('-');
    let rest = after.strip_prefix("8<-")?;
    (after.len() < text.len()).then(|| rest.trim_start_matches('-'))
}

fn quoted(text: &str) -> Option<&str> {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"')
        .or_else(|| inner('\''))
        .filter(|inner| !inner.is_empty())
}

/// The files between two markers, a line each; and where the block ends.
fn block(text: &str, within: Range<usize>) -> Option<(Vec<Range<usize>>, usize)> {
    let mut files = Vec::new();
    let mut at = within.start;
    for line in text[within].split_inclusive('\n') {
        let bare = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if scissors(bare).is_some_and(|rest| rest.trim().is_empty()) {
            return Some((files, at));
        }
        if !bare.is_empty() && !bare.starts_with(';') {
            files.push(start..start + bare.len());
        }
    }
    None
}

impl Expander<'_> {
    /// Puts the files in place of the marker.
    pub(super) fn snippets(&mut self, file: &Path, text: &Arc<str>, marker: &Marker) {
        if let Some(escape) = marker.escape {
            self.push(file, text, marker.span.start..escape);
            self.push(file, text, escape + 1..marker.span.end);
            return;
        }
        let outer = self.indent.len();
        self.indent.push_str(&text[marker.indent.clone()]);
        for name in &marker.files {
            self.snippet(file, text, name.clone());
            if !self.out.text.is_empty() && !self.out.text.ends_with('\n') {
                self.synthetic_at(file, text, marker.span.start, "\n");
            }
        }
        self.indent.truncate(outer);
    }

    /// Ends a page with what the book says that every page ends with.
    pub(super) fn append(&mut self, file: &Path, text: &Arc<str>) {
        let names = self.roots.appended.clone();
        for name in &names {
            self.synthetic_at(file, text, text.len(), "\n\n");
            if let Err(refusal) = self.named(name) {
                self.out.diagnostics.extend(refusal.map(|problem| *problem));
            }
        }
    }

    fn snippet(&mut self, file: &Path, text: &Arc<str>, name: Range<usize>) {
        if let Err(refusal) = self.named(&text[name.clone()]) {
            self.refused(file, text, name, refusal);
        }
    }

    /// Adds the file, or the part of one, that `wanted` names.
    fn named(&mut self, wanted: &str) -> Result<(), Refusal> {
        let (path, selection) = selection(wanted);
        let target = self.find(path, selection)?;
        let (target, target_text) = self.open_file(&target, path)?;
        let Some(lines) = select(&target_text, selection) else {
            let message = format!("no section `{selection}` in `{path}`");
            let help =
                format!("mark it with `--8<-- [start:{selection}]` and `--8<-- [end:{selection}]`");
            let problem = Diagnostic::error("include/no-such-anchor", message).help(help);
            return Err(refuse(problem));
        };
        self.open.push(target.clone());
        self.file(&target, &target_text, &lines);
        self.open.pop();
        Ok(())
    }

    fn refused(&mut self, file: &Path, text: &Arc<str>, name: Range<usize>, refusal: Refusal) {
        let place = self.place(file, text, name);
        let placed = refusal.map(|diagnostic| diagnostic.at(place));
        self.out.diagnostics.extend(placed);
    }

    /// The file at `path`, from the first base path that has it.
    fn find(&mut self, path: &str, selection: &str) -> Result<std::path::PathBuf, Refusal> {
        if path.starts_with("https://") || path.starts_with("http://") {
            let message = format!("`{path}` is not fetched: a build reaches no network");
            let help = "save the file in the book and name it there";
            return Err(refuse(Diagnostic::error("include/url", message).help(help)));
        }
        let bases = &self.roots.snippets;
        let mut targets = bases.iter().map(|base| lexically_normal(&base.join(path)));
        let first = targets.next().unwrap_or_default();
        let found = if first.is_file() {
            None
        } else {
            targets.find(|target| target.is_file())
        };
        let target = found.unwrap_or(first);
        self.check(&target, path, selection)?;
        Ok(target)
    }
}

/// The path and what is asked of the file: `f:3:5`, `f::5`, `f:name`.
fn selection(wanted: &str) -> (&str, &str) {
    let is_numbers = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b',' | b'-'))
    };
    if let Some(at) = wanted.find(':').filter(|at| is_numbers(&wanted[*at..])) {
        return (&wanted[..at], &wanted[at + 1..]);
    }
    match wanted.rsplit_once(':') {
        Some((path, name)) if !name.contains(['/', '\\']) && !name.is_empty() => (path, name),
        _ => (wanted, ""),
    }
}

/// The lines that `selection` means, without the lines that mark sections.
fn select(text: &str, selection: &str) -> Option<Vec<Range<usize>>> {
    let named = selection.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let ranges: Vec<(usize, usize)> = if named {
        Vec::new()
    } else {
        numbers(selection)?
    };
    let mut kept: Vec<Range<usize>> = Vec::new();
    let (mut inside, mut found, mut at) = (false, false, 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let range = at..at + line.len();
        at = range.end;
        if let Some((opens, name)) = section(line) {
            if named && name.eq_ignore_ascii_case(selection) {
                inside = opens;
                found |= opens;
            }
            continue;
        }
        let number = index + 1;
        let wanted = if named {
            inside
        } else {
            ranges
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&number))
        };
        if !wanted {
            continue;
        }
        match kept.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => kept.push(range),
        }
    }
    (found || !named).then_some(kept)
}

/// `3` is from line 3 on, `3:5` and `:5` are up to line 5; several with commas.
fn numbers(selection: &str) -> Option<Vec<(usize, usize)>> {
    let number = |text: &str, default: usize| match text {
        "" => Some(default),
        _ => text.parse().ok(),
    };
    let range = |part: &str| {
        let (from, to) = part.split_once(':').unwrap_or((part, ""));
        Some((number(from, 1)?, number(to, usize::MAX)?))
    };
    selection.split(',').map(range).collect()
}

/// The section that a line opens (`true`) or closes.
fn section(line: &str) -> Option<(bool, &str)> {
    let at = line.find("8<-")?;
    let before = line[..at].trim_end_matches('-');
    if before.len() == at || before.ends_with(';') {
        return None;
    }
    let rest = line[at + 3..]
        .trim_start_matches('-')
        .trim_start()
        .strip_prefix('[')?;
    let (inner, _) = rest.split_once(']')?;
    let (kind, name) = inner.split_once(':')?;
    let opens = match kind.trim() {
        "start" => true,
        "end" => false,
        _ => return None,
    };
    Some((opens, name.trim()))
}

#[cfg(test)]
mod tests {
    use super::{next, select, selection};

    fn check(text: &str, expected: Option<(&str, &[&str])>) {
        let marker = next(text, 0, text.len());
        let found = marker.as_ref().map(|marker| {
            let files: Vec<&str> = marker
                .files
                .iter()
                .map(|range| &text[range.clone()])
                .collect();
            (&text[marker.indent.clone()], files)
        });
        let found = found
            .as_ref()
            .map(|(indent, files)| (*indent, files.as_slice()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_marker_stands_on_a_line_of_its_own() {
        check("a\n  --8<-- \"f.md\"\nb", Some(("  ", &["f.md"])));
        check("-8<- 'f.md:2:3'", Some(("", &["f.md:2:3"])));
        check(
            "--8<--\na.md\n; b.md\n\nc.md\n--8<--\n",
            Some(("", &["a.md", "c.md"])),
        );
        check(";--8<-- \"f.md\"", Some(("", &[])));
        check("a --8<-- \"f.md\"", None);
        check("--8<--\"f.md\"", None);
        check("--8<-- f.md", None);
        check("--8<--\na.md\n", None);
        check("8<- \"f\"", None);
    }

    #[test]
    fn a_path_may_be_followed_by_lines_or_a_section() {
        assert_eq!(selection("a/b.md"), ("a/b.md", ""));
        assert_eq!(selection("a/b.md:3:5"), ("a/b.md", "3:5"));
        assert_eq!(selection("a.md::5"), ("a.md", ":5"));
        assert_eq!(selection("a.md:name"), ("a.md", "name"));
        assert_eq!(selection("https://a.b/c"), ("https://a.b/c", ""));
    }

    #[test]
    fn lines_are_chosen_and_markers_dropped() {
        let text = "1\n# --8<-- [start:a]\n3\n# --8<-- [end:a]\n5\n";
        let chosen = |selection| {
            let ranges = select(text, selection)?;
            Some(
                ranges
                    .into_iter()
                    .map(|range| &text[range])
                    .collect::<String>(),
            )
        };
        assert_eq!(chosen("").as_deref(), Some("1\n3\n5\n"));
        assert_eq!(chosen("a").as_deref(), Some("3\n"));
        assert_eq!(chosen("3").as_deref(), Some("3\n5\n"));
        assert_eq!(chosen(":3").as_deref(), Some("1\n3\n"));
        assert_eq!(chosen("1:1,5").as_deref(), Some("1\n5\n"));
        assert_eq!(chosen("b"), None);
        assert_eq!(chosen("/x/"), None);
    }
}
