//! Errors as OpenAI's clients read them.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::serve::error::Refusal;

/// A request that is turned down, and the field that is to blame.
#[derive(Debug)]
pub(in crate::serve) struct Failure {
    refusal: Refusal,
    param: Option<&'static str>,
}

impl Failure {
    /// A request whose field `param` makes no sense.
    pub(super) fn of_field(param: &'static str, message: impl Into<String>) -> Self {
        Self {
            refusal: Refusal::bad_request(message),
            param: Some(param),
        }
    }

    /// A name that is not among the models.
    pub(super) fn no_such_model(message: impl Into<String>) -> Self {
        Self {
            refusal: Refusal::new(StatusCode::NOT_FOUND, "model_not_found", message),
            param: Some("model"),
        }
    }

    /// The body, also in the middle of a stream.
    pub(super) fn body(&self) -> Value {
        let Refusal {
            status,
            error,
            message,
        } = &self.refusal;
        let kind = match *status {
            StatusCode::FORBIDDEN => "permission_error",
            status if status.is_server_error() => "server_error",
            _ => "invalid_request_error",
        };
        json!({
            "error": { "message": message, "type": kind, "param": self.param, "code": error },
        })
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            param: None,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = self.body();
        self.refusal.with_body(&body)
    }
}
