//! A book's language: how the forms of a word are brought together, and which
//! words carry no subject.

use tantivy::tokenizer::{TextAnalyzer, TokenStream};

use crate::index::function_words::function_words;
use crate::index::text::analyze;
use crate::index::tokens::Token;

/// The language of a BCP 47 tag alone, in lower case.
pub fn primary(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next();
    primary.unwrap_or_default().to_lowercase()
}

/// What is known of a language.
pub struct Language {
    tag: String,
    analyzer: TextAnalyzer,
    function: Vec<&'static str>,
}

impl Language {
    /// The language with the BCP 47 tag `tag`; of one that is not known, words are
    /// only what they are.
    pub fn of(tag: &str) -> Self {
        Self {
            tag: tag.to_owned(),
            analyzer: analyze::stemming(tag),
            function: function_words(tag),
        }
    }

    /// The BCP 47 tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The language alone, without script and region.
    pub fn primary(&self) -> String {
        primary(&self.tag)
    }

    /// Whether it is English.
    pub fn is_english(&self) -> bool {
        self.primary() == "en"
    }

    /// The words of `text`, each cut to what its forms share.
    pub fn stems(&self, text: &str) -> Vec<Token> {
        let mut analyzer = self.analyzer.clone();
        let mut stream = analyzer.token_stream(text);
        let mut stems = Vec::new();
        while stream.advance() {
            let token = stream.token();
            stems.push(Token {
                range: token.offset_from..token.offset_to,
                text: token.text.clone(),
            });
        }
        stems
    }

    /// The words that carry a question but not its subject, in order.
    pub fn function_words(&self) -> &[&'static str] {
        &self.function
    }

    /// Whether `word`, in lower case, carries a question but not its subject.
    pub fn is_function(&self, word: &str) -> bool {
        self.function.binary_search(&word).is_ok()
    }
}
