//! Whether an answer helped, as a reader says: kept on this machine where the
//! book allows it, else refused. Nothing is passed on.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{self, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::error::Refusal;
use super::{State, answers, api, body};
use crate::gaps::feedback::{self, Feedback};
use crate::gaps::log::LONGEST;

/// The longest body, in bytes.
const BODY: usize = 12 * 1024;
/// So many are kept in so much time, of all readers together.
const MOST: u32 = 30;
const TIME: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    question: String,
    helpful: bool,
    #[serde(default)]
    reason: String,
}

/// How many were kept lately.
pub(super) struct Rate {
    /// Since when, and how many since then.
    window: Mutex<(Instant, u32)>,
}

impl Rate {
    pub(super) fn new() -> Self {
        Self {
            window: Mutex::new((Instant::now(), 0)),
        }
    }

    /// Whether there is room for one more.
    fn take(&self, now: Instant) -> bool {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(window.0) >= TIME {
            *window = (now, 0);
        }
        window.1 += 1;
        window.1 <= MOST
    }
}

/// `POST /api/feedback`.
pub(super) async fn feedback(
    extract::State(state): extract::State<State>,
    request: Request,
) -> Result<Response, Refusal> {
    let snapshot = state.snapshot();
    let config = &snapshot.build.config;
    if !config.answer.keep_questions {
        let message = "this book keeps no feedback: `answer.keep-questions` is off";
        return Err(Refusal::new(StatusCode::FORBIDDEN, "not-kept", message));
    }
    let told = read(request).await?;
    if !state.shared.told.take(Instant::now()) {
        let message = "much feedback came at once; try again in a minute";
        let status = StatusCode::TOO_MANY_REQUESTS;
        return Err(Refusal::new(status, "busy", message));
    }
    let folder = config.cache_dir.clone();
    let kept = tokio::task::spawn_blocking(move || feedback::keep(&folder, &told)).await;
    let kept = kept.map_err(|error| Refusal::internal(&state, error))?;
    kept.map_err(|error| Refusal::internal(&state, format!("{error:#}")))?;
    Ok(api::fresh(StatusCode::OK, json!({ "kept": true })))
}

async fn read(request: Request) -> Result<Feedback, Refusal> {
    let body = body::json(request, BODY).await?;
    let told: Told = serde_json::from_slice(&body).map_err(|_| {
        Refusal::bad_request(
            "send `{\"question\": \"…\", \"helpful\": true}`, with a `reason` if you like",
        )
    })?;
    answers::check(&told.question)?;
    if told.reason.chars().count() > LONGEST {
        let message = format!("a reason has at most {LONGEST} characters");
        return Err(Refusal::bad_request(message));
    }
    Ok(Feedback {
        question: told.question,
        helpful: told.helpful,
        reason: told.reason,
    })
}

#[cfg(test)]
mod tests {
    use super::{MOST, Rate, TIME};
    use std::time::Instant;

    #[test]
    fn a_minute_has_room_for_so_many_and_the_next_for_as_many() {
        let (rate, now) = (Rate::new(), Instant::now());
        let taken = (0..MOST * 2).filter(|_| rate.take(now)).count();
        assert_eq!(taken, MOST as usize);
        assert!(rate.take(now + TIME));
    }
}
