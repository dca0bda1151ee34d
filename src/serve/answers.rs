//! One answer, run in its turn.
//!
//! The answering runs on a thread that outlives its request; it is told to
//! stop as soon as nobody reads any more, and the next question's turn comes
//! when it has stopped. Every way to ask a question goes through here.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::error::Refusal;
use super::queue::Turn;
use super::{Notice, Question, State};
use crate::answer::ask::LONGEST_QUESTION;
use crate::answer::{AnswerError, Event};
use crate::config::Config;
use crate::gaps;

/// The next event of an answer, or why there is none.
pub(super) type Piece = Result<Event, AnswerError>;

/// Turns down what is empty or too long to be a question.
pub(super) fn check(question: &str) -> Result<(), Refusal> {
    let length = question.trim().chars().count();
    if (1..=LONGEST_QUESTION).contains(&length) {
        return Ok(());
    }
    let message = format!("a question has 1 to {LONGEST_QUESTION} characters");
    Err(Refusal::bad_request(message))
}

/// Waits for a turn and starts an answer: its first event, and where the
/// others will come. What goes wrong before the first still has a status of
/// its own.
pub(super) async fn begin(
    state: &State,
    question: &str,
    extractive: bool,
) -> Result<(Event, UnboundedReceiver<Piece>), Refusal> {
    let turn = state.shared.slots.turn().await.ok_or_else(Refusal::busy)?;
    let mut pieces = start(state, question, extractive, turn)?;
    match pieces.recv().await {
        Some(Ok(event)) => Ok((event, pieces)),
        Some(Err(error)) => Err(Refusal::answer(state, error)),
        None => {
            let error = "an answer without a single event";
            Err(Refusal::internal(state, error))
        }
    }
}

/// Answers on a thread of its own, from one snapshot.
fn start(
    state: &State,
    text: &str,
    extractive: bool,
    turn: Turn,
) -> Result<UnboundedReceiver<Piece>, Refusal> {
    let snapshot = state.snapshot();
    let index = snapshot.index.clone();
    let index = index.ok_or_else(|| Refusal::not_ready(snapshot.index_failed))?;
    let (state, text) = (state.clone(), text.to_owned());
    // Unbounded, so that a slow reader does not keep the turn; an answer is
    // short.
    let (send, receive) = mpsc::unbounded_channel();
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let question = Question {
            index: &index,
            config: &snapshot.build.config.answer,
            text: text.trim(),
            extractive,
            gone: &|| send.is_closed(),
        };
        let mut emit = |event| {
            log_failure(&state, &event);
            keep_unanswered(&state, &snapshot.build.config, question.text, &event);
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
