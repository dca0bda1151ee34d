//! Shards made side by side, and what is left when all of them are.
//!
//! Each thread has a lexicon of its own, so that none waits for another.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;

use crate::index::pages::PageChunks;
use crate::index::text::lexicon::{Lexicon, Written};
use crate::index::text::shard::{Key, Shard};
use crate::index::text::texts::{MOST, Source, Texts};

/// Makes shards, several at a time.
pub struct Maker<'a> {
    language: &'a str,
    /// Whether it keeps what shards were made from.
    remembers: bool,
    work: Mutex<Work>,
}

#[derive(Default)]
struct Work {
    /// How many lexicons there are.
    lexicons: usize,
    /// Those that nobody uses, with their numbers.
    idle: Vec<(usize, Lexicon)>,
    sources: HashMap<Key, Source>,
    /// How many terms all sources have.
    size: usize,
}

/// What is known of a book whose shards were all made at once.
pub struct Known {
    /// Every word that stands in its texts, once or several times.
    pub words: Vec<Written>,
    /// The terms of its texts, unless they are very many.
    pub texts: Option<Texts>,
}

impl<'a> Maker<'a> {
    /// One with the stemmer of `language`, a BCP 47 tag, or without one where
    /// there is none for it; `remembers` says whether [`Self::known`] is asked.
    pub fn new(language: &'a str, remembers: bool) -> Self {
        Self {
            language,
            remembers,
            work: Mutex::default(),
        }
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Indexes the chunks of `pages` in this order.
    ///
    /// # Errors
    /// When tantivy fails, as it does out of memory.
    pub fn shard(&self, key: Key, pages: &[&PageChunks]) -> Result<Shard> {
        let (number, mut lexicon) = self.lexicon();
        let made = Shard::build(key, pages, &mut lexicon);
        let mut work = self.work();
        work.idle.push((number, lexicon));
        let (shard, inverted) = made?;
        work.size += inverted.len();
        if self.remembers && work.size <= MOST {
            let source = Source {
                lexicon: number,
                inverted,
            };
            work.sources.insert(key, source);
        } else {
            work.sources.clear();
        }
        Ok(shard)
    }

    fn lexicon(&self) -> (usize, Lexicon) {
        let mut work = self.work();
        if let Some(known) = work.idle.pop() {
            return known;
        }
        let number = work.lexicons;
        work.lexicons += 1;
        drop(work);
        (number, Lexicon::of(self.language))
    }

    /// What is known of the shards `all`, which are those that were made, each
    /// with the numbers of its chunks; nothing where too much was found to be
    /// remembered.
    pub fn known(self, all: &[(Key, Vec<u32>)]) -> Option<Known> {
        let work = self.work.into_inner();
        let mut work = work.unwrap_or_else(PoisonError::into_inner);
        work.idle.sort_by_key(|(number, _)| *number);
        let lexicons = work.idle.into_iter().map(|(_, lexicon)| lexicon);
        let lexicons: Vec<Lexicon> = lexicons.collect();
        if !self.remembers || lexicons.iter().any(Lexicon::forgot) {
            return None;
        }
        let sources = &mut work.sources;
        let sources = all
            .iter()
            .map(|(key, numbers)| Some((sources.remove(key)?, numbers.as_slice())));
        let sources: Option<Vec<_>> = sources.collect();
        let texts = sources.map(|sources| Texts::of(sources, &lexicons));
        let words = lexicons.into_iter().flat_map(Lexicon::into_words).collect();
        Some(Known { words, texts })
    }
}
