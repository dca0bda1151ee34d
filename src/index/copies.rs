//! Sections that say the same: the copies of a page for another version, or
//! what a generator writes under every command.
//!
//! Told by their words, so that it needs no model and every machine agrees.

use crate::index::{Chunk, Chunks};

/// How much of their words two sections share that count as copies: so much
/// that a release's number or a name may differ, not the matter.
const SHARED: f32 = 0.9;

/// Whether two chunks with the same heading are copies of each other: they
/// have the same text, or nearly the same on pages of the same title. Under
/// another title the few words that differ may be all that matters: how to
/// publish to one registry, and to another.
pub fn are_copies(chunks: &Chunks, one: usize, other: usize) -> bool {
    let same_title = || chunks[one].title == chunks[other].title;
    let alike = || shared(&words(&chunks[one]), &words(&chunks[other])) >= SHARED;
    chunks.content(one) == chunks.content(other) || (same_title() && alike())
}

/// The words of a text, in order of the alphabet.
fn words(chunk: &Chunk) -> Vec<&str> {
    let texts = chunk.blocks.iter().map(|block| block.text.as_str());
    let mut words: Vec<&str> = texts.flat_map(str::split_whitespace).collect();
    words.sort_unstable();
    words
}

/// The words that stand in both, as a share of all: 0 to 1. As often as a word
/// stands in both, as often it is shared.
fn shared(one: &[&str], other: &[&str]) -> f32 {
    let all = one.len() + other.len();
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
    if all == 0 {
        1.0
    } else {
        shared as f32 / all as f32
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
