//! Search: a book's chunks, their words and their meaning, fused.
//!
//! Works without embeddings. Knows nothing of HTML, questions or HTTP.

pub mod cache;
pub mod chunk;
#[cfg(feature = "embed")]
pub mod embed;
mod excerpt;
pub mod fuse;
#[cfg(feature = "embed")]
mod memo;
pub mod query;
mod search;
pub mod store;
pub mod text;
pub mod tokens;
pub mod vector;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config;
use crate::content::Kind;
use crate::markdown::Block;

/// A heading's worth of a page: the unit of search and of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    /// The page's address relative to the site's root.
    pub page: String,
    /// The heading's id; empty for the start of the page.
    pub anchor: String,
    /// The page's title.
    pub title: String,
    /// The headings above and including this chunk's own, outermost first,
    /// the page's title left out.
    pub trail: Vec<String>,
    /// What the page is for.
    pub kind: Option<Kind>,
    /// The content, block by block, in reading order.
    pub blocks: Vec<Block>,
    /// SHA-256 over everything that is embedded, in hexadecimal: the key of
    /// the embedding cache.
    pub digest: String,
}

impl Chunk {
    /// A chunk with its digest.
    pub fn new(
        page: String,
        anchor: String,
        title: String,
        trail: Vec<String>,
        kind: Option<Kind>,
        blocks: Vec<Block>,
    ) -> Self {
        let mut chunk = Self {
            page,
            anchor,
            title,
            trail,
            kind,
            blocks,
            digest: String::new(),
        };
        let text = chunk.text();
        let trail = chunk.trail.iter().map(String::as_str);
        chunk.digest = hex_digest(
            [chunk.title.as_str()]
                .into_iter()
                .chain(trail)
                .chain([&*text]),
        );
        chunk
    }

    /// The address with the anchor, relative to the site's root.
    pub fn url(&self) -> String {
        if self.anchor.is_empty() {
            self.page.clone()
        } else {
            format!("{}#{}", self.page, self.anchor)
        }
    }

    /// The innermost heading, or the page's title.
    pub fn heading(&self) -> &str {
        self.trail
            .last()
            .map_or(self.title.as_str(), String::as_str)
    }

    /// The blocks as one plain text, a blank line between them.
    pub fn text(&self) -> String {
        let blocks: Vec<&str> = self
            .blocks
            .iter()
            .map(|block| block.text.as_str())
            .collect();
        blocks.join("\n\n")
    }

    /// What is embedded: the title and the headings in front of the text, so
    /// that a passage is found by what it is about.
    pub fn embed_text(&self) -> String {
        let mut text = self.title.clone();
        for heading in &self.trail {
            text.push_str(" > ");
            text.push_str(heading);
        }
        text.push_str("\n\n");
        text.push_str(&self.text());
        text
    }
}

/// Turns text into vectors. Implementations are slow to make and quick to
/// share.
pub trait Embedder: Send + Sync {
    /// The model's name and revision: part of the cache's key.
    fn id(&self) -> &str;
    /// The length of each vector.
    fn dimensions(&self) -> usize;
    /// How many tokens the model reads of `text`, special ones included.
    fn token_count(&self, text: &str) -> usize;
    /// How many tokens the model reads at most.
    fn max_tokens(&self) -> usize;
    /// One vector of length one for each text, in order.
    ///
    /// # Errors
    /// When the runtime fails.
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>>;
}

/// What someone looks for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The words.
    pub text: String,
    /// Only pages of this kind.
    pub kind: Option<Kind>,
    /// At most so many hits.
    pub limit: usize,
}

/// One chunk that was found, with how.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The chunk's number in [`Index::chunks`].
    pub chunk: usize,
    /// The fused score, 0 to 1.
    pub score: f32,
    /// The BM25 score and the rank, from 1, when words matched.
    pub text: Option<(f32, usize)>,
    /// The cosine and the rank, from 1, when there are embeddings.
    pub vector: Option<(f32, usize)>,
}

/// How far a build of the index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The full-text index of so many chunks is built, because it is not
    /// there or not sound.
    Words(usize),
    /// So many of the embeddings that are missing are made.
    Embeddings {
        /// Those made and kept.
        done: usize,
        /// Those that were missing.
        total: usize,
    },
}

/// A book's search index.
pub struct Index {
    /// The chunks, in reading order of the site.
    pub chunks: Vec<Chunk>,
    words: text::Words,
    vectors: Option<vector::Vectors>,
    embedder: Option<Arc<dyn Embedder>>,
    alpha: f32,
    language: String,
}

/// How many embeddings are made between two writes to the disk.
const BATCH: usize = 32;

impl Index {
    /// Indexes `chunks`, taking from `cache_dir` all that is there already
    /// and sound: the full text when nothing changed, and every embedding of
    /// an unchanged chunk. `language` is a BCP 47 tag.
    ///
    /// Embeddings are kept as they are made. `stop` is asked between
    /// batches; what was made by then is there the next time.
    ///
    /// # Errors
    /// When it was stopped, when the cache folder cannot be written, or when
    /// the embedder fails.
    pub fn build(
        chunks: Vec<Chunk>,
        config: &config::Search,
        language: &str,
        embedder: Option<Arc<dyn Embedder>>,
        cache_dir: &Path,
        progress: &dyn Fn(Progress),
        stop: &dyn Fn() -> bool,
    ) -> Result<Self> {
        let building = || progress(Progress::Words(chunks.len()));
        let words = store::words(&cache_dir.join("index"), &chunks, language, &building)?;
        let embedder = embedder.filter(|_| config.embeddings);
        let vectors = match &embedder {
            Some(embedder) => {
                let folder = cache_dir.join("embeddings");
                Some(embeddings(&folder, &chunks, &**embedder, progress, stop)?)
            }
            None => None,
        };
        let (alpha, language) = (config.alpha, language.to_owned());
        Ok(Self {
            chunks,
            words,
            vectors,
            embedder,
            alpha,
            language,
        })
    }

    /// What turned the chunks into vectors, when something did.
    pub fn embedder(&self) -> Option<&Arc<dyn Embedder>> {
        self.embedder.as_ref()
    }
}

/// The embedding of every chunk, from the cache in `folder` or made now.
fn embeddings(
    folder: &Path,
    chunks: &[Chunk],
    embedder: &dyn Embedder,
    progress: &dyn Fn(Progress),
    stop: &dyn Fn() -> bool,
) -> Result<vector::Vectors> {
    let mut cache = cache::Embeddings::open(folder, embedder.id(), embedder.dimensions())?;
    let mut seen = HashSet::new();
    let missing = chunks
        .iter()
        .filter(|chunk| cache.get(&chunk.digest).is_none());
    let missing: Vec<&Chunk> = missing.filter(|chunk| seen.insert(&chunk.digest)).collect();
    let total = missing.len();
    for (number, batch) in missing.chunks(BATCH).enumerate() {
        let done = number * BATCH;
        progress(Progress::Embeddings { done, total });
        if stop() {
            bail!("stopped after {done} of {total} embeddings; they are kept");
        }
        let texts: Vec<String> = batch.iter().map(|chunk| chunk.embed_text()).collect();
        let digests: Vec<&str> = batch.iter().map(|chunk| chunk.digest.as_str()).collect();
        let vectors = embedder.embed(&texts).context("embedding the pages")?;
        ensure!(vectors.len() == texts.len(), "the embedder left texts out");
        cache.add(&digests, &vectors)?;
    }
    if total > 0 {
        progress(Progress::Embeddings { done: total, total });
        let all: Vec<&str> = chunks.iter().map(|chunk| chunk.digest.as_str()).collect();
        cache.shrink(&all)?;
    }
    let mut vectors = vector::Vectors::with_capacity(embedder.dimensions(), chunks.len());
    for chunk in chunks {
        vectors.push(cache.get(&chunk.digest).unwrap_or_default())?;
    }
    Ok(vectors)
}

/// The SHA-256 over `parts`, each with its length in front, in hexadecimal.
pub(crate) fn hex_digest<T: AsRef<[u8]>>(parts: impl IntoIterator<Item = T>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        let part = part.as_ref();
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest = hasher.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
