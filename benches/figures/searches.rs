//! Chunks, the index, searches, embeddings.

use std::sync::Arc;
use std::time::Instant;

use docent::config::Config;
use docent::index::{Embedder, Index, Query, embed};
use docent::models::Store;
use docent::pipeline;

use crate::{left_out, row, row_ms, times};

/// Words that readers of any software's documentation look for.
const QUERIES: [&str; 8] = [
    "install",
    "configuration file",
    "how to add a dependency",
    "--offline",
    "error when building",
    "environment variables",
    "what is the default",
    "upgrade to a new version",
];

/// Prints the rows about searching; gives the best index that can be had.
pub fn rows(config: &Config, store: Option<&Store>) -> anyhow::Result<Index> {
    let (site, _) = pipeline::check(config)?;
    let embedder = store.and_then(|store| load(store, config));
    let chunks = pipeline::chunks(site.searched(), embedder.as_deref(), None);
    println_count(chunks.len(), site.pages.len());
    let cold = times(3, || {
        let cache = tempfile::tempdir()?;
        let config = Config {
            cache_dir: cache.path().to_path_buf(),
            ..config.clone()
        };
        pipeline::index(&config, chunks.clone(), None, None, &|_| {}, &|| false).map(drop)
    })?;
    row_ms("index of words, cold", &cold);
    let words = pipeline::index(config, chunks.clone(), None, None, &|_| {}, &|| false)?;
    row_ms("search by words", &search_times(&words)?);
    let Some(embedder) = embedder else {
        left_out("embedding throughput", "`docent models pull`");
        left_out("search by words and meaning", "`docent models pull`");
        return Ok(words);
    };
    let texts: Vec<String> = chunks
        .iter()
        .take(48)
        .map(docent::index::Chunk::embed_text)
        .collect();
    let mut rates = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        embedder.embed(&texts)?;
        rates.push(texts.len() as f64 / start.elapsed().as_secs_f64());
    }
    row("embedding throughput", "sections/s", &rates);
    let index = pipeline::index(config, chunks, Some(embedder), None, &|_| {}, &|| false)?;
    row_ms("search by words and meaning", &search_times(&index)?);
    Ok(index)
}

#[expect(clippy::print_stdout, reason = "a row of the table")]
fn println_count(chunks: usize, pages: usize) {
    println!("| pages, sections | {pages}, {chunks} | | |");
}

fn search_times(index: &Index) -> anyhow::Result<Vec<std::time::Duration>> {
    let search = |text: &str| {
        let query = Query {
            text: text.to_owned(),
            kind: None,
            limit: 10,
        };
        index.search(&query).map(drop)
    };
    // The first search of a process pays for what later ones find ready.
    search(QUERIES[0])?;
    let mut all = Vec::new();
    for query in QUERIES.iter().cycle().take(80) {
        all.extend(times(1, || search(query))?);
    }
    all.sort();
    Ok(all)
}

fn load(store: &Store, config: &Config) -> Option<Arc<dyn Embedder>> {
    let files = store.embedder(&config.root, &config.search).ok()?;
    let runtime = store.runtime().ok()?;
    embed::load(&files, &runtime, &config.book.language).ok()
}
