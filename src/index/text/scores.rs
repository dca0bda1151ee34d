//! What full text says about every chunk: BM25, summed over the words.
//!
//! A word counts for the best of its forms, a form for the sum over titles,
//! headings and texts; two words that may be one for both, or for the one.
//! Shards are scored side by side, each in sums that stay in the processor's
//! cache. Queries are built here from plain words: tantivy's query parser
//! aborts the process on deeply nested brackets.

use anyhow::Result;
use rayon::prelude::*;
use tantivy::Term;
use tantivy::query::{BooleanQuery, EnableScoring, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use crate::index::query::Wanted;
use crate::index::text::Words;
use crate::index::text::analyze::STEMMED;
use crate::index::text::columns::{Blocks, Weighed};
use crate::index::text::compound::Group;
use crate::index::text::forms::{Form, Stood};
use crate::index::text::sums::Sums;

/// What a match counts for in the title, in the headings and in the text, and
/// as an identifier. A word of the title stands before every section of its
/// page and often in its headings again; counted whole each time, it would
/// outweigh what only one section says.
pub(super) const STEM: [f32; STEMMED.len()] = [0.5, 0.5, 1.0];
pub(super) const IDENTIFIER: f32 = 1.0;
/// What a plain word counts for as a part of an identifier. Most words are
/// rare there, and rarity would make them count for too much.
pub(super) const HUMP: f32 = 0.1;

/// What full text says about every chunk.
pub struct Scores {
    /// The BM25 score of each chunk, 0 where nothing matches.
    pub of: Vec<f32>,
    /// Whether a quoted phrase was found, so that only chunks with a score
    /// are wanted.
    pub exclusive: bool,
}

/// What is looked for, looked up.
struct Wanting<'a> {
    groups: Vec<Weights<'a>>,
    /// Identifiers and parts of them.
    names: Vec<Weighed<'a>>,
}

/// A group of words with what each form counts for.
pub(super) struct Weights<'a> {
    /// The forms of each word.
    pub words: Vec<Vec<FormWeights<'a>>>,
    /// Those of both words as one.
    pub joined: Vec<FormWeights<'a>>,
}

/// A form with what it counts for in each field.
pub(super) struct FormWeights<'a> {
    pub fields: [Weighed<'a>; STEMMED.len()],
    /// The same of its other half, without which it counts for nothing.
    pub half: Option<[Weighed<'a>; STEMMED.len()]>,
}

impl Words {
    /// How well each chunk matches. Once a quoted phrase is found anywhere,
    /// chunks without it match no more.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn scores(&self, wanted: &Wanted) -> Result<Scores> {
        let wanting = self.look_up(wanted)?;
        let shards = self.shards.par_iter().enumerate();
        let sums = shards.map(|(shard, _)| self.scores_in(shard, &wanting));
        let sums = sums.collect::<Result<Vec<_>>>()?;
        let mut of = vec![0.0; self.chunks()];
        for (sums, (_, numbers)) in sums.iter().zip(&self.shards) {
            for (score, number) in sums.iter().zip(numbers) {
                of[*number as usize] = *score;
            }
        }
        let mut exclusive = false;
        for phrase in &wanted.phrases {
            let mut has = vec![false; of.len()];
            self.each(&*self.phrase(phrase), &mut |chunk| has[chunk] = true)?;
            if has.contains(&true) {
                exclusive = true;
                of.iter_mut()
                    .zip(has)
                    .filter(|(_, has)| !has)
                    .for_each(|(score, _)| *score = 0.0);
            }
        }
        Ok(Scores { of, exclusive })
    }

    fn look_up<'a>(&'a self, wanted: &'a Wanted) -> Result<Wanting<'a>> {
        let groups = self.groups(wanted)?.into_iter();
        let groups = groups.map(|group| self.weights(group)).collect();
        let mut names = Vec::new();
        for identifier in &wanted.identifiers {
            let found = self.name(identifier)?;
            names.push(self.columns.weigh(found, IDENTIFIER));
        }
        for (word, weight) in &wanted.words {
            let found = self.name(word)?;
            names.push(self.columns.weigh(found, HUMP * weight));
        }
        Ok(Wanting { groups, names })
    }

    /// What the forms of a group count for. Two words as one count for no more
    /// than both, or a rare spelling would stand before what is about the matter.
    pub(super) fn weights<'a>(&self, group: Group<'a>) -> Weights<'a> {
        let joined = group.joined.into_iter().flatten().map(|form| {
            let counts = STEM.map(|stem| stem * form.counts);
            let parts = |field: usize| [0, 1].map(|word| &group.words[word].forms[0].found[field]);
            let mut fields = (0..).zip(counts);
            let weigh = |found| {
                let (field, counts) = fields.next().unwrap_or_default();
                self.columns.weigh_joined(found, parts(field), counts)
            };
            FormWeights {
                fields: form.found.map(weigh),
                half: None,
            }
        });
        let joined = joined.collect();
        let words = group.words.into_iter().map(|word| {
            let forms = word.forms.into_iter();
            let weigh = |form| self.form_weights(form, word.weight);
            forms.map(weigh).collect()
        });
        Weights {
            words: words.collect(),
            joined,
        }
    }

    fn form_weights<'a>(&self, form: Form<'a>, weight: f32) -> FormWeights<'a> {
        let counts = STEM.map(|stem| stem * (form.counts * weight));
        let weigh = |found: Stood<'a>| {
            let mut counts = counts.into_iter();
            found.map(|found| self.columns.weigh(found, counts.next().unwrap_or_default()))
        };
        FormWeights {
            fields: weigh(form.found),
            half: form.half.map(|(_, found)| weigh(found)),
        }
    }

    /// The score of each document of a shard.
    fn scores_in(&self, shard: usize, wanting: &Wanting<'_>) -> Result<Vec<f32>> {
        let mut sums = Sums::new(self.shards[shard].1.len());
        let mut blocks = Blocks::default();
        for group in &wanting.groups {
            let least = self.least(shard, &group.joined, &mut blocks, &mut sums)?;
            for forms in &group.words {
                self.add_word(shard, forms, &mut blocks, &mut sums)?;
            }
            sums.raise(&least);
        }
        for name in &wanting.names {
            self.columns.add(shard, name, &mut blocks, &mut sums.of)?;
        }
        Ok(sums.of)
    }

    /// What the documents have at least that have two words as one: to be asked
    /// before both are added.
    fn least(
        &self,
        shard: usize,
        joined: &[FormWeights<'_>],
        blocks: &mut Blocks,
        sums: &mut Sums,
    ) -> Result<Vec<(usize, f32)>> {
        if joined.is_empty() {
            return Ok(Vec::new());
        }
        sums.start();
        self.best(shard, joined, blocks, sums)?;
        Ok(sums.take_best())
    }

    /// Adds what a word counts for.
    fn add_word(
        &self,
        shard: usize,
        forms: &[FormWeights<'_>],
        blocks: &mut Blocks,
        sums: &mut Sums,
    ) -> Result<()> {
        if let [FormWeights { fields, half: None }] = forms {
            for term in fields {
                self.columns.add(shard, term, blocks, &mut sums.of)?;
            }
            return Ok(());
        }
        sums.start();
        self.best(shard, forms, blocks, sums)?;
        sums.end_of_word();
        Ok(())
    }

    /// Finds what the best of some forms counts for.
    fn best(
        &self,
        shard: usize,
        forms: &[FormWeights<'_>],
        blocks: &mut Blocks,
        sums: &mut Sums,
    ) -> Result<()> {
        for form in forms {
            for term in &form.fields {
                let add = |document, score| sums.form.add(document as usize, score);
                self.columns.score(shard, term, blocks, add)?;
            }
            for term in form.half.iter().flatten() {
                let add = |document, score| sums.half.add(document as usize, score);
                self.columns.score(shard, term, blocks, add)?;
            }
            sums.end_of_form(form.half.is_some());
        }
        Ok(())
    }

    /// Tells every chunk that matches.
    fn each(&self, query: &dyn Query, found: &mut dyn FnMut(usize)) -> Result<()> {
        let searcher = &self.searcher;
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let readers = searcher.segment_readers().iter();
        for (reader, (_, numbers)) in readers.zip(&self.shards) {
            weight.for_each_no_score(reader, &mut |documents| {
                for document in documents {
                    found(numbers[*document as usize] as usize);
                }
            })?;
        }
        Ok(())
    }

    fn phrase(&self, phrase: &str) -> Box<dyn Query> {
        let stems = self.stems(phrase);
        let fields = STEMMED.map(|field| -> Box<dyn Query> {
            let field = self.fields[field];
            let mut terms: Vec<Term> = stems
                .iter()
                .map(|stem| Term::from_field_text(field, &stem.text))
                .collect();
            match (terms.len(), terms.pop()) {
                (1, Some(only)) => Box::new(TermQuery::new(only, IndexRecordOption::Basic)),
                (_, last) => {
                    terms.extend(last);
                    Box::new(PhraseQuery::new(terms))
                }
            }
        });
        Box::new(BooleanQuery::union(fields.into()))
    }
}
