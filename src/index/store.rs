//! The full-text index on disk, shard by shard.
//!
//! A file holds a shard and is named after the digest of everything that went
//! into it. It is written beside and renamed, and read only when every byte
//! is as it was written; anything else is built again. No other process's
//! reading is disturbed, since an index that is open lies in memory.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use rayon::prelude::*;

use crate::index::hex;
use crate::index::pages::{Chunks, PageChunks};
use crate::index::shards::{self, Hand};
use crate::index::text::Words;
use crate::index::text::maker::Maker;
use crate::index::text::shard::{Key, Shard};

const UNFINISHED: &str = ".new-";
/// After so long an unfinished file belongs to a process that is gone.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// The full-text index of `chunks`: shards that `before` or `folder` have are
/// taken from there, the others are made and kept. `building` is told the
/// number of chunks before any is made. Where `remembers`, and all is made anew,
/// the index knows its words as they are written.
///
/// # Errors
/// When the index cannot be built, or not written.
pub fn words(
    folder: &Path,
    chunks: &Chunks,
    language: &str,
    before: Option<&Words>,
    building: &dyn Fn(usize),
    remembers: bool,
) -> Result<Words> {
    fs_err::create_dir_all(folder)?;
    let hands = shards::deal(chunks, language);
    let known = before.into_iter().flat_map(Words::shards);
    let known: HashMap<Key, &Arc<Shard>> = known.map(|shard| (shard.key(), shard)).collect();
    let found: Vec<Option<Arc<Shard>>> = hands
        .par_iter()
        .map(|hand| match known.get(&hand.key) {
            Some(shard) => Some(Arc::clone(shard)),
            None => read(folder, hand).ok().map(Arc::new),
        })
        .collect();
    let missing = hands
        .iter()
        .zip(&found)
        .filter(|(_, found)| found.is_none());
    let missing = missing.flat_map(|(hand, _)| &hand.pages);
    let missing: usize = missing.map(|(page, _)| page.chunks.len()).sum();
    if missing > 0 {
        building(missing);
    }
    let remembers = remembers && missing == chunks.len();
    let maker = Maker::new(language, remembers);
    let shards = hands.par_iter().zip(found).map(|(hand, found)| {
        let place = folder.join(name(&hand.key));
        let is_kept = found.is_some() && place.exists();
        let shard = match found {
            Some(shard) => shard,
            None => Arc::new(make(hand, &maker).context("building the search index")?),
        };
        if !is_kept {
            keep(folder, &place, &shard)
                .with_context(|| format!("keeping the search index in `{}`", folder.display()))?;
        }
        Ok((shard, hand.numbers()))
    });
    let shards = shards.collect::<Result<Vec<_>>>()?;
    let numbered = |hand: &Hand<'_>| (hand.key, hand.numbers());
    let all: Vec<(Key, Vec<u32>)> = hands.iter().map(numbered).collect();
    let (words, made) = rayon::join(|| Words::open(shards, language), || maker.known(&all));
    let words = words?.with_known(made);
    if missing > 0 || known.len() != hands.len() {
        remove_others(folder, &hands);
    }
    Ok(words)
}

/// The name of a shard's file.
fn name(key: &Key) -> String {
    format!("{}.words", hex(&key[..16]))
}

fn read(folder: &Path, hand: &Hand<'_>) -> Result<Shard> {
    Shard::open(hand.key, fs_err::read(folder.join(name(&hand.key)))?)
}

fn make(hand: &Hand<'_>, maker: &Maker<'_>) -> Result<Shard> {
    let pages: Vec<&PageChunks> = hand.pages.iter().map(|(page, _)| &***page).collect();
    maker.shard(hand.key, &pages)
}

/// Whoever is quicker with the same shard, the bytes are the same.
fn keep(folder: &Path, place: &Path, shard: &Shard) -> Result<()> {
    let mut beside = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempfile_in(folder)?;
    beside.write_all(shard.bytes())?;
    beside.persist(place)?;
    Ok(())
}

/// Removes what no shard needs. What cannot be removed only takes up room.
fn remove_others(folder: &Path, hands: &[Hand<'_>]) {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return;
    };
    let current = hands.iter().map(|hand| OsString::from(name(&hand.key)));
    let current: HashSet<OsString> = current.collect();
    for entry in entries.flatten() {
        let unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let age = entry.metadata().and_then(|metadata| metadata.modified());
        let age = age
            .ok()
            .and_then(|time| time.elapsed().ok())
            .unwrap_or_default();
        if current.contains(&entry.file_name()) || (unfinished && age <= ABANDONED) {
            continue;
        }
        let _ = match entry.file_type() {
            Ok(kind) if kind.is_dir() => fs_err::remove_dir_all(entry.path()),
            _ => fs_err::remove_file(entry.path()),
        };
    }
}
