//! The full-text index on disk, as long as nothing changed.
//!
//! A generation is a folder named after the digest of everything that went
//! into it, made beside and renamed, read only when every byte of it is as it
//! was written. Anything else is built again; no other process's reading is
//! disturbed, since an index that is open lies in memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::index::text::{FORMAT, Words};
use crate::index::{Chunk, hex_digest};

const MANIFEST: &str = "manifest.json";
const UNFINISHED: &str = ".new-";
/// How often an index is put in its place before giving up.
const TRIES: usize = 5;
/// After so long an unfinished generation belongs to a process that is gone.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// What a generation holds.
#[derive(Serialize, Deserialize)]
struct Manifest {
    format: u32,
    key: String,
    /// The SHA-256 of each file.
    files: BTreeMap<String, String>,
}

/// The full-text index of `chunks`: the one in `folder` when it is sound and
/// made from the same, else a new one, which is kept there. `building` is
/// called before one is built.
///
/// # Errors
/// When the index cannot be built, or not written.
pub fn words(
    folder: &Path,
    chunks: &[Chunk],
    language: &str,
    building: &dyn Fn(),
) -> Result<Words> {
    fs_err::create_dir_all(folder)?;
    let key = key(chunks, language);
    let place = folder.join(&key[..16]);
    if let Ok(words) = open(&place, &key, language, chunks.len()) {
        return Ok(words);
    }
    building();
    let words = Words::build(chunks, language).context("building the search index")?;
    keep(folder, &place, &key, &words)
        .with_context(|| format!("keeping the search index in `{}`", folder.display()))?;
    remove_others(folder, &place);
    Ok(words)
}

/// The digest of all that decides what the index holds.
fn key(chunks: &[Chunk], language: &str) -> String {
    let digests = chunks.iter().map(|chunk| chunk.digest.as_str());
    let version = format!("docent index {FORMAT}");
    hex_digest([version.as_str(), language].into_iter().chain(digests))
}

fn open(place: &Path, key: &str, language: &str, documents: usize) -> Result<Words> {
    let manifest: Manifest = serde_json::from_slice(&fs_err::read(place.join(MANIFEST))?)?;
    ensure!(
        manifest.format == FORMAT && manifest.key == key,
        "another index"
    );
    let mut files = BTreeMap::new();
    for (name, digest) in manifest.files {
        let bytes = fs_err::read(place.join(&name))?;
        ensure!(hex_digest([&bytes[..]]) == digest, "`{name}` is damaged");
        files.insert(name, bytes);
    }
    Words::from_files(&files, language, documents)
}

fn keep(folder: &Path, place: &Path, key: &str, words: &Words) -> Result<()> {
    let beside = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempdir_in(folder)?;
    let mut manifest = Manifest {
        format: FORMAT,
        key: key.to_owned(),
        files: BTreeMap::new(),
    };
    for (name, bytes) in words.files()? {
        fs_err::write(beside.path().join(&name), &bytes)?;
        manifest.files.insert(name, hex_digest([&bytes[..]]));
    }
    fs_err::write(
        beside.path().join(MANIFEST),
        serde_json::to_vec_pretty(&manifest)?,
    )?;
    let mut tries = 0;
    loop {
        put_aside(folder, place)?;
        tries += 1;
        match fs_err::rename(beside.path(), place) {
            // Another process was quicker with the same index.
            Err(_) if place.join(MANIFEST).exists() => return Ok(()),
            // Or it is just removing what could not be opened.
            Err(_) if tries < TRIES => {}
            renamed => return Ok(renamed?),
        }
    }
}

/// Takes away what is at `place` and could not be opened, in one step, because
/// another process may do the same.
fn put_aside(folder: &Path, place: &Path) -> Result<()> {
    if place.exists() {
        let aside = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempdir_in(folder)?;
        let _ = fs_err::rename(place, aside.path().join("old"));
    }
    Ok(())
}

/// Removes older generations. What cannot be removed only takes up room.
fn remove_others(folder: &Path, current: &Path) {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let age = entry.metadata().and_then(|metadata| metadata.modified());
        let age = age
            .ok()
            .and_then(|time| time.elapsed().ok())
            .unwrap_or_default();
        if entry.path() != current && (!unfinished || age > ABANDONED) {
            let _ = fs_err::remove_dir_all(entry.path());
        }
    }
}
