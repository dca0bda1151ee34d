//! Full text: BM25 over title, headings, body and identifiers. The only file
//! that names tantivy.
//!
//! Takes chunks, gives a score for each chunk that matches. Queries are built
//! here from plain words: tantivy's query parser aborts the process on deeply
//! nested brackets. The index lies in memory; `store` keeps its files.

mod analyze;
mod forms;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use tantivy::directory::{Directory, RamDirectory};
use tantivy::query::{
    BooleanQuery, BoostQuery, DisjunctionMaxQuery, EnableScoring, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::{TextAnalyzer, TokenStream};
use tantivy::{IndexBuilder, ReloadPolicy, Searcher, TantivyDocument, Term};

use crate::index::Chunk;
use crate::index::query::Wanted;
use crate::index::tokens;

/// Changes whenever the files of an older docent can no longer be used.
pub const FORMAT: u32 = 1;

/// What a match in each field counts for.
const TITLE: f32 = 1.0;
const HEADINGS: f32 = 1.0;
const BODY: f32 = 1.0;
const CODE: f32 = 1.0;
/// What a plain word counts for as a part of an identifier. Most words are
/// rare there, and rarity would make them count for too much.
const HUMP: f32 = 0.1;
/// The memory that tantivy plans its tables by.
const BUDGET: usize = 50_000_000;

/// A full-text index in memory; document numbers are chunk numbers.
pub struct Words {
    index: tantivy::Index,
    searcher: Searcher,
    analyzer: TextAnalyzer,
    /// The stemmed fields with what a match in each counts for.
    fields: [(Field, f32); 3],
    /// The field of identifiers.
    code: Field,
}

/// What full text says about every chunk.
pub struct Scores {
    /// The BM25 score of each chunk, 0 where nothing matches.
    pub of: Vec<f32>,
    /// Whether a quoted phrase was found, so that only chunks with a score
    /// are wanted.
    pub exclusive: bool,
}

impl Words {
    /// Indexes `chunks` with the stemmer of `language`, a BCP 47 tag, or
    /// without one where there is none for it.
    ///
    /// # Errors
    /// When tantivy fails, as it does out of memory.
    pub fn build(chunks: &[Chunk], language: &str) -> Result<Self> {
        let schema = analyze::schema();
        let title = schema.get_field(analyze::TITLE)?;
        let headings = schema.get_field(analyze::HEADINGS)?;
        let body = schema.get_field(analyze::BODY)?;
        let code = schema.get_field(analyze::CODE)?;
        let mut writer = IndexBuilder::new()
            .schema(schema)
            .tokenizers(analyze::tokenizers(language))
            .single_segment_index_writer(RamDirectory::create(), BUDGET)?;
        for chunk in chunks {
            let text = chunk.text();
            let path = chunk.trail.join("\n");
            let mut document = TantivyDocument::default();
            document.add_text(title, &chunk.title);
            document.add_text(headings, &path);
            document.add_text(body, &text);
            document.add_text(code, format!("{}\n{path}\n{text}", chunk.title));
            writer.add_document(document)?;
        }
        Self::open(writer.finalize()?, language)
    }

    /// An index that [`Self::build`] gave as named files.
    ///
    /// # Errors
    /// When tantivy cannot read what it wrote.
    pub fn files(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let directory = self.index.directory();
        let mut names: Vec<PathBuf> = directory.list_managed_files().into_iter().collect();
        names.sort_unstable();
        let mut files = BTreeMap::new();
        for name in names {
            if directory.exists(&name)? {
                let bytes = directory.atomic_read(&name)?;
                files.insert(name.to_string_lossy().into_owned(), bytes);
            }
        }
        Ok(files)
    }

    /// The index that [`Self::files`] gave, with the same `language`, when it
    /// holds `documents` chunks.
    ///
    /// # Errors
    /// When the files are not such an index.
    pub fn from_files(
        files: &BTreeMap<String, Vec<u8>>,
        language: &str,
        documents: usize,
    ) -> Result<Self> {
        let directory = RamDirectory::create();
        for (name, bytes) in files {
            directory.atomic_write(Path::new(name), bytes)?;
        }
        let words = Self::open(tantivy::Index::open(directory)?, language)?;
        let is = words.searcher.num_docs();
        ensure!(
            is == documents as u64,
            "{is} documents instead of {documents}"
        );
        Ok(words)
    }

    fn open(mut index: tantivy::Index, language: &str) -> Result<Self> {
        index.set_tokenizers(analyze::tokenizers(language));
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let searcher = reader.searcher();
        let schema = index.schema();
        Ok(Self {
            fields: [
                (schema.get_field(analyze::TITLE)?, TITLE),
                (schema.get_field(analyze::HEADINGS)?, HEADINGS),
                (schema.get_field(analyze::BODY)?, BODY),
            ],
            code: schema.get_field(analyze::CODE)?,
            analyzer: analyze::stemming(language),
            index,
            searcher,
        })
    }

    /// How well each chunk matches. Once a quoted phrase is found anywhere,
    /// chunks without it match no more.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn scores(&self, wanted: &Wanted) -> Result<Scores> {
        let mut of = vec![0.0; usize::try_from(self.searcher.num_docs())?];
        let query = self.query(wanted)?;
        self.each(&*query, &mut |chunk, score| of[chunk] = score)?;
        let mut exclusive = false;
        for phrase in &wanted.phrases {
            let mut has = vec![false; of.len()];
            self.each(&*self.phrase(phrase), &mut |chunk, _| has[chunk] = true)?;
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

    fn each(&self, query: &dyn Query, found: &mut dyn FnMut(usize, f32)) -> Result<()> {
        let weight = query.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
        for reader in self.searcher.segment_readers() {
            weight.for_each(reader, &mut |document, score| {
                found(document as usize, score);
            })?;
        }
        Ok(())
    }

    /// The words of `text` as the index compares them.
    pub fn stems(&self, text: &str) -> Vec<tokens::Token> {
        let mut analyzer = self.analyzer.clone();
        let mut stream = analyzer.token_stream(text);
        let mut stems = Vec::new();
        while stream.advance() {
            let token = stream.token();
            stems.push(tokens::Token {
                range: token.offset_from..token.offset_to,
                text: token.text.clone(),
            });
        }
        stems
    }

    /// In how many chunks a form of `word` stands, in the field that has it
    /// most often; 0 also when the index cannot be read.
    pub fn holding(&self, word: &str) -> usize {
        let stem = self.stems(word).pop();
        let fields = self.fields.iter();
        let most = stem.and_then(|stem| {
            fields
                .map(|(field, _)| self.frequency(*field, &stem.text))
                .max()
        });
        usize::try_from(most.unwrap_or_default()).unwrap_or(usize::MAX)
    }

    /// The stems that `wanted` finds, completions and corrections included.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn found_stems(&self, wanted: &Wanted) -> Result<Vec<String>> {
        let mut stems = Vec::new();
        for (place, (word, weight)) in wanted.words.iter().enumerate() {
            let open = wanted.open && place + 1 == wanted.words.len();
            if *weight >= 1.0 {
                stems.extend(self.forms(word, open)?.into_iter().map(|(stem, _)| stem));
            }
        }
        Ok(stems)
    }

    fn query(&self, wanted: &Wanted) -> Result<Box<dyn Query>> {
        let mut clauses = Vec::new();
        let last = wanted.words.len().saturating_sub(1);
        for (place, (word, weight)) in wanted.words.iter().enumerate() {
            let forms = self.forms(word, wanted.open && place == last)?;
            let forms = forms
                .iter()
                .map(|(stem, boost)| self.anywhere(stem, boost * weight));
            clauses.push(Box::new(DisjunctionMaxQuery::new(forms.collect())) as Box<dyn Query>);
        }
        for identifier in &wanted.identifiers {
            clauses.push(term(self.code, identifier, CODE));
        }
        for (word, weight) in &wanted.words {
            clauses.push(term(self.code, word, HUMP * weight));
        }
        Ok(Box::new(BooleanQuery::union(clauses)))
    }

    /// One stem in any field but the code.
    fn anywhere(&self, stem: &str, boost: f32) -> Box<dyn Query> {
        let terms = self
            .fields
            .iter()
            .map(|(field, weight)| term(*field, stem, weight * boost));
        Box::new(BooleanQuery::union(terms.collect()))
    }

    fn phrase(&self, phrase: &str) -> Box<dyn Query> {
        let stems = self.stems(phrase);
        let fields = self.fields.iter().map(|(field, _)| -> Box<dyn Query> {
            let mut terms: Vec<Term> = stems
                .iter()
                .map(|stem| Term::from_field_text(*field, &stem.text))
                .collect();
            match (terms.len(), terms.pop()) {
                (1, Some(only)) => Box::new(TermQuery::new(only, IndexRecordOption::Basic)),
                (_, last) => {
                    terms.extend(last);
                    Box::new(PhraseQuery::new(terms))
                }
            }
        });
        Box::new(BooleanQuery::union(fields.collect()))
    }
}

fn term(field: Field, text: &str, boost: f32) -> Box<dyn Query> {
    let query = TermQuery::new(
        Term::from_field_text(field, text),
        IndexRecordOption::WithFreqs,
    );
    Box::new(BoostQuery::new(Box::new(query), boost))
}
