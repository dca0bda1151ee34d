//! Questions over HTTP: JSON in, events or one JSON document out.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{self, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::answers::{self, Asked, Piece};
use super::api::fresh;
use super::error::Refusal;
use super::{State, body};
use crate::answer::{Answer, Event};

/// The longest body, in bytes.
const BODY: usize = 64 * 1024;
/// How often a silent stream shows that it is alive.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    question: String,
    #[serde(default)]
    history: Vec<String>,
    #[serde(default)]
    extractive: bool,
}

/// `POST /api/ask`.
pub(super) async fn ask(
    extract::State(state): extract::State<State>,
    request: Request,
) -> Result<Response, Refusal> {
    let as_json = wants_json(request.headers());
    let asked = read(request).await?;
    let question = asked.question.trim().to_owned();
    let (first, pieces) = answers::begin(&state, asked).await?;
    if as_json {
        gather(&state, &question, first, pieces).await
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
    let body = body::json(request, BODY).await?;
    let body: Body = serde_json::from_slice(&body).map_err(|_| {
        Refusal::bad_request(
            "send `{\"question\": \"…\"}`, with `\"history\": [\"…\"]`, the questions before it, \
             and `\"extractive\": true` if you like",
        )
    })?;
    let asked = Asked {
        question: body.question,
        earlier: body.history,
        extractive: body.extractive,
    };
    asked.check()?;
    Ok(asked)
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
