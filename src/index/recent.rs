//! Vectors of the texts that were embedded last: a question that is asked
//! again, and the sentences of its answer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};

use crate::index::unrelated::Unrelated;
use crate::index::{Embedder, Take, Texts};

/// How many vectors are remembered: 400 KB with the default model.
const MOST: usize = 256;
/// Longer texts are passages of a book that is being indexed.
const LONGEST: usize = 1_000;
/// So many texts at once are a book's, too.
const FEW: usize = 2;

/// A text, and whether it was read as a question.
type Key = (String, bool);

/// An embedder that remembers what it embedded last. A text's vector depends
/// on nothing but the text.
pub struct Recent {
    embedder: Arc<dyn Embedder>,
    /// Those used last at the end.
    known: Mutex<VecDeque<(Key, Vec<f32>)>>,
}

impl Recent {
    /// `embedder` with an empty memory.
    pub fn new(embedder: Arc<dyn Embedder>) -> Self {
        Self {
            embedder,
            known: Mutex::default(),
        }
    }

    /// The vector of `key`, made by `make` unless it is known.
    fn one(&self, key: Key, make: impl FnOnce(&str) -> Result<Vec<f32>>) -> Result<Vec<f32>> {
        if let Some(vector) = self.get(&key) {
            return Ok(vector);
        }
        let vector = make(&key.0)?;
        if key.0.len() <= LONGEST {
            self.put(key, &vector);
        }
        Ok(vector)
    }

    fn get(&self, key: &Key) -> Option<Vec<f32>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let place = known.iter().position(|(other, _)| other == key)?;
        let found = known.remove(place)?;
        let vector = found.1.clone();
        known.push_back(found);
        Some(vector)
    }

    fn put(&self, key: Key, vector: &[f32]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.push_back((key, vector.to_vec()));
        if known.len() > MOST {
            known.pop_front();
        }
    }
}

impl Embedder for Recent {
    fn id(&self) -> &str {
        self.embedder.id()
    }

    fn dimensions(&self) -> usize {
        self.embedder.dimensions()
    }

    fn token_count(&self, text: &str) -> usize {
        self.embedder.token_count(text)
    }

    fn pieces(&self, text: &str) -> usize {
        self.embedder.pieces(text)
    }

    fn unrelated(&self) -> Option<&Unrelated> {
        self.embedder.unrelated()
    }

    fn max_tokens(&self) -> usize {
        self.embedder.max_tokens()
    }

    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>> {
        if texts.len() > FEW {
            return self.embedder.embed(texts);
        }
        let vectors = texts.iter().map(|text| {
            self.one((text.clone(), false), |text| {
                let vectors = self.embedder.embed(&[text.to_owned()])?;
                let vector = vectors.into_iter().next();
                vector.context("the embedder left a text out")
            })
        });
        vectors.collect()
    }

    fn embed_question(&self, text: &str) -> Result<Vec<f32>> {
        let make = |text: &str| self.embedder.embed_question(text);
        self.one((text.to_owned(), true), make)
    }

    fn embed_each(&self, texts: &Texts<'_>, take: &mut Take<'_>) -> Result<()> {
        self.embedder.embed_each(texts, take)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use anyhow::Result;

    use super::{LONGEST, MOST, Recent};
    use crate::index::Embedder;
    use crate::index::unrelated::Unrelated;

    /// Counts what it is asked for.
    struct Counted(AtomicUsize, Unrelated);

    impl Default for Counted {
        fn default() -> Self {
            let unrelated = Unrelated {
                questions: 0.7,
                sentences: 0.6,
                asked: Vec::new(),
            };
            Self(AtomicUsize::default(), unrelated)
        }
    }

    impl Embedder for Counted {
        fn id(&self) -> &str {
            "counted"
        }

        fn dimensions(&self) -> usize {
            1
        }

        fn token_count(&self, text: &str) -> usize {
            text.len()
        }

        fn max_tokens(&self) -> usize {
            10
        }

        fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>> {
            self.0.fetch_add(texts.len(), Ordering::Relaxed);
            let vectors = texts.iter().map(|text| vec![f32::from(text.as_bytes()[0])]);
            Ok(vectors.collect())
        }

        fn embed_question(&self, text: &str) -> Result<Vec<f32>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(vec![-f32::from(text.as_bytes()[0])])
        }

        fn pieces(&self, text: &str) -> usize {
            2 * text.len()
        }

        fn unrelated(&self) -> Option<&Unrelated> {
            Some(&self.1)
        }
    }

    #[test]
    fn short_texts_are_embedded_once_and_the_oldest_forgotten() {
        let counted = Arc::new(Counted::default());
        let recent = Recent::new(counted.clone());
        let embed = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            let vectors = recent.embed(&texts).unwrap_or_default();
            (vectors, counted.0.swap(0, Ordering::Relaxed))
        };
        assert_eq!(embed(&["a", "b"]), (vec![vec![97.0], vec![98.0]], 2));
        assert_eq!(embed(&["b", "c"]), (vec![vec![98.0], vec![99.0]], 1));
        assert_eq!(embed(&["a", "b", "c"]).1, 3, "a book's");
        let long = "d".repeat(LONGEST + 1);
        assert_eq!((embed(&[&long]).1, embed(&[&long]).1), (1, 1));
        for number in 0..MOST {
            embed(&[&format!("n{number}")]);
        }
        assert_eq!(embed(&["a"]).1, 1);
    }

    #[test]
    fn a_question_is_not_taken_for_a_passage_with_the_same_words() {
        let counted = Arc::new(Counted::default());
        let recent = Recent::new(counted.clone());
        for _ in 0..2 {
            let passage = recent.embed(&["a".to_owned()]).unwrap_or_default();
            assert_eq!(passage, [vec![97.0]]);
            assert_eq!(recent.embed_question("a").unwrap_or_default(), [-97.0]);
        }
        assert_eq!(counted.0.load(Ordering::Relaxed), 2, "each once");
    }

    #[test]
    fn all_else_is_what_the_embedder_says() {
        let counted: Arc<dyn Embedder> = Arc::new(Counted::default());
        let recent = Recent::new(Arc::clone(&counted));
        assert_eq!(recent.id(), counted.id());
        assert_eq!(recent.dimensions(), counted.dimensions());
        assert_eq!(recent.max_tokens(), counted.max_tokens());
        assert_eq!(recent.token_count("ab"), counted.token_count("ab"));
        assert_eq!(recent.pieces("ab"), counted.pieces("ab"));
        assert_eq!(recent.unrelated(), counted.unrelated());
    }
}
