//! Documents into indexes: by words, and by words and meaning.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use docent::config;
use docent::index::chunk::{self, Counter};
use docent::index::estimate::estimate;
use docent::index::{Chunk, Chunks, Embedder, Index, Job, Progress, Query, embed};
use docent::models::Store;
use docent::pipeline;
use docent::site::Site;

/// How many hits are looked at: enough for ten sections or pages.
const HITS: usize = 60;

/// Makes indexes.
pub struct Maker {
    pub shared: PathBuf,
    pub cache: PathBuf,
    pub embedder: Option<Arc<dyn Embedder>>,
}

/// The embedding model that `DOCENT_QUALITY_MODEL` names, else the default one, when
/// it is there.
pub fn embedder(store: &Store) -> Option<Arc<dyn Embedder>> {
    let files = store.embedder(Path::new(""), &searching()).ok()?;
    let runtime = store.runtime().ok()?;
    embed::load(&files, &runtime, "en").ok()
}

/// What is said of searching, with the embedding model that is measured.
pub fn searching() -> config::Search {
    let mut search = config::Search::default();
    if let Ok(model) = std::env::var("DOCENT_QUALITY_MODEL") {
        search.model = model;
    }
    search
}

impl Maker {
    /// The tokens of a text, as the embedder counts them.
    pub fn count(&self, text: &str) -> usize {
        let embedder = self.embedder.as_ref();
        embedder.map_or_else(|| estimate(text), |embedder| embedder.token_count(text))
    }

    /// The most of them in a chunk.
    pub fn most(&self) -> usize {
        let embedder = self.embedder.as_ref();
        embedder.map_or(chunk::MOST, |embedder| Counter::most(embedder.max_tokens()))
    }

    /// The index of `chunks` by words and, unless `alpha` is 1 or there is no model,
    /// by meaning.
    pub fn index(&self, name: &str, chunks: &Chunks, alpha: Option<f32>) -> Result<Option<Index>> {
        let by_meaning = alpha.is_none_or(|alpha| alpha < 1.0);
        let embedder = self.embedder.clone().filter(|_| by_meaning);
        if by_meaning && embedder.is_none() {
            return Ok(None);
        }
        let shown = |step| {
            if let Progress::Embeddings { done, total } = step
                && done % 1024 < 16
            {
                say(&format!("{name}: {done} of {total} sections embedded"));
            }
        };
        let job = Job {
            config: config::Search {
                alpha,
                ..searching()
            },
            language: "en",
            embedder,
            cache_dir: &self.cache.join(name),
            before: None,
            meanwhile: None,
            progress: &shown,
            stop: &|| false,
        };
        Index::build(chunks.clone(), &job).map(Some)
    }

    /// The book in the archive `name`, with its sections. `settings` is its
    /// `book.toml` where it has none.
    pub fn book(&self, name: &str, settings: Option<&str>) -> Result<(Site, Vec<Chunk>)> {
        let archive = self.shared.join(format!("corpora/{name}.tar.gz"));
        let folder = tempfile::tempdir()?;
        let mut tar = Command::new("tar");
        tar.arg("xzf").arg(&archive).arg("-C").arg(folder.path());
        ensure!(
            tar.status()?.success(),
            "`{}` is no archive",
            archive.display()
        );
        let root = folder.path().join(name);
        if let Some(settings) = settings {
            fs_err::write(root.join("book.toml"), settings)?;
        }
        let (config, _) = pipeline::configure(&root)
            .map_err(|problems| anyhow::anyhow!("{}", problems[0].message))?;
        let (site, _) = pipeline::check(&config)?;
        let counter = Counter {
            name: "",
            count: &|text| self.count(text),
            most: self.most(),
        };
        let chunks = chunk::chunks(site.searched(), &counter, None);
        let chunks = chunks.iter().cloned().collect();
        Ok((site, chunks))
    }
}

/// The hits of `question`, best first.
pub fn search(index: &Index, question: &str) -> Result<Vec<docent::index::Hit>> {
    let query = Query {
        // The line break says that the last word is whole.
        text: format!("{question}\n"),
        kind: None,
        limit: HITS,
    };
    index
        .search(&query)
        .with_context(|| format!("searching for \"{question}\""))
}

#[expect(clippy::print_stderr, reason = "how far it is, beside the table")]
pub fn say(text: &str) {
    eprintln!("{text}");
}
