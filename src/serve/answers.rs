//! One answer, run in its turn.
//!
//! The answering runs on a thread that outlives its request; it is told to
//! stop as soon as nobody reads any more, and the next question's turn comes
//! when it has stopped. Every way to ask a question goes through here.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::error::Refusal;
use super::{Notice, Question, State};
use crate::answer::ask::LONGEST_QUESTION;
use crate::answer::{AnswerError, Event};
use crate::config::Config;
use crate::gaps;
use crate::index::Index;

/// The next event of an answer, or why there is none.
pub(super) type Piece = Result<Event, AnswerError>;

/// How many earlier questions a client may send.
pub(super) const MOST_EARLIER: usize = 20;

/// What a client asks.
#[derive(Clone)]
pub(super) struct Asked {
    /// As typed.
    pub(super) question: String,
    /// The questions before it in the same talk, oldest first. The client
    /// keeps them; nothing of a talk stays here.
    pub(super) earlier: Vec<String>,
    /// Whether to quote only and ask no model.
    pub(super) extractive: bool,
}

impl Asked {
    fn question<'a>(
        &'a self,
        index: &'a Arc<Index>,
        config: &'a Config,
        gone: &'a dyn Fn() -> bool,
    ) -> Question<'a> {
        Question {
            index,
            config: &config.answer,
            text: self.question.trim(),
            earlier: &self.earlier,
            extractive: self.extractive,
            gone,
        }
    }

    /// Turns down what is empty or too long to be a question, or too many.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if self.earlier.len() > MOST_EARLIER {
            let message = format!("send at most {MOST_EARLIER} earlier questions");
            return Err(Refusal::bad_request(message));
        }
        let mut all = self.earlier.iter().chain([&self.question]);
        all.try_for_each(|question| check(question))
    }
}

/// Turns down what is empty or too long to be a question.
pub(super) fn check(question: &str) -> Result<(), Refusal> {
    if is_question(question) {
        return Ok(());
    }
    let message = format!("a question has 1 to {LONGEST_QUESTION} characters");
    Err(Refusal::bad_request(message))
}

/// Whether `text` is neither empty nor too long.
pub(super) fn is_question(text: &str) -> bool {
    (1..=LONGEST_QUESTION).contains(&text.trim().chars().count())
}

/// Waits for a turn and starts an answer: its first event, and where the
/// others will come. What goes wrong before the first still has a status of
/// its own. An answer for which no model has to write waits for nobody.
pub(super) async fn begin(
    state: &State,
    asked: Asked,
) -> Result<(Event, UnboundedReceiver<Piece>), Refusal> {
    let mut pieces = match state.shared.slots.free() {
        Some(turn) => start(state, asked, turn)?,
        None => match without_turn(state, &asked).await {
            Some(place) => start(state, asked, place)?,
            None => {
                let turn = state.shared.slots.turn().await.ok_or_else(Refusal::busy)?;
                start(state, asked, turn)?
            }
        },
    };
    match pieces.recv().await {
        Some(Ok(event)) => Ok((event, pieces)),
        Some(Err(error)) => Err(Refusal::answer(state, error)),
        None => {
            let error = "an answer without a single event";
            Err(Refusal::internal(state, error))
        }
    }
}

/// A place among the searches for a question that need not wait for its turn.
async fn without_turn(state: &State, asked: &Asked) -> Option<OwnedSemaphorePermit> {
    let snapshot = state.snapshot();
    let index = snapshot.index.clone()?;
    let place = state.shared.searches.clone().acquire_owned().await.ok()?;
    let (state, asked) = (state.clone(), asked.clone());
    let waits = move || {
        let question = asked.question(&index, &snapshot.build.config, &|| false);
        (state.shared.callbacks.waits)(&question)
    };
    let waits = tokio::task::spawn_blocking(waits).await;
    (!waits.unwrap_or(true)).then_some(place)
}

/// Answers on a thread of its own, from one snapshot, holding `place`.
fn start(
    state: &State,
    asked: Asked,
    place: impl Send + 'static,
) -> Result<UnboundedReceiver<Piece>, Refusal> {
    let snapshot = state.snapshot();
    let index = snapshot.index.clone();
    let index = index.ok_or_else(|| Refusal::not_ready(snapshot.index_failed))?;
    let state = state.clone();
    // Unbounded, so that a slow reader does not keep the turn; an answer is
    // short.
    let (send, receive) = mpsc::unbounded_channel();
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let gone = || send.is_closed();
        let question = asked.question(&index, &snapshot.build.config, &gone);
        let mut understood = question.text.to_owned();
        let mut emit = |event| {
            log_failure(&state, &event);
            if let Event::Understood { question } = &event {
                understood.clone_from(question);
            }
            keep_unanswered(&state, &snapshot.build.config, &understood, &event);
            match send.send(Ok(event)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        };
        let answer = || (state.shared.callbacks.answer)(&question, &mut emit);
        let outcome = catch_unwind(AssertUnwindSafe(answer));
        let panicked = || Err(AnswerError::Generation("the answer panicked".to_owned()));
        if let Err(error) = outcome.unwrap_or_else(|_| panicked()) {
            // The client may be gone already.
            let _ = send.send(Err(error));
        }
    });
    Ok(receive)
}

/// Keeps a question that the documentation does not answer, where the book
/// allows it.
fn keep_unanswered(state: &State, config: &Config, question: &str, event: &Event) {
    if config.answer.keep_questions
        && matches!(event, Event::Abstain { .. })
        && let Err(error) = gaps::log::keep(&config.cache_dir, question)
    {
        state.log(&Notice::Trouble(format!("{error:#}")));
    }
}

/// An answer that had to do without its model is whole, but not all is well.
fn log_failure(state: &State, event: &Event) {
    if let Event::Done { usage } = event
        && let Some(failure) = &usage.failure
    {
        state.log(&Notice::Trouble(failure.clone()));
    }
}
