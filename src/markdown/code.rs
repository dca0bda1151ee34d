//! The lines of a block of code: which are hidden, marked or annotated, and
//! what a reader sees of each.

use std::collections::BTreeMap;

use pulldown_cmark::Event;

use super::Document;
use super::fence::Fence;
use crate::diagnostic::Span;

/// A block of code as readers see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeBlock {
    /// The event that opens it.
    pub event: usize,
    /// Where its code stands in the file.
    pub span: Span,
    /// What its fence says.
    pub fence: Fence,
    /// The code with its hidden lines, without the signs that hide or mark.
    pub text: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// When lines are annotated and a list follows: the event that opens the
    /// list, and the number of the block on its page.
    pub notes: Option<(usize, usize)>,
}

/// A line of a block of code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its end in the text, its line break included.
    pub end: usize,
    /// Whether it is hidden at first.
    pub hidden: bool,
    /// How it is marked.
    pub mark: Option<Mark>,
    /// The number of the note about it.
    pub note: Option<usize>,
}

/// How a line is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Highlighted.
    Highlight,
    /// It is new.
    Inserted,
    /// It is gone.
    Deleted,
    /// All others step back.
    Focus,
    /// Something is wrong with it.
    Error,
    /// Something may be wrong with it.
    Warning,
}

impl Mark {
    /// Its class in HTML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Highlight => "mark",
            Self::Inserted => "add",
            Self::Deleted => "del",
            Self::Focus => "focus",
            Self::Error => "err",
            Self::Warning => "warn",
        }
    }
}

/// The block whose fence is `fence` and whose text is `code`. Notes such as
/// `# (1)` are looked for when `notes`.
pub fn read(fence: Fence, code: &str, notes: bool) -> CodeBlock {
    let mut block = CodeBlock {
        text: String::with_capacity(code.len()),
        ..CodeBlock::default()
    };
    let is_rust = matches!(fence.language.as_str(), "rust" | "rs") && fence.hide.is_none();
    // The mark of a comment may speak for several lines.
    let mut going_on: Option<(Mark, usize)> = None;
    for (at, line) in code.split_inclusive('\n').enumerate() {
        let (hidden, indent, line) = match &fence.hide {
            Some(prefix) => by_prefix(line, prefix),
            None if is_rust => by_rustdoc(line),
            None => (false, "", line),
        };
        let start = block.text.len();
        block.text.push_str(indent);
        block.text.push_str(line);
        let number = at + 1;
        let listed = fence.lines.iter().any(|range| range.contains(&number));
        let mut mark = listed.then_some(Mark::Highlight);
        if let Some((kind, left)) = going_on.filter(|(_, left)| *left > 0) {
            mark = Some(kind);
            going_on = Some((kind, left - 1));
        }
        if let Some((kind, count)) = take_mark(&mut block.text, start) {
            mark = Some(kind);
            going_on = Some((kind, count.saturating_sub(1)));
        }
        let note = notes.then(|| take_note(&mut block.text, start)).flatten();
        block.lines.push(Line {
            end: block.text.len(),
            hidden,
            mark,
            note,
        });
    }
    block.fence = fence;
    block
}

/// Whether a line is hidden, its indentation, and the rest without what hides
/// it.
type Hiding<'l> = (bool, &'l str, &'l str);

fn by_prefix<'l>(line: &'l str, prefix: &str) -> Hiding<'l> {
    let bare = line.trim_start_matches([' ', '\t']);
    match bare.strip_prefix(prefix) {
        Some(rest) => (true, &line[..line.len() - bare.len()], rest),
        None => (false, "", line),
    }
}

/// Lines that rustdoc compiles and does not show: those that begin with `# `;
/// in the others `##` stands for `#`.
/// <https://doc.rust-lang.org/rustdoc/write-documentation/documentation-tests.html>
fn by_rustdoc(line: &str) -> Hiding<'_> {
    let bare = line.trim_start();
    let indent = &line[..line.len() - bare.len()];
    match bare.strip_prefix('#') {
        Some(rest) if rest.is_empty() || rest.starts_with(['\n', '\r']) => (true, indent, rest),
        Some(rest) if rest.starts_with(' ') => (true, indent, &rest[1..]),
        Some(rest) if rest.starts_with('#') => (false, indent, rest),
        _ => (false, "", line),
    }
}

/// Takes `// [!code ++]` off the line from `start` on: what it says, and for
/// how many lines.
fn take_mark(text: &mut String, start: usize) -> Option<(Mark, usize)> {
    let line = &text[start..];
    let at = line.rfind("[!code ")?;
    let (said, after) = line[at + "[!code ".len()..].split_once(']')?;
    let (kind, count) = match said.split_once(':') {
        Some((kind, count)) => (kind, count.parse().unwrap_or(1)),
        None => (said, 1),
    };
    let mark = match kind.trim() {
        "++" => Mark::Inserted,
        "--" => Mark::Deleted,
        "highlight" | "hl" => Mark::Highlight,
        "focus" => Mark::Focus,
        "error" => Mark::Error,
        "warning" => Mark::Warning,
        _ => return None,
    };
    let closing = after.trim();
    if !matches!(closing, "" | "*/" | "-->" | "*/}" | "]]") {
        return None;
    }
    let ending = line.ends_with('\n');
    let keep = without_opener(&line[..at]).len();
    text.truncate(start + keep);
    if ending {
        text.push('\n');
    }
    Some((mark, count))
}

/// The line without the beginning of a comment at its end.
fn without_opener(line: &str) -> &str {
    let line = line.trim_end();
    let opener = ["{/*", "<!--", "//", "/*", "--", "#", ";", "%"];
    let found = opener.iter().find_map(|sign| line.strip_suffix(sign));
    found.unwrap_or(line).trim_end()
}

/// Takes the note `# (1)` or `# (1)!` off the line from `start` on; with the
/// `!` the comment goes as well.
fn take_note(text: &mut String, start: usize) -> Option<usize> {
    let line = text[start..].trim_end();
    let close = ["-->", "*/"]
        .iter()
        .find_map(|sign| line.strip_suffix(sign));
    let inner = close.unwrap_or(line).trim_end();
    let bare = inner.strip_suffix('!').unwrap_or(inner).strip_suffix(')')?;
    let (before, number) = bare.rsplit_once('(')?;
    let number = number
        .parse()
        .ok()
        .filter(|number| (1..1000).contains(number))?;
    let kept = without_opener(before);
    // Only in a comment: `f (1)` is code.
    if kept.len() == before.trim_end().len() {
        return None;
    }
    let ending = text[start..].ends_with('\n');
    let keep = kept.len();
    text.truncate(start + keep);
    if ending {
        text.push('\n');
    }
    Some(number)
}

/// The id of a note about a block of code.
pub fn note_id(block: usize, note: usize) -> String {
    format!("note-{block}-{note}")
}

impl CodeBlock {
    /// Hides the lines that begin with `prefix`, which the book names for the
    /// language.
    fn hide(&mut self, prefix: &str) {
        let whole = std::mem::take(&mut self.text);
        let mut start = 0;
        for line in &mut self.lines {
            let (hidden, indent, rest) = by_prefix(&whole[start..line.end], prefix);
            start = line.end;
            self.text.push_str(indent);
            self.text.push_str(rest);
            line.hidden |= hidden;
            line.end = self.text.len();
        }
    }

    /// The code without its hidden lines.
    pub fn shown(&self) -> String {
        let mut shown = String::with_capacity(self.text.len());
        let mut start = 0;
        for line in &self.lines {
            if !line.hidden {
                shown.push_str(&self.text[start..line.end]);
            }
            start = line.end;
        }
        shown
    }

    /// The notes that its lines name.
    pub fn has_notes(&self) -> bool {
        self.lines.iter().any(|line| line.note.is_some())
    }
}

/// Hides lines in all blocks of the languages that `prefixes` names, unless a
/// fence says how itself.
pub fn hide_lines(document: &mut Document, prefixes: &BTreeMap<String, String>) {
    for block in &mut document.code {
        let prefix = prefixes.get(&block.fence.language);
        let Some(prefix) = prefix.filter(|prefix| !prefix.is_empty() && block.fence.hide.is_none())
        else {
            continue;
        };
        block.hide(prefix);
        if let Some((Event::Text(text), _)) = document.events.get_mut(block.event + 1) {
            *text = block.shown().into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, read};
    use crate::markdown::fence;

    #[test]
    fn lines_that_rustdoc_hides_are_hidden() {
        let code = "# fn main() {\n#[test]\n## kept\nlet x;\n#\n    # y\n# }\n";
        let block = read(fence::parse("rust"), code, false);
        assert_eq!(block.shown(), "#[test]\n# kept\nlet x;\n");
        assert_eq!(
            block.text,
            "fn main() {\n#[test]\n# kept\nlet x;\n\n    y\n}\n"
        );
        let block = read(fence::parse("python,hidelines=~"), "~a\nb\n", false);
        assert_eq!(
            (block.text.as_str(), block.shown().as_str()),
            ("a\nb\n", "b\n")
        );
        assert_eq!(read(fence::parse("sh"), "# a\n", false).shown(), "# a\n");
    }

    #[test]
    fn marks_in_comments_are_taken_off() {
        let code =
            "a // [!code ++]\nb # [!code highlight:2]\nc\nd <!-- [!code --] -->\ne [!code x]\n";
        let block = read(fence::parse("js"), code, false);
        assert_eq!(block.text, "a\nb\nc\nd\ne [!code x]\n");
        let marks: Vec<_> = block.lines.iter().map(|line| line.mark).collect();
        let highlight = Some(Mark::Highlight);
        assert_eq!(
            marks,
            [
                Some(Mark::Inserted),
                highlight,
                highlight,
                Some(Mark::Deleted),
                None
            ]
        );
    }

    #[test]
    fn notes_are_taken_off() {
        let block = read(
            fence::parse("yaml"),
            "a: b # (1)!\nf (2)\nc # d (3)\n/* (4) */\n",
            true,
        );
        assert_eq!(block.text, "a: b\nf (2)\nc # d (3)\n\n");
        let notes: Vec<_> = block.lines.iter().map(|line| line.note).collect();
        assert_eq!(notes, [Some(1), None, None, Some(4)]);
    }
}
