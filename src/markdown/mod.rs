//! One parse of a page; everything else reads its result.
//!
//! Takes text and an offset, gives a [`Document`] of events with spans,
//! sections, links and ids. It does no I/O, knows no addresses and cannot
//! fail.

pub mod alone;
pub mod anchor;
mod attach;
pub mod attributes;
mod blocks;
mod brackets;
pub mod code;
mod code_html;
mod containers;
mod contents;
mod diagram;
pub mod excerpt;
pub mod fence;
mod frames;
pub mod gather;
mod given;
mod glyphs;
pub mod highlight;
pub mod html;
pub mod html_words;
mod image_html;
mod inline;
mod labels;
mod line;
mod listing;
pub mod marks;
mod math;
mod opener;
pub mod parse;
mod plain_html;
pub mod raw_html;
mod rewrite;
mod scanner;
mod tabs;
pub mod text;
pub mod twin;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub use attributes::Attributes;
pub use code::CodeBlock;
pub use marks::Marks;
pub use parse::parse;
// The words in which a document is told; nobody else names their crate.
pub use pulldown_cmark::{Event, Tag, TagEnd};
pub use text::{Block, BlockKind};
pub use words::Words;

use crate::diagnostic::{Diagnostic, Span};

/// A parsed page.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The events with their spans in the whole file. A block of raw HTML is
    /// one event, and so is the text of a block of code, without its hidden
    /// lines; headings carry their final id.
    pub events: Vec<(Event<'static>, Span)>,
    /// A lead section (level 0, empty anchor) when text stands before the
    /// first heading, then one section for each heading, in reading order.
    pub sections: Vec<Section>,
    /// Every link and image, in Markdown and in raw HTML, in reading order.
    pub links: Vec<Link>,
    /// Every id in the final HTML: headings, footnotes and raw HTML.
    pub ids: BTreeSet<String>,
    /// What else has an id.
    pub marks: Marks,
    /// What the author gives to elements: by the event that opens one. Those
    /// of a heading are in its event.
    pub attributes: BTreeMap<usize, Attributes>,
    /// Icons that were left out, and where.
    pub icons: Vec<(String, Span)>,
    /// Formulas and diagrams as HTML: by the event of the formula, or the one
    /// that opens the block of code.
    pub made: BTreeMap<usize, String>,
    /// Titles of ours: by the event that holds one, the classes of the note
    /// and where the title stands in the event's text.
    pub titles: BTreeMap<usize, (String, Range<usize>)>,
    /// Every block of code, in reading order.
    pub code: Vec<CodeBlock>,
    /// What is wrong with the Markdown itself, and where.
    pub problems: Vec<(Diagnostic, Span)>,
}

/// A heading and what stands under it, up to the next heading of any level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// 1 to 6; 0 for the text before the first heading.
    pub level: u8,
    /// The heading's text without its markup.
    pub title: String,
    /// The heading's id; empty for the lead.
    pub anchor: String,
    /// The events of the section, the heading's own included.
    pub events: Range<usize>,
}

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The event that holds it.
    pub event: usize,
    /// What it points at, as written; a bare mail address has `mailto:` put
    /// in front.
    pub dest: String,
    /// What sort of thing it is.
    pub kind: LinkKind,
    /// For a Markdown link the whole `[text](dest)`; for raw HTML the
    /// attribute's value.
    pub span: Span,
}

/// What a [`Link`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](dest)`, `[text][ref]`, `<dest>`.
    Link,
    /// `![alt](dest)`.
    Image,
    /// An attribute of raw HTML: where its value lies in the event's text.
    Html {
        /// The value's bytes within the event's text.
        value: Range<usize>,
        /// Whether it loads something (`src`) rather than leads somewhere.
        loads: bool,
    },
}
