//! Blocks whose lines become one event: raw HTML and Rust.

use pulldown_cmark::CodeBlockKind;

use crate::diagnostic::Span;

/// The lines of a block, and where each stands in the file.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The lines as the parser gives them: the marks of quotes and the
    /// indentation of lists are not in them.
    pub text: String,
    /// From the first line to the last.
    pub span: Span,
    /// Where each run starts, in `text` and in the file.
    starts: Vec<(usize, usize)>,
}

impl Gathered {
    /// Adds a run of text that stands at `span` in the file.
    pub fn push(&mut self, text: &str, span: Span) {
        if self.starts.is_empty() {
            self.span.start = span.start;
        }
        self.span.end = span.end;
        self.starts.push((self.text.len(), span.start));
        self.text.push_str(text);
    }

    /// Where the byte `offset` of the text stands in the file.
    pub fn origin(&self, offset: usize) -> usize {
        let after = self.starts.partition_point(|(start, _)| *start <= offset);
        match after.checked_sub(1).and_then(|at| self.starts.get(at)) {
            Some((start, origin)) => origin + (offset - start),
            None => self.span.start,
        }
    }
}

/// Whether a block of code is Rust, by the first word after its fence.
pub fn is_rust(kind: &CodeBlockKind<'_>) -> bool {
    match kind {
        CodeBlockKind::Fenced(info) => {
            let end = info.find([',', ' ', '\t', '{']).unwrap_or(info.len());
            &info[..end] == "rust"
        }
        CodeBlockKind::Indented => false,
    }
}

/// Rust without the lines that rustdoc compiles and does not show: those that
/// begin with `# `; in the others `##` stands for `#`.
/// <https://doc.rust-lang.org/rustdoc/write-documentation/documentation-tests.html>
pub fn without_hidden_lines(code: &str) -> String {
    let mut shown = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        let bare = line.trim_start();
        let indent = &line[..line.len() - bare.len()];
        match bare.strip_prefix('#') {
            Some(rest) if rest.is_empty() || rest.starts_with([' ', '\n', '\r']) => {}
            Some(rest) if rest.starts_with('#') => {
                shown.push_str(indent);
                shown.push_str(rest);
            }
            _ => shown.push_str(line),
        }
    }
    shown
}
