//! How text becomes terms: the schema, the stemmers, our cutting in tantivy's
//! form.

use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
    TokenizerManager,
};

use crate::index::tokens;

/// The fields.
pub const TITLE: &str = "title";
pub const HEADINGS: &str = "headings";
pub const BODY: &str = "body";
pub const CODE: &str = "code";

/// Stemmed fields with positions, and the identifiers as they are.
pub fn schema() -> Schema {
    let mut schema = Schema::builder();
    let mut field = |name, tokenizer, option| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(option);
        schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing));
    };
    for name in [TITLE, HEADINGS, BODY] {
        field(name, "stems", IndexRecordOption::WithFreqsAndPositions);
    }
    field(CODE, "identifiers", IndexRecordOption::WithFreqs);
    schema.build()
}

/// How the fields of [`schema`] are cut.
pub fn tokenizers(language: &str) -> TokenizerManager {
    let tokenizers = TokenizerManager::new();
    tokenizers.register("stems", stemming(language));
    tokenizers.register(
        "identifiers",
        TextAnalyzer::builder(Cut(tokens::identifiers)).build(),
    );
    tokenizers
}

/// Words, stemmed, then without accents, so that both spellings are found.
pub fn stemming(language: &str) -> TextAnalyzer {
    let words = TextAnalyzer::builder(Cut(tokens::words)).dynamic();
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

/// Our own cutting, in tantivy's form.
#[derive(Clone)]
struct Cut(fn(&str) -> Vec<tokens::Token>);

impl Tokenizer for Cut {
    type TokenStream<'a> = Pieces;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Pieces {
        Pieces {
            rest: (self.0)(text).into_iter(),
            token: Token::default(),
        }
    }
}

struct Pieces {
    rest: std::vec::IntoIter<tokens::Token>,
    token: Token,
}

impl TokenStream for Pieces {
    fn advance(&mut self) -> bool {
        let Some(next) = self.rest.next() else {
            return false;
        };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = next.range.start;
        self.token.offset_to = next.range.end;
        self.token.text = next.text;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
