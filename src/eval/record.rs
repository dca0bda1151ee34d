//! What came of a run: one record for each question, enough to compute every
//! measure again, and the settings it was made with.
//!
//! Kept as JSON. Times aside, the same book and questions give the same bytes.

use serde::{Deserialize, Serialize};

/// What a kept run begins with: another number says that old ones cannot be
/// compared.
pub const FORMAT: &str = "docent-eval/1";

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// [`FORMAT`].
    pub format: String,
    /// How it was made.
    pub settings: Settings,
    /// What came of each question, in the order of the file.
    pub questions: Vec<Record>,
}

/// How a run was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// `text`, `vector` or `hybrid`.
    pub mode: String,
    /// The embedding model, when there was one.
    pub embedder: Option<String>,
    /// Whether whole answers were asked for.
    pub answers: bool,
    /// The language model, when it wrote.
    pub generator: Option<String>,
    /// docent's version.
    pub version: String,
}

/// What came of one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// What it is known by.
    pub id: String,
    /// Its text.
    pub question: String,
    /// What it is looked at together with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether it had to be refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub refuse: bool,
    /// The addresses of what was expected.
    pub expect: Vec<String>,
    /// At which of the first ten places they were, from 1.
    pub places: Vec<usize>,
    /// The address of the first hit.
    pub first: Option<String>,
    /// Milliseconds that the search took.
    pub search_ms: f64,
    /// What was answered, when an answer was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answered>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Answered {
    /// Whether it said that the documentation does not cover the question.
    pub refused: bool,
    /// The addresses behind its quotes and sentences, each once.
    pub cited: Vec<String>,
    /// How many of them were expected.
    pub right: usize,
    /// How many phrases were wanted.
    pub phrases: usize,
    /// Those that it lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Generated sentences that passed the check.
    pub sentences: usize,
    /// Generated sentences that did not.
    pub dropped: usize,
    /// Milliseconds from the question to the end.
    pub ms: f64,
}

impl Run {
    /// Reads a run that was kept.
    ///
    /// # Errors
    /// What is wrong with it, and what to do, in words.
    pub fn read(text: &str) -> Result<Self, (String, &'static str)> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
        }
        const AGAIN: &str = "make one with `docent eval FILE --save RUN`";
        let head: Head = serde_json::from_str(text)
            .map_err(|_| ("it holds no run of `docent eval`".to_owned(), AGAIN))?;
        if head.format != FORMAT {
            let message = format!(
                "its format is `{}`, and this docent reads `{FORMAT}`",
                head.format
            );
            return Err((message, "make the run again with this docent"));
        }
        serde_json::from_str(text).map_err(|error| (format!("it is damaged: {error}"), AGAIN))
    }
}
