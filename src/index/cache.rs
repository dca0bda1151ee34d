//! Embeddings that were paid for once, by the digest of what was embedded.
//!
//! One file for each model: a line that says what it is, then records of one
//! size, each with its own checksum. Records are appended as they are made,
//! so that an interruption costs nothing; damaged ones are left out and the
//! file is written anew. One process writes, others only read.

use std::collections::HashMap;
use std::io::{BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use fs_err::{File, OpenOptions};
use sha2::{Digest as _, Sha256};

use crate::index::vector::{RawRows, Vectors};
use crate::index::{DIGEST, Digest};

/// Counts the ways in which records were written.
const FORMAT: u32 = 2;
/// The bytes of a checksum, and of a row's scale.
const CHECKSUM: usize = 8;
const SCALE: usize = 4;
/// How many records nobody asks for may stay, for the sake of branches and
/// undone edits, beside as many as are asked for.
const SPARE: usize = 4096;
/// How much is read from the disk at once.
const BUFFER: usize = 1 << 16;

/// The embeddings of one model.
pub struct Embeddings {
    file: PathBuf,
    head: String,
    dimensions: usize,
    known: HashMap<Digest, usize>,
    rows: Vectors,
    /// Present in the one process that writes; the lock goes with it.
    lock: Option<File>,
}

impl Embeddings {
    /// Reads what `folder` has of `model`, whose vectors have `dimensions`
    /// numbers, and repairs the file when a part of it is damaged.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn open(folder: &Path, model: &str, dimensions: usize) -> Result<Self> {
        fs_err::create_dir_all(folder)?;
        let name: String = model
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let lock = File::create(folder.join(format!("{name}.lock")))?;
        let mut cache = Self {
            file: folder.join(format!("{name}.embeddings")),
            head: head(dimensions, model),
            dimensions,
            known: HashMap::new(),
            rows: Vectors::with_capacity(dimensions, 0),
            lock: lock.try_lock().is_ok().then_some(lock),
        };
        let is_sound = match File::open(&cache.file) {
            Ok(file) => cache.read(file)?,
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(error.into()),
        };
        if !is_sound && cache.lock.is_some() {
            let mut all: Vec<Digest> = cache.known.keys().copied().collect();
            all.sort_unstable();
            cache.rewrite(&all)?;
        }
        Ok(cache)
    }

    /// The embedding of the text with this digest.
    pub fn get(&self, digest: &Digest) -> Option<RawRows<'_>> {
        self.rows.row(*self.known.get(digest)?)
    }

    /// Keeps vectors with the digests of their texts, on disk too.
    ///
    /// # Errors
    /// When a vector has another length or is not finite, or on a full disk.
    pub fn add(&mut self, digests: &[Digest], vectors: &[Vec<f32>]) -> Result<()> {
        let mut bytes = Vec::new();
        for (digest, vector) in digests.iter().zip(vectors) {
            self.rows.push(vector)?;
            let row = self.rows.len() - 1;
            self.known.insert(*digest, row);
            if let Some(row) = self.rows.row(row) {
                bytes.extend(record(digest, row));
            }
        }
        if self.lock.is_some() {
            let context = || format!("keeping embeddings in `{}`", self.file.display());
            let mut file = OpenOptions::new()
                .append(true)
                .open(&self.file)
                .with_context(context)?;
            file.write_all(&bytes).with_context(context)?;
        }
        Ok(())
    }

    /// Drops from the disk what is not `wanted` once that is most of it;
    /// `count` is how many are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn shrink(&self, count: usize, wanted: impl FnOnce() -> Vec<Digest>) -> Result<()> {
        if self.lock.is_some() && self.known.len() > 2 * count + SPARE {
            let mut wanted = wanted();
            wanted.sort_unstable();
            wanted.dedup();
            self.rewrite(&wanted)?;
        }
        Ok(())
    }

    /// Takes in every sound record of `file`; whether all of it is sound.
    fn read(&mut self, file: File) -> Result<bool> {
        let mut file = BufReader::with_capacity(BUFFER, file);
        let mut head = vec![0; self.head.len()];
        fill(&mut file, &mut head)?;
        if head != self.head.as_bytes() {
            return Ok(false);
        }
        let size = DIGEST + SCALE + self.dimensions;
        let mut bytes = vec![0; size + CHECKSUM];
        let mut is_sound = true;
        loop {
            let read = fill(&mut file, &mut bytes)?;
            if read < bytes.len() {
                return Ok(is_sound && read == 0);
            }
            let (content, sum) = bytes.split_at(size);
            is_sound &= checksum(content) == *sum && self.take(content).is_some();
        }
    }

    /// Takes in a record.
    fn take(&mut self, content: &[u8]) -> Option<()> {
        let (key, content) = content.split_first_chunk()?;
        let (scale, values) = content.split_first_chunk()?;
        let values: Vec<i8> = values.iter().map(|byte| byte.cast_signed()).collect();
        let row = RawRows {
            values: &values,
            scales: &[f32::from_le_bytes(*scale)],
        };
        self.rows.extend(row).ok()?;
        self.known.insert(*key, self.rows.len() - 1);
        Some(())
    }

    /// Writes the embeddings of `keys` beside the file, then puts it in its
    /// place.
    fn rewrite(&self, keys: &[Digest]) -> Result<()> {
        let mut bytes = self.head.clone().into_bytes();
        for key in keys {
            if let Some(row) = self.get(key) {
                bytes.extend(record(key, row));
            }
        }
        let beside = self.file.with_extension("new");
        fs_err::write(&beside, bytes)?;
        fs_err::rename(&beside, &self.file)?;
        Ok(())
    }
}

/// The line at the start of a file.
fn head(dimensions: usize, model: &str) -> String {
    let model = model.replace('\n', " ");
    format!("docent embeddings {FORMAT} {dimensions} {model}\n")
}

fn record(key: &Digest, row: RawRows<'_>) -> Vec<u8> {
    let mut bytes = key.to_vec();
    bytes.extend(row.scales.iter().flat_map(|scale| scale.to_le_bytes()));
    bytes.extend(row.values.iter().map(|value| value.cast_unsigned()));
    let sum = checksum(&bytes);
    bytes.extend(sum);
    bytes
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::digest(bytes);
    std::array::from_fn(|place| digest[place])
}

/// Reads into `bytes` until they are full or nothing is left; how many were
/// read.
fn fill(file: &mut impl Read, bytes: &mut [u8]) -> Result<usize> {
    let mut at = 0;
    while at < bytes.len() {
        match file.read(&mut bytes[at..]) {
            Ok(0) => break,
            Ok(read) => at += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(at)
}
