//! The words of a book as they are written, and the stems that they have.
//!
//! A browser has no stemmer for the book's language. It gets the words that
//! are written in the book with their stems, and for those that are not the
//! commonest ways from a word to its stem.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use rayon::prelude::*;

use crate::index::pages::PageChunks;
use crate::index::text::{Words, Written};
use crate::index::{Chunks, tokens};

/// How often an ending must be taken off to be handed on, and how many are.
const COMMON: usize = 4;
const ENDINGS: usize = 100;

/// The words that differ from their stems.
pub struct Surfaces {
    /// Stem and word, in order.
    pub by_stem: Vec<(String, String)>,
    /// Endings with what stands in their place in a stem, the longest first.
    pub endings: Vec<(String, String)>,
}

/// Collects the words of `chunks`: those that the index still knows from being
/// made, else those that stand there.
pub fn surfaces(words: &Words, chunks: &Chunks) -> Surfaces {
    let (mut by_stem, others) = match words.known() {
        Some(known) => of_written(&known.words),
        None => (Vec::new(), in_texts(chunks)),
    };
    by_stem.extend(stemmed(words, others));
    by_stem.sort_unstable();
    by_stem.dedup();
    let endings = endings(&by_stem);
    Surfaces { by_stem, endings }
}

/// Words with their stems, where they differ, and those whose stem has to be
/// found once more: lower case may make two words of one that is not ASCII.
fn of_written(written: &[Written]) -> (Vec<(String, String)>, Vec<String>) {
    let (mut pairs, mut others) = (Vec::new(), Vec::new());
    for (word, stem) in written {
        if !word.is_ascii() {
            others.push(word.to_lowercase());
        } else if !word.eq_ignore_ascii_case(stem) {
            pairs.push((stem.to_string(), word.to_ascii_lowercase()));
        }
    }
    (pairs, others)
}

/// The different words of `chunks`.
fn in_texts(chunks: &Chunks) -> Vec<String> {
    let pages: Vec<&Arc<PageChunks>> = chunks.pages().map(|(page, _)| page).collect();
    let share = pages.len().div_ceil(rayon::current_num_threads()).max(1);
    pages
        .par_chunks(share)
        .map(|pages| Seen::of(pages).words)
        .reduce(Vec::new, |one, other| [one, other].concat())
}

/// The stems of `all` words that differ from theirs.
fn stemmed(words: &Words, mut all: Vec<String>) -> Vec<(String, String)> {
    all.sort_unstable();
    all.dedup();
    // One text of all of them, so that the stemmer is set up once. What lower
    // case has made into two words is passed over.
    let mut stems = words.stems(&all.join(" ")).into_iter().peekable();
    let mut by_stem = Vec::new();
    let mut at = 0;
    for word in all {
        let range = at..at + word.len();
        at = range.end + 1;
        while let Some(stem) = stems.next_if(|stem| stem.range.start < range.end) {
            if stem.range == range && stem.text != word {
                by_stem.push((stem.text, word.clone()));
            }
        }
    }
    by_stem
}

/// The different words of some chunks.
#[derive(Default)]
struct Seen {
    words: Vec<String>,
    /// A book repeats its words: what was seen is known by a number, which
    /// costs less than to compare the text. Two words of one number would
    /// leave one of them to the endings.
    numbers: HashSet<u64, BuildHasherDefault<AsIs>>,
}

impl Seen {
    fn of(pages: &[&Arc<PageChunks>]) -> Self {
        let mut seen = Self::default();
        for chunk in pages.iter().flat_map(|page| &page.chunks) {
            seen.take(&chunk.title);
            chunk.trail.iter().for_each(|heading| seen.take(heading));
            chunk.blocks.iter().for_each(|block| seen.take(&block.text));
        }
        seen
    }

    /// Takes in the words of a text, cut as [`tokens::words`] does it: between
    /// ASCII signs at once, the rest there.
    fn take(&mut self, text: &str) {
        let mut start = 0;
        let (mut number, mut plain) = (BASIS, true);
        for (at, byte) in text.bytes().enumerate() {
            if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
                number = step(number, byte);
                plain &= byte.is_ascii();
                continue;
            }
            if start < at {
                self.run(&text[start..at], number, plain);
                (number, plain) = (BASIS, true);
            }
            start = at + 1;
        }
        if start < text.len() {
            self.run(&text[start..], number, plain);
        }
    }

    fn run(&mut self, run: &str, number: u64, plain: bool) {
        if plain && run.len() <= tokens::LONGEST {
            self.add(run, number);
        } else if !plain {
            for token in tokens::words(run) {
                let number = token.text.bytes().fold(BASIS, step);
                self.add(&token.text, number);
            }
        }
    }

    fn add(&mut self, word: &str, number: u64) {
        if self.numbers.insert(number) {
            self.words.push(word.to_ascii_lowercase());
        }
    }
}

/// Where the number of a word starts.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The number of a word with one byte more: FNV-1a over the small letters.
fn step(number: u64, byte: u8) -> u64 {
    (number ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
}

/// Takes numbers that are digests already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.0 = self.0 << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        // The table looks at the highest and the lowest bits.
        self.0 = number ^ number >> 32;
    }
}

/// The endings that are taken off most often.
fn endings(by_stem: &[(String, String)]) -> Vec<(String, String)> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (stem, word) in by_stem {
        let shared = word.bytes().zip(stem.bytes());
        let shared = shared.take_while(|(word, stem)| word == stem).count();
        let mut shared = word.floor_char_boundary(shared);
        // Of `shipping` not `ping` is taken off: `pping` becomes `p`.
        let doubled = word.as_bytes().get(shared);
        if shared > 0 && doubled == word.as_bytes().get(shared - 1) {
            shared = word.floor_char_boundary(shared - 1);
        }
        if let (Some(off), Some(on)) = (word.get(shared..), stem.get(shared..)) {
            *counts.entry((off, on)).or_default() += 1;
        }
    }
    let mut common: Vec<((&str, &str), usize)> = counts.into_iter().collect();
    common.retain(|((off, _), count)| *count >= COMMON && !off.is_empty());
    common.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    common.truncate(ENDINGS);
    common.sort_by_key(|((off, _), count)| std::cmp::Reverse((off.len(), *count)));
    let owned = |((off, on), _): ((&str, &str), usize)| (off.to_owned(), on.to_owned());
    common.into_iter().map(owned).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Seen, endings};
    use crate::index::tokens;

    #[test]
    fn the_words_are_those_of_the_tokens() {
        for text in [
            "Don't *Panic*, 42x!",
            "日本語 text",
            "İstanbul—naïve café’s",
            "",
            "é",
            "end",
            &"x".repeat(101),
            &format!("{} y", "é".repeat(60)),
        ] {
            let mut seen = Seen::default();
            seen.take(text);
            let words: BTreeSet<String> = seen.words.into_iter().collect();
            let expected = tokens::words(text).into_iter().map(|token| token.text);
            assert_eq!(words, expected.collect(), "{text}");
        }
    }

    #[test]
    fn common_endings_are_handed_on_the_longest_first() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let owned = pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
            owned.collect()
        };
        let all = pairs(&[
            ("ship", "shipping"),
            ("map", "mapping"),
            ("trip", "tripping"),
            ("tap", "tapping"),
            ("pod", "pods"),
            ("node", "nodes"),
            ("set", "sets"),
            ("key", "keys"),
            ("die", "dying"),
        ]);
        assert_eq!(endings(&all), pairs(&[("pping", "p"), ("s", "")]));
    }
}
