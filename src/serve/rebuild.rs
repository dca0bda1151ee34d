//! Builds the book again and publishes it.
//!
//! A book that cannot be built leaves the last good snapshot in place.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::diagnostic::{self, Diagnostic};
use crate::pipeline::{self, Build};
use crate::site::write::{Body, Output};

use super::snapshot::Problems;
use super::{Notice, State};

/// So many files are written in a moment.
const FEW: usize = 8;

/// Why there is no new book.
enum Failure {
    /// The author can mend it.
    Author(Vec<Diagnostic>),
    /// The environment failed.
    Environment(String),
}

/// Builds the book from what lies on the disk now; `files` are all that may
/// have changed, or nothing when any may have. Nothing fails: problems are
/// logged and shown. The terminal hears of a book without a change when it is
/// `wanted`.
pub(super) fn rebuild(state: &State, files: Option<&BTreeSet<PathBuf>>, wanted: bool) {
    let started = Instant::now();
    let made = catch_unwind(AssertUnwindSafe(|| make(state, files)));
    match made.unwrap_or_else(|_| Err(Failure::Environment("the build panicked".to_owned()))) {
        Ok((build, touched)) => {
            let first = state.snapshot().build.is_standing();
            // Compared before the snapshots are locked; only the index can
            // change meanwhile.
            let before = state.snapshot();
            let (next, changes) = before.rebuilt(build, touched);
            let build = next.build.clone();
            // A few files are there before their pages are told of them; nobody
            // waits for many.
            let few = changes.len() <= FEW;
            if few {
                write(state, &before.build, &build, &changes);
            }
            state.update(|current| Some(next.with_index_of(current)));
            let took = started.elapsed();
            if !few {
                write(state, &before.build, &build, &changes);
            }
            if first {
                state.log(&Notice::Built {
                    pages: build.site.pages.len(),
                    diagnostics: &build.diagnostics,
                    took,
                });
            } else if wanted || !changes.is_empty() {
                state.log(&Notice::Rebuilt {
                    diagnostics: &build.diagnostics,
                    files: &changes,
                    took,
                });
            }
        }
        Err(Failure::Author(diagnostics)) => {
            fail(
                state,
                &Problems::of(&diagnostics, &state.snapshot().build.config),
            );
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

/// Brings the output folder in line. The pages are in memory and can be served
/// all the same, so a folder that cannot be written to is only told.
fn write(state: &State, before: &Build, after: &Arc<Build>, changes: &[String]) {
    if !state.shared.writes {
        return;
    }
    let same_folder = before.config.build_dir == after.config.build_dir;
    let in_line = state.shared.in_line.load(Ordering::Relaxed) && same_folder;
    let guard = pipeline::lock(&after.config);
    let written = if let Err(error) = &guard {
        Err(anyhow::anyhow!("{error:#}"))
    } else if in_line {
        pipeline::write_some(after, changes)
    } else {
        pipeline::write(after)
    };
    if written.is_ok() {
        let known = Some(changes).filter(|_| in_line);
        state.ledger(|ledger| ledger.wrote(after, known));
    }
    state
        .shared
        .in_line
        .store(written.is_ok(), Ordering::Relaxed);
    if let Err(error) = written {
        state.log(&Notice::Trouble(format!(
            "the site could not be written: {error:#}"
        )));
    }
}

/// The new book with the outputs that were made anew, where that is known.
type Made = (Build, Option<Vec<String>>);

fn make(state: &State, files: Option<&BTreeSet<PathBuf>>) -> Result<Made, Failure> {
    let environment = |error: anyhow::Error| Failure::Environment(format!("{error:#}"));
    let configured = (state.shared.callbacks.configure)();
    let (config, problems) = configured.map_err(Failure::Author)?;
    if config.serve != state.snapshot().build.config.serve {
        state.log(&Notice::NeedsRestart);
    }
    state.ledger(|ledger| ledger.reading(&config, files));
    let before = &state.snapshot().build;
    let (mut build, touched) = pipeline::follow(config, before, files).map_err(environment)?;
    // What only pages' texts changed says all that was said before.
    if touched.is_none() {
        build.diagnostics.extend(problems);
        diagnostic::sort(&mut build.diagnostics);
    }
    if build.output.is_empty() {
        return Err(Failure::Author(build.diagnostics));
    }
    keep_failed(&mut build, &before.output);
    Ok((build, touched))
}

/// Pages that could not be made this time stay as they were.
pub(super) fn keep_failed(build: &mut Build, before: &Output) {
    for path in &build.failed {
        let written = build.config.build_dir.join(path);
        let body = match before.get(path.as_str()) {
            Some(body) => body.clone(),
            None if written.is_file() => Body::File(written),
            None => continue,
        };
        build.output.insert(path.as_str().into(), body);
    }
}
