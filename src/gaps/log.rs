//! Files of lines in the cache folder: `gaps.jsonl` holds the questions without
//! an answer, and beside each file lies the full one before.
//!
//! One line for each question, `{"question": "…"}`. Bounded: when a file is full
//! it takes the place of the one before, which is gone then.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::feedback;

/// The file, and the one before it.
pub const FILES: [&str; 2] = ["gaps.jsonl", "gaps.old.jsonl"];
/// The most bytes of either file.
pub const FULL: u64 = 256 * 1024;
/// The most characters that are kept of a text.
pub const LONGEST: usize = 300;

#[derive(Serialize, Deserialize)]
struct Line {
    question: String,
}

/// Adds `question` to the file in `folder`.
///
/// # Errors
/// When it cannot be written.
pub fn keep(folder: &Path, question: &str) -> anyhow::Result<()> {
    let question = short(question);
    append(folder, FILES, &Line { question }).context("keeping a question")
}

/// A text on one line, cut at [`LONGEST`].
pub(super) fn short(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}

/// Adds a line to the first of `files` in `folder`.
pub(super) fn append(folder: &Path, files: [&str; 2], line: &impl Serialize) -> anyhow::Result<()> {
    let line = format!("{}\n", serde_json::to_string(line)?);
    let [file, old] = files.map(|name| folder.join(name));
    fs_err::create_dir_all(folder)?;
    let length = fs_err::metadata(&file).map_or(0, |data| data.len());
    if length + line.len() as u64 > FULL {
        fs_err::rename(&file, &old)?;
    }
    let mut options = fs_err::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        // What readers ask is nobody else's business on a shared machine.
        options.mode(0o600);
    }
    // One write, so that lines of two servers do not mix.
    let mut file = options.open(&file)?;
    Ok(file.write_all(line.as_bytes())?)
}

/// The questions that are kept in `folder`, oldest first. Lines that are
/// damaged are passed over.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn read(folder: &Path) -> anyhow::Result<Vec<String>> {
    let lines: Vec<Line> = lines(folder, FILES)?;
    Ok(lines.into_iter().map(|line| line.question).collect())
}

/// The lines of the `files` in `folder`, oldest first, without damaged ones.
pub(super) fn lines<T: DeserializeOwned>(
    folder: &Path,
    files: [&str; 2],
) -> anyhow::Result<Vec<T>> {
    let mut all = Vec::new();
    for name in files.into_iter().rev() {
        let bytes = match fs_err::read(folder.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            bytes => bytes?,
        };
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines();
        all.extend(lines.filter_map(|line| serde_json::from_str::<T>(line).ok()));
    }
    Ok(all)
}

/// Removes what is kept in `folder`, feedback too; says whether there was
/// anything.
///
/// # Errors
/// When a file cannot be removed.
pub fn clear(folder: &Path) -> anyhow::Result<bool> {
    let mut any = false;
    for name in FILES.into_iter().chain(feedback::FILES) {
        match fs_err::remove_file(folder.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            removed => {
                removed?;
                any = true;
            }
        }
    }
    Ok(any)
}
