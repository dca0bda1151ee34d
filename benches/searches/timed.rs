//! A book brought to many sections, and how long searches in it take.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use docent::config;
use docent::index::{Chunk, Chunks, Embedder, Index, Job, Query};

/// How many sections the book is brought to.
const SECTIONS: usize = 100_000;

/// Copies of the sections, each with pages of its own, until there are
/// exactly enough.
pub fn repeated(sections: &[Chunk]) -> Chunks {
    let copies = SECTIONS.div_ceil(sections.len().max(1));
    let copied = (0..copies).flat_map(|copy| {
        sections.iter().map(move |chunk| Chunk {
            page: format!("v{copy}/{}", chunk.page),
            ..chunk.clone()
        })
    });
    copied.take(SECTIONS).collect::<Vec<_>>().into()
}

/// The index of `chunks` by words, and by meaning where there is an embedder.
pub fn build(
    chunks: Chunks,
    folder: &Path,
    embedder: Option<Arc<dyn Embedder>>,
) -> anyhow::Result<Index> {
    let job = Job {
        config: config::Search::default(),
        language: "en",
        embedder,
        cache_dir: folder,
        before: None,
        progress: &|_| {},
        stop: &|| false,
        meanwhile: None,
    };
    Index::build(chunks, &job)
}

/// How long each of the searches takes.
pub fn searches(index: &Index, texts: &[String]) -> anyhow::Result<Vec<Duration>> {
    let search = |text: &String| {
        let query = Query {
            text: text.clone(),
            kind: None,
            limit: 10,
        };
        index.search(&query).map(drop)
    };
    // The first searches of a process pay for what later ones find ready.
    for text in texts.iter().take(3) {
        search(text)?;
    }
    texts.iter().map(|text| timed(|| search(text))).collect()
}

/// How long `work` takes.
pub fn timed(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// The median, what 99 of 100 stay under, and the slowest, in milliseconds.
pub fn summary(times: &[Duration]) -> [f64; 3] {
    let ms = times.iter().map(|time| time.as_secs_f64() * 1000.0);
    let mut ms: Vec<f64> = ms.collect();
    ms.sort_by(f64::total_cmp);
    let at = |share: usize| ms.get((ms.len() * share / 100).min(ms.len().saturating_sub(1)));
    [50, 99, 100].map(|share| at(share).copied().unwrap_or_default())
}
