//! How text becomes terms: the schema, the stemmers, our cutting in tantivy's
//! form.

use std::ops::Range;

use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
    TokenizerManager,
};

use crate::index::text::language::primary;
use crate::index::tokens;

/// The fields: stems of the title, of the headings and of the text, and the
/// identifiers of all three.
pub const FIELDS: [&str; 4] = ["title", "headings", "body", "code"];
/// The places of the fields that have stems, and of the identifiers.
pub const STEMMED: [usize; 3] = [0, 1, 2];
pub const CODE: usize = 3;
/// What the schema calls the two ways to cut a text.
const STEMS: &str = "stems";
const IDENTIFIERS: &str = "identifiers";

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
        field(FIELDS[place], STEMS, option);
    }
    field(FIELDS[CODE], IDENTIFIERS, IndexRecordOption::WithFreqs);
    schema.build()
}

/// What [`schema`] names. Tantivy wants them to be there; the texts are cut in
/// `inverted`.
pub fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::new();
    for name in [STEMS, IDENTIFIERS] {
        tokenizers.register(name, TextAnalyzer::builder(Words).build());
    }
    tokenizers
}

/// Words, stemmed, then without accents, so that both spellings are found.
pub fn stemming(language: &str) -> TextAnalyzer {
    let words = TextAnalyzer::builder(Words).dynamic();
    let words = match stemmer(language) {
        Some(language) => words.filter_dynamic(Stemmer::new(language)),
        None => words,
    };
    words.filter_dynamic(AsciiFoldingFilter).build()
}

fn stemmer(language: &str) -> Option<Language> {
    Some(match primary(language).as_str() {
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

/// Our own cutting into words, in tantivy's form.
#[derive(Clone)]
struct Words;

impl Tokenizer for Words {
    type TokenStream<'a> = Pieces<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Pieces<'a> {
        Pieces {
            text,
            rest: tokens::word_ranges(text),
            token: Token::default(),
        }
    }
}

struct Pieces<'a> {
    text: &'a str,
    rest: tokens::WordRanges<'a>,
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
