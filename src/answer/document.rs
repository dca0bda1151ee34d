//! A whole answer, for those who cannot take it piece by piece.
//!
//! One shape for the terminal's `--json` and the server's JSON.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::answer::ask::{Ask, answer};
use crate::answer::{AnswerError, Citation, Event, Quote, Sentence, Usage};

/// Whether the documentation covers the question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It does.
    Answered,
    /// It does not.
    #[default]
    NotInDocs,
}

/// A question and its whole answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The question, as asked.
    pub question: String,
    /// A follow-up as it was made whole: this is what is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub understood: Option<String>,
    /// Whether the documentation covers it.
    pub outcome: Outcome,
    /// The sections that the answer rests on.
    pub sources: Vec<Citation>,
    /// What the documentation says, word for word.
    pub quotes: Vec<Quote>,
    /// Generated sentences whose support was checked.
    pub sentences: Vec<Sentence>,
    /// What to say when the documentation does not cover the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The nearest sections, when it does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<Citation>,
    /// Where to ask instead, when it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// How it came about.
    pub usage: Usage,
}

impl Answer {
    /// An answer to `question` to which nothing was added yet.
    pub fn to(question: &str) -> Self {
        Self {
            question: question.to_owned(),
            ..Self::default()
        }
    }

    /// Takes the next event in.
    pub fn add(&mut self, event: Event) {
        match event {
            Event::Understood { question } => self.understood = Some(question),
            Event::Sources { sources } => {
                self.outcome = Outcome::Answered;
                self.sources = sources;
            }
            Event::Quote(quote) => self.quotes.push(quote),
            Event::Sentence(sentence) => self.sentences.push(sentence),
            Event::Abstain {
                message,
                nearest,
                contact,
            } => {
                self.message = Some(message);
                self.nearest = nearest;
                self.contact = contact;
            }
            Event::Done { usage } => self.usage = usage,
        }
    }
}

/// Answers a question and gives the answer as a whole.
///
/// # Errors
/// As [`answer`].
pub fn collect(ask: &Ask<'_>) -> Result<Answer, AnswerError> {
    let mut whole = Answer::to(ask.question);
    answer(ask, &mut |event| {
        whole.add(event);
        ControlFlow::Continue(())
    })?;
    Ok(whole)
}
