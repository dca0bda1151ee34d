//! Vectors of hashed words, at no cost, and the time that the real model takes
//! for a query.

use std::sync::Arc;

use docent::index::{Embedder, Take, Texts};

const DIMENSIONS: usize = 384;

/// Adds each word to one of the places of a vector, which is brought to length
/// one.
pub fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![1e-3_f32; DIMENSIONS];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let hash = word.bytes().fold(7_usize, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(usize::from(byte))
        });
        vector[hash % DIMENSIONS] += 1.0;
    }
    let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.iter().map(|value| value / norm).collect()
}

/// Embeds one text, a query, no sooner than the real model, where it is there.
pub struct Hashed {
    real: Option<Arc<dyn Embedder>>,
}

impl Hashed {
    pub fn new() -> Self {
        Self { real: real() }
    }
}

impl Embedder for Hashed {
    fn id(&self) -> &str {
        "hashed-words"
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }

    fn token_count(&self, text: &str) -> usize {
        text.split_whitespace().count() + 2
    }

    fn max_tokens(&self) -> usize {
        256
    }

    fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
        if let (Some(real), [_]) = (&self.real, texts) {
            real.embed(texts)?;
        }
        Ok(texts.iter().map(|text| vector(text)).collect())
    }

    /// Sections wait for no model.
    fn embed_each(&self, texts: &Texts<'_>, take: &mut Take<'_>) -> anyhow::Result<()> {
        (0..texts.count).try_for_each(|number| take(number, vector(&(texts.get)(number))))
    }
}

#[cfg(not(feature = "embed"))]
fn real() -> Option<Arc<dyn Embedder>> {
    None
}

#[cfg(feature = "embed")]
fn real() -> Option<Arc<dyn Embedder>> {
    use docent::index::embed::load;
    let store = docent::models::default_dir(&|name| std::env::var_os(name));
    let store = docent::models::Store::new(store?);
    let search = docent::config::Search::default();
    let files = store.embedder(std::path::Path::new(""), &search).ok()?;
    load(&files, &store.runtime().ok()?, "en").ok()
}
