//! What is wrong in an author's files, and where.
//!
//! Every stage returns its value and a list of these; nothing here knows
//! Markdown, links or the terminal, and nothing here prints.

pub mod render;
pub mod suggest;

use std::cmp::Ordering;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A range of byte offsets in a whole file, front matter included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`, in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

/// A span of one file, carrying the text so that drawing it needs no look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the book's root, with `/` between the parts.
    pub path: String,
    /// The whole text of the file.
    pub text: Arc<str>,
    /// The part that is meant.
    pub span: Span,
}

/// The first line of a [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'t> {
    /// Counted from one.
    pub number: usize,
    /// The line without its ending.
    pub text: &'t str,
    /// The part that is meant, in bytes of `text` and between characters.
    pub span: Span,
}

impl Place {
    /// The line and the column of the start, both counted from one; the
    /// column counts characters.
    pub fn line_column(&self) -> (usize, usize) {
        let line = self.line();
        let column = line.text[..line.span.start].chars().count() + 1;
        (line.number, column)
    }

    /// The line that holds the start. What the span has beyond the line, the
    /// text or a character is cut off.
    pub fn line(&self) -> Line<'_> {
        let text = &*self.text;
        let start = text.floor_char_boundary(self.span.start);
        let end = text.ceil_char_boundary(self.span.end).max(start);
        let first = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let length = text[first..].find('\n').unwrap_or(text.len() - first);
        let line = text[first..first + length].trim_end_matches('\r');
        let within = |at: usize| (at - first).min(line.len());
        Line {
            number: text[..start].matches('\n').count() + 1,
            text: line,
            span: Span::new(within(start), within(end)),
        }
    }
}

/// How bad a problem is: errors fail the build, warnings only with `--strict`,
/// notes never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The page or the link does not work.
    Error,
    /// It works, but probably not as meant.
    Warning,
    /// Nothing is wrong, but it is worth knowing.
    Note,
}

/// One problem in the author's files. Cheap to clone: a book may have many, and
/// most of them stay from one build to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic(Arc<Problem>);

/// What a [`Diagnostic`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether it fails the build.
    pub severity: Severity,
    /// A stable name such as `link/no-such-page`; each has a section in the
    /// diagnostics reference.
    pub code: &'static str,
    /// What is wrong: a lower-case phrase without a full stop.
    pub message: String,
    /// Where, when it has a place.
    pub place: Option<Place>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error with this code and message.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning with this code and message.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// A note with this code and message.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, message: String) -> Self {
        Self(Arc::new(Problem {
            severity,
            code,
            message,
            place: None,
            help: None,
        }))
    }

    /// Whether both are one and the same, which is quickly seen.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The same problem at `place`.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same problem with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether this fails a build.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether nothing is wrong: not even a strict build fails.
    pub fn is_note(&self) -> bool {
        self.severity == Severity::Note
    }
}

impl Deref for Diagnostic {
    type Target = Problem;

    fn deref(&self) -> &Problem {
        &self.0
    }
}

impl DerefMut for Diagnostic {
    fn deref_mut(&mut self) -> &mut Problem {
        Arc::make_mut(&mut self.0)
    }
}

/// Takes `gone`, each once, out of sorted problems and puts `come` in where they
/// belong.
pub fn replace(sorted: &mut Vec<Diagnostic>, gone: &[Diagnostic], come: Vec<Diagnostic>) {
    let find = |sorted: &[Diagnostic], one: &Diagnostic| {
        sorted.binary_search_by(|other| key(other).cmp(&key(one)))
    };
    for one in gone {
        if let Ok(at) = find(sorted, one) {
            sorted.remove(at);
        }
    }
    for one in come {
        if let Err(at) = find(sorted, &one) {
            sorted.insert(at, one);
        }
    }
}

/// Orders problems by file, position, code and message, those without a
/// place first, and drops exact repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| key(a).cmp(&key(b)).then(Ordering::Equal));
    diagnostics.dedup();
}

fn key(diagnostic: &Diagnostic) -> (&str, Span, &str, &str) {
    let (path, span) = match &diagnostic.place {
        Some(place) => (place.path.as_str(), place.span),
        None => ("", Span::default()),
    };
    (path, span, diagnostic.code, &diagnostic.message)
}
