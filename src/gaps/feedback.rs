//! Whether answers helped, as readers say: `feedback.jsonl` in the cache folder,
//! beside the questions without an answer and under the same bounds.
//!
//! One line for each, `{"question": "…", "helpful": false, "reason": "…"}`: not
//! who said it, nor when, nor what the answer was.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::{group, log};

/// The file, and the one before it.
pub const FILES: [&str; 2] = ["feedback.jsonl", "feedback.old.jsonl"];

/// What a reader said of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// What was asked.
    pub question: String,
    /// Whether the answer helped.
    pub helpful: bool,
    /// Why not, in the reader's words; mostly empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What readers said of the answers to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// As it was asked first.
    pub question: String,
    /// How many answers helped.
    pub helpful: usize,
    /// How many did not.
    pub unhelpful: usize,
    /// Why not, each once, oldest first.
    pub reasons: Vec<String>,
}

/// Adds `feedback` to the file in `folder`, its texts cut as questions are.
///
/// # Errors
/// When it cannot be written.
pub fn keep(folder: &Path, feedback: &Feedback) -> anyhow::Result<()> {
    let line = Feedback {
        question: log::short(&feedback.question),
        helpful: feedback.helpful,
        reason: log::short(&feedback.reason),
    };
    log::append(folder, FILES, &line).context("keeping feedback")
}

/// What is kept in `folder`, oldest first.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn read(folder: &Path) -> anyhow::Result<Vec<Feedback>> {
    log::lines(folder, FILES)
}

/// Each different question once, those that were helped least first.
pub fn judged(all: &[Feedback]) -> Vec<Judged> {
    let mut questions: BTreeMap<Vec<String>, Judged> = BTreeMap::new();
    for one in all {
        let judged = questions.entry(group::key(&one.question));
        let judged = judged.or_insert_with(|| Judged {
            question: one.question.clone(),
            helpful: 0,
            unhelpful: 0,
            reasons: Vec::new(),
        });
        if one.helpful {
            judged.helpful += 1;
        } else {
            judged.unhelpful += 1;
        }
        if !one.reason.is_empty() && !judged.reasons.contains(&one.reason) {
            judged.reasons.push(one.reason.clone());
        }
    }
    let mut judged: Vec<Judged> = questions.into_values().collect();
    judged.sort_by(|a, b| {
        let unhelpful = b.unhelpful.cmp(&a.unhelpful);
        let helpful = || a.helpful.cmp(&b.helpful);
        unhelpful
            .then_with(helpful)
            .then_with(|| a.question.cmp(&b.question))
    });
    judged
}
