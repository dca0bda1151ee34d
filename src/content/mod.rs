//! The author's files, read: pages become [`Source`]s, everything else an
//! [`Asset`].
//!
//! Takes the configuration, gives sources in path order and what is wrong
//! with them. Markdown is not parsed here and addresses are not known.

pub mod admonish;
pub mod alias;
pub mod directive;
pub mod front_matter;
pub mod history;
pub mod include;
pub mod kind;
pub mod load;
pub mod meta;
pub mod patterns;
pub mod rework;
pub mod roots;
pub mod select;
pub mod shortcode;
pub mod snippet;
pub mod value;
pub mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

pub use history::{History, Reading};
pub use kind::Kind;
pub use load::{load, load_with, place_of, reread, said_once};
pub use meta::FrontMatter;
pub use patterns::Matcher;
pub use roots::shown_path;
pub use value::Loose;

use crate::diagnostic::{Diagnostic, Place, Span};

/// One Markdown file of the book.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file, relative to the content folder, with `/` between the parts.
    pub path: String,
    /// The same, relative to the book's root: what messages show.
    pub shown: String,
    /// The text with includes expanded, front matter still in front.
    pub text: Arc<str>,
    /// Where in `text` the Markdown starts.
    pub body: usize,
    /// The front matter, or its defaults.
    pub meta: FrontMatter,
    /// What the page is for: from the front matter, else from the folders.
    pub kind: Option<Kind>,
    /// Which file each part of `text` came from, in order.
    pub pieces: Vec<Piece>,
    /// What is wrong with its front matter and its includes. Nobody needs to
    /// know for a page that is not in the book.
    pub problems: Vec<Diagnostic>,
}

/// A run of an expanded text that came from one file.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The run, in bytes of the expanded text.
    pub expanded: Span,
    /// The file it came from, relative to the book's root.
    pub file: String,
    /// That file's whole text.
    pub text: Arc<str>,
    /// Where the run starts in that file.
    pub start: usize,
}

impl Source {
    /// The place in the author's own files that `span` of the expanded text
    /// came from.
    pub fn place(&self, span: Span) -> Place {
        let after = self
            .pieces
            .partition_point(|piece| piece.expanded.start <= span.start);
        let Some(piece) = after.checked_sub(1).map(|at| &self.pieces[at]) else {
            return Place {
                path: self.shown.clone(),
                text: self.text.clone(),
                span,
            };
        };
        // Text that stands in no file, such as the fence around a playground,
        // is longer than what it stands for.
        let within = |at: usize| {
            let at = at.clamp(span.start, piece.expanded.end.max(span.start));
            let at = piece.start + (at - piece.expanded.start);
            piece.text.floor_char_boundary(at)
        };
        Place {
            path: piece.file.clone(),
            text: piece.text.clone(),
            span: Span::new(within(span.start), within(span.end)),
        }
    }
}

/// A file that is copied as it is.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Relative to the content folder, with `/` between the parts.
    pub path: String,
    /// Where it lies.
    pub file: PathBuf,
}

/// All files of a book.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// The pages, in path order.
    pub sources: Vec<Arc<Source>>,
    /// Everything else, in path order.
    pub assets: Vec<Asset>,
    /// `SUMMARY.md`, when the book has one.
    pub summary: Option<Source>,
    /// Pages that are drafts, by path: not published.
    pub drafts: BTreeSet<String>,
    /// Pages that could not be read, by path, and why.
    pub unread: BTreeMap<String, Diagnostic>,
}
