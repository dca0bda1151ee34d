//! Which words of a query match one chunk, in which fields, for how much.
//!
//! The same forms and weights as [`scores`](super::scores), asked of one chunk:
//! the parts add up to its score.

use anyhow::Result;

use crate::index::query::Wanted;
use crate::index::text::Words;
use crate::index::text::analyze::{CODE, FIELDS, STEMMED};
use crate::index::text::columns::{Blocks, Found};
use crate::index::text::scores::{HUMP, IDENTIFIER, STEM};

/// A word of a query that a chunk has.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Match {
    /// The word or identifier, in lower case.
    pub word: String,
    /// The stem that stands in the chunk.
    pub stem: String,
    /// Whether that is not the word's own, but what it was completed or
    /// corrected to.
    pub guessed: bool,
    /// What it adds to the BM25 score.
    pub score: f32,
    /// The fields that have it: `title`, `headings`, `body`, `code`.
    pub fields: Vec<&'static str>,
}

impl Match {
    fn new(word: &str, stem: &str, guessed: bool) -> Self {
        Self {
            word: word.to_owned(),
            stem: stem.to_owned(),
            guessed,
            score: 0.0,
            fields: Vec::new(),
        }
    }

    fn add(&mut self, field: usize, score: f32) {
        if score > 0.0 {
            self.score += score;
            self.fields.push(FIELDS[field]);
        }
    }
}

impl Words {
    /// What of `wanted` the chunk of this number has, in the order of the
    /// query, words before identifiers.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn matches(&self, wanted: &Wanted, chunk: usize) -> Result<Vec<Match>> {
        let mut matches = Vec::new();
        let Some(place_of) = self.place_of(chunk) else {
            return Ok(matches);
        };
        let last = wanted.words.len().saturating_sub(1);
        for (place, (word, weight)) in wanted.words.iter().enumerate() {
            let mut best = Match::new(word, word, false);
            for form in self.forms(word, wanted.open && place == last)? {
                let mut this = Match::new(word, &form.stem, form.counts < 1.0);
                for (field, found) in STEMMED.into_iter().zip(form.found) {
                    let counts = STEM[field] * (form.counts * weight);
                    this.add(field, self.score_of(found, counts, place_of)?);
                }
                if this.score > best.score {
                    best = this;
                }
            }
            let hump = self.name(word)?;
            best.add(CODE, self.score_of(hump, HUMP * weight, place_of)?);
            matches.push(best);
        }
        for identifier in &wanted.identifiers {
            let mut this = Match::new(identifier, identifier, false);
            let found = self.name(identifier)?;
            this.add(CODE, self.score_of(found, IDENTIFIER, place_of)?);
            matches.push(this);
        }
        matches.retain(|one| one.score > 0.0);
        Ok(matches)
    }

    /// The shard of a chunk, and the document that it is there.
    fn place_of(&self, chunk: usize) -> Option<(usize, usize)> {
        let numbers = self.shards.iter().map(|(_, numbers)| numbers);
        let document = |numbers: &Vec<u32>| numbers.iter().position(|one| *one as usize == chunk);
        let mut places = numbers.map(document).enumerate();
        places.find_map(|(shard, document)| Some((shard, document?)))
    }

    /// What a term adds to the score of one chunk.
    fn score_of(
        &self,
        found: Found<'_>,
        counts: f32,
        (shard, document): (usize, usize),
    ) -> Result<f32> {
        let term = self.columns.weigh(found, counts);
        let mut score = 0.0;
        self.columns
            .score(shard, &term, &mut Blocks::default(), |other, counts| {
                if other as usize == document {
                    score = counts;
                }
            })?;
        Ok(score)
    }
}
