//! Embedders for tests: the real model where it is there, and a bag of hashed
//! words for what does not depend on quality.

#[cfg(feature = "embed")]
use std::path::PathBuf;
#[cfg(feature = "embed")]
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

use docent::index::Embedder;

/// Feature hashing: each word adds to one of 64 places. Counts what it embeds,
/// and fails as long as a test wants.
#[derive(Default)]
pub struct HashedWords {
    pub embedded: AtomicUsize,
    pub fails: AtomicBool,
}

impl HashedWords {
    pub fn count(&self) -> usize {
        self.embedded.load(Ordering::Relaxed)
    }
}

impl Embedder for HashedWords {
    fn id(&self) -> &str {
        "hashed-words"
    }

    fn dimensions(&self) -> usize {
        64
    }

    fn token_count(&self, text: &str) -> usize {
        text.split_whitespace().count() + 2
    }

    fn max_tokens(&self) -> usize {
        256
    }

    fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
        anyhow::ensure!(!self.fails.load(Ordering::Relaxed), "out of order");
        self.embedded.fetch_add(texts.len(), Ordering::Relaxed);
        Ok(texts.iter().map(|text| hashed(text)).collect())
    }
}

fn hashed(text: &str) -> Vec<f32> {
    let mut vector = vec![1e-3_f32; 64];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let hash = word.bytes().fold(7_usize, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(usize::from(byte))
        });
        vector[hash % 64] += 1.0;
    }
    let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.iter().map(|value| value / norm).collect()
}

/// The same, but as slow as the test wants: a section is embedded when it is
/// let through. Questions are embedded at once.
#[derive(Default)]
pub struct Gated {
    words: HashedWords,
    /// How many sections may still pass.
    passes: Mutex<usize>,
    changed: Condvar,
}

impl Gated {
    /// Lets so many more sections through.
    pub fn let_through(&self, sections: usize) {
        let mut passes = self.passes.lock().unwrap();
        *passes = passes.saturating_add(sections);
        self.changed.notify_all();
    }

    /// Lets no more through.
    pub fn hold(&self) {
        *self.passes.lock().unwrap() = 0;
    }

    fn pass(&self) {
        let passes = self.passes.lock().unwrap();
        let wait = self.changed.wait_while(passes, |passes| *passes == 0);
        *wait.unwrap() -= 1;
    }
}

impl Embedder for Gated {
    fn id(&self) -> &str {
        self.words.id()
    }

    fn dimensions(&self) -> usize {
        self.words.dimensions()
    }

    fn token_count(&self, text: &str) -> usize {
        self.words.token_count(text)
    }

    fn max_tokens(&self) -> usize {
        self.words.max_tokens()
    }

    fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
        // What is embedded of a page has an empty line under its title.
        if texts.iter().any(|text| text.contains("\n\n")) {
            self.pass();
        }
        self.words.embed(texts)
    }
}

#[cfg(feature = "embed")]
/// Where the models lie: `DOCENT_MODELS`, else the user's cache folder.
pub fn models() -> PathBuf {
    std::env::var_os("DOCENT_MODELS").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/docent/models"),
        PathBuf::from,
    )
}

/// The real embedder. Where the models were not pulled, says so and gives
/// nothing, but fails under CI, where they are to be had.
#[cfg(feature = "embed")]
pub fn minilm() -> Option<Arc<dyn Embedder>> {
    let (files, runtime) = minilm_files();
    if !files.onnx.exists() || !runtime.exists() {
        super::left_out(&format!("no embedding model in `{}`", models().display()));
        return None;
    }
    Some(docent::index::embed::load(&files, &runtime, "en").unwrap())
}

/// The files of the default embedding model and the runtime library.
#[cfg(feature = "embed")]
pub fn minilm_files() -> (docent::models::EmbedderFiles, PathBuf) {
    let model = models().join("minilm-l6-v2-int8");
    let files = docent::models::EmbedderFiles {
        id: "minilm-l6-v2-int8".to_owned(),
        onnx: model.join("model.onnx"),
        weights: Vec::new(),
        tokenizer: model.join("tokenizer.json"),
        config: model.join("config.json"),
        special_tokens_map: Some(model.join("special_tokens_map.json")),
        tokenizer_config: model.join("tokenizer_config.json"),
        reading: docent::models::Reading {
            pooling: docent::models::Pooling::Mean,
            output: None,
            max_tokens: 256,
            query_prefix: String::new(),
            passage_prefix: String::new(),
            own: false,
        },
    };
    (files, models().join("onnxruntime/libonnxruntime.so.1.32.0"))
}
