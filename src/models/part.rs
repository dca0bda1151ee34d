//! A file on its way in: written beside its place, checked, then renamed.
//!
//! Nothing appears in place before its SHA-256 was found right, so neither
//! an interruption nor a wrong source leaves anything half-made there.

use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::models::digest;
use crate::models::manifest::ModelFile;
use crate::models::progress::{Progress, Sink};

/// The unfinished copy of one file. Its folder must be locked.
pub(super) struct Part<'a> {
    target: PathBuf,
    path: PathBuf,
    file: &'a ModelFile,
    progress: Sink<'a>,
}

impl<'a> Part<'a> {
    /// The part of the file that belongs at `target`.
    pub(super) fn of(target: &Path, file: &'a ModelFile, progress: Sink<'a>) -> Self {
        let mut name = target.as_os_str().to_owned();
        name.push(".part");
        Self {
            target: target.to_owned(),
            path: PathBuf::from(name),
            file,
            progress,
        }
    }

    /// The bytes that the whole file has.
    pub(super) fn total(&self) -> u64 {
        self.file.bytes
    }

    /// The bytes that an earlier attempt left, fewer than the whole or all.
    pub(super) fn len(&self) -> u64 {
        let len = fs_err::metadata(&self.path).map_or(0, |metadata| metadata.len());
        if len <= self.file.bytes { len } else { 0 }
    }

    /// Writes `source` from byte `at` on; what lies behind is dropped. What
    /// was written stays when the source fails, so that it can be resumed.
    pub(super) fn fill(&self, mut source: impl Read, at: u64) -> Result<()> {
        let total = self.file.bytes;
        let mut out = fs_err::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.path)?;
        out.set_len(at)?;
        out.seek(SeekFrom::Start(at))?;
        let mut buffer = vec![0; digest::BUFFER / 4];
        let mut done = at;
        loop {
            let read = match source.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => bail!("it broke off after {done} of {total} bytes: {error}"),
            };
            if done + read as u64 > total {
                self.discard()?;
                bail!("it has more than the {total} bytes of the right file");
            }
            out.write_all(&buffer[..read])?;
            done += read as u64;
            (self.progress)(Progress::Bytes { done, total });
        }
        if done < total {
            bail!("it ended after {done} of {total} bytes");
        }
        Ok(())
    }

    /// Checks the hash and puts the file in place; a wrong one is deleted.
    pub(super) fn place(&self) -> Result<()> {
        let found = digest::of_file(&self.path)?;
        if found != self.file.sha256 {
            self.discard()?;
            bail!("its SHA-256 is {found} instead of {}", self.file.sha256);
        }
        fs_err::OpenOptions::new()
            .write(true)
            .open(&self.path)?
            .sync_all()?;
        fs_err::rename(&self.path, &self.target)?;
        Ok(())
    }

    fn discard(&self) -> Result<()> {
        Ok(fs_err::remove_file(&self.path)?)
    }
}
