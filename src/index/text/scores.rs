//! What full text says about every chunk: BM25, summed over the words.
//!
//! A word counts for the best of its forms, a form for the sum over titles,
//! headings and texts. Shards are scored side by side, each in sums that stay
//! in the processor's cache. Queries are built here from plain words:
//! tantivy's query parser aborts the process on deeply nested brackets.

use anyhow::Result;
use rayon::prelude::*;
use tantivy::Term;
use tantivy::query::{BooleanQuery, EnableScoring, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use crate::index::query::Wanted;
use crate::index::text::Words;
use crate::index::text::analyze::STEMMED;
use crate::index::text::columns::{Blocks, Weighed};

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
struct Looked<'a> {
    /// The forms of each word, each with its fields.
    words: Vec<Vec<[Weighed<'a>; STEMMED.len()]>>,
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
        let looked = self.look_up(wanted)?;
        let shards = self.shards.par_iter().enumerate();
        let sums = shards.map(|(shard, _)| self.scores_in(shard, &looked));
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

    fn look_up(&self, wanted: &Wanted) -> Result<Looked<'_>> {
        let (mut words, mut names) = (Vec::new(), Vec::new());
        let last = wanted.words.len().saturating_sub(1);
        for (place, (word, weight)) in wanted.words.iter().enumerate() {
            let forms = self.forms(word, wanted.open && place == last)?.into_iter();
            let weighed = forms.map(|form| {
                let counts = STEM.map(|stem| stem * (form.counts * weight));
                let mut counts = counts.into_iter();
                let weigh = |found| self.columns.weigh(found, counts.next().unwrap_or_default());
                form.found.map(weigh)
            });
            words.push(weighed.collect());
        }
        for identifier in &wanted.identifiers {
            let found = self.name(identifier)?;
            names.push(self.columns.weigh(found, IDENTIFIER));
        }
        for (word, weight) in &wanted.words {
            let found = self.name(word)?;
            names.push(self.columns.weigh(found, HUMP * weight));
        }
        Ok(Looked { words, names })
    }

    /// The score of each document of a shard.
    fn scores_in(&self, shard: usize, looked: &Looked<'_>) -> Result<Vec<f32>> {
        let mut sums = Sums::new(self.shards[shard].1.len());
        let mut blocks = Blocks::default();
        for forms in &looked.words {
            if let [form] = forms.as_slice() {
                for term in form {
                    self.columns.add(shard, term, &mut blocks, &mut sums.of)?;
                }
                continue;
            }
            sums.start_of_word();
            for form in forms {
                for term in form {
                    let form = &mut sums.form;
                    let add = |document, score| form.add(document as usize, score);
                    self.columns.score(shard, term, &mut blocks, add)?;
                }
                sums.end_of_form();
            }
            sums.end_of_word();
        }
        for name in &looked.names {
            self.columns.add(shard, name, &mut blocks, &mut sums.of)?;
        }
        Ok(sums.of)
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

/// The scores of a shard's documents on their way: of all words so far, of the
/// best form of the word, and of the form.
struct Sums {
    of: Vec<f32>,
    best: Layer,
    form: Layer,
}

/// Numbers for some of the documents, 0 for the others.
#[derive(Default)]
struct Layer {
    of: Vec<f32>,
    touched: Vec<usize>,
}

impl Layer {
    fn set(&mut self, document: usize, score: f32) {
        if self.of[document] == 0.0 {
            self.touched.push(document);
        }
        self.of[document] = score;
    }

    fn add(&mut self, document: usize, score: f32) {
        self.set(document, self.of[document] + score);
    }

    /// Takes every number out.
    fn take(&mut self, mut taken: impl FnMut(usize, f32)) {
        for document in self.touched.drain(..) {
            taken(document, std::mem::take(&mut self.of[document]));
        }
    }
}

impl Sums {
    fn new(documents: usize) -> Self {
        Self {
            of: vec![0.0; documents],
            best: Layer::default(),
            form: Layer::default(),
        }
    }

    /// Readies the layers, which few words need.
    fn start_of_word(&mut self) {
        for layer in [&mut self.best, &mut self.form] {
            layer.of.resize(self.of.len(), 0.0);
        }
    }

    fn end_of_form(&mut self) {
        let best = &mut self.best;
        self.form
            .take(|document, score| best.set(document, score.max(best.of[document])));
    }

    fn end_of_word(&mut self) {
        let of = &mut self.of;
        self.best.take(|document, score| of[document] += score);
    }
}
