//! The file of questions without an answer: `gaps.jsonl` in the cache folder,
//! and beside it the full one before.
//!
//! One line for each question, `{"question": "…"}`. Bounded: when it is full it
//! takes the place of the one before, which is gone then.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// The file, and the one before it.
pub const FILES: [&str; 2] = ["gaps.jsonl", "gaps.old.jsonl"];
/// The most bytes of either file.
pub const FULL: u64 = 256 * 1024;
/// The most characters that are kept of a question.
const LONGEST: usize = 300;

#[derive(Serialize, Deserialize)]
struct Line {
    question: String,
}

/// Adds `question` to the file in `folder`.
///
/// # Errors
/// When it cannot be written.
pub fn keep(folder: &Path, question: &str) -> anyhow::Result<()> {
    let words: Vec<&str> = question.split_whitespace().collect();
    let line = Line {
        question: words.join(" ").chars().take(LONGEST).collect(),
    };
    let line = format!("{}\n", serde_json::to_string(&line)?);
    let [file, old] = FILES.map(|name| folder.join(name));
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
    file.write_all(line.as_bytes())
        .context("keeping a question")
}

/// The questions that are kept in `folder`, oldest first. Lines that are
/// damaged are passed over.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn read(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut questions = Vec::new();
    for name in FILES.into_iter().rev() {
        let bytes = match fs_err::read(folder.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            bytes => bytes?,
        };
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines();
        let lines = lines.filter_map(|line| serde_json::from_str::<Line>(line).ok());
        questions.extend(lines.map(|line| line.question));
    }
    Ok(questions)
}

/// Removes what is kept in `folder`; says whether there was anything.
///
/// # Errors
/// When a file cannot be removed.
pub fn clear(folder: &Path) -> anyhow::Result<bool> {
    let mut any = false;
    for name in FILES {
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
