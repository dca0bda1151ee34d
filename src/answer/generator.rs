//! The edge to a language model: something that goes on writing where a
//! prompt ends.
//!
//! Nothing here knows an engine. What a generator writes is a draft: it
//! leaves this room only through the check of its support.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::answer::AnswerError;
use crate::answer::prompt::Prompt;

/// A language model that writes.
pub trait Generator: Send + Sync {
    /// The model's name.
    fn name(&self) -> &str;
    /// Whether it can write now.
    fn status(&self) -> Status;
    /// Begins to load the model in the background, when that was not done.
    fn warm(&self);
    /// How many tokens `text` has.
    fn count(&self, text: &str) -> usize;
    /// Begins to write at most `max_tokens` tokens; does not wait for the
    /// first one, nor for the model to be loaded.
    ///
    /// # Errors
    /// When it is known already that nothing will come.
    fn start(&self, prompt: &Prompt, max_tokens: usize) -> Result<Draft, AnswerError>;
}

/// Where a generator stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Not loaded, and nobody asked for it yet.
    Waiting,
    /// Being loaded.
    Loading,
    /// Ready to write.
    Ready,
    /// It cannot be loaded, and why.
    Failed(String),
}

/// Text as it is being written. Dropping it stops the writing.
pub struct Draft {
    pieces: Receiver<Result<String, AnswerError>>,
    stop: Arc<AtomicBool>,
    end: Option<Box<dyn FnOnce() + Send>>,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
}

/// What came next of a [`Draft`].
#[derive(Debug)]
pub enum Next {
    /// The next piece of text, one token or more.
    Piece(String),
    /// Nothing yet.
    Nothing,
    /// The end.
    End,
    /// The model failed; nothing more will come.
    Failed(AnswerError),
}

impl Draft {
    /// A draft that gives what arrives in `pieces`. Whoever writes them
    /// watches `stop`.
    pub fn new(
        pieces: Receiver<Result<String, AnswerError>>,
        stop: Arc<AtomicBool>,
        prompt_tokens: usize,
    ) -> Self {
        Self {
            pieces,
            stop,
            end: None,
            prompt_tokens,
        }
    }

    /// The same, and dropping it calls `end` as well, for a writer that
    /// cannot watch `stop` while it waits.
    pub fn ended_by(mut self, end: impl FnOnce() + Send + 'static) -> Self {
        self.end = Some(Box::new(end));
        self
    }

    /// The next piece, when one arrives `within` so much time.
    pub fn next(&self, within: Duration) -> Next {
        match self.pieces.recv_timeout(within) {
            Ok(Ok(piece)) => Next::Piece(piece),
            Ok(Err(error)) => Next::Failed(error),
            Err(RecvTimeoutError::Timeout) => Next::Nothing,
            Err(RecvTimeoutError::Disconnected) => Next::End,
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(end) = self.end.take() {
            end();
        }
    }
}
