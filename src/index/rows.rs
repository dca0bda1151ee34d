//! The embedding of every chunk: taken over, from the cache, or made now.
//!
//! An unchanged page's embeddings come from the index before as they are, in
//! one piece, so that one edit among many pages costs its own chunks only.
//! Those that take long are told of in between, with what is there by then.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use rayon::prelude::*;

use crate::index::cache::Embeddings;
use crate::index::pages::{Chunks, PageChunks};
use crate::index::vector::{RawRows, Vectors};
use crate::index::waiting::Waiting;
use crate::index::{Chunk, Digest, Embedder, Progress, Texts};

/// How many embeddings are made between two writes to the disk, and between
/// two looks at whether they are still wanted: about a tenth of a second.
const BATCH: usize = 4;
/// So many times at most, while many are made, those made are handed on; and
/// never for fewer than so many more.
const STEPS: usize = 16;
const STEP: usize = 64;

/// Embeddings of chunks that there were before, made by the same embedder.
pub struct Before<'a> {
    pub chunks: &'a Chunks,
    pub rows: &'a Rows,
}

/// A row for each chunk, of zeros as long as the chunk's embedding is not
/// made.
pub struct Rows {
    pub vectors: Vectors,
    pub waiting: Waiting,
}

/// What making embeddings says and asks.
pub struct Watch<'a> {
    pub progress: &'a dyn Fn(Progress),
    pub stop: &'a dyn Fn() -> bool,
    /// Told what is there while others are made.
    pub meanwhile: Option<&'a dyn Fn(Rows)>,
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
) -> Result<Rows> {
    let known = before.map(|before| Known::of(&before)).unwrap_or_default();
    let is_new = |page: &&Arc<PageChunks>| known.page(page).is_none();
    let new = chunks.pages().map(|(page, _)| page).filter(is_new);
    let new: Vec<&Chunk> = new.flat_map(|page| &page.chunks).collect();
    let new = new.into_par_iter().map(|chunk| (chunk.key(), chunk));
    let new: Vec<(Digest, &Chunk)> = new.collect();
    let all = All {
        chunks,
        known,
        new,
        dimensions: embedder.dimensions(),
    };
    // Unchanged pages need neither digests nor the file.
    if all.new.is_empty() {
        return all.rows(None);
    }
    // Reading the file of a large book takes longer than its words.
    if let Some(meanwhile) = watch.meanwhile {
        meanwhile(all.rows(None)?);
    }
    let cache = made(folder, &all, embedder, watch)?;
    all.rows(Some(&cache))
}

/// What is wanted, and where it is.
struct All<'a> {
    chunks: &'a Chunks,
    known: Known<'a>,
    /// The chunks of the other pages, with their digests, in order.
    new: Vec<(Digest, &'a Chunk)>,
    dimensions: usize,
}

impl All<'_> {
    /// The rows that are known or in `cache`; the others wait.
    fn rows(&self, cache: Option<&Embeddings>) -> Result<Rows> {
        let mut digests = self.new.iter().map(|(digest, _)| digest);
        let mut vectors = Vectors::with_capacity(self.dimensions, self.chunks.len());
        let mut waiting = Waiting::none();
        let zeros = vec![0.0; self.dimensions];
        for (page, start) in self.chunks.pages() {
            if let Some(rows) = self.known.page(page) {
                vectors.extend(rows)?;
                continue;
            }
            for (place, digest) in digests.by_ref().take(page.chunks.len()).enumerate() {
                match cache.and_then(|cache| cache.get(digest)) {
                    Some(row) => vectors.extend(row)?,
                    None => {
                        waiting.add(start + place);
                        vectors.push(&zeros)?;
                    }
                }
            }
        }
        Ok(Rows { vectors, waiting })
    }
}

/// The cache with the embeddings of all that is new.
fn made(
    folder: &Path,
    all: &All<'_>,
    embedder: &dyn Embedder,
    watch: &Watch<'_>,
) -> Result<Embeddings> {
    let cache = Embeddings::open(folder, embedder.id(), embedder.dimensions())?;
    let mut seen = HashSet::new();
    let missing = all.new.iter();
    let missing = missing.filter(|(digest, _)| cache.get(digest).is_none());
    let missing: Vec<_> = missing.filter(|(digest, _)| seen.insert(digest)).collect();
    let total = missing.len();
    if total == 0 {
        return Ok(cache);
    }
    let mut keeping = Keeping {
        all,
        watch,
        cache,
        total,
        batch: Vec::with_capacity(BATCH),
        done: 0,
        told: 0,
    };
    keeping.look()?;
    let texts = Texts {
        count: total,
        get: &|number| missing[number].1.embed_text(),
    };
    let mut take = |number: usize, vector| keeping.take(missing[number].0, vector);
    let result = embedder.embed_each(&texts, &mut take);
    // Whatever ended it, what was made is paid for.
    keeping.keep()?;
    result.context("embedding the pages")?;
    ensure!(keeping.done == total, "the embedder left texts out");
    (watch.progress)(Progress::Embeddings { done: total, total });
    let wanted = || all.chunks.iter().map(Chunk::key).collect();
    keeping.cache.shrink(all.chunks.len(), wanted)?;
    Ok(keeping.cache)
}

/// Keeps embeddings as they are made.
struct Keeping<'a> {
    all: &'a All<'a>,
    watch: &'a Watch<'a>,
    cache: Embeddings,
    total: usize,
    /// Those made since the last write.
    batch: Vec<(Digest, Vec<f32>)>,
    /// How many are written.
    done: usize,
    /// How many there were when they were handed on last.
    told: usize,
}

impl Keeping<'_> {
    fn take(&mut self, digest: Digest, vector: Vec<f32>) -> Result<()> {
        self.batch.push((digest, vector));
        if self.batch.len() == BATCH && self.done + BATCH < self.total {
            self.keep()?;
            self.look()?;
        }
        Ok(())
    }

    fn keep(&mut self) -> Result<()> {
        let batch = std::mem::take(&mut self.batch);
        self.done += batch.len();
        let (digests, vectors): (Vec<Digest>, Vec<Vec<f32>>) = batch.into_iter().unzip();
        self.cache.add(&digests, &vectors)
    }

    /// Says how far it is, and looks whether it is still wanted.
    fn look(&mut self) -> Result<()> {
        let Self {
            all, watch, cache, ..
        } = self;
        let (done, total) = (self.done, self.total);
        (watch.progress)(Progress::Embeddings { done, total });
        if (watch.stop)() {
            bail!("stopped after {done} of {total} embeddings; they are kept");
        }
        let step = (total / STEPS).max(STEP);
        if let Some(meanwhile) = watch.meanwhile
            && done >= self.told + step
        {
            self.told = done;
            meanwhile(all.rows(Some(cache))?);
        }
        Ok(())
    }
}

/// The rows of pages that are as they were.
#[derive(Default)]
struct Known<'a> {
    pages: HashMap<*const PageChunks, RawRows<'a>>,
}

impl<'a> Known<'a> {
    fn of(before: &Before<'a>) -> Self {
        let Rows { vectors, waiting } = before.rows;
        let rows = |(page, start): (&Arc<PageChunks>, usize)| {
            let range = start..start + page.chunks.len();
            if waiting.any(range.clone()) {
                return None;
            }
            Some((Arc::as_ptr(page), vectors.rows(range)?))
        };
        Self {
            pages: before.chunks.pages().filter_map(rows).collect(),
        }
    }

    fn page(&self, page: &Arc<PageChunks>) -> Option<RawRows<'a>> {
        self.pages.get(&Arc::as_ptr(page)).copied()
    }
}
