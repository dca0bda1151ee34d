//! From a question to an answer in which every sentence has its source.
//!
//! Evidence or none; the extract; then, with a model, generated sentences,
//! each released only after its support in the evidence was checked. Nothing
//! here reads a site or a file of it: a chunk carries what is needed.

mod announced;
pub mod ask;
pub mod calibrate;
pub mod chat;
pub mod cite;
mod definition;
mod denial;
mod document;
#[cfg(feature = "answer")]
mod ending;
#[cfg(feature = "answer")]
mod engine;
mod exact;
pub mod extract;
pub mod follow;
#[cfg(feature = "answer")]
pub mod generate;
pub mod generator;
mod leaning;
pub mod markdown;
pub mod memory;
pub mod prompt;
pub mod remote;
pub mod retrieve;
mod sentences;
mod support;
pub mod terms;
#[cfg(feature = "answer")]
pub mod tokens;
mod units;
pub mod words;

use serde::{Deserialize, Serialize};

pub use ask::{Ask, answer, needs_model};
pub use cite::Reason;
pub use document::{Answer, Outcome, collect};
#[cfg(feature = "answer")]
pub use generate::LocalModel;
pub use generator::{Generator, Status};
pub use memory::Remembering;
pub use remote::RemoteModel;

/// A place in the documentation that stands behind a piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// From 1, in the order of the sources.
    pub number: usize,
    /// The page's title.
    pub title: String,
    /// The section's heading.
    pub heading: String,
    /// The address relative to the site's root, with its anchor.
    pub url: String,
}

/// A piece of an answer, in the order in which a reader should see them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Event {
    /// A follow-up as it was made whole: this is what is answered.
    Understood {
        /// The question with what it is about.
        question: String,
    },
    /// The sections that the answer rests on.
    Sources {
        /// At most as many as the reader can take in.
        sources: Vec<Citation>,
    },
    /// A passage of the documentation, word for word.
    Quote(Quote),
    /// A generated sentence whose support was checked.
    Sentence(Sentence),
    /// The documentation does not cover the question.
    Abstain {
        /// A sentence that says so.
        message: String,
        /// The nearest sections, which may help all the same.
        nearest: Vec<Citation>,
        /// Where to ask instead, as `book.toml` has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<String>,
    },
    /// The end of an answer.
    Done {
        /// How it came about.
        usage: Usage,
    },
}

/// A passage of the documentation, word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The passage: one or more sentences, a list item, rows of a table or a
    /// piece of code.
    pub text: String,
    /// Whether it is code.
    pub code: bool,
    /// Whether it is an item of a list.
    #[serde(default)]
    pub item: bool,
    /// Whether it is rows of a table: one on each line, ` | ` between cells.
    #[serde(default)]
    pub row: bool,
    /// The number of its source.
    pub citation: usize,
}

/// A generated sentence whose support was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// The numbers of the sources that support it.
    pub citations: Vec<usize>,
}

/// How an answer came about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// The language model, when one was asked.
    pub model: Option<String>,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Tokens generated.
    pub completion_tokens: usize,
    /// Generated sentences that were released.
    pub sentences: usize,
    /// Generated sentences that were dropped for want of support.
    pub dropped: usize,
    /// Whether what the model wrote was remembered from the same question and
    /// evidence.
    #[serde(default)]
    pub cached: bool,
    /// Milliseconds from the question to the sources.
    pub sources_ms: u64,
    /// Milliseconds from the question to the last quote.
    pub quote_ms: u64,
    /// Milliseconds from the question to the first token of the model.
    pub first_token_ms: Option<u64>,
    /// Milliseconds from the question to the first released sentence.
    pub first_sentence_ms: Option<u64>,
    /// Milliseconds in all.
    pub total_ms: u64,
    /// What the model wrote and the check held back, for terminals. It may be
    /// false, so it is never sent to a client.
    #[serde(skip)]
    pub held_back: Vec<(String, Reason)>,
    /// Why the model wrote nothing or stopped early, for logs and terminals.
    /// It may name files, so it is never sent to a client.
    #[serde(skip)]
    pub failure: Option<String>,
}

/// What a caller can do something about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Another answer is being written and the queue is full.
    #[error("busy with other questions")]
    Busy,
    /// The question took longer than allowed.
    #[error("the answer took too long")]
    TimedOut,
    /// The question is empty or too long.
    #[error("{0}")]
    BadQuestion(String),
    /// The index failed.
    #[error("the search index failed: {0}")]
    Index(String),
    /// The language model failed.
    #[error("the language model failed: {0}")]
    Generation(String),
}
