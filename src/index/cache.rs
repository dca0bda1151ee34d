//! Embeddings that were paid for once, by the digest of what was embedded.
//!
//! One file for each model: a line that says what it is, then records of one
//! size, each with its own checksum. Records are appended as they are made,
//! so that an interruption costs nothing; damaged ones are left out and the
//! file is written anew. One process writes, others only read.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use fs_err::{File, OpenOptions};
use sha2::{Digest, Sha256};

/// A digest in hexadecimal.
const KEY: usize = 64;
const CHECKSUM: usize = 8;
/// How many records nobody asks for may stay, for the sake of branches and
/// undone edits, beside as many as are asked for.
const SPARE: usize = 4096;

/// The embeddings of one model.
pub struct Embeddings {
    file: PathBuf,
    head: String,
    dimensions: usize,
    known: HashMap<String, usize>,
    values: Vec<f32>,
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
            head: format!(
                "docent embeddings 1 {dimensions} {}\n",
                model.replace('\n', " ")
            ),
            dimensions,
            known: HashMap::new(),
            values: Vec::new(),
            lock: lock.try_lock().is_ok().then_some(lock),
        };
        let bytes = match fs_err::read(&cache.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        if !cache.read(&bytes) && cache.lock.is_some() {
            let all = cache.keys_in_order();
            cache.rewrite(&all)?;
        }
        Ok(cache)
    }

    /// The embedding of the text with this digest.
    pub fn get(&self, digest: &str) -> Option<&[f32]> {
        let start = self.known.get(digest)? * self.dimensions;
        self.values.get(start..start + self.dimensions)
    }

    /// Keeps vectors with the digests of their texts, on disk too.
    ///
    /// # Errors
    /// When a vector or digest has another length, or on a full disk.
    pub fn add(&mut self, digests: &[&str], vectors: &[Vec<f32>]) -> Result<()> {
        let mut bytes = Vec::new();
        for (digest, vector) in digests.iter().zip(vectors) {
            ensure!(
                vector.len() == self.dimensions,
                "an embedding has {} numbers",
                vector.len()
            );
            ensure!(digest.len() == KEY, "`{digest}` is not a SHA-256 digest");
            bytes.extend(record(digest, vector));
            self.insert((*digest).to_owned(), vector.iter().copied());
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
    pub fn shrink(&self, count: usize, wanted: impl FnOnce() -> Vec<String>) -> Result<()> {
        if self.lock.is_some() && self.known.len() > 2 * count + SPARE {
            let mut wanted = wanted();
            wanted.sort_unstable();
            wanted.dedup();
            self.rewrite(&wanted)?;
        }
        Ok(())
    }

    /// Takes in every sound record of `bytes`; whether all of it was sound.
    fn read(&mut self, bytes: &[u8]) -> bool {
        let Some(body) = bytes.strip_prefix(self.head.as_bytes()) else {
            return false;
        };
        let records = body.chunks_exact(KEY + 4 * self.dimensions + CHECKSUM);
        let mut sound = records.remainder().is_empty();
        for bytes in records {
            let (content, sum) = bytes.split_at(bytes.len() - CHECKSUM);
            let (key, vector) = content.split_at(KEY);
            match std::str::from_utf8(key) {
                Ok(key) if checksum(content) == *sum => {
                    let vector = vector.chunks_exact(4);
                    let vector = vector.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
                    self.insert(key.to_owned(), vector);
                }
                _ => sound = false,
            }
        }
        sound
    }

    fn insert(&mut self, key: String, vector: impl Iterator<Item = f32>) {
        let row = self.values.len() / self.dimensions.max(1);
        self.values.extend(vector);
        self.known.insert(key, row);
    }

    fn keys_in_order(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.known.keys().cloned().collect();
        keys.sort_unstable();
        keys
    }

    /// Writes the embeddings of `keys` beside the file, then puts it in its
    /// place.
    fn rewrite(&self, keys: &[String]) -> Result<()> {
        let mut bytes = self.head.clone().into_bytes();
        for key in keys {
            if let Some(vector) = self.get(key) {
                bytes.extend(record(key, vector));
            }
        }
        let beside = self.file.with_extension("new");
        fs_err::write(&beside, bytes)?;
        fs_err::rename(&beside, &self.file)?;
        Ok(())
    }
}

fn record(key: &str, vector: &[f32]) -> Vec<u8> {
    let mut bytes = key.as_bytes().to_vec();
    bytes.extend(vector.iter().flat_map(|value| value.to_le_bytes()));
    let sum = checksum(&bytes);
    bytes.extend(sum);
    bytes
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::digest(bytes);
    std::array::from_fn(|place| digest[place])
}
