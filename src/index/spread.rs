//! The order in which hits are shown: what repeats a section or goes beyond a
//! page's share stands behind the rest.
//!
//! Takes chunks, best first, gives as many as are wanted. Nothing is left out
//! before the list is full.

use std::collections::HashMap;

use crate::index::Chunks;
use crate::index::copies::Copies;

/// How many chunks of one page may stand before the chunks of others.
const PER_PAGE: usize = 3;

/// Why a chunk stands behind worse ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Behind {
    /// A part of its section stands before it.
    Section,
    /// Its page has its share before it.
    Page,
    /// A section with the same heading and nearly the same words stands before
    /// it.
    Copy,
}

/// A chunk in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Its number.
    pub chunk: usize,
    /// Its score.
    pub score: f32,
    /// Why it stands behind worse ones, when it does.
    pub behind: Option<Behind>,
}

/// The first `limit` of the chunks in `ranked`, each with its score, best
/// first: those that say something of their own, then the others.
pub fn spread(
    chunks: &Chunks,
    ranked: impl IntoIterator<Item = (usize, f32)>,
    limit: usize,
) -> Vec<Placed> {
    let mut before = Before {
        chunks,
        copies: Copies::of(chunks),
        pages: HashMap::new(),
        headings: HashMap::new(),
    };
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for (chunk, score) in ranked {
        if first.len() >= limit {
            break;
        }
        let behind = before.holds_back(chunk);
        let list = match behind {
            None => &mut first,
            Some(_) => &mut rest,
        };
        list.push(Placed {
            chunk,
            score,
            behind,
        });
        if behind.is_none() {
            before.add(chunk);
        }
    }
    first.append(&mut rest);
    first.truncate(limit);
    first
}

/// The chunks that stand in front, by number.
struct Before<'a> {
    chunks: &'a Chunks,
    copies: Copies<'a>,
    pages: HashMap<&'a str, Vec<usize>>,
    headings: HashMap<&'a str, Vec<usize>>,
}

impl Before<'_> {
    fn add(&mut self, chunk: usize) {
        let this = &self.chunks[chunk];
        self.pages.entry(&this.page).or_default().push(chunk);
        self.headings.entry(this.heading()).or_default().push(chunk);
    }

    fn holds_back(&mut self, chunk: usize) -> Option<Behind> {
        let this = &self.chunks[chunk];
        let same_page = self.pages.get(this.page.as_str());
        let same_page = same_page.map_or(&[][..], Vec::as_slice);
        let mut anchors = same_page.iter().map(|other| &self.chunks[*other].anchor);
        if anchors.any(|anchor| *anchor == this.anchor) {
            return Some(Behind::Section);
        }
        let same_heading = self.headings.get(this.heading()).into_iter().flatten();
        let copies = &mut self.copies;
        if same_heading
            .into_iter()
            .any(|other| copies.are(*other, chunk))
        {
            return Some(Behind::Copy);
        }
        (same_page.len() >= PER_PAGE).then_some(Behind::Page)
    }
}
