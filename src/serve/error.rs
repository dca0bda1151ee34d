//! The table from what went wrong to a status and a short sentence.
//!
//! Internal messages go to the log, never into a body.

use std::fmt::Display;

use axum::Json;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Notice, State, openai};
use crate::answer::AnswerError;

/// After so many seconds it is worth asking again.
const RETRY_AFTER: u64 = 5;
/// The same when too much came at once.
const A_MINUTE: u64 = 60;

/// A request that is turned down.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// A stable name for programs.
    pub(super) error: &'static str,
    /// A sentence for people.
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            error,
            message: message.into(),
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", message)
    }

    pub(super) fn busy() -> Self {
        let message = "other questions are being answered; try again in a moment";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
    }

    pub(super) fn not_ready(index_failed: bool) -> Self {
        let message = if index_failed {
            "the search index could not be built; the server's log says why"
        } else {
            "the search index is being built; try again in a moment"
        };
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", message)
    }

    /// Logs `error` and says nothing of it to the client.
    pub(super) fn internal(state: &State, error: impl Display) -> Self {
        state.log(&Notice::Trouble(error.to_string()));
        let message = "the server could not do this; its log says why";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    pub(super) fn answer(state: &State, error: AnswerError) -> Self {
        match error {
            AnswerError::Busy => Self::busy(),
            AnswerError::BadQuestion(message) => Self::bad_request(message),
            AnswerError::TimedOut => {
                let message = error.to_string();
                Self::new(StatusCode::GATEWAY_TIMEOUT, "timed-out", message)
            }
            AnswerError::Index(_) | AnswerError::Generation(_) => Self::internal(state, error),
        }
    }
}

/// The response to a request for `path`, in the shape that its clients read.
pub(super) fn reply(refusal: Refusal, path: &str) -> Response {
    if openai::owns(path) {
        openai::Failure::from(refusal).into_response()
    } else {
        refusal.into_response()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "message": self.message });
        self.with_body(&body)
    }
}

impl Refusal {
    /// The response with a body of another shape.
    pub(super) fn with_body(&self, body: &Value) -> Response {
        let mut response = (self.status, Json(body)).into_response();
        let wait = match self.status {
            StatusCode::SERVICE_UNAVAILABLE => Some(RETRY_AFTER),
            StatusCode::TOO_MANY_REQUESTS => Some(A_MINUTE),
            _ => None,
        };
        if let Some(wait) = wait {
            let seconds = HeaderValue::from(wait);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        let no_store = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, no_store);
        response
    }
}

/// The answer to a method that a route does not have; `Allow` is added by the
/// router.
pub(super) async fn wrong_method(method: Method) -> Refusal {
    let message = format!("this address does not take `{method}`");
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        message,
    )
}
