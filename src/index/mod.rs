//! Search: a book's chunks, their words and their meaning, fused.
//!
//! Works without embeddings. Knows nothing of HTML, questions or HTTP.

mod balance;
pub mod best;
pub mod browser;
pub mod cache;
pub mod chunk;
mod copies;
mod digest;
#[cfg(feature = "embed")]
pub mod embed;
pub mod embedder;
pub mod estimate;
mod excerpt;
#[cfg(feature = "embed")]
mod foreign;
mod function_words;
pub mod fuse;
#[cfg(feature = "embed")]
mod lanes;
#[cfg(feature = "embed")]
mod memo;
mod named;
#[cfg(feature = "embed")]
mod onnx;
mod page_share;
pub mod pages;
#[cfg(feature = "embed")]
mod protobuf;
pub mod query;
pub mod recent;
mod rows;
mod search;
mod shards;
mod spread;
pub mod store;
pub mod text;
pub mod tokens;
pub mod unrelated;
pub mod vector;
mod waiting;
mod why;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::Result;
pub use digest::Digest;
use digest::{DIGEST, digest, hex};
pub use embedder::{Embedder, Take, Texts};
pub use named::Named;
pub use pages::Chunks;
use serde::{Deserialize, Serialize};
pub use spread::Behind;
pub use text::Match;
pub use text::language::Language;
pub use why::Why;

use crate::config;
use crate::content::Kind;
use crate::markdown::Block;
use crate::models;

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
    /// What the page says of itself without showing it, before its first chunk:
    /// its description, tags and questions. It is looked for, not quoted.
    #[serde(default)]
    pub unseen: Vec<String>,
    /// What the page is for.
    pub kind: Option<Kind>,
    /// The content, block by block, in reading order.
    pub blocks: Vec<Block>,
}

impl Chunk {
    /// A chunk of these parts.
    pub fn new(
        page: String,
        anchor: String,
        title: String,
        trail: Vec<String>,
        kind: Option<Kind>,
        blocks: Vec<Block>,
    ) -> Self {
        Self {
            page,
            anchor,
            title,
            trail,
            unseen: Vec::new(),
            kind,
            blocks,
        }
    }

    /// The SHA-256 over everything that is embedded, in hexadecimal.
    pub fn digest(&self) -> String {
        hex(&self.key())
    }

    /// The same as it is: the key of the embedding cache.
    pub fn key(&self) -> Digest {
        let text = self.text();
        let trail = self.trail.iter().map(String::as_str);
        let parts = [self.title.as_str()].into_iter().chain(trail);
        digest(parts.chain([&*text]))
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
        let texts = self.blocks.iter().map(|block| block.text.as_str());
        texts.collect::<Vec<_>>().join("\n\n")
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
    /// The words of so many chunks are indexed, because that is not there or
    /// not sound.
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
    pub chunks: Chunks,
    words: Arc<text::Words>,
    rows: Option<rows::Rows>,
    embedder: Option<Arc<dyn Embedder>>,
    alpha: f32,
    floor: Mutex<Option<f32>>,
    /// The cosine of unrelated texts, once it was asked for.
    unrelated: OnceLock<f32>,
}

/// How an index is made.
pub struct Job<'a> {
    /// What the book says of searching.
    pub config: config::Search,
    /// The book's language, a BCP 47 tag.
    pub language: &'a str,
    /// What turns chunks into vectors.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// The folder of what is kept.
    pub cache_dir: &'a Path,
    /// An index of the same book as it was.
    pub before: Option<&'a Index>,
    /// Told how far it is.
    pub progress: &'a dyn Fn(Progress),
    /// Asked between batches of embeddings whether to give up.
    pub stop: &'a dyn Fn() -> bool,
    /// Given an index to search with while embeddings are made: all of its
    /// words are there, and what meaning there is by then.
    pub meanwhile: Option<&'a dyn Fn(Index)>,
}

impl Index {
    /// Indexes `chunks`, taking all that is there and sound from the index
    /// before and from the cache: the words of every shard without a changed
    /// page, and every embedding of an unchanged chunk.
    ///
    /// Embeddings are kept as they are made; after a stop, what was made by
    /// then is there the next time.
    ///
    /// # Errors
    /// When it was stopped, when the cache folder cannot be written, or when
    /// the embedder fails.
    pub fn build(chunks: impl Into<Chunks>, job: &Job<'_>) -> Result<Self> {
        let chunks = chunks.into();
        let building = |chunks| (job.progress)(Progress::Words(chunks));
        let before = job
            .before
            .filter(|before| before.language().tag() == job.language);
        let words = store::words(
            &job.cache_dir.join("index"),
            &chunks,
            job.language,
            before.map(|before| &*before.words),
            &building,
            job.config.browser,
        )?;
        let embedder = job.embedder.clone().filter(|_| job.config.embeddings);
        let alpha = job.config.alpha;
        let is_own = models::is_path(&job.config.model);
        let alpha = alpha.unwrap_or_else(|| balance::of_book(words.language(), is_own));
        let mut index = Self {
            chunks,
            words: Arc::new(words.with_synonyms(&job.config.synonyms)),
            rows: None,
            embedder,
            alpha: alpha.clamp(0.0, 1.0),
            floor: Mutex::new(None),
            unrelated: OnceLock::new(),
        };
        if let Some(embedder) = &index.embedder {
            let meanwhile = job.meanwhile;
            let meanwhile = meanwhile.map(|given| |rows| given(index.with_rows(rows)));
            index.rows = Some(rows::rows(
                &job.cache_dir.join("embeddings"),
                &index.chunks,
                &**embedder,
                job.before.and_then(|before| before.rows_of(&**embedder)),
                &rows::Watch {
                    progress: job.progress,
                    stop: job.stop,
                    meanwhile: meanwhile.as_ref().map(|given| given as _),
                },
            )?);
        }
        Ok(index)
    }

    /// The same with other embeddings.
    fn with_rows(&self, rows: rows::Rows) -> Self {
        Self {
            chunks: self.chunks.clone(),
            words: self.words.clone(),
            rows: Some(rows),
            embedder: self.embedder.clone(),
            alpha: self.alpha,
            floor: Mutex::new(None),
            unrelated: OnceLock::new(),
        }
    }

    fn rows_of(&self, embedder: &dyn Embedder) -> Option<rows::Before<'_>> {
        let same = self.embedder.as_ref()?.id() == embedder.id();
        let rows = self.rows.as_ref().filter(|_| same)?;
        Some(rows::Before {
            chunks: &self.chunks,
            rows,
        })
    }

    /// How many chunks still wait for their embedding: they are found by their
    /// words alone. Always 0 in an index that is whole.
    pub fn waiting(&self) -> usize {
        self.rows.as_ref().map_or(0, |rows| rows.waiting.count())
    }

    /// The words of the index as files that a script in the browser searches,
    /// by name.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn browser_files(&self) -> Result<BTreeMap<String, String>> {
        browser::files(&self.words, &self.chunks)
    }

    /// The book's language.
    pub fn language(&self) -> &Arc<Language> {
        self.words.language()
    }

    /// The confidence from which on this index answers a question, as `work`
    /// finds it the first time that it can; nothing as long as it cannot. What
    /// confidence is, is not known here; it is only as old as the index.
    pub fn floor(&self, work: impl FnOnce() -> Option<f32>) -> Option<f32> {
        // Held meanwhile: who asks now would find the same.
        let mut floor = self.floor.lock().unwrap_or_else(PoisonError::into_inner);
        if floor.is_none() {
            *floor = work();
        }
        *floor
    }

    /// What turned the chunks into vectors, when something did.
    pub fn embedder(&self) -> Option<&Arc<dyn Embedder>> {
        self.embedder.as_ref()
    }
}
