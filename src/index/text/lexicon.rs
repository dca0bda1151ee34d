//! The terms of a book by number, so that each word is stemmed once and each
//! term compared once, and not wherever they stand.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use tantivy::tokenizer::{TextAnalyzer, TokenStream};

use crate::index::text::analyze;
use crate::index::tokens;

/// How many terms are remembered at most from one shard to the next: about ten
/// megabytes.
const MOST: usize = 100_000;

/// A word as it stands in a text, and its stem.
pub type Written = (Box<str>, Arc<str>);

type Numbers<T> = HashMap<T, u32, BuildHasherDefault<Mix>>;

/// Terms by number, and the numbers of words and identifiers as they stand in
/// texts.
pub struct Lexicon {
    analyzer: TextAnalyzer,
    words: Numbers<Box<str>>,
    identifiers: Numbers<Box<str>>,
    terms: Vec<Arc<str>>,
    /// The first eight bytes of each term.
    starts: Vec<u64>,
    numbers: Numbers<Arc<str>>,
    /// A term that is being made.
    made: String,
    /// Whether it has forgotten terms.
    forgot: bool,
}

impl Lexicon {
    /// Of a book in `language`; no term is known yet.
    pub fn of(language: &str) -> Self {
        Self {
            analyzer: analyze::stemming(language),
            words: HashMap::default(),
            identifiers: HashMap::default(),
            terms: Vec::new(),
            starts: Vec::new(),
            numbers: HashMap::default(),
            made: String::new(),
            forgot: false,
        }
    }

    /// Forgets all terms when there are very many. No number holds from before.
    pub fn tidy(&mut self) {
        if self.terms.len() > MOST {
            self.forgot = true;
            self.words.clear();
            self.identifiers.clear();
            self.terms.clear();
            self.starts.clear();
            self.numbers.clear();
        }
    }

    /// Every word that was stemmed, as it stood in a text, with its stem;
    /// nothing when some are forgotten.
    pub fn into_words(self) -> Option<Vec<Written>> {
        let Self { words, terms, .. } = self;
        let with_stem = |(word, number): (Box<str>, u32)| (word, terms[number as usize].clone());
        (!self.forgot).then(|| words.into_iter().map(with_stem).collect())
    }

    /// How many terms there are, all with smaller numbers.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// The term of a number.
    pub fn term(&self, number: u32) -> &str {
        &self.terms[number as usize]
    }

    /// Sorts terms by their bytes. Few are compared beyond the first eight, for
    /// which nothing has to be looked up elsewhere.
    pub fn sort(&self, numbers: &mut [u32]) {
        numbers.sort_unstable_by(|one, other| {
            let start = |number: u32| self.starts[number as usize];
            let whole = || self.term(*one).cmp(self.term(*other));
            start(*one).cmp(&start(*other)).then_with(whole)
        });
    }

    /// The number of the stem of `word`, which is one word as it stands in a
    /// text.
    pub fn stem(&mut self, word: &str) -> u32 {
        if let Some(number) = self.words.get(word) {
            return *number;
        }
        self.made.clear();
        let (analyzer, made) = (&mut self.analyzer, &mut self.made);
        let mut stream = analyzer.token_stream(word);
        stream.process(&mut |token| made.push_str(&token.text));
        drop(stream);
        let number = self.number();
        self.words.insert(word.into(), number);
        number
    }

    /// The number of an identifier as it stands in a text.
    pub fn identifier(&mut self, identifier: &str) -> u32 {
        if let Some(number) = self.identifiers.get(identifier) {
            return *number;
        }
        self.made.clear();
        tokens::push_lower(identifier, &mut self.made);
        let number = self.number();
        self.identifiers.insert(identifier.into(), number);
        number
    }

    /// The number of the term that was made.
    fn number(&mut self) -> u32 {
        if let Some(number) = self.numbers.get(self.made.as_str()) {
            return *number;
        }
        let number = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        let term: Arc<str> = self.made.as_str().into();
        let mut start = [0; 8];
        let shared = term.len().min(start.len());
        start[..shared].copy_from_slice(&term.as_bytes()[..shared]);
        self.starts.push(u64::from_be_bytes(start));
        self.terms.push(Arc::clone(&term));
        self.numbers.insert(term, number);
        number
    }
}

/// A hash of short words, eight bytes at a time. Whoever writes words that
/// clash only slows their own book down.
#[derive(Default)]
pub struct Mix(u64);

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

#[cfg(test)]
mod tests {
    use super::Lexicon;

    #[test]
    fn forms_of_a_word_have_one_number() {
        let mut lexicon = Lexicon::of("en");
        let one = lexicon.stem("Configured");
        assert_eq!(lexicon.stem("configure"), one);
        assert_eq!(lexicon.term(one), "configur");
        let flag = lexicon.identifier("--Flag");
        assert_eq!(lexicon.identifier("--flag"), flag);
        assert_eq!(lexicon.term(flag), "--flag");
        assert_eq!(lexicon.len(), 2);
    }

    #[test]
    fn terms_are_in_the_order_of_their_bytes() {
        let mut lexicon = Lexicon::of("en");
        let mut terms = ["zoo", "b", "ab", "a", "containers", "container", "é", "a\0"];
        let mut numbers = terms.map(|term| lexicon.identifier(term));
        terms.sort_unstable();
        lexicon.sort(&mut numbers);
        assert_eq!(numbers.map(|number| lexicon.term(number)), terms);
    }
}
