//! An embedding for every chunk: from the index before, from the cache on
//! disk, or made now.
//!
//! What is made is kept at once, so that an interruption costs little.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};

use crate::index::cache::Embeddings;
use crate::index::pages::{Chunks, PageChunks};
use crate::index::vector::Vectors;
use crate::index::{Chunk, Embedder, Progress};

/// How many embeddings are made between two writes to the disk.
const BATCH: usize = 32;

/// Embeddings of chunks that there were before, made by the same embedder.
pub struct Before<'a> {
    pub chunks: &'a Chunks,
    pub vectors: &'a Vectors,
}

/// What making embeddings says and asks.
pub struct Watch<'a> {
    pub progress: &'a dyn Fn(Progress),
    pub stop: &'a dyn Fn() -> bool,
}

/// The embedding of every chunk, in order; `folder` holds the cache.
///
/// # Errors
/// When it was stopped, the cache cannot be written or the embedder fails.
pub fn rows(
    folder: &Path,
    chunks: &Chunks,
    embedder: &dyn Embedder,
    before: Option<Before<'_>>,
    watch: &Watch<'_>,
) -> Result<Vectors> {
    let known = before.map(|before| Known::of(&before)).unwrap_or_default();
    let is_new = |page: &&Arc<PageChunks>| known.page(page).is_none();
    let new = chunks.pages().map(|(page, _)| page).filter(is_new);
    let new: Vec<(String, &Chunk)> = new
        .flat_map(|page| &page.chunks)
        .map(|chunk| (chunk.digest(), chunk))
        .collect();
    // Unchanged pages need neither digests nor the file.
    let cache = if new.is_empty() {
        None
    } else {
        Some(made(folder, &new, chunks, embedder, watch)?)
    };
    let mut digests = new.iter().map(|(digest, _)| digest);
    let mut vectors = Vectors::with_capacity(embedder.dimensions(), chunks.len());
    for (page, _) in chunks.pages() {
        if let Some(rows) = known.page(page) {
            vectors.extend(rows)?;
            continue;
        }
        for digest in digests.by_ref().take(page.chunks.len()) {
            let vector = cache.as_ref().and_then(|cache| cache.get(digest));
            vectors.push(vector.unwrap_or_default())?;
        }
    }
    Ok(vectors)
}

/// The cache with the embeddings of all that is `new`.
fn made(
    folder: &Path,
    new: &[(String, &Chunk)],
    all: &Chunks,
    embedder: &dyn Embedder,
    watch: &Watch<'_>,
) -> Result<Embeddings> {
    let mut cache = Embeddings::open(folder, embedder.id(), embedder.dimensions())?;
    let mut seen = HashSet::new();
    let missing = new.iter().filter(|(digest, _)| cache.get(digest).is_none());
    let missing: Vec<_> = missing.filter(|(digest, _)| seen.insert(digest)).collect();
    let total = missing.len();
    for (number, batch) in missing.chunks(BATCH).enumerate() {
        let done = number * BATCH;
        (watch.progress)(Progress::Embeddings { done, total });
        if (watch.stop)() {
            bail!("stopped after {done} of {total} embeddings; they are kept");
        }
        let texts: Vec<String> = batch.iter().map(|(_, chunk)| chunk.embed_text()).collect();
        let digests: Vec<&str> = batch.iter().map(|(digest, _)| digest.as_str()).collect();
        let vectors = embedder.embed(&texts).context("embedding the pages")?;
        ensure!(vectors.len() == texts.len(), "the embedder left texts out");
        cache.add(&digests, &vectors)?;
    }
    if total > 0 {
        (watch.progress)(Progress::Embeddings { done: total, total });
        cache.shrink(all.len(), || all.iter().map(Chunk::digest).collect())?;
    }
    Ok(cache)
}

/// The rows of pages that are as they were.
#[derive(Default)]
struct Known<'a> {
    pages: HashMap<*const PageChunks, &'a [f32]>,
}

impl<'a> Known<'a> {
    fn of(before: &Before<'a>) -> Self {
        let rows = |(page, start): (&Arc<PageChunks>, usize)| {
            let rows = before.vectors.rows(start..start + page.chunks.len())?;
            Some((Arc::as_ptr(page), rows))
        };
        Self {
            pages: before.chunks.pages().filter_map(rows).collect(),
        }
    }

    fn page(&self, page: &Arc<PageChunks>) -> Option<&'a [f32]> {
        self.pages.get(&Arc::as_ptr(page)).copied()
    }
}
