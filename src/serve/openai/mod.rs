//! Answers for programs that speak to OpenAI's server.
//!
//! Takes a chat, answers its last question from the book, gives a completion
//! or its chunks: <https://platform.openai.com/docs/api-reference/chat>. What
//! the protocol can ask of a model and a book cannot do is passed over.

mod failure;
mod reply;
mod request;

use std::time::UNIX_EPOCH;

use axum::extract::{self, Request};
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use serde_json::{Value, json};

pub(super) use failure::Failure;

use crate::serve::api::fresh;
use crate::serve::{State, answers, base, error};

/// The names under which a book answers, and whether each asks no language
/// model.
const MODELS: [(&str, bool); 2] = [("docent", false), ("docent-extractive", true)];

/// `POST /v1/chat/completions`.
pub(super) async fn chat(
    extract::State(state): extract::State<State>,
    request: Request,
) -> Result<Response, Failure> {
    let base = base::of(request.headers());
    let wanted = request::read(request).await?;
    let reply = reply::Reply::new(&state, &wanted, &base);
    let is_stream = wanted.stream;
    let (first, pieces) = answers::begin(&state, wanted.asked).await?;
    if is_stream {
        Ok(reply.stream(state, first, pieces))
    } else {
        reply.whole(&state, first, pieces).await
    }
}

/// `GET /v1/models`.
pub(super) async fn models(extract::State(state): extract::State<State>) -> Response {
    let data = MODELS.map(|(name, _)| model(&state, name));
    fresh(StatusCode::OK, json!({ "object": "list", "data": data }))
}

/// `GET /v1/models/docent` and its like; the last part of the address is the
/// name.
pub(super) async fn one_model(extract::State(state): extract::State<State>, uri: Uri) -> Response {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    fresh(StatusCode::OK, model(&state, name))
}

fn model(state: &State, name: &str) -> Value {
    let since = state.shared.started.duration_since(UNIX_EPOCH);
    json!({
        "id": name,
        "object": "model",
        "created": since.unwrap_or_default().as_secs(),
        "owned_by": "docent",
    })
}

/// The answer to a method that a route does not have.
pub(super) async fn wrong_method(method: Method) -> Failure {
    error::wrong_method(method).await.into()
}

/// Whether requests for `path` get errors in this shape.
pub(super) fn owns(path: &str) -> bool {
    path == "/v1/chat/completions" || path == "/v1/models" || path.starts_with("/v1/models/docent")
}
