//! Indexes what was published, in the background, on a thread of its own.
//!
//! The words of a newer book are searched as soon as they are indexed, with
//! the embeddings that are known; those that are made meanwhile follow. What
//! is published is always the index of one book, whole in its words.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use rayon::ThreadPoolBuilder;

use super::{Notice, Snapshot, State};
use crate::answer::calibrate;
use crate::index::{Embedder, Index, Job, Progress};
use crate::pipeline::{self, Build};

/// So many embeddings take so long that the terminal is told of it.
const MANY: usize = 64;
/// An index that is there sooner after an edit is not worth a line.
const QUICK: Duration = Duration::from_secs(1);

/// What an indexing is told, and may tell, while it runs.
pub struct Indexing<'a> {
    /// An index of the book as it was, to take over what did not change.
    pub before: Option<Arc<Index>>,
    /// Whether the result is no longer wanted: the book has changed again.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Gives an index of this book to search with until the whole one is
    /// there, in which chunks wait for their embeddings.
    pub meanwhile: &'a (dyn Fn(Arc<Index>) + Sync),
    /// Says how many of the missing embeddings are made, and how many were
    /// missing.
    pub embedding: &'a (dyn Fn(usize, usize) + Sync),
}

/// The index of a book: its words at once, then the whole one.
///
/// # Errors
/// When it was stopped, the cache folder cannot be written or the embedder
/// fails.
pub fn index(
    book: &Build,
    embedder: Option<Arc<dyn Embedder>>,
    indexing: &Indexing<'_>,
) -> anyhow::Result<Arc<Index>> {
    let before = indexing.before.as_deref();
    let chunks = pipeline::chunks(book.site.searched(), embedder.as_deref(), before);
    let progress = |progress| {
        if let Progress::Embeddings { done, total } = progress {
            (indexing.embedding)(done, total);
        }
    };
    let mut job = Job {
        progress: &progress,
        stop: &|| (indexing.stop)(),
        meanwhile: Some(&|index| (indexing.meanwhile)(Arc::new(index))),
        ..pipeline::job(&book.config, embedder, before)
    };
    // Nothing is kept for files that a server does not make.
    job.config.browser = false;
    Index::build(chunks, &job).map(Arc::new)
}

/// Indexes the newest book, and again whenever `wake` says that there may be
/// a newer one, until its sender is gone.
pub(super) fn follow(state: &State, wake: &Receiver<()>) {
    // Threads of its own: on shared ones, the pages of a save would wait for
    // the words of the whole book. Without them it is done all the same.
    let pool = ThreadPoolBuilder::new().thread_name(|_| "index".to_owned());
    let pool = pool.build().ok();
    loop {
        let snapshot = state.snapshot();
        if snapshot.wants_index() {
            let once = || index_once(state, &snapshot);
            pool.as_ref().map_or_else(once, |pool| pool.install(once));
        }
        drop(snapshot);
        if wake.recv().is_err() {
            return;
        }
    }
}

fn index_once(state: &State, snapshot: &Snapshot) {
    let started = Instant::now();
    let generation = snapshot.generation;
    let stop = || state.is_closing() || state.snapshot().generation != generation;
    let publish = |index: Arc<Index>| {
        state.update(|current| Some(current.with_index(index, generation)));
    };
    let say = |waiting| {
        let index = state.snapshot().index.clone();
        state.log(&Notice::Indexed {
            chunks: index.map_or(0, |index| index.chunks.len()),
            waiting,
            took: started.elapsed(),
        });
    };
    let embedding = |done, total| {
        if done == 0 && total >= MANY {
            say(total);
        }
        state.update(|current| {
            let mut next = current.clone();
            // Gone once the whole index is published, and not a moment before.
            next.embedding = (total > 0).then_some((done, total));
            (next.embedding != current.embedding).then_some(next)
        });
    };
    let indexing = Indexing {
        before: snapshot.index.clone(),
        stop: &stop,
        // The new words are found at once, whatever their meaning takes.
        meanwhile: &publish,
        embedding: &embedding,
    };
    let index = || (state.shared.callbacks.index)(&snapshot.build, &indexing);
    let made = catch_unwind(AssertUnwindSafe(index));
    match made.unwrap_or_else(|_| Err(anyhow::anyhow!("the indexing panicked"))) {
        Ok(index) => {
            publish(Arc::clone(&index));
            // So that the first reader who asks does not wait for it.
            calibrate::floor(&index, &snapshot.build.config.answer);
            if snapshot.index.is_none() || started.elapsed() > QUICK {
                say(0);
            }
        }
        Err(_) if stop() => {}
        Err(error) => {
            state.log(&Notice::Trouble(format!("indexing failed: {error:#}")));
            state.update(|current| {
                let same = current.generation == generation;
                same.then(|| current.without_more())
            });
        }
    }
}
