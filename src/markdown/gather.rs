//! Blocks whose lines become one event: raw HTML and code.

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
