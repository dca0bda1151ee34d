//! Which words of a query match one chunk, in which fields, for how much.
//!
//! The same forms and weights as [`scores`](super::scores), asked of one chunk:
//! the parts add up to its score.

use anyhow::Result;

use crate::index::query::Wanted;
use crate::index::text::Words;
use crate::index::text::analyze::{CODE, FIELDS, STEMMED};
use crate::index::text::columns::{Blocks, Weighed};
use crate::index::text::compound::Group;
use crate::index::text::forms::Form;
use crate::index::text::scores::{HUMP, IDENTIFIER};
use crate::index::text::weights::FormWeights;

/// The shard of a chunk, and the document that it is there.
type Spot = (usize, usize);
/// A form of a word in words.
struct Said {
    stem: String,
    /// Whether it is not the word's own.
    guessed: bool,
    /// The name that it is, when the author gave it.
    synonym: Option<String>,
}

/// A word of a query that a chunk has.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Match {
    /// The word or identifier, in lower case; words that were joined or are a
    /// name together.
    pub word: String,
    /// The stem that stands in the chunk; several where a word was split or has a
    /// name of several words.
    pub stem: String,
    /// Whether that is not the word's own, but what it was completed,
    /// corrected, joined or split to, or another name.
    pub guessed: bool,
    /// The other name by which it was found, as `search.synonyms` has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synonym: Option<String>,
    /// What it adds to the BM25 score.
    pub score: f32,
    /// The fields that have it: `title`, `headings`, `body`, `code`.
    pub fields: Vec<&'static str>,
}

impl Match {
    fn new(word: &str) -> Self {
        Self {
            word: word.to_owned(),
            stem: word.to_owned(),
            guessed: false,
            synonym: None,
            score: 0.0,
            fields: Vec::new(),
        }
    }

    fn add(&mut self, field: usize, score: f32) {
        if score > 0.0 {
            self.score += score;
            if !self.fields.contains(&FIELDS[field]) {
                self.fields.push(FIELDS[field]);
            }
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
        for group in self.groups(wanted)? {
            matches.extend(self.matches_of(group, place_of)?);
        }
        for identifier in &wanted.identifiers {
            let mut this = Match::new(identifier);
            this.add(CODE, self.score_of_name(identifier, IDENTIFIER, place_of)?);
            matches.push(this);
        }
        matches.retain(|one| one.score > 0.0);
        Ok(matches)
    }

    /// What a chunk has of a group: each word, or all as one.
    fn matches_of(&self, group: Group<'_>, place_of: Spot) -> Result<Vec<Match>> {
        let asked: Vec<(&str, f32)> = group
            .words
            .iter()
            .map(|word| (word.word, word.weight))
            .collect();
        let stems = |forms: &[Form<'_>]| forms.iter().map(said).collect::<Vec<_>>();
        let words: Vec<Vec<Said>> = group.words.iter().map(|word| stems(&word.forms)).collect();
        let as_one = stems(group.joined.as_deref().unwrap_or_default());
        let weights = self.weights(group);
        let mut matches = Vec::new();
        for (((word, _), said), forms) in asked.iter().zip(&words).zip(&weights.words) {
            matches.push(self.best_match(word, said, forms, place_of)?);
        }
        let names: Vec<&str> = asked.iter().map(|(word, _)| *word).collect();
        let one = self.best_match(&names.join(" "), &as_one, &weights.joined, place_of)?;
        let apart: f32 = matches.iter().map(|word| word.score).sum();
        let is_one = one.score > apart;
        if is_one {
            matches = vec![Match {
                guessed: true,
                ..one
            }];
        }
        for (at, (word, weight)) in asked.iter().enumerate() {
            let hump = self.score_of_name(word, HUMP * weight, place_of)?;
            matches[if is_one { 0 } else { at }].add(CODE, hump);
        }
        Ok(matches)
    }

    /// The form of `word` that counts for most in a chunk.
    fn best_match(
        &self,
        word: &str,
        said: &[Said],
        forms: &[FormWeights<'_>],
        place_of: Spot,
    ) -> Result<Match> {
        let mut best = Match::new(word);
        for (said, form) in said.iter().zip(forms) {
            if form.only.as_ref().is_some_and(|only| !has(only, place_of)) {
                continue;
            }
            let mut this = Match {
                stem: said.stem.clone(),
                guessed: said.guessed,
                synonym: said.synonym.clone(),
                ..Match::new(word)
            };
            for fields in [&form.fields].into_iter().chain(&form.rest) {
                for (field, term) in STEMMED.into_iter().zip(fields) {
                    this.add(field, self.score_of(term, place_of)?);
                }
            }
            if let Some(half) = &form.half {
                let first = this.score;
                for (field, term) in STEMMED.into_iter().zip(half) {
                    this.add(field, self.score_of(term, place_of)?);
                }
                if first == 0.0 || this.score == first {
                    continue;
                }
            }
            if this.score > best.score {
                best = this;
            }
        }
        Ok(best)
    }

    /// The shard of a chunk, and the document that it is there.
    fn place_of(&self, chunk: usize) -> Option<Spot> {
        let numbers = self.shards.iter().map(|(_, numbers)| numbers);
        let document = |numbers: &Vec<u32>| numbers.iter().position(|one| *one as usize == chunk);
        let mut places = numbers.map(document).enumerate();
        places.find_map(|(shard, document)| Some((shard, document?)))
    }

    fn score_of_name(&self, name: &str, counts: f32, place_of: Spot) -> Result<f32> {
        let term = self.columns.weigh(self.name(name)?, counts);
        self.score_of(&term, place_of)
    }

    /// What a term adds to the score of one chunk.
    fn score_of(&self, term: &Weighed<'_>, (shard, document): Spot) -> Result<f32> {
        let mut score = 0.0;
        self.columns
            .score(shard, term, &mut Blocks::default(), |other, counts| {
                if other as usize == document {
                    score = counts;
                }
            })?;
        Ok(score)
    }
}

/// Whether a chunk is one of the documents of each shard.
fn has(documents: &[Vec<u32>], (shard, document): Spot) -> bool {
    let document = u32::try_from(document);
    document.is_ok_and(|one| documents[shard].binary_search(&one).is_ok())
}

/// A form in words.
fn said(form: &Form<'_>) -> Said {
    let rest = form.name.iter().flat_map(|(_, phrase)| &phrase.rest);
    let mut stem = form.stem.clone();
    for (more, _) in form.half.iter().chain(rest) {
        stem.push(' ');
        stem.push_str(more);
    }
    Said {
        stem,
        guessed: form.counts < 1.0 || form.half.is_some(),
        synonym: form.name.as_ref().map(|(written, _)| (*written).to_owned()),
    }
}
