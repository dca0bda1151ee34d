//! Vectors of the texts that were embedded last: a question that is asked
//! again, and the sentences of its answer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

use crate::index::{Embedder, Take, Texts};

/// How many vectors are remembered: 400 KB with the default model.
const MOST: usize = 256;
/// Longer texts are passages of a book that is being indexed.
const LONGEST: usize = 1_000;
/// So many texts at once are a book's, too.
const FEW: usize = 2;

/// An embedder that remembers what it embedded last. A text's vector depends
/// on nothing but the text.
pub struct Recent {
    embedder: Arc<dyn Embedder>,
    /// Those used last at the end.
    known: Mutex<VecDeque<(String, Vec<f32>)>>,
}

impl Recent {
    /// `embedder` with an empty memory.
    pub fn new(embedder: Arc<dyn Embedder>) -> Self {
        Self {
            embedder,
            known: Mutex::default(),
        }
    }

    fn get(&self, text: &str) -> Option<Vec<f32>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let place = known.iter().position(|(other, _)| other == text)?;
        let found = known.remove(place)?;
        let vector = found.1.clone();
        known.push_back(found);
        Some(vector)
    }

    fn put(&self, text: &str, vector: &[f32]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.push_back((text.to_owned(), vector.to_vec()));
        if known.len() > MOST {
            known.pop_front();
        }
    }

    fn one(&self, text: &String) -> Result<Vec<Vec<f32>>> {
        if let Some(vector) = self.get(text) {
            return Ok(vec![vector]);
        }
        let vectors = self.embedder.embed(std::slice::from_ref(text))?;
        if text.len() <= LONGEST {
            vectors.iter().for_each(|vector| self.put(text, vector));
        }
        Ok(vectors)
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

    fn max_tokens(&self) -> usize {
        self.embedder.max_tokens()
    }

    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>> {
        if texts.len() > FEW {
            return self.embedder.embed(texts);
        }
        let mut vectors = Vec::with_capacity(texts.len());
        for text in texts {
            vectors.extend(self.one(text)?);
        }
        Ok(vectors)
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

    /// Counts what it is asked for.
    #[derive(Default)]
    struct Counted(AtomicUsize);

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
}
