//! The edge to a language model: something that goes on writing where a
//! prompt ends.
//!
//! Nothing here knows an engine. What a generator writes is a draft: it
//! leaves this room only through the check of its support.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::answer::AnswerError;
use crate::answer::memory::Written;
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
    /// Whether it wrote this before and need not be waited for.
    fn remembers(&self, _prompt: &Prompt, _max_tokens: usize) -> bool {
        false
    }
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
    /// Whether all that was read so far was remembered.
    pub cached: bool,
    read: Written,
    keep: Option<Box<dyn FnOnce(Written) + Send>>,
    go_on: Option<Box<GoOn>>,
    /// Bytes to pass over, because they were remembered.
    known: usize,
}

/// Has the model write the same again, to go on where memory ends.
type GoOn = dyn FnOnce() -> Result<Draft, AnswerError> + Send;

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
            cached: false,
            read: Written::default(),
            keep: None,
            go_on: None,
            known: 0,
        }
    }

    /// The same, and dropping it calls `end` as well, for a writer that
    /// cannot watch `stop` while it waits.
    pub fn ended_by(mut self, end: impl FnOnce() + Send + 'static) -> Self {
        self.end = Some(Box::new(end));
        self
    }

    /// A draft of what was `written` before. Where that is only as much as an
    /// answer needed and this one needs more, `go_on` starts the model.
    pub fn remembered(
        written: &Written,
        go_on: impl FnOnce() -> Result<Self, AnswerError> + Send + 'static,
    ) -> Self {
        let (sender, receiver) = channel();
        for piece in &written.pieces {
            // The receiver is right here.
            let _ = sender.send(Ok(piece.clone()));
        }
        let mut draft = Self::new(receiver, Arc::default(), written.prompt_tokens);
        draft.cached = true;
        if !written.ended {
            draft.go_on = Some(Box::new(go_on));
        }
        draft
    }

    /// The draft, of which what is read is handed to `keep` once it makes a
    /// whole answer.
    pub fn kept_by(mut self, keep: impl FnOnce(Written) + Send + 'static) -> Self {
        self.keep = Some(Box::new(keep));
        self
    }

    /// Says that what was read makes a whole answer. Not said of one that
    /// failed, was cut off or lost its reader.
    pub fn complete(&mut self) {
        let mut read = std::mem::take(&mut self.read);
        read.prompt_tokens = self.prompt_tokens;
        // What came from memory is there.
        if let Some(keep) = self.keep.take().filter(|_| !self.cached) {
            keep(read);
        }
    }

    /// The next piece, when one arrives `within` so much time.
    pub fn next(&mut self, within: Duration) -> Next {
        match self.pieces.recv_timeout(within) {
            Ok(Ok(piece)) => self.taken(piece),
            Ok(Err(error)) => Next::Failed(error),
            Err(RecvTimeoutError::Timeout) => Next::Nothing,
            Err(RecvTimeoutError::Disconnected) => match self.go_on.take() {
                Some(go_on) => self.went_on(go_on()),
                None => {
                    self.read.ended = true;
                    Next::End
                }
            },
        }
    }

    fn taken(&mut self, mut piece: String) -> Next {
        if self.known > 0 {
            let known = piece.floor_char_boundary(self.known);
            self.known = self.known.saturating_sub(piece.len());
            piece.drain(..known);
            if piece.is_empty() {
                return Next::Nothing;
            }
        }
        if self.keep.is_some() || self.go_on.is_some() {
            self.read.pieces.push(piece.clone());
        }
        Next::Piece(piece)
    }

    /// Goes on with what the model writes after what was remembered.
    fn went_on(&mut self, draft: Result<Self, AnswerError>) -> Next {
        let mut draft = match draft {
            Ok(draft) => draft,
            Err(error) => return Next::Failed(error),
        };
        draft.known = self.read.pieces.iter().map(String::len).sum();
        std::mem::swap(&mut draft.read, &mut self.read);
        std::mem::swap(&mut draft.keep, &mut self.keep);
        *self = draft;
        Next::Nothing
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::Duration;

    use super::{Draft, Next};
    use crate::answer::AnswerError;
    use crate::answer::memory::Written;

    fn written(pieces: &[&str], ended: bool) -> Written {
        Written {
            pieces: pieces.iter().map(|piece| (*piece).to_owned()).collect(),
            prompt_tokens: 5,
            ended,
        }
    }

    fn pieces(pieces: &[&str]) -> Receiver<Result<String, AnswerError>> {
        let (sender, receiver) = channel();
        for piece in pieces {
            let _ = sender.send(Ok((*piece).to_owned()));
        }
        receiver
    }

    fn text(draft: &mut Draft) -> String {
        let mut text = String::new();
        loop {
            match draft.next(Duration::from_secs(5)) {
                Next::Piece(piece) => text.push_str(&piece),
                Next::Nothing => {}
                Next::End => return text,
                Next::Failed(error) => return format!("{text}{error}"),
            }
        }
    }

    #[test]
    fn where_memory_ends_too_early_the_model_goes_on_and_all_is_kept() {
        let kept: Arc<Mutex<Option<Written>>> = Arc::default();
        let keep = kept.clone();
        let remembered = written(&["One. ", "Té", "o."], false);
        let again = ["One. T", "éo. Th", "ree."];
        let go_on = move || Ok(Draft::new(pieces(&again), Arc::default(), 5));
        let draft = Draft::remembered(&remembered, go_on);
        let mut draft = draft.kept_by(move |written| {
            *keep.lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
        });
        assert_eq!(text(&mut draft), "One. Téo. Three.");
        assert!(!draft.cached);
        draft.complete();
        let kept = kept.lock().map(|kept| kept.clone()).unwrap_or_default();
        let expected = written(&["One. ", "Té", "o.", " Th", "ree."], true);
        assert_eq!(kept, Some(expected));
    }

    #[test]
    fn a_whole_text_is_given_from_memory_alone() {
        let go_on = || Err(AnswerError::Busy);
        let mut draft = Draft::remembered(&written(&["One."], true), go_on);
        assert_eq!((text(&mut draft).as_str(), draft.cached), ("One.", true));
        let mut cut = Draft::remembered(&written(&["One."], false), go_on);
        assert_eq!(text(&mut cut), format!("One.{}", AnswerError::Busy));
    }
}
