//! The terms of a book by number, so that each word is stemmed once and each
//! term compared once, and not wherever they stand.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
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
    words: Numbers<Short>,
    /// The words that are not short.
    long: Numbers<Box<str>>,
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
            long: HashMap::default(),
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
            self.long.clear();
            self.identifiers.clear();
            self.terms.clear();
            self.starts.clear();
            self.numbers.clear();
        }
    }

    /// Whether some terms are forgotten, and what was numbered before with them.
    pub fn forgot(&self) -> bool {
        self.forgot
    }

    /// Every word that was stemmed, as it stood in a text, with its stem.
    pub fn into_words(self) -> Vec<Written> {
        let Self {
            words, long, terms, ..
        } = self;
        let short = words.into_iter();
        let short = short.map(|(word, number)| (word.text().into(), number));
        let with_stem = |(word, number): (Box<str>, u32)| (word, terms[number as usize].clone());
        short.chain(long).map(with_stem).collect()
    }

    /// The terms in the order of their numbers, each behind its first eight bytes
    /// as a number of the same order.
    pub fn terms(&self) -> impl Iterator<Item = (u64, &Arc<str>)> {
        self.starts.iter().copied().zip(&self.terms)
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

    /// The number of the stem of the word at `range` of a text.
    pub fn stem(&mut self, text: &str, range: Range<usize>) -> u32 {
        let word = &text[range.clone()];
        let short = Short::of(text, range);
        let known = match &short {
            Some(short) => self.words.get(short),
            None => self.long.get(word),
        };
        if let Some(number) = known {
            return *number;
        }
        self.made.clear();
        let (analyzer, made) = (&mut self.analyzer, &mut self.made);
        let mut stream = analyzer.token_stream(word);
        stream.process(&mut |token| made.push_str(&token.text));
        drop(stream);
        let number = self.number();
        match short {
            Some(short) => self.words.insert(short, number),
            None => self.long.insert(word.into(), number),
        };
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

/// A word of at most 15 bytes, as almost all are: to compare two of them nothing
/// has to be looked up elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Short {
    start: u64,
    /// The rest, and in the highest byte how many bytes there are.
    rest: u64,
}

impl Short {
    /// The word at `range` of a text; nothing when it is longer.
    fn of(text: &str, range: Range<usize>) -> Option<Self> {
        let length = range.len();
        if length > 15 {
            return None;
        }
        let bytes = text.as_bytes();
        let behind = bytes.get(range.start..).and_then(|rest| rest.first_chunk());
        let mut all = [0; 16];
        // What follows the word is read with it and taken away: a copy of so
        // many bytes as there are in either case takes longer.
        match behind {
            Some(behind) => all = *behind,
            None => all[..length].copy_from_slice(&bytes[range]),
        }
        let all = u128::from_le_bytes(all) & ((1 << (8 * length)) - 1);
        let [start, rest] = [all, all >> 64].map(|part| part as u64);
        Some(Self {
            start,
            rest: rest | (length as u64) << 56,
        })
    }

    /// The word.
    fn text(self) -> String {
        let mut bytes = self.start.to_le_bytes().to_vec();
        bytes.extend(self.rest.to_le_bytes());
        bytes.truncate(usize::from(bytes[15]));
        String::from_utf8(bytes).unwrap_or_default()
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
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexicon, Short};

    #[test]
    fn forms_of_a_word_have_one_number() {
        let mut lexicon = Lexicon::of("en");
        let text = "Configured, configure and configurability";
        let one = lexicon.stem(text, 0..10);
        assert_eq!(lexicon.stem(text, 12..21), one);
        assert_eq!(lexicon.stem(text, 26..41), one);
        assert_eq!(lexicon.term(one), "configur");
        let flag = lexicon.identifier("--Flag");
        assert_eq!(lexicon.identifier("--flag"), flag);
        assert_eq!(lexicon.term(flag), "--flag");
        assert_eq!(lexicon.len(), 2);
    }

    #[test]
    fn a_short_word_is_the_same_wherever_it_stands() {
        for word in ["", "a", "Ünïted", "fifteen-letters"] {
            let (alone, inside) = (word.to_owned(), format!("so {word}ed as no other"));
            let short = Short::of(&alone, 0..word.len()).unwrap();
            assert_eq!(Some(short), Short::of(&inside, 3..3 + word.len()));
            assert_eq!(short.text(), word);
        }
        assert_ne!(Short::of("a\0", 0..1), Short::of("a\0", 0..2));
        assert_eq!(Short::of("sixteen letters!", 0..16), None);
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
