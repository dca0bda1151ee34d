//! Tells open pages what has changed, as server-sent events.
//!
//! `hello` on connecting, `changed` when a newer book is there, `problems`
//! when the author's errors changed, `embedding` while searches by meaning do
//! not find all of the book yet.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::State;
use super::ask::HEARTBEAT;
use super::error::Refusal;
use super::snapshot::{Problems, Snapshot};

/// `GET /_docent/events`.
pub(super) async fn events(
    extract::State(state): extract::State<State>,
) -> Result<Response, Refusal> {
    let permit = state.shared.streams.clone().try_acquire_owned();
    let permit = permit.map_err(|_| Refusal::busy())?;
    let mut snapshots = state.shared.snapshots.subscribe();
    let seen = snapshots.borrow_and_update().clone();
    let mut waiting = VecDeque::from([event("hello", &json!({ "generation": seen.generation }))]);
    if seen.problems.stale {
        waiting.push_back(problems(&seen.problems));
    }
    if seen.embedding.is_some() {
        waiting.push_back(embedding(&seen));
    }
    let listener = Listener {
        state,
        snapshots,
        seen,
        waiting,
        _permit: permit,
    };
    let events = stream::unfold(listener, |mut listener| async {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let alive = KeepAlive::new().interval(HEARTBEAT);
    Ok(Sse::new(events).keep_alive(alive).into_response())
}

/// One open page.
struct Listener {
    state: State,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    seen: Arc<Snapshot>,
    waiting: VecDeque<Event>,
    _permit: OwnedSemaphorePermit,
}

impl Listener {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            tokio::select! {
                () = self.state.closed() => return None,
                changed = self.snapshots.changed() => changed.ok()?,
            }
            let now = self.snapshots.borrow_and_update().clone();
            self.compare(now);
        }
    }

    fn compare(&mut self, now: Arc<Snapshot>) {
        let steps = now.generation.saturating_sub(self.seen.generation);
        if steps > 0 {
            // What the generations in between changed is not known any more.
            let pages = now.changed.as_ref().filter(|_| steps == 1);
            let data = json!({ "generation": now.generation, "pages": pages });
            self.waiting.push_back(event("changed", &data));
        }
        if now.problems != self.seen.problems {
            self.waiting.push_back(problems(&now.problems));
        }
        if now.embedding != self.seen.embedding {
            self.waiting.push_back(embedding(&now));
        }
        self.seen = now;
    }
}

fn problems(problems: &Problems) -> Event {
    let data =
        json!({ "errors": problems.errors, "text": problems.text, "places": problems.places });
    event("problems", &data)
}

/// How many embeddings are made of how many; 0 of 0 when all are there.
fn embedding(snapshot: &Snapshot) -> Event {
    let (done, total) = snapshot.embedding.unwrap_or_default();
    event("embedding", &json!({ "done": done, "total": total }))
}

fn event(name: &str, data: &Value) -> Event {
    Event::default().event(name).data(data.to_string())
}
