//! Pages cut into passages that an embedder reads whole.
//!
//! Takes the site and a way to count tokens, gives a heading's worth of text
//! at a time: long sections split between blocks, tiny ones joined with their
//! siblings, nothing twice. No vectors and no files here.

use rayon::prelude::*;

use crate::index::Chunk;
use crate::index::tokens;
use crate::markdown::text::blocks;
use crate::markdown::{Block, BlockKind};
use crate::site::{Page, PageId, Site};

/// The most tokens of a chunk with its title and headings in front. The
/// default embedder reads 256 and drops the rest.
pub const MOST: usize = 240;
/// Sections with fewer tokens are joined with their siblings.
const SMALL: usize = 40;
/// However long the headings are, so many tokens are left for the text.
const LEAST: usize = 80;

/// The chunks of all pages that are searched, in reading order, pages outside
/// the navigation last. `count` gives the tokens that the embedder reads of a text; without
/// an embedder it is [`estimate`].
pub fn chunks(site: &Site, count: &(dyn Fn(&str) -> usize + Sync)) -> Vec<Chunk> {
    let mut order: Vec<PageId> = site.nav.order.clone();
    let mut reached = vec![false; site.pages.len()];
    order.iter().for_each(|id| reached[id.0] = true);
    order.extend(
        site.pages
            .iter()
            .map(|page| page.id)
            .filter(|id| !reached[id.0]),
    );
    order.retain(|id| site.page(*id).searched);
    order
        .par_iter()
        .flat_map_iter(|id| of_page(site.page(*id), count))
        .collect()
}

/// About how many tokens a WordPiece model of English makes of `text`: one
/// for each sign, one for each word and for every six letters more. Over
/// documentation in English it is right within a tenth.
pub fn estimate(text: &str) -> usize {
    let words = tokens::words(text);
    let letters: usize = words.iter().map(|word| word.text.chars().count()).sum();
    let longer: usize = words
        .iter()
        .map(|word| word.text.chars().count().saturating_sub(1) / 6)
        .sum();
    let spaces = text
        .chars()
        .filter(|character| character.is_whitespace())
        .count();
    let signs = text.chars().count().saturating_sub(letters + spaces);
    words.len() + longer + signs + 2
}

/// Splits the blocks of `whole` so that each chunk fits the embedder.
pub fn fitted(whole: Chunk, count: &(dyn Fn(&str) -> usize + Sync)) -> Vec<Chunk> {
    let scale = Scale {
        count,
        base: count(""),
    };
    if whole.blocks.is_empty() {
        // Nothing to split: it is found by its title.
        return vec![whole];
    }
    let room = scale.room(&whole.title, &whole.trail);
    let groups = split(whole.blocks, room, &scale).into_iter();
    groups
        .map(|blocks| {
            let (page, anchor) = (whole.page.clone(), whole.anchor.clone());
            Chunk::new(
                page,
                anchor,
                whole.title.clone(),
                whole.trail.clone(),
                whole.kind,
                blocks,
            )
        })
        .collect()
}

/// A heading with what stands under it, before it is split or joined.
struct Part {
    anchor: String,
    /// The headings down to this one, the page's title left out.
    trail: Vec<String>,
    level: u8,
    blocks: Vec<Block>,
    /// The tokens of the blocks.
    cost: usize,
}

impl Part {
    /// The headings above this one's own.
    fn above(&self) -> &[String] {
        self.trail.split_last().map_or(&[], |(_, above)| above)
    }

    fn is_sibling(&self, other: &Self) -> bool {
        let nested = !self.trail.is_empty() && self.trail.len() == other.trail.len();
        nested && self.level == other.level && self.above() == other.above()
    }
}

/// Counts tokens of text within a chunk.
struct Scale<'a> {
    count: &'a (dyn Fn(&str) -> usize + Sync),
    /// The tokens of an empty text.
    base: usize,
}

impl Scale<'_> {
    /// The tokens of `text`. A word of many kilobytes is one unknown token to
    /// most models; it counts by its length, so that no chunk grows huge.
    fn cost(&self, text: &str) -> usize {
        (self.count)(text)
            .saturating_sub(self.base)
            .max(text.len() / 16)
    }

    /// What is left for text under these headings.
    fn room(&self, title: &str, trail: &[String]) -> usize {
        let front = self.cost(title)
            + trail
                .iter()
                .map(|heading| self.cost(heading) + 1)
                .sum::<usize>();
        MOST.saturating_sub(front + self.base).max(LEAST)
    }
}

fn of_page(page: &Page, count: &(dyn Fn(&str) -> usize + Sync)) -> Vec<Chunk> {
    let scale = Scale {
        count,
        base: count(""),
    };
    let mut parts = joined(parts(page, &scale), &page.title, &scale);
    if parts.is_empty() {
        // A page of headings alone is still found by them.
        let headings = page
            .document
            .sections
            .iter()
            .map(|section| section.title.clone());
        let headings = headings.filter(|title| *title != page.title);
        let block = |text| Block {
            kind: BlockKind::Heading,
            text,
        };
        let blocks = headings.map(block).collect();
        parts.push(Part {
            anchor: String::new(),
            trail: Vec::new(),
            level: 0,
            blocks,
            cost: 0,
        });
    }
    let whole = parts.into_iter().map(|part| {
        let (url, title) = (page.address.clone(), page.title.clone());
        Chunk::new(
            url,
            part.anchor,
            title,
            part.trail,
            page.kind(),
            part.blocks,
        )
    });
    whole.flat_map(|chunk| fitted(chunk, count)).collect()
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
        let cost = blocks.iter().map(|block| scale.cost(&block.text)).sum();
        parts.push(Part {
            anchor,
            trail,
            level: section.level,
            blocks,
            cost,
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
            let headings = all().filter_map(|part| part.trail.last());
            let headings: usize = headings.map(|heading| scale.cost(heading)).sum();
            all().all(|part| part.cost < SMALL)
                && group[0].is_sibling(&part)
                && all().map(|part| part.cost).sum::<usize>() + headings
                    <= scale.room(title, part.above())
        });
        match groups.last_mut() {
            Some(group) if joins => group.push(part),
            _ => groups.push(vec![part]),
        }
    }
    groups.into_iter().filter_map(one_of).collect()
}

/// The parts as one, their own headings among the blocks.
fn one_of(mut group: Vec<Part>) -> Option<Part> {
    if group.len() < 2 {
        return group.pop();
    }
    let mut blocks = Vec::new();
    for part in &mut group {
        let text = part.trail.pop().unwrap_or_default();
        blocks.push(Block {
            kind: BlockKind::Heading,
            text,
        });
        blocks.append(&mut part.blocks);
    }
    let first = group.into_iter().next()?;
    Some(Part { blocks, ..first })
}

/// Blocks in as few groups as fit into `room` tokens each, of about the same
/// size, at least one; a block is broken only when it is too large by itself.
fn split(blocks: Vec<Block>, room: usize, scale: &Scale<'_>) -> Vec<Vec<Block>> {
    let mut pieces: Vec<(Block, usize)> = Vec::new();
    for block in blocks {
        let cost = scale.cost(&block.text);
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
fn broken(block: &Block, room: usize, scale: &Scale<'_>) -> Vec<(Block, usize)> {
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
