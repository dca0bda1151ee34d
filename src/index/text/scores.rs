//! What full text says about every chunk: BM25, summed over the words.
//!
//! A word counts for the best of its forms, a form for the sum over titles,
//! headings and texts; words that may be one or have another name for all of
//! them, or for that one.
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
use crate::index::text::sums::Sums;
use crate::index::text::weights::{FormWeights, Weights};

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
            let stems = self.stems(phrase).into_iter().map(|stem| stem.text);
            let shards = self.side_by_side(&stems.collect::<Vec<_>>())?;
            for (documents, (_, numbers)) in shards.iter().zip(&self.shards) {
                for document in documents {
                    has[numbers[*document as usize] as usize] = true;
                }
            }
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
        if let [form] = forms
            && form.is_plain()
        {
            for term in &form.fields {
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
            for term in form.fields.iter().chain(form.rest.iter().flatten()) {
                let add = |document, score| sums.form.add(document as usize, score);
                self.columns.score(shard, term, blocks, add)?;
            }
            if let Some(only) = &form.only {
                sums.form.keep(&only[shard]);
            }
            for term in form.half.iter().flatten() {
                let add = |document, score| sums.half.add(document as usize, score);
                self.columns.score(shard, term, blocks, add)?;
            }
            sums.end_of_form(form.half.is_some());
        }
        Ok(())
    }

    /// The documents of each shard in which these stems stand side by side in
    /// one of the fields, in order.
    pub(super) fn side_by_side(&self, stems: &[String]) -> Result<Vec<Vec<u32>>> {
        let fields = STEMMED.map(|field| -> Box<dyn Query> {
            let term = |stem: &String| Term::from_field_text(self.fields[field], stem);
            let mut terms: Vec<Term> = stems.iter().map(term).collect();
            match (terms.len(), terms.pop()) {
                (1, Some(only)) => Box::new(TermQuery::new(only, IndexRecordOption::Basic)),
                (_, last) => {
                    terms.extend(last);
                    Box::new(PhraseQuery::new(terms))
                }
            }
        });
        let query = BooleanQuery::union(fields.into());
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let shards = self.searcher.segment_readers().iter().map(|reader| {
            let mut found = Vec::new();
            weight
                .for_each_no_score(reader, &mut |documents| found.extend_from_slice(documents))?;
            Ok(found)
        });
        shards.collect()
    }
}
