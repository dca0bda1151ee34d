//! Indexes made in a test.

use std::path::Path;
use std::sync::Arc;

use docent::answer::{Answer, Ask, collect};
use docent::config::{self, Search};
use docent::index::{Chunk, Chunks, Embedder, Index, Job};
use docent::markdown::{Block, BlockKind};

/// How most tests index an English book.
pub fn job(embedder: Option<Arc<dyn Embedder>>, cache_dir: &Path) -> Job<'_> {
    Job {
        config: Search::default(),
        language: "en",
        embedder,
        cache_dir,
        before: None,
        progress: &|_| {},
        stop: &|| false,
        meanwhile: None,
    }
}

/// An index of `chunks`, kept in `folder`.
pub fn build(
    chunks: impl Into<Chunks>,
    folder: &Path,
    embedder: Option<Arc<dyn Embedder>>,
) -> Index {
    Index::build(chunks, &job(embedder, folder)).unwrap()
}

/// The answer of passages to `question`.
pub fn ask(index: &Index, question: &str) -> Answer {
    let config = config::Answer::default();
    let ask = Ask {
        index,
        config: &config,
        generator: None,
        question,
        earlier: &[],
        gone: &|| false,
    };
    collect(&ask).unwrap()
}

/// A section on a page of its own, with one paragraph.
pub fn section(heading: &str, text: &str) -> Chunk {
    Chunk::new(
        format!("{}.html", heading.to_lowercase().replace(' ', "-")),
        String::new(),
        heading.to_owned(),
        vec![heading.to_owned()],
        None,
        vec![Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
        }],
    )
}
