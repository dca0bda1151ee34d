//! Bodies of requests: JSON that arrives whole, in time and within bounds.

use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};

use super::error::Refusal;

/// How long a body may take to arrive.
const TIME: Duration = Duration::from_secs(10);

/// The body of a request that says it is JSON, of at most so many bytes.
pub(super) async fn json(request: Request, most: usize) -> Result<Bytes, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let message = "send the question as `application/json`";
        return Err(Refusal::new(status, "unsupported-media-type", message));
    }
    let body = to_bytes(request.into_body(), most);
    let body = tokio::time::timeout(TIME, body).await.map_err(|_| {
        let message = "the question took too long to arrive";
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "too-slow", message)
    })?;
    body.map_err(|_| {
        let message = format!("the body is longer than {most} bytes or broke off");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", message)
    })
}
