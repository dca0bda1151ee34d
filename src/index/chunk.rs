//! Pages cut into passages that an embedder reads whole.
//!
//! Takes the site and a way to count tokens, gives a heading's worth of text
//! at a time: long sections split between blocks, tiny ones joined with their
//! siblings, nothing twice. No vectors and no files here.

use std::sync::Arc;

use rayon::prelude::*;

use crate::index::pages::{Chunks, PageChunks};
use crate::index::{Chunk, estimate::estimate};
use crate::markdown::text::blocks;
use crate::markdown::{Block, BlockKind};
use crate::site::Page;

/// The most tokens of a chunk with its title and headings in front. The
/// default embedder reads 256 and drops the rest.
pub const MOST: usize = 240;
/// How many fewer a chunk has than its embedder reads: tokens are counted block by
/// block, and what joins blocks is not.
const SPARE: usize = 16;
/// Sections with fewer tokens are joined with their siblings.
const SMALL: usize = 40;
/// However long the headings are, so many tokens are left for the text.
const LEAST: usize = 80;

/// Counts the tokens that an embedder reads of a text.
pub struct Counter<'a> {
    /// The embedder's name; empty for [`estimate()`].
    pub name: &'a str,
    /// How many tokens it reads of a text.
    pub count: &'a (dyn Fn(&str) -> usize + Sync),
    /// The most that a chunk may have.
    pub most: usize,
}

impl Counter<'_> {
    /// What counts without an embedder.
    pub const ESTIMATE: Counter<'static> = Counter {
        name: "",
        count: &estimate,
        most: MOST,
    };

    /// What a chunk may have for an embedder that reads at most `max_tokens`.
    pub fn most(max_tokens: usize) -> usize {
        MOST.min(max_tokens.saturating_sub(SPARE))
    }
}

/// The chunks of `pages`, in their order. Pages that `before` holds as they
/// are, cut by the same counter, are taken from there.
///
/// Each page is given back as soon as it is cut: a large book's pages and its
/// chunks are never in memory together, unless the caller keeps the pages.
pub fn chunks(pages: Vec<Arc<Page>>, counter: &Counter<'_>, before: Option<&Chunks>) -> Chunks {
    let known = before.map(|before| before.known(counter.name));
    let known = known.unwrap_or_default();
    let of_page = |page: Arc<Page>| {
        let before = known.get(page.address.as_str());
        match before.filter(|before| before.is_of(&page)) {
            Some(before) => Arc::clone(before),
            None => Arc::new(PageChunks::of(&page, cut(&page, counter))),
        }
    };
    let pages = pages.into_par_iter().map(of_page).collect();
    Chunks::new(pages, counter.name)
}

/// Splits the blocks of `whole` so that each chunk fits the embedder.
pub fn fitted(whole: &Chunk, counter: &Counter<'_>) -> Vec<Chunk> {
    let scale = Scale::of(counter);
    let blocks = whole.blocks.iter().cloned();
    let blocks = scale.weighed(blocks.collect());
    let room = scale.room(&whole.title, &whole.trail);
    let groups = split(blocks, room, &scale).into_iter();
    let with = |blocks| Chunk {
        blocks,
        ..whole.clone()
    };
    groups.map(with).collect()
}

/// A block with its tokens.
type Weighed = (Block, usize);

/// A heading with what stands under it, before it is split or joined.
struct Part {
    anchor: String,
    /// The headings down to this one, the page's title left out.
    trail: Vec<String>,
    level: u8,
    blocks: Vec<Weighed>,
}

impl Part {
    /// The headings above this one's own.
    fn above(&self) -> &[String] {
        self.trail.split_last().map_or(&[], |(_, above)| above)
    }

    /// The tokens of the blocks.
    fn cost(&self) -> usize {
        self.blocks.iter().map(|(_, cost)| cost).sum()
    }

    fn is_sibling(&self, other: &Self) -> bool {
        let nested = !self.trail.is_empty() && self.trail.len() == other.trail.len();
        nested && self.level == other.level && self.above() == other.above()
    }
}

/// Counts tokens of text within a chunk.
struct Scale<'a> {
    counter: &'a Counter<'a>,
    /// The tokens of an empty text.
    base: usize,
}

impl<'a> Scale<'a> {
    fn of(counter: &'a Counter<'a>) -> Self {
        Self {
            counter,
            base: (counter.count)(""),
        }
    }

    /// The tokens of `text`. A word of many kilobytes is one unknown token to
    /// most models; it counts by its length, so that no chunk grows huge.
    fn cost(&self, text: &str) -> usize {
        (self.counter.count)(text)
            .saturating_sub(self.base)
            .max(text.len() / 16)
    }

    fn weighed(&self, blocks: Vec<Block>) -> Vec<Weighed> {
        let weigh = |block: Block| {
            let cost = self.cost(&block.text);
            (block, cost)
        };
        blocks.into_iter().map(weigh).collect()
    }

    /// What is left for text under these headings.
    fn room(&self, title: &str, trail: &[String]) -> usize {
        let front = self.cost(title)
            + trail
                .iter()
                .map(|heading| self.cost(heading) + 1)
                .sum::<usize>();
        let most = self.counter.most;
        most.saturating_sub(front + self.base)
            .max(LEAST.min(most / 2))
    }
}

/// The chunks of one page, at least one.
fn cut(page: &Page, counter: &Counter<'_>) -> Vec<Chunk> {
    let scale = Scale::of(counter);
    let mut parts = joined(parts(page, &scale), &page.title, &scale);
    if parts.is_empty() {
        parts.push(headings_alone(page, &scale));
    }
    let mut chunks = Vec::with_capacity(parts.len());
    for part in parts {
        let room = scale.room(&page.title, &part.trail);
        for blocks in split(part.blocks, room, &scale) {
            chunks.push(Chunk::new(
                page.address.clone(),
                part.anchor.clone(),
                page.title.clone(),
                part.trail.clone(),
                page.kind(),
                blocks,
            ));
        }
    }
    if let Some(first) = chunks.first_mut() {
        first.unseen = unseen(page);
    }
    chunks
}

/// What a page says of itself in its front matter.
fn unseen(page: &Page) -> Vec<String> {
    let meta = &page.source.meta;
    let texts = meta.description.iter().chain(&meta.tags);
    texts.chain(&meta.questions).cloned().collect()
}

/// A page of headings alone is still found by them.
fn headings_alone(page: &Page, scale: &Scale<'_>) -> Part {
    let headings = page.document.sections.iter();
    let headings = headings.map(|section| section.title.clone());
    let headings = headings.filter(|title| *title != page.title);
    let block = |text| Block {
        kind: BlockKind::Heading,
        text,
    };
    Part {
        anchor: String::new(),
        trail: Vec::new(),
        level: 0,
        blocks: scale.weighed(headings.map(block).collect()),
    }
}

/// The sections that hold text, with the headings above each.
fn parts(page: &Page, scale: &Scale<'_>) -> Vec<Part> {
    let mut above: Vec<(u8, &str)> = Vec::new();
    let mut parts = Vec::new();
    for section in &page.document.sections {
        above.retain(|(level, _)| *level < section.level);
        if section.level > 0 {
            above.push((section.level, &section.title));
        }
        let blocks = blocks(&page.document, section.events.clone());
        if blocks.is_empty() {
            continue;
        }
        // The page's title is a chunk's title, not one of its headings.
        let trail = above
            .iter()
            .filter(|(level, title)| *level > 1 || *title != page.title);
        let trail: Vec<String> = trail.map(|(_, title)| (*title).to_owned()).collect();
        let anchor = if trail.is_empty() {
            String::new()
        } else {
            section.anchor.clone()
        };
        parts.push(Part {
            anchor,
            trail,
            level: section.level,
            blocks: scale.weighed(blocks),
        });
    }
    parts
}

/// Neighbouring small sections under the same heading become one, as long as
/// they fit into one chunk.
fn joined(parts: Vec<Part>, title: &str, scale: &Scale<'_>) -> Vec<Part> {
    let mut groups: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        let joins = groups.last().is_some_and(|group| {
            let all = || group.iter().chain([&part]);
            let fits = || {
                let headings = all().filter_map(|part| part.trail.last());
                let headings: usize = headings.map(|heading| scale.cost(heading)).sum();
                all().map(Part::cost).sum::<usize>() + headings <= scale.room(title, part.above())
            };
            all().all(|part| part.cost() < SMALL) && group[0].is_sibling(&part) && fits()
        });
        match groups.last_mut() {
            Some(group) if joins => group.push(part),
            _ => groups.push(vec![part]),
        }
    }
    let one_of = |group| one_of(group, scale);
    groups.into_iter().filter_map(one_of).collect()
}

/// The parts as one, their own headings among the blocks.
fn one_of(mut group: Vec<Part>, scale: &Scale<'_>) -> Option<Part> {
    if group.len() < 2 {
        return group.pop();
    }
    let mut blocks = Vec::new();
    for part in &mut group {
        let text = part.trail.pop().unwrap_or_default();
        let kind = BlockKind::Heading;
        blocks.extend(scale.weighed(vec![Block { kind, text }]));
        blocks.append(&mut part.blocks);
    }
    let first = group.into_iter().next()?;
    Some(Part { blocks, ..first })
}

/// Blocks in as few groups as fit into `room` tokens each, of about the same
/// size, at least one; a block is broken only when it is too large by itself.
fn split(blocks: Vec<Weighed>, room: usize, scale: &Scale<'_>) -> Vec<Vec<Block>> {
    let mut pieces: Vec<Weighed> = Vec::new();
    for (block, cost) in blocks {
        if cost <= room {
            pieces.push((block, cost));
        } else {
            pieces.extend(broken(&block, room, scale));
        }
    }
    let total: usize = pieces.iter().map(|(_, cost)| cost).sum();
    let target = total.div_ceil(total.div_ceil(room).max(1));
    let mut groups: Vec<Vec<Block>> = Vec::new();
    let mut filled = 0;
    for (block, cost) in pieces {
        let introduced = groups.last().and_then(|group| group.last());
        let introduced = introduced.is_some_and(|block| block.text.ends_with(':'));
        let fits = filled + cost <= room && (filled < target || introduced);
        match groups.last_mut() {
            Some(group) if fits => {
                group.push(block);
                filled += cost;
            }
            _ => {
                groups.push(vec![block]);
                filled = cost;
            }
        }
    }
    if groups.is_empty() {
        groups.push(Vec::new());
    }
    groups
}

/// A block that is too large, broken between lines or sentences, and where
/// those are too large, between words.
fn broken(block: &Block, room: usize, scale: &Scale<'_>) -> Vec<Weighed> {
    let lines = matches!(block.kind, BlockKind::Code | BlockKind::Table);
    let units = if lines {
        block.text.split_inclusive('\n').collect()
    } else {
        sentences(&block.text)
    };
    let units = units.into_iter().flat_map(|unit| {
        let fits = scale.cost(unit) <= room;
        if fits { vec![unit] } else { words(unit, room) }
    });
    let mut pieces: Vec<(String, usize)> = Vec::new();
    for unit in units {
        let cost = scale.cost(unit);
        match pieces.last_mut() {
            Some((text, filled)) if *filled + cost <= room => {
                text.push_str(unit);
                *filled += cost;
            }
            _ => pieces.push((unit.to_owned(), cost)),
        }
    }
    let end = |text: &str| text.trim_end().to_owned();
    let pieces = pieces
        .into_iter()
        .filter(|(text, _)| !text.trim().is_empty());
    pieces
        .map(|(text, cost)| {
            (
                Block {
                    kind: block.kind,
                    text: end(&text),
                },
                cost,
            )
        })
        .collect()
}

/// Words with the space after them; words of more than `room` bytes in
/// pieces.
fn words(text: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    for mut word in text.split_inclusive(char::is_whitespace) {
        while word.len() > room {
            let (piece, rest) = word.split_at(word.floor_char_boundary(room));
            pieces.push(piece);
            word = rest;
        }
        pieces.push(word);
    }
    pieces
}

/// Sentences with the space after them.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let spaced = ".!?".contains(character) && next.is_some_and(char::is_whitespace);
        let wide = "。！？".contains(character);
        if spaced || wide {
            // The one space after the sign stays with the sentence.
            let end = at + character.len_utf8() + if spaced { 1 } else { 0 };
            let end = text.ceil_char_boundary(end);
            sentences.push(&text[start..end]);
            start = end;
        }
    }
    sentences.push(&text[start..]);
    sentences
}
