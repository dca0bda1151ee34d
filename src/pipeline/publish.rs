//! What a build leaves in the output folder.
//!
//! Takes a build, brings the folder in line with it. What stays there though
//! the build has not made it is said here, too.

use std::collections::BTreeSet;

use super::Build;
use crate::config::Config;
use crate::index::{Index, browser};
use crate::site;
use crate::site::write::{Body, Written};

/// The folder, in the output, of the index that browsers read.
pub(super) const BROWSER_INDEX: &str = "assets/search/";

/// Brings the output folder in line with the build. When nothing could be
/// rendered, the folder stays as it is.
///
/// # Errors
/// When a file cannot be written.
pub fn write(build: &Build) -> anyhow::Result<Written> {
    if build.output.is_empty() {
        return Ok(Written::default());
    }
    let mut written = site::write::write(&build.config.build_dir, &build.output, &kept(build))?;
    written.changed += build.ahead;
    written.unchanged -= build.ahead;
    Ok(written)
}

/// Keeps every other docent from writing into the output folder until the guard
/// is dropped: one waits for the other.
///
/// # Errors
/// When the cache folder cannot be written.
pub fn lock(config: &Config) -> anyhow::Result<impl Sized + use<>> {
    fs_err::create_dir_all(&config.cache_dir)?;
    let file = fs_err::File::create(config.cache_dir.join("build.lock"))?;
    file.lock()?;
    Ok(file)
}

/// The same when `changes` are the only files of the output that differ from
/// what the folder holds.
///
/// # Errors
/// As [`write()`].
pub fn write_some(build: &Build, changes: &[String]) -> anyhow::Result<Written> {
    site::write::write_some(
        &build.config.build_dir,
        &build.output,
        &kept(build),
        changes,
    )
}

/// What stays in the output folder though it is not in the output: pages that
/// could not be made, and the index that pages search without a server, where
/// this build is not the one that makes it.
fn kept(build: &Build) -> BTreeSet<String> {
    let mut kept = build.failed.clone();
    let start = format!("{BROWSER_INDEX}{}", browser::START);
    if build.config.has_browser_index() && !build.output.contains_key(start.as_str()) {
        kept.insert(BROWSER_INDEX.to_owned());
    }
    kept
}

/// Writes the index with which the pages search without a server, where the
/// book wants it, beside the pages that are written. `index` need not have
/// embeddings.
///
/// # Errors
/// When the index cannot be read or a file cannot be written.
pub fn write_browser_index(build: &mut Build, index: &Index) -> anyhow::Result<()> {
    if !build.config.has_browser_index() || build.output.is_empty() {
        return Ok(());
    }
    for (name, text) in index.browser_files()? {
        let path = format!("{BROWSER_INDEX}{name}");
        build.output.insert(path.into(), Body::of(text));
    }
    write(build).map(drop)
}
