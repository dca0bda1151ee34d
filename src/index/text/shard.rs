//! A part of the full-text index, made from its pages and nothing else.
//!
//! The same pages give the same bytes, whatever else the book holds and
//! whatever it held before. The bytes are what is kept on disk, too.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use tantivy::directory::{Directory, OwnedBytes, RamDirectory};
use tantivy::index::SegmentId;
use tantivy::{IndexBuilder, IndexSettings, TantivyDocument};

use crate::index::pages::PageChunks;
use crate::index::text::analyze;
use crate::index::text::inverted::Inverted;
use crate::index::text::lexicon::Lexicon;
use crate::index::{DIGEST, digest, hex};

/// The memory that tantivy plans its own tables by, which stay empty.
const BUDGET: usize = 100_000;

/// The digest of all that decides what a shard holds.
pub type Key = [u8; DIGEST];

/// The words of some pages.
#[derive(Debug)]
pub struct Shard {
    key: Key,
    /// The digest of the rest, the head as a line of JSON, then tantivy's
    /// files one after the other.
    bytes: OwnedBytes,
    documents: u32,
    files: Vec<(String, Range<usize>)>,
}

/// What stands in front of the files.
#[derive(Serialize, Deserialize)]
struct Head {
    key: String,
    documents: u32,
    /// The extension and the length of each file.
    files: Vec<(String, usize)>,
}

impl Shard {
    /// Indexes the chunks of `pages`, numbered from 0 in this order; gives what
    /// was read of them, too.
    ///
    /// # Errors
    /// When tantivy fails, as it does out of memory.
    pub fn build(
        key: Key,
        pages: &[&PageChunks],
        lexicon: &mut Lexicon,
    ) -> Result<(Self, Inverted)> {
        lexicon.tidy();
        let mut inverted = Inverted::default();
        let chunks = || pages.iter().flat_map(|page| &page.chunks);
        for chunk in chunks() {
            inverted.add(chunk, lexicon);
        }
        let count = u32::try_from(chunks().count())?;
        let index = bare(count)?;
        inverted.write(&index.new_segment(), lexicon)?;
        let shard = Self::of_files(key, count, segment_files(&index)?)?;
        Ok((shard, inverted))
    }

    fn of_files(key: Key, documents: u32, files: Vec<(String, Vec<u8>)>) -> Result<Self> {
        let lengths = files
            .iter()
            .map(|(extension, bytes)| (extension.clone(), bytes.len()));
        let head = Head {
            key: hex(&key),
            documents,
            files: lengths.collect(),
        };
        let mut bytes = vec![0; DIGEST];
        serde_json::to_writer(&mut bytes, &head)?;
        bytes.push(b'\n');
        for (_, file) in files {
            bytes.extend(file);
        }
        let sum = digest([&bytes[DIGEST..]]);
        bytes[..DIGEST].copy_from_slice(&sum);
        Self::read(key, bytes)
    }

    /// The shard that [`Self::bytes`] gave.
    ///
    /// # Errors
    /// When `bytes` are not what was written for `key`, all of it.
    pub fn open(key: Key, bytes: Vec<u8>) -> Result<Self> {
        let (sum, rest) = bytes.split_at_checked(DIGEST).context("cut short")?;
        ensure!(digest([rest]) == sum, "damaged");
        Self::read(key, bytes)
    }

    fn read(key: Key, bytes: Vec<u8>) -> Result<Self> {
        let rest = &bytes[DIGEST..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        let end = end.context("without a head")?;
        let head: Head = serde_json::from_slice(&rest[..end])?;
        ensure!(head.key == hex(&key), "another shard");
        let mut at = DIGEST + end + 1;
        let mut files = Vec::new();
        for (extension, length) in head.files {
            let file = at..at.saturating_add(length);
            at = file.end;
            files.push((extension, file));
        }
        ensure!(at == bytes.len(), "of another length");
        Ok(Self {
            key,
            bytes: OwnedBytes::new(bytes),
            documents: head.documents,
            files,
        })
    }

    /// What decides what it holds.
    pub fn key(&self) -> Key {
        self.key
    }

    /// How many chunks it has.
    pub fn documents(&self) -> u32 {
        self.documents
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Tantivy's files with their extensions.
    pub fn files(&self) -> impl Iterator<Item = (&str, OwnedBytes)> {
        self.files
            .iter()
            .map(|(extension, range)| (extension.as_str(), self.bytes.slice(range.clone())))
    }
}

/// An index of so many documents without a word: nothing of a text is stored.
fn bare(documents: u32) -> Result<tantivy::Index> {
    let mut writer = IndexBuilder::new()
        .schema(analyze::schema())
        .tokenizers(analyze::tokenizers())
        .settings(IndexSettings {
            // A thread for texts of which none is stored.
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        })
        .single_segment_index_writer(RamDirectory::create(), BUDGET)?;
    for _ in 0..documents {
        writer.add_document(TantivyDocument::default())?;
    }
    Ok(writer.finalize()?)
}

/// The files of the segment in `index`, by extension; what was written of terms
/// in another one takes the place of the first one's.
fn segment_files(index: &tantivy::Index) -> Result<Vec<(String, Vec<u8>)>> {
    let directory = index.directory();
    let bare: Vec<String> = index
        .searchable_segment_ids()?
        .iter()
        .map(SegmentId::uuid_string)
        .collect();
    let mut names: Vec<PathBuf> = directory.list_managed_files().into_iter().collect();
    let is_bare = |name: &PathBuf| bare.iter().any(|id| name.to_string_lossy().starts_with(id));
    names.sort_by_key(|name| !is_bare(name));
    let mut files = BTreeMap::new();
    for name in names {
        let extension = name.extension().unwrap_or_default().to_string_lossy();
        if extension != "json" && directory.exists(&name)? {
            files.insert(extension.into_owned(), directory.atomic_read(&name)?);
        }
    }
    Ok(files.into_iter().collect())
}
