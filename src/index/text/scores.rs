//! What full text says about every chunk: BM25, summed over the words.
//!
//! A word counts for the best of its forms, a form for the sum over titles,
//! headings and texts. Queries are built here from plain words: tantivy's
//! query parser aborts the process on deeply nested brackets.

use anyhow::Result;
use tantivy::Term;
use tantivy::query::{BooleanQuery, EnableScoring, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use crate::index::query::Wanted;
use crate::index::text::Words;
use crate::index::text::analyze::{CODE, STEMMED};
use crate::index::text::columns::Found;
use crate::index::text::forms::Form;

/// What a match counts for in each field that has stems, and as an
/// identifier.
pub(super) const STEM: f32 = 1.0;
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

impl Words {
    /// How well each chunk matches. Once a quoted phrase is found anywhere,
    /// chunks without it match no more.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn scores(&self, wanted: &Wanted) -> Result<Scores> {
        let mut sums = Sums::new(self.chunks());
        let last = wanted.words.len().saturating_sub(1);
        for (place, (word, weight)) in wanted.words.iter().enumerate() {
            let forms = self.forms(word, wanted.open && place == last)?;
            self.add_best(&mut sums, &forms, *weight)?;
        }
        for identifier in &wanted.identifiers {
            let found = self.columns.find(CODE, identifier)?;
            self.add(&found, IDENTIFIER, &mut |chunk, score| {
                sums.of[chunk] += score;
            })?;
        }
        for (word, weight) in &wanted.words {
            let found = self.columns.find(CODE, word)?;
            self.add(&found, HUMP * weight, &mut |chunk, score| {
                sums.of[chunk] += score;
            })?;
        }
        let mut of = sums.of;
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

    /// Adds what the best of a word's forms gives to each chunk.
    fn add_best(&self, sums: &mut Sums, forms: &[Form], weight: f32) -> Result<()> {
        if let [form] = forms {
            for found in &form.found {
                let counts = STEM * (form.counts * weight);
                let of = &mut sums.of;
                self.add(found, counts, &mut |chunk, score| of[chunk] += score)?;
            }
            return Ok(());
        }
        sums.start_of_word();
        for form in forms {
            for found in &form.found {
                let counts = STEM * (form.counts * weight);
                self.add(found, counts, &mut |chunk, score| sums.add(chunk, score))?;
            }
            sums.end_of_form();
        }
        sums.end_of_word();
        Ok(())
    }

    fn add(&self, found: &Found, counts: f32, add: &mut dyn FnMut(usize, f32)) -> Result<()> {
        self.columns.score(found, counts, |shard, document, score| {
            let number = self.shards[shard].1[document as usize];
            add(number as usize, score);
        })
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

/// Scores on their way: of all words so far, of the best form of the word,
/// and of the form.
struct Sums {
    of: Vec<f32>,
    best: Layer,
    form: Layer,
}

/// Numbers for some of the chunks, 0 for the others.
#[derive(Default)]
struct Layer {
    of: Vec<f32>,
    touched: Vec<usize>,
}

impl Layer {
    fn set(&mut self, chunk: usize, score: f32) {
        if self.of[chunk] == 0.0 {
            self.touched.push(chunk);
        }
        self.of[chunk] = score;
    }

    /// Takes every number out.
    fn take(&mut self, mut taken: impl FnMut(usize, f32)) {
        for chunk in self.touched.drain(..) {
            taken(chunk, std::mem::take(&mut self.of[chunk]));
        }
    }
}

impl Sums {
    fn new(chunks: usize) -> Self {
        Self {
            of: vec![0.0; chunks],
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

    fn add(&mut self, chunk: usize, score: f32) {
        self.form.set(chunk, self.form.of[chunk] + score);
    }

    fn end_of_form(&mut self) {
        let best = &mut self.best;
        self.form
            .take(|chunk, score| best.set(chunk, score.max(best.of[chunk])));
    }

    fn end_of_word(&mut self) {
        let of = &mut self.of;
        self.best.take(|chunk, score| of[chunk] += score);
    }
}
