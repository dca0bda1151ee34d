//! Full text: BM25 over title, headings, body and identifiers. The only folder
//! that names tantivy.
//!
//! Takes shards, gives a score for each chunk that matches. The index lies in
//! memory; `store` keeps its shards.

mod analyze;
mod bm25;
mod columns;
mod common;
mod compound;
mod forms;
mod inverted;
pub mod language;
mod lexicon;
pub mod maker;
mod names;
mod scores;
pub mod shard;
mod shelf;
mod sums;
pub mod synonyms;
pub mod terms;
pub mod texts;
mod vocabulary;
mod weights;
mod why;

use std::sync::{Arc, OnceLock};

use anyhow::{Result, ensure};
use tantivy::schema::Field;
use tantivy::{ReloadPolicy, Searcher};

use crate::index::query::Wanted;
use crate::index::tokens;
use analyze::FIELDS;
use columns::Columns;
use forms::Form;
use language::Language;
pub use lexicon::Written;
use maker::Known;
use names::Names;
pub use scores::Scores;
use shard::Shard;
use shelf::Shelf;
use synonyms::Synonyms;
use vocabulary::Vocabulary;
pub use why::Match;

/// Changes whenever the files of an older docent can no longer be used.
pub const FORMAT: u32 = 2;

/// A full-text index in memory.
pub struct Words {
    shards: Vec<Numbered>,
    columns: Columns,
    searcher: Searcher,
    /// Its stems, once somebody asked.
    vocabulary: OnceLock<Vocabulary>,
    names: Names,
    language: Arc<Language>,
    fields: [Field; FIELDS.len()],
    /// The names that the author says to be the same.
    synonyms: Synonyms,
    /// What is still known of its making.
    known: Option<Known>,
}

/// A shard with the number of the chunk that each of its documents is.
pub type Numbered = (Arc<Shard>, Vec<u32>);

impl Words {
    /// The index of `shards`, which together hold every chunk once, with the
    /// stemmer of `language`.
    ///
    /// # Errors
    /// When tantivy cannot read a shard.
    pub fn open(shards: Vec<Numbered>, language: &str) -> Result<Self> {
        let shelf: Vec<Arc<Shard>> = shards.iter().map(|(shard, _)| Arc::clone(shard)).collect();
        let index = tantivy::Index::open(Shelf::of(&shelf)?)?;
        let reader = index.reader_builder();
        let reader = reader.reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        ensure!(
            searcher.segment_readers().len() == shards.len(),
            "a shard is missing"
        );
        for (place, reader) in searcher.segment_readers().iter().enumerate() {
            let numbers = &shards[place].1;
            let is_its_own = reader.segment_id() == shelf::segment(place)?;
            ensure!(
                is_its_own && reader.num_docs() as usize == numbers.len(),
                "{} documents instead of {}",
                reader.num_docs(),
                numbers.len()
            );
        }
        Ok(Self {
            columns: Columns::of(&searcher)?,
            language: Arc::new(Language::of(language)),
            fields: analyze::fields(&index.schema())?,
            searcher,
            vocabulary: OnceLock::new(),
            names: Names::default(),
            shards,
            synonyms: Synonyms::default(),
            known: None,
        })
    }

    /// The same with what is known of its making, which is else found only by
    /// reading it, and the texts, again.
    #[must_use]
    pub fn with_known(self, known: Option<Known>) -> Self {
        Self { known, ..self }
    }

    /// What is known of its making.
    pub fn known(&self) -> Option<&Known> {
        self.known.as_ref()
    }

    /// Its shards.
    pub fn shards(&self) -> impl Iterator<Item = &Arc<Shard>> {
        self.shards.iter().map(|(shard, _)| shard)
    }

    /// How many chunks there are.
    fn chunks(&self) -> usize {
        self.shards.iter().map(|(_, numbers)| numbers.len()).sum()
    }

    /// The book's language.
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// Whether `word`, in lower case, carries no subject in the book's language.
    pub fn is_function(&self, word: &str) -> bool {
        self.language.is_function(word)
    }

    /// The words of `text` as the index compares them.
    pub fn stems(&self, text: &str) -> Vec<tokens::Token> {
        self.language.stems(text)
    }

    /// In how many chunks a form of `word` or another name of it stands, in the
    /// field that has one most often, and of several words all side by side; 0 also
    /// when the index cannot be read.
    pub fn holding(&self, word: &str) -> usize {
        let mut stems = self.stems(word);
        if stems.len() > 1 {
            let stems: Vec<String> = stems.into_iter().map(|stem| stem.text).collect();
            let shards = self.side_by_side(&stems).unwrap_or_default();
            return shards.iter().map(Vec::len).sum();
        }
        let Some(stem) = stems.pop() else {
            return 0;
        };
        let Ok(vocabulary) = self.vocabulary() else {
            return 0;
        };
        let found = self.columns.stem(&vocabulary.find(&stem.text));
        let own = found.iter().map(|found| found.documents).max();
        let others = self.other_names(&[stem.text]).unwrap_or_default();
        let others = others.iter().map(Form::documents).max();
        let most = own.max(others).unwrap_or_default();
        usize::try_from(most).unwrap_or(usize::MAX)
    }

    /// The stems that `wanted` finds, completions, corrections and other names
    /// included, and what words are joined to and split into.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn found_stems(&self, wanted: &Wanted) -> Result<Vec<String>> {
        let mut stems = Vec::new();
        for group in self.groups(wanted)? {
            let words = group.words.into_iter().filter(|word| word.weight >= 1.0);
            let forms = words.flat_map(|word| word.forms);
            for form in forms.chain(group.joined.into_iter().flatten()) {
                stems.push(form.stem);
                stems.extend(form.half.map(|(stem, _)| stem));
                let rest = form.name.into_iter().flat_map(|(_, phrase)| phrase.rest);
                stems.extend(rest.map(|(stem, _)| stem));
            }
        }
        Ok(stems)
    }
}
