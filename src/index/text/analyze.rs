//! How text becomes terms: the schema, the stemmers, our cutting in tantivy's
//! form.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
    TokenizerManager,
};

use crate::index::tokens;

/// The fields: stems of the title, of the headings and of the text, and the
/// identifiers of all three.
pub const FIELDS: [&str; 4] = ["title", "headings", "body", "code"];
/// The places of the fields that have stems, and of the identifiers.
pub const STEMMED: [usize; 3] = [0, 1, 2];
pub const CODE: usize = 3;

/// The fields as `schema` knows them.
///
/// # Errors
/// When it is not [`schema()`].
pub fn fields(schema: &Schema) -> tantivy::Result<[Field; FIELDS.len()]> {
    let [title, headings, body, code] = FIELDS.map(|name| schema.get_field(name));
    Ok([title?, headings?, body?, code?])
}

/// Stemmed fields with positions, and the identifiers as they are.
pub fn schema() -> Schema {
    let mut schema = Schema::builder();
    let mut field = |name, tokenizer, option| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(option);
        schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing));
    };
    for place in STEMMED {
        let option = IndexRecordOption::WithFreqsAndPositions;
        field(FIELDS[place], "stems", option);
    }
    field(FIELDS[CODE], "identifiers", IndexRecordOption::WithFreqs);
    schema.build()
}

/// How the fields of [`schema`] are cut.
pub fn tokenizers(stems: &Arc<Mutex<Stems>>) -> TokenizerManager {
    let tokenizers = TokenizerManager::new();
    let stemmed = Stemmed(Arc::clone(stems));
    tokenizers.register("stems", TextAnalyzer::builder(stemmed).build());
    let identifiers = TextAnalyzer::builder(Cut(identifiers)).build();
    tokenizers.register("identifiers", identifiers);
    tokenizers
}

/// Words, stemmed, then without accents, so that both spellings are found.
pub fn stemming(language: &str) -> TextAnalyzer {
    let words = TextAnalyzer::builder(Cut(words)).dynamic();
    let words = match stemmer(language) {
        Some(language) => words.filter_dynamic(Stemmer::new(language)),
        None => words,
    };
    words.filter_dynamic(AsciiFoldingFilter).build()
}

fn stemmer(language: &str) -> Option<Language> {
    let tag = language.split(['-', '_']).next()?.to_lowercase();
    Some(match tag.as_str() {
        "ar" => Language::Arabic,
        "da" => Language::Danish,
        "de" => Language::German,
        "el" => Language::Greek,
        "en" => Language::English,
        "es" => Language::Spanish,
        "fi" => Language::Finnish,
        "fr" => Language::French,
        "hu" => Language::Hungarian,
        "it" => Language::Italian,
        "nb" | "nn" | "no" => Language::Norwegian,
        "nl" => Language::Dutch,
        "pt" => Language::Portuguese,
        "ro" => Language::Romanian,
        "ru" => Language::Russian,
        "sv" => Language::Swedish,
        "ta" => Language::Tamil,
        "tr" => Language::Turkish,
        _ => return None,
    })
}

fn words(text: &str) -> Vec<Range<usize>> {
    tokens::word_ranges(text).collect()
}

fn identifiers(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    tokens::identifier_ranges(text, &mut ranges);
    ranges
}

/// Our own cutting, in tantivy's form.
#[derive(Clone)]
struct Cut(fn(&str) -> Vec<Range<usize>>);

impl Tokenizer for Cut {
    type TokenStream<'a> = Pieces<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Pieces<'a> {
        Pieces {
            text,
            rest: (self.0)(text).into_iter(),
            token: Token::default(),
        }
    }
}

struct Pieces<'a> {
    text: &'a str,
    rest: std::vec::IntoIter<Range<usize>>,
    token: Token,
}

impl TokenStream for Pieces<'_> {
    fn advance(&mut self) -> bool {
        let Some(range) = self.rest.next() else {
            return false;
        };
        self.token.text.clear();
        tokens::push_lower(&self.text[range.clone()], &mut self.token.text);
        step(&mut self.token, range);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

fn step(token: &mut Token, range: Range<usize>) {
    token.position = token.position.wrapping_add(1);
    token.offset_from = range.start;
    token.offset_to = range.end;
}

/// How many words are remembered at most: about ten megabytes.
const MOST: usize = 100_000;

/// What [`stemming`] makes of each word, worked out once for each word and
/// not wherever it stands.
pub struct Stems {
    analyzer: TextAnalyzer,
    known: HashMap<Box<str>, Range<usize>, BuildHasherDefault<Mix>>,
    /// The stems, one after the other.
    stems: String,
}

impl Stems {
    /// The stems of `language`, none known yet.
    pub fn of(language: &str) -> Self {
        Self {
            analyzer: stemming(language),
            known: HashMap::default(),
            stems: String::new(),
        }
    }

    /// Writes the stem of `word`, which is one word as it stands in a text.
    fn write(&mut self, word: &str, stem: &mut String) {
        stem.clear();
        if let Some(known) = self.known.get(word) {
            stem.push_str(&self.stems[known.clone()]);
            return;
        }
        self.analyzer
            .token_stream(word)
            .process(&mut |token| stem.push_str(&token.text));
        if self.known.len() < MOST {
            let start = self.stems.len();
            self.stems.push_str(stem);
            self.known.insert(word.into(), start..self.stems.len());
        }
    }
}

/// A hash of short words, eight bytes at a time. Whoever writes words that
/// clash only slows their own book down.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            let mixed = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            self.0 = mixed ^ (mixed >> 32);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// [`stemming`] with a memory, in tantivy's form.
#[derive(Clone)]
struct Stemmed(Arc<Mutex<Stems>>);

impl Tokenizer for Stemmed {
    type TokenStream<'a> = StemmedWords<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> StemmedWords<'a> {
        StemmedWords {
            text,
            words: tokens::word_ranges(text),
            stems: self.0.lock().unwrap_or_else(PoisonError::into_inner),
            token: Token::default(),
        }
    }
}

struct StemmedWords<'a> {
    text: &'a str,
    words: tokens::WordRanges<'a>,
    stems: MutexGuard<'a, Stems>,
    token: Token,
}

impl TokenStream for StemmedWords<'_> {
    fn advance(&mut self) -> bool {
        let Some(range) = self.words.next() else {
            return false;
        };
        self.stems
            .write(&self.text[range.clone()], &mut self.token.text);
        step(&mut self.token, range);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
