//! A question's words, weighed by how much each says in this book.
//!
//! Takes the question and how many chunks hold a word; gives how much of the
//! question a text covers.

use std::collections::HashSet;
use std::sync::Arc;

use crate::answer::{definition, words};
use crate::index::tokens::{self, Token};
use crate::index::{Index, Language, query};

/// What a question asks about.
#[derive(Clone)]
pub struct Terms {
    language: Arc<Language>,
    /// Whether it asks what a thing is.
    definition: bool,
    /// Each different stem, in order.
    words: Vec<Term>,
    total: f32,
}

/// A word of a question.
#[derive(Debug, Clone, PartialEq)]
struct Term {
    stem: String,
    weight: f32,
    /// The words that stand for this one where all of them are. A word of the
    /// book that is this one and a neighbour in one: who asks for a *flow chart*
    /// has found both in *flowchart*. Another name that the author gives it.
    others: Vec<Vec<String>>,
}

impl Term {
    /// Whether `stem` is its own or belongs to what stands for it.
    fn has(&self, stem: &str) -> bool {
        self.stem == stem || self.others.iter().flatten().any(|word| word == stem)
    }

    fn is_in(&self, stems: &HashSet<String>) -> bool {
        let all = |words: &Vec<String>| words.iter().all(|word| stems.contains(word));
        stems.contains(&self.stem) || self.others.iter().any(all)
    }
}

impl Terms {
    /// Reads `question` in the words of the book of `index`.
    pub fn in_book(question: &str, index: &Index) -> Self {
        let question = index.split_up(question);
        let frequency = |word: &str| index.frequency(word);
        let mut terms = Self::read(&question, index.language(), &frequency, index.chunks.len());
        for (name, other) in index.names(&question) {
            terms.name(&name, &other);
        }
        terms
    }

    /// Reads `question`, which is written in `language`. `frequency` says in how many
    /// of the `chunks` chunks a word stands, in any of its forms.
    ///
    /// The weight is the inverse document frequency of BM25 (Robertson and
    /// Zaragoza, "The Probabilistic Relevance Framework", 2009), so a word
    /// that the book does not know weighs most.
    pub fn read(
        question: &str,
        language: &Arc<Language>,
        frequency: &dyn Fn(&str) -> usize,
        chunks: usize,
    ) -> Self {
        let mut pieces = words::pieces(question, language);
        let definition = definition::is_asked(question, &pieces);
        if !pieces.iter().all(|piece| piece.is_function) {
            pieces.retain(|piece| !piece.is_function);
        }
        let mut terms = Self {
            language: Arc::clone(language),
            definition,
            words: Vec::new(),
            total: 0.0,
        };
        for words::Piece {
            word, text: stem, ..
        } in pieces
        {
            if terms.words.iter().all(|known| known.stem != stem) {
                let weight = rarity(frequency(&word), chunks);
                let others = Vec::new();
                terms.words.push(Term {
                    stem,
                    weight,
                    others,
                });
                terms.total += weight;
            }
        }
        let tokens = tokens::words(question);
        for (one, next) in tokens.iter().zip(tokens.iter().skip(1)) {
            let is_about = |token: &Token| {
                let is_spaced = !token.text.starts_with(tokens::is_unspaced);
                is_spaced && !words::is_function_word(&token.text, language)
            };
            let whole = || format!("{}{}", one.text, next.text);
            if is_about(one)
                && is_about(next)
                && query::may_be_one(question, one, next)
                && frequency(&whole()) > 0
            {
                terms.name(&[&one.text, &next.text], &[whole()]);
            }
        }
        terms
    }

    /// Has the words of a name found where all words of another one are.
    fn name<T: AsRef<str>>(&mut self, name: &[T], other: &[String]) {
        let stems = name.iter().flat_map(|word| self.stems(word.as_ref()));
        let stems: Vec<String> = stems.collect();
        let other = other.iter().flat_map(|word| self.stems(word));
        let other: Vec<String> = other.collect();
        let parts = self.words.iter_mut();
        for part in parts.filter(|part| stems.contains(&part.stem)) {
            part.others.push(other.clone());
        }
    }

    /// Whether the question asks what a thing is, or is nothing but a name.
    pub fn asks_what_it_is(&self) -> bool {
        self.definition
    }

    /// The language in which the question is read.
    pub fn language(&self) -> &Language {
        &self.language
    }

    /// The stems of all words of a text in the question's language.
    pub fn stems(&self, text: &str) -> HashSet<String> {
        words::stems(text, &self.language)
    }

    /// The stems of its words that carry meaning.
    pub fn content(&self, text: &str) -> HashSet<String> {
        words::content(text, &self.language).into_iter().collect()
    }

    /// How much of the question stands in `text`, 0 to 1.
    pub fn covered_by(&self, text: &str) -> f32 {
        self.coverage(&self.stems(text))
    }

    /// Whether the question has no words at all.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether `stem` is one of the question's.
    pub fn contains(&self, stem: &str) -> bool {
        self.words.iter().any(|term| term.has(stem))
    }

    /// Whether `stem` is one of the question's, and a text with these `stems` has
    /// it neither so nor by another name.
    pub fn lends(&self, stem: &str, stems: &HashSet<String>) -> bool {
        let mut own = self.words.iter().filter(|term| term.has(stem)).peekable();
        own.peek().is_some() && !stems.contains(stem) && !own.any(|term| term.is_in(stems))
    }

    /// How much of the question stands in a text with these stems, 0 to 1.
    pub fn coverage(&self, stems: &HashSet<String>) -> f32 {
        if self.total == 0.0 {
            return 0.0;
        }
        let found = self.words.iter().filter(|term| term.is_in(stems));
        found.map(|term| term.weight).sum::<f32>() / self.total
    }

    /// How many of the question's words stand in a text with these stems.
    #[expect(clippy::cast_precision_loss, reason = "a question has few words")]
    pub fn found(&self, stems: &HashSet<String>) -> f32 {
        let found = self.words.iter().filter(|term| term.is_in(stems));
        found.count() as f32
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a book has far fewer than 2^24 chunks"
)]
fn rarity(holding: usize, all: usize) -> f32 {
    let (holding, all) = (holding.min(all) as f32, all as f32);
    (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::Terms;
    use std::collections::HashSet;
    use std::sync::Arc;

    use crate::answer::words;
    use crate::index::Language;

    impl Terms {
        /// Reads an English question.
        pub fn english(question: &str, frequency: &dyn Fn(&str) -> usize, chunks: usize) -> Self {
            Self::read(question, &Arc::new(Language::of("en")), frequency, chunks)
        }
    }

    fn english(text: &str) -> HashSet<String> {
        words::stems(text, &Language::of("en"))
    }

    #[test]
    fn rare_words_weigh_more_than_common_ones() {
        let frequency = |word: &str| if word == "capital" { 1 } else { 50 };
        let terms = Terms::english("What is the capital of the file?", &frequency, 100);
        let rare = terms.coverage(&english("the capitals"));
        let common = terms.coverage(&english("some files"));
        assert!(rare > 2.0 * common, "{rare} {common}");
        assert!((rare + common - 1.0).abs() < 1e-6);
    }

    #[test]
    fn two_words_are_found_in_the_one_that_the_book_makes_of_them() {
        let frequency = |word: &str| usize::from(word != "chartcolour");
        let terms = Terms::english("Which flow chart colour?", &frequency, 10);
        let covered = terms.coverage(&english("some flowcharts"));
        assert!((covered - 2.0 / 3.0).abs() < 1e-6, "{covered}");
        assert_eq!(terms.found(&english("colours")), 1.0);
        assert!(terms.contains("flowchart"));
    }

    #[test]
    fn a_name_is_found_where_all_words_of_another_one_are() {
        let mut terms = Terms::english("How do I undo it?", &|_| 1, 10);
        terms.name(&["undo"], &["rolled".to_owned(), "back".to_owned()]);
        assert_eq!(terms.coverage(&english("roll the version back")), 1.0);
        assert_eq!(terms.coverage(&english("the roll")), 0.0);
        assert!(terms.contains("back"));
        assert!(!terms.lends("undo", &english("rolled back")));
        assert!(terms.lends("undo", &english("rolled")));
        assert!(!terms.lends("version", &english("rolled")));
    }

    #[test]
    fn a_question_of_function_words_is_read_all_the_same() {
        assert!(!Terms::english("how to", &|_| 0, 10).is_empty());
        assert!(Terms::english("?!", &|_| 0, 10).is_empty());
        assert_eq!(Terms::english("", &|_| 0, 0).coverage(&english("a")), 0.0);
    }
}
