//! Files made from a GGUF: weights that candle has fast kernels for, and the
//! tokenizer that mistral.rs cannot read from the GGUF itself.
//!
//! Each has a stamp beside it, `<file>.from`, with the SHA-256 of what it
//! was made from and its own, so that a stale or damaged one is noticed.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::models::digest::{self, Hashing};
use crate::models::gguf::{self, Gguf};
use crate::models::progress::{Progress, Sink};
use crate::models::tokenizer_json;

/// The weights as Q8_0.
pub const WEIGHTS: &str = "model.q8_0.gguf";
/// The tokenizer, as Hugging Face's `tokenizers` reads it.
pub const TOKENIZER: &str = "tokenizer.json";
/// The chat template and the special tokens.
pub const TOKENIZER_CONFIG: &str = "tokenizer_config.json";

/// Grows when the same source gives other bytes than before.
const MAKER: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    /// The SHA-256 of the source, or a digest that stands for it.
    source: String,
    /// The size of the made file.
    bytes: u64,
    /// The SHA-256 of the made file.
    sha256: String,
    /// [`MAKER`] when it was made.
    maker: u32,
}

/// What can be said of a made file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// As its stamp says.
    Fresh,
    /// Not there.
    Absent,
    /// Made from something else or by an older docent, or without a stamp.
    Stale,
    /// Of another size than its stamp says.
    WrongSize { found: u64, expected: u64 },
}

/// The files made from `gguf`.
pub(super) fn names(gguf: &Gguf) -> &'static [&'static str] {
    if gguf::convert::needed(gguf) {
        &[TOKENIZER, TOKENIZER_CONFIG, WEIGHTS]
    } else {
        &[TOKENIZER, TOKENIZER_CONFIG]
    }
}

/// The state of the file `name` in `folder`, made from `source`.
pub(super) fn state(folder: &Path, name: &str, source: &str) -> State {
    let Ok(metadata) = fs_err::metadata(folder.join(name)) else {
        return State::Absent;
    };
    match stamp(folder, name) {
        Some(stamp) if stamp.source != source || stamp.maker != MAKER => State::Stale,
        Some(stamp) if stamp.bytes != metadata.len() => State::WrongSize {
            found: metadata.len(),
            expected: stamp.bytes,
        },
        Some(_) => State::Fresh,
        None => State::Stale,
    }
}

/// Whether a file has the SHA-256 of its stamp.
pub(super) fn is_sound(folder: &Path, name: &str) -> Result<bool> {
    let found = digest::of_file(&folder.join(name))?;
    Ok(stamp(folder, name).is_some_and(|stamp| stamp.sha256 == found))
}

/// Makes what is absent, stale or damaged of the files made from the GGUF at
/// `path`; `weights` says whether a converted copy of the weights is wanted.
/// `folder` must exist and be locked.
pub(super) fn make(
    model: &str,
    path: &Path,
    source: &str,
    folder: &Path,
    weights: bool,
    progress: Sink<'_>,
) -> Result<()> {
    let gguf = gguf::read(path)?;
    for &name in names(&gguf) {
        if name == WEIGHTS && !weights {
            continue;
        }
        if state(folder, name, source) == State::Fresh && is_sound(folder, name)? {
            continue;
        }
        progress(Progress::Making { model, file: name });
        write(folder, name, source, |out| match name {
            TOKENIZER => Ok(out.write_all(tokenizer_json::tokenizer(&gguf)?.as_bytes())?),
            TOKENIZER_CONFIG => Ok(out.write_all(tokenizer_json::config(&gguf)?.as_bytes())?),
            _ => gguf::convert::to_q8_0(path, &gguf, out, &mut |done, total| {
                progress(Progress::Bytes { done, total });
            }),
        })
        .with_context(|| format!("cannot make `{}`", folder.join(name).display()))?;
    }
    Ok(())
}

fn write(
    folder: &Path,
    name: &str,
    source: &str,
    content: impl FnOnce(&mut Hashing<BufWriter<fs_err::File>>) -> Result<()>,
) -> Result<()> {
    let part = folder.join(format!("{name}.part"));
    let mut out = Hashing::new(BufWriter::new(fs_err::File::create(&part)?));
    let done = content(&mut out).and_then(|()| Ok(out.flush()?));
    if let Err(error) = done {
        fs_err::remove_file(&part)?;
        return Err(error);
    }
    let (file, bytes, sha256) = out.finish();
    file.get_ref().sync_all()?;
    fs_err::rename(&part, folder.join(name))?;
    let stamp = Stamp {
        source: source.to_owned(),
        bytes,
        sha256,
        maker: MAKER,
    };
    let stamp_part = folder.join(format!("{name}.from.part"));
    fs_err::write(&stamp_part, serde_json::to_vec(&stamp)?)?;
    fs_err::rename(&stamp_part, stamp_path(folder, name))?;
    Ok(())
}

fn stamp(folder: &Path, name: &str) -> Option<Stamp> {
    let bytes = fs_err::read(stamp_path(folder, name)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn stamp_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.from"))
}
