//! Builds the book again and publishes it; indexes what was published.
//!
//! A book that cannot be built leaves the last good snapshot in place. The
//! index follows in the background, on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use crate::diagnostic::{self, Diagnostic};
use crate::pipeline::{self, Build};
use crate::site::write::{Body, Output};

use super::snapshot::{Problems, Snapshot};
use super::{Indexing, Notice, State};

/// Why there is no new book.
enum Failure {
    /// The author can mend it.
    Author(Vec<Diagnostic>),
    /// The environment failed.
    Environment(String),
}

/// Builds the book from what lies on the disk now. Nothing fails: problems
/// are logged and shown.
pub(super) fn rebuild(state: &State) {
    let started = Instant::now();
    let made = catch_unwind(AssertUnwindSafe(|| make(state)));
    match made.unwrap_or_else(|_| Err(Failure::Environment("the build panicked".to_owned()))) {
        Ok(build) => {
            let diagnostics = build.diagnostics.clone();
            // Compared before the snapshots are locked; only the index can
            // change meanwhile.
            let (next, files) = state.snapshot().rebuilt(build);
            state.update(|current| Some(next.with_index_of(current)));
            state.log(&Notice::Rebuilt {
                diagnostics: &diagnostics,
                files,
                took: started.elapsed(),
            });
        }
        Err(Failure::Author(diagnostics)) => {
            fail(state, &Problems::of(&diagnostics));
            let diagnostics = &diagnostics;
            state.log(&Notice::NotRebuilt { diagnostics });
        }
        Err(Failure::Environment(error)) => {
            fail(
                state,
                &Problems::one("the book could not be built; the server's log says why"),
            );
            state.log(&Notice::Trouble(error));
        }
    }
}

fn fail(state: &State, problems: &Problems) {
    state.update(|current| Some(current.failed(problems.clone())));
}

fn make(state: &State) -> Result<Build, Failure> {
    let environment = |error: anyhow::Error| Failure::Environment(format!("{error:#}"));
    let configured = (state.shared.callbacks.configure)();
    let (config, problems) = configured.map_err(Failure::Author)?;
    if config.serve != state.snapshot().build.config.serve {
        state.log(&Notice::NeedsRestart);
    }
    let mut build = pipeline::build(config).map_err(environment)?;
    build.diagnostics.extend(problems);
    diagnostic::sort(&mut build.diagnostics);
    if build.output.is_empty() {
        return Err(Failure::Author(build.diagnostics));
    }
    if let Err(error) = pipeline::write(&build) {
        // The pages are in memory and can be served all the same.
        state.log(&Notice::Trouble(format!(
            "the site could not be written: {error:#}"
        )));
    }
    keep_failed(&mut build, &state.snapshot().build.output);
    Ok(build)
}

/// Pages that could not be made this time stay as they were.
pub(super) fn keep_failed(build: &mut Build, before: &Output) {
    for path in &build.failed {
        let written = build.config.build_dir.join(path);
        let body = match before.get(path) {
            Some(body) => body.clone(),
            None if written.is_file() => Body::File(written),
            None => continue,
        };
        build.output.insert(path.clone(), body);
    }
}

/// Indexes the newest book, and again whenever `wake` says that there may be
/// a newer one, until its sender is gone.
pub(super) fn index(state: &State, wake: &Receiver<()>) {
    loop {
        let snapshot = state.snapshot();
        if snapshot.indexed < snapshot.generation && !snapshot.index_failed {
            index_once(state, &snapshot);
        }
        if wake.recv().is_err() {
            return;
        }
    }
}

fn index_once(state: &State, snapshot: &Snapshot) {
    let started = Instant::now();
    let generation = snapshot.generation;
    let stop = || state.is_closing() || state.snapshot().generation != generation;
    // Better than nothing, but no match for an earlier whole one. Counted as
    // of the generation before, since this one's is still to come.
    let meanwhile = |index| {
        let first = |current: &Snapshot| {
            let none = current.index.is_none();
            none.then(|| current.with_index(index, generation.saturating_sub(1)))
        };
        state.update(first);
    };
    let indexing = Indexing {
        stop: &stop,
        meanwhile: &meanwhile,
    };
    let index = || (state.shared.callbacks.index)(&snapshot.build, &indexing);
    let made = catch_unwind(AssertUnwindSafe(index));
    match made.unwrap_or_else(|_| Err(anyhow::anyhow!("the indexing panicked"))) {
        Ok(index) => {
            let chunks = index.chunks.len();
            state.update(|current| Some(current.with_index(Arc::clone(&index), generation)));
            let took = started.elapsed();
            state.log(&Notice::Indexed { chunks, took });
        }
        Err(_) if stop() => {}
        Err(error) => {
            state.log(&Notice::Trouble(format!("indexing failed: {error:#}")));
            state.update(|current| {
                let mut next = current.clone();
                next.index_failed = next.generation == generation;
                next.index_failed.then_some(next)
            });
        }
    }
}
