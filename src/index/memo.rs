//! Token counts word by word, each word counted once.
//!
//! Tokenizers of the BERT family cut at white space and around every sign
//! before anything else, so a text has as many tokens as its words and signs
//! have, and a book repeats its words. Counting whole texts takes as long as
//! everything else in a build together.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// Longer words are rare, and not remembered.
const LONGEST: usize = 40;
/// How many words are remembered at most: about ten megabytes.
const MOST: usize = 200_000;

/// The words that were counted, shared between threads.
#[derive(Default)]
pub struct WordCounts {
    known: RwLock<HashMap<String, usize>>,
}

impl WordCounts {
    /// The tokens of `text`, special ones left out; `exact` counts what is not
    /// yet known.
    pub fn count(&self, text: &str, exact: &dyn Fn(&str) -> usize) -> usize {
        let mut sum = 0;
        let mut unknown = Vec::new();
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            for word in text.split_whitespace() {
                // Accents, other scripts and control characters follow rules
                // that are the tokenizer's own.
                let plain = word.bytes().all(|byte| byte.is_ascii_graphic());
                let (signs, parts) = if plain { parts(word) } else { (0, vec![word]) };
                sum += signs;
                for part in parts {
                    match known.get(part) {
                        Some(count) => sum += count,
                        None => unknown.push(part),
                    }
                }
            }
        }
        if !unknown.is_empty() {
            let counted = unknown.into_iter().map(|word| (word, exact(word)));
            let counted: Vec<(&str, usize)> = counted.collect();
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            for (word, count) in counted {
                sum += count;
                if word.len() <= LONGEST && known.len() < MOST {
                    known.insert(word.to_owned(), count);
                }
            }
        }
        sum
    }
}

/// How many signs an ASCII word has, and what stands between them.
fn parts(word: &str) -> (usize, Vec<&str>) {
    let sign = |character: char| !character.is_ascii_alphanumeric();
    let parts = word.split(sign).filter(|part| !part.is_empty());
    (word.matches(sign).count(), parts.collect())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::WordCounts;

    #[test]
    fn each_word_is_counted_once() {
        let counts = WordCounts::default();
        let asked = Cell::new(0);
        let exact = |word: &str| {
            asked.set(asked.get() + 1);
            word.chars().count()
        };
        assert_eq!(counts.count("a `bb`\n a", &exact), 6);
        assert_eq!(counts.count("bb::a é ", &exact), 6);
        assert_eq!(asked.get(), 4, "a twice in one text, bb, é");
        assert_eq!(counts.count("", &exact), 0);
    }
}
