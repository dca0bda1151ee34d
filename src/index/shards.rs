//! Which page is in which shard of the full-text index.
//!
//! A page's shard depends on its address and on about how large the book is,
//! a shard's key on the pages in it. So a changed page changes one shard, and
//! the same book has the same shards whatever it was before.

use std::sync::Arc;

use crate::index::digest;
use crate::index::pages::{Chunks, PageChunks};
use crate::index::text::FORMAT;
use crate::index::text::shard::Key;

/// The most shards: each makes every search a little slower.
const MOST: usize = 32;

/// The pages of a shard, each with the number of its first chunk, by address.
pub struct Hand<'a> {
    pub key: Key,
    pub pages: Vec<(&'a Arc<PageChunks>, usize)>,
}

impl Hand<'_> {
    /// The number of the chunk that each document of the shard is.
    pub fn numbers(&self) -> Vec<u32> {
        let numbers = self.pages.iter().flat_map(|(page, start)| {
            let end = start + page.chunks.len();
            (*start..end).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
        });
        numbers.collect()
    }
}

/// The pages of `chunks` dealt out; no hand is empty.
pub fn deal<'a>(chunks: &'a Chunks, language: &str) -> Vec<Hand<'a>> {
    let count = count(chunks.len());
    let mut hands: Vec<Vec<(&Arc<PageChunks>, usize)>> = vec![Vec::new(); count];
    for page in chunks.pages() {
        hands[place(&page.0.address, count)].push(page);
    }
    hands.retain(|hand| !hand.is_empty());
    let version = format!("docent words {FORMAT} {language}");
    let keyed = hands.into_iter().map(|mut pages| {
        pages.sort_by(|(one, _), (other, _)| one.address.cmp(&other.address));
        let digests = pages.iter().map(|(page, _)| page.digest.as_slice());
        Hand {
            key: digest([version.as_bytes()].into_iter().chain(digests)),
            pages,
        }
    });
    keyed.collect()
}

/// How many shards so many chunks are dealt out to: a large book has more of
/// them and larger ones. Few shards are quick to make all at once, and small
/// ones after a save.
fn count(chunks: usize) -> usize {
    (chunks.isqrt() / 16).next_power_of_two().min(MOST)
}

/// The shard of the page at `address`, of `count` shards.
fn place(address: &str, count: usize) -> usize {
    let [first, second, ..] = digest([address]);
    usize::from(u16::from_be_bytes([first, second])) % count
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn shards_grow_in_number_and_size() {
        for (chunks, shards) in [
            (0, 1),
            (1_000, 1),
            (2_000, 2),
            (14_252, 8),
            (50_000, 16),
            (161_676, 32),
            (10_000_000, 32),
        ] {
            assert_eq!(count(chunks), shards, "{chunks}");
        }
    }
}
