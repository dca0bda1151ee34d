//! Sections that are called what was typed.
//!
//! Whoever types a title or a heading wants what stands under it, though other
//! sections say its words more often. The words have to be the same but for their
//! endings, their order and those that carry no subject: *deleting a pod* is what
//! asked for by *how do I delete pods*, and *Pods* is not.

use std::collections::BTreeMap;

use crate::index::query::Wanted;
use crate::index::text::Words;
use crate::index::{Chunks, tokens};

/// How much better, on a scale of 0 to 1, a chunk has to be to stand before one
/// whose heading is what was typed. Measured: with more the heading is first even
/// more often when it was meant, and so is the same heading on another page when
/// it was not.
const HEADING: f32 = 0.2;
/// What stands before all others.
const FIRST: f32 = 2.0;

/// What of a chunk is called what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Named {
    /// Its page, which it begins: it stands first.
    Title,
    /// Its innermost heading: it stands before what is not clearly better.
    Heading,
}

impl Named {
    /// What is added to a score of 0 to 1 for the order.
    pub const fn ahead(self) -> f32 {
        match self {
            Self::Title => FIRST,
            Self::Heading => HEADING,
        }
    }
}

/// What of some chunks is called what was typed, by their numbers.
#[derive(Debug, Default)]
pub struct Called(BTreeMap<usize, Named>);

impl Called {
    /// What is called as what is `wanted`, of the `candidates` and their pages.
    pub fn of(words: &Words, chunks: &Chunks, wanted: &Wanted, candidates: &[usize]) -> Self {
        let name = Name::of(words, wanted);
        let mut called = BTreeMap::new();
        for number in candidates {
            let [title, heading] = chunks.letters(*number);
            let [title, heading] = [title, heading].map(|letters| letters.has(name.letters));
            let chunk = (title || heading).then(|| &chunks[*number]);
            let Some(chunk) = chunk else {
                continue;
            };
            if heading && !chunk.trail.is_empty() && name.is(chunk.heading()) {
                called.entry(*number).or_insert(Named::Heading);
            }
            if title && name.is(&chunk.title) {
                called.insert(chunks.beside(*number).start, Named::Title);
            }
        }
        Self(called)
    }

    /// The chunks that begin pages of that title.
    pub fn titled(&self) -> impl Iterator<Item = usize> {
        let titled = self.0.iter().filter(|(_, named)| **named == Named::Title);
        titled.map(|(number, _)| *number)
    }

    /// What of the chunk of this number is called so.
    pub fn get(&self, number: usize) -> Option<Named> {
        self.0.get(&number).copied()
    }
}

/// With which letters the words of a text begin, as a set in which some count as
/// the same: most names are known to be others by that, without looking at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters(u32);

impl Letters {
    /// Those of `text`. What is not ASCII may become any letter.
    pub fn of(text: &str) -> Self {
        let firsts = tokens::word_ranges(text).map(|range| text.as_bytes()[range.start]);
        let letters = firsts.map(|first| Self::letter(first).unwrap_or(u32::MAX));
        Self(letters.fold(0, |all, letter| all | letter))
    }

    /// The letter of a byte, large and small ones the same.
    fn letter(byte: u8) -> Option<u32> {
        byte.is_ascii().then(|| 1 << (byte % 32))
    }

    /// Whether all letters of the other are among these.
    fn has(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
}

/// What was typed, to compare names with.
struct Name<'a> {
    words: &'a Words,
    /// The stems of its words that are about something, in order, each once.
    stems: Vec<String>,
    /// With which letters they begin: no stemmer changes that in ASCII.
    letters: Letters,
}

impl<'a> Name<'a> {
    fn of(words: &'a Words, wanted: &Wanted) -> Self {
        let about = wanted.words.iter().filter(|(_, weight)| *weight >= 1.0);
        let stems = about.map(|(word, _)| words.stem(word));
        let mut stems: Vec<String> = stems.collect();
        stems.sort_unstable();
        stems.dedup();
        let firsts = stems.iter().filter_map(|stem| stem.bytes().next());
        let letters = firsts.filter_map(Letters::letter);
        let letters = Letters(letters.fold(0, |all, letter| all | letter));
        Self {
            words,
            stems,
            letters,
        }
    }

    /// Whether `name` has the same words about something, or where it has none,
    /// the same words.
    fn is(&self, name: &str) -> bool {
        let about = self.has_of(name, |word| !self.words.is_function(word));
        about.unwrap_or_else(|| self.has_of(name, |_| true).unwrap_or(false))
    }

    /// Whether the words of `name` that count are these; nothing where none does.
    fn has_of(&self, name: &str, counts: impl Fn(&str) -> bool) -> Option<bool> {
        let mut found = vec![false; self.stems.len()];
        let mut any = false;
        for range in tokens::word_ranges(name) {
            let word = name[range].to_lowercase();
            if !counts(&word) {
                continue;
            }
            any = true;
            match self.stems.binary_search(&self.words.stem(&word)) {
                Ok(place) => found[place] = true,
                Err(_) => return Some(false),
            }
        }
        any.then(|| found.into_iter().all(|found| found))
    }
}
