//! SHA-256 of files and of what passes through a writer.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::Result;
use sha2::{Digest, Sha256};

/// How much is read at once.
pub(super) const BUFFER: usize = 1 << 20;

/// The SHA-256 of a file, in lower-case hexadecimal digits.
pub(super) fn of_file(path: &Path) -> Result<String> {
    let mut file = fs_err::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(format!("{:x}", hasher.finalize())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// The SHA-256 of `bytes`, in lower-case hexadecimal digits.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Files up to this size are read whole by [`sampled`], of others this much at
/// each end.
const END: u64 = 1 << 18;
/// How many pieces of a large file are read between its ends, of so many bytes.
const PIECES: u64 = 64;
const PIECE: u64 = 1 << 12;

/// A digest of a file by its length, its ends and pieces in between: enough to
/// tell apart the weights of two models, of which no piece is the same, and as
/// quick for a gigabyte as for a megabyte. Not for proving anything.
pub(super) fn sampled(path: &Path) -> Result<String> {
    let mut file = fs_err::File::open(path)?;
    let length = file.metadata()?.len();
    let mut hasher = Sha256::new();
    hasher.update(length.to_le_bytes());
    let pieces = (1..=PIECES).map(|piece| (length / (PIECES + 1) * piece, PIECE));
    let ends = [(0, END), (length.saturating_sub(END), END)];
    for (start, most) in ends.into_iter().chain(pieces) {
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        Read::take(&mut file, most).read_to_end(&mut bytes)?;
        hasher.update(&bytes);
    }
    Ok(format!("{:x}", hasher.finalize()))
}

/// A writer that counts and hashes what it passes on.
pub(super) struct Hashing<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            hasher: Sha256::new(),
            bytes: 0,
        }
    }

    /// The writer inside, the number of bytes, and their SHA-256.
    pub(super) fn finish(self) -> (W, u64, String) {
        (
            self.inner,
            self.bytes,
            format!("{:x}", self.hasher.finalize()),
        )
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
