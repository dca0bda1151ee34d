//! Sections that say the same: the copies of a page for another version, or
//! what a generator writes under every command.
//!
//! Told by their words, so that it needs no model and every machine agrees.

use std::collections::HashMap;

use crate::index::{Chunk, Chunks};

/// How much of their words two sections share that count as copies: so much
/// that a release's number or a name may differ, not the matter.
const SHARED: f32 = 0.9;

/// Which chunks say the same, with what was found out by comparing: where one
/// has copies, the same two texts meet again and again.
pub struct Copies<'a> {
    chunks: &'a Chunks,
    /// Whether two contents are alike.
    alike: HashMap<(u64, u64), bool>,
}

impl<'a> Copies<'a> {
    /// Among `chunks`; none are compared yet.
    pub fn of(chunks: &'a Chunks) -> Self {
        Self {
            chunks,
            alike: HashMap::new(),
        }
    }

    /// Whether two chunks with the same heading are copies of each other: they
    /// have the same text, or nearly the same on pages of the same title. Under
    /// another title the few words that differ may be all that matters: how to
    /// publish to one registry, and to another.
    pub fn are(&mut self, one: usize, other: usize) -> bool {
        let contents = (self.chunks.content(one), self.chunks.content(other));
        if contents.0 == contents.1 {
            return true;
        }
        let (one, other) = (&self.chunks[one], &self.chunks[other]);
        let alike = || are_alike(one, other);
        one.title == other.title && *self.alike.entry(contents).or_insert_with(alike)
    }
}

/// Whether two texts share so many of their words that they count as copies.
/// Where one is too short for that, nothing is put in order.
fn are_alike(one: &Chunk, other: &Chunk) -> bool {
    let (mut one, mut other) = (words(one), words(other));
    let (shorter, all) = (one.len().min(other.len()), one.len() + other.len());
    if share(2 * shorter, all) < SHARED {
        return false;
    }
    one.sort_unstable();
    other.sort_unstable();
    shared(&one, &other) >= SHARED
}

/// The words of a text in reading order.
fn words(chunk: &Chunk) -> Vec<&str> {
    let texts = chunk.blocks.iter().map(|block| block.text.as_str());
    texts.flat_map(str::split_whitespace).collect()
}

/// The words that stand in both, as a share of all: 0 to 1. As often as a word
/// stands in both, as often it is shared. The words are in the order of the
/// alphabet.
fn shared(one: &[&str], other: &[&str]) -> f32 {
    let mut shared = 0;
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                shared += 2;
                left.next();
                right.next();
            }
        }
    }
    share(shared, one.len() + other.len())
}

fn share(some: usize, all: usize) -> f32 {
    if all == 0 {
        1.0
    } else {
        some as f32 / all as f32
    }
}

#[cfg(test)]
mod tests {
    use super::shared;

    #[test]
    fn words_are_shared_as_often_as_both_have_them() {
        assert_eq!(shared(&["a", "b", "b"], &["a", "b", "c"]), 4.0 / 6.0);
        assert_eq!(shared(&["a"], &["b"]), 0.0);
        assert_eq!(shared(&[], &["b"]), 0.0);
        assert_eq!(shared(&[], &[]), 1.0);
    }
}
