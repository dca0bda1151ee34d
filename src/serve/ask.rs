//! Questions over HTTP: JSON in, events or one JSON document out.
//!
//! The answering runs on a thread that outlives its request; it is told to
//! stop as soon as nobody reads any more, and the next question's turn comes
//! when it has stopped.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{self, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::api::fresh;
use super::error::Refusal;
use super::queue::Turn;
use super::{Notice, Question, State};
use crate::answer::{Answer, AnswerError, Event};

/// The longest body, in bytes.
const BODY: usize = 16 * 1024;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);
/// The longest question, in characters.
const QUESTION: usize = 2_000;
/// How often a silent stream shows that it is alive.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    question: String,
    #[serde(default)]
    extractive: bool,
}

type Piece = Result<Event, AnswerError>;

/// `POST /api/ask`.
pub(super) async fn ask(
    extract::State(state): extract::State<State>,
    request: Request,
) -> Result<Response, Refusal> {
    let as_json = wants_json(request.headers());
    let asked = read(request).await?;
    let turn = state.shared.slots.turn().await.ok_or_else(Refusal::busy)?;
    let question = asked.question.clone();
    let mut pieces = start(&state, asked, turn)?;
    // What goes wrong before the first piece still has a status of its own.
    let first = match pieces.recv().await {
        Some(Ok(event)) => event,
        Some(Err(error)) => return Err(Refusal::answer(&state, error)),
        None => {
            return Err(Refusal::internal(
                &state,
                "an answer without a single event",
            ));
        }
    };
    if as_json {
        gather(&state, question.trim(), first, pieces).await
    } else {
        Ok(stream(state, first, pieces))
    }
}

/// Whether the client would rather have one document than a stream.
fn wants_json(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter();
    let accepted: Vec<&str> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.split(';').next())
        .map(str::trim)
        .collect();
    accepted.contains(&"application/json") && !accepted.contains(&"text/event-stream")
}

async fn read(request: Request) -> Result<Asked, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let message = "send the question as `application/json`";
        return Err(Refusal::new(status, "unsupported-media-type", message));
    }
    let body = to_bytes(request.into_body(), BODY);
    let body = tokio::time::timeout(BODY_TIME, body).await.map_err(|_| {
        let message = "the question took too long to arrive";
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "too-slow", message)
    })?;
    let body = body.map_err(|_| {
        let message = format!("the body is longer than {BODY} bytes or broke off");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", message)
    })?;
    let asked: Asked = serde_json::from_slice(&body).map_err(|_| {
        Refusal::bad_request(
            "send `{\"question\": \"…\"}`, with `\"extractive\": true` if you like",
        )
    })?;
    let length = asked.question.trim().chars().count();
    if !(1..=QUESTION).contains(&length) {
        let message = format!("a question has 1 to {QUESTION} characters");
        return Err(Refusal::bad_request(message));
    }
    Ok(asked)
}

/// Answers on a thread of its own, from one snapshot.
fn start(state: &State, asked: Asked, turn: Turn) -> Result<UnboundedReceiver<Piece>, Refusal> {
    let snapshot = state.snapshot();
    let index = snapshot.index.clone();
    let index = index.ok_or_else(|| Refusal::not_ready(snapshot.index_failed))?;
    let state = state.clone();
    // Unbounded, so that a slow reader does not keep the turn; an answer is
    // short.
    let (send, receive) = mpsc::unbounded_channel();
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let question = Question {
            index: &index,
            config: &snapshot.build.config.answer,
            text: asked.question.trim(),
            extractive: asked.extractive,
            gone: &|| send.is_closed(),
        };
        let mut emit = |event| {
            log_failure(&state, &event);
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

/// An answer that had to do without its model is whole, but not all is well.
fn log_failure(state: &State, event: &Event) {
    if let Event::Done { usage } = event
        && let Some(failure) = &usage.failure
    {
        state.log(&Notice::Trouble(failure.clone()));
    }
}

fn stream(state: State, first: Event, rest: UnboundedReceiver<Piece>) -> Response {
    let rest = stream::unfold(rest, |mut rest| async {
        rest.recv().await.map(|piece| (piece, rest))
    });
    let ending = state.clone();
    let events = stream::iter([Ok(first)])
        .chain(rest)
        .map(move |piece| Ok::<_, Infallible>(encode(&state, piece)))
        .take_until(async move { ending.closed().await });
    let alive = KeepAlive::new().interval(HEARTBEAT);
    Sse::new(events).keep_alive(alive).into_response()
}

fn encode(state: &State, piece: Piece) -> sse::Event {
    let (name, data) = match piece {
        Ok(event) => split(&event),
        Err(error) => {
            let refusal = Refusal::answer(state, error);
            let data = json!({ "error": refusal.error, "message": refusal.message });
            ("error".to_owned(), data)
        }
    };
    sse::Event::default().event(name).data(data.to_string())
}

/// The name of an event and its fields.
fn split(event: &Event) -> (String, Value) {
    let mut data = json!(event);
    let tag = data
        .as_object_mut()
        .and_then(|fields| fields.remove("type"));
    let name = tag.as_ref().and_then(Value::as_str).unwrap_or("message");
    (name.to_owned(), data)
}

/// The whole answer as one document.
async fn gather(
    state: &State,
    question: &str,
    first: Event,
    mut rest: UnboundedReceiver<Piece>,
) -> Result<Response, Refusal> {
    let mut answer = Answer::to(question);
    let mut piece = Some(Ok(first));
    while let Some(next) = piece {
        answer.add(next.map_err(|error| Refusal::answer(state, error))?);
        piece = rest.recv().await;
    }
    Ok(fresh(StatusCode::OK, json!(answer)))
}
