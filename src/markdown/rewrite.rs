//! A page's text with some of its lines written differently, and where each
//! part of it stands in the author's file.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::Span;

/// A text for the parser, made from the author's.
#[derive(Debug)]
pub struct Rewritten<'t> {
    /// The author's whole text.
    source: &'t str,
    /// The new text.
    pub text: Cow<'t, str>,
    /// Where each run of the new text starts, and what it stands for.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    at: usize,
    origin: usize,
    /// Whether the run is the author's own text, byte for byte.
    copied: bool,
}

impl<'t> Rewritten<'t> {
    /// `source` from `offset` on as it is.
    pub fn unchanged(source: &'t str, offset: usize) -> Self {
        Self {
            source,
            text: Cow::Borrowed(&source[offset..]),
            runs: vec![Run {
                at: 0,
                origin: offset,
                copied: true,
            }],
        }
    }

    /// An empty text to which parts of `source` are added.
    pub fn new(source: &'t str) -> Self {
        Self {
            source,
            text: Cow::Owned(String::with_capacity(source.len() + source.len() / 16)),
            runs: Vec::new(),
        }
    }

    /// Adds a part of the author's text.
    pub fn copy(&mut self, range: Range<usize>) {
        let at = self.text.len();
        self.text.to_mut().push_str(&self.source[range.clone()]);
        self.run(at, range.start, true);
    }

    /// Adds `what`, which stands for the place `origin`.
    pub fn make(&mut self, what: &str, origin: usize) {
        let at = self.text.len();
        self.text.to_mut().push_str(what);
        self.run(at, origin, false);
    }

    fn run(&mut self, at: usize, origin: usize, copied: bool) {
        if self.text.len() == at {
            return;
        }
        let follows = self
            .runs
            .last()
            .is_some_and(|last| last.copied && copied && last.origin + (at - last.at) == origin);
        if !follows {
            self.runs.push(Run { at, origin, copied });
        }
    }

    /// Where the byte `at` of the new text stands in the author's.
    pub fn origin(&self, at: usize) -> usize {
        let after = self.runs.partition_point(|run| run.at <= at);
        let Some(run) = after.checked_sub(1).map(|last| self.runs[last]) else {
            return self.source.len();
        };
        if run.copied {
            (run.origin + (at - run.at)).min(self.source.len())
        } else {
            run.origin
        }
    }

    /// Where a part of the new text stands in the author's.
    pub fn span(&self, range: &Range<usize>) -> Span {
        let start = self.source.floor_char_boundary(self.origin(range.start));
        if range.end <= range.start {
            return Span::new(start, start);
        }
        // What follows the last byte may stand elsewhere.
        let end = (self.origin(range.end - 1) + 1).min(self.source.len());
        Span::new(start, self.source.ceil_char_boundary(end).max(start))
    }
}
