//! Searches over HTTP, and whether the server is up and ready.
//!
//! Takes a query from the address, gives JSON. Text is sent as text with the
//! found words marked, never as HTML.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{self, Query as Parameters};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use super::error::Refusal;
use crate::index::{Index, Query};

/// The most hits of one search.
pub(super) const MOST: usize = 50;

#[derive(Deserialize)]
struct Asked {
    q: String,
    kind: Option<String>,
    limit: Option<String>,
}

/// `GET /api/search?q=&kind=&limit=`.
pub(super) async fn search(
    extract::State(state): extract::State<State>,
    uri: Uri,
) -> Result<Response, Refusal> {
    let snapshot = state.snapshot();
    let query = read(&uri, snapshot.build.config.search.limit)?;
    let index = snapshot.index.clone();
    let index = index.ok_or_else(|| Refusal::not_ready(snapshot.index_failed))?;
    let (text, waiting) = (query.text.clone(), index.waiting());
    let started = Instant::now();
    let hits = found(&state, index, query).await?;
    let took = millis(started);
    let found = json!({ "query": text, "hits": hits, "waiting": waiting, "took_ms": took });
    Ok(fresh(StatusCode::OK, found))
}

/// The hits of a query, searched for on a thread of its own when a place is
/// free.
pub(super) async fn found(
    state: &State,
    index: Arc<Index>,
    query: Query,
) -> Result<Vec<Value>, Refusal> {
    // Who waits and leaves is forgotten; what runs is bounded.
    let place = state.shared.searches.clone().acquire_owned().await;
    let work = move || {
        let _place = place;
        hits(&index, &query)
    };
    let done = tokio::task::spawn_blocking(work).await;
    let found = done.map_err(|error| Refusal::internal(state, error))?;
    found.map_err(|error| Refusal::internal(state, format!("{error:#}")))
}

fn read(uri: &Uri, default_limit: usize) -> Result<Query, Refusal> {
    let asked = Parameters::<Asked>::try_from_uri(uri);
    let Parameters(asked) =
        asked.map_err(|_| Refusal::bad_request("give the words to look for once, as `q`"))?;
    let kind = match asked.kind.as_deref().unwrap_or_default() {
        "" => None,
        name => {
            let message = "`kind` is `tutorial`, `how-to`, `reference` or `explanation`";
            let kind = serde_json::from_value(Value::from(name));
            Some(kind.map_err(|_| Refusal::bad_request(message))?)
        }
    };
    let limit = match asked.limit.as_deref().unwrap_or_default() {
        "" => default_limit.clamp(1, MOST),
        number => {
            let limit = number
                .parse()
                .ok()
                .filter(|limit| (1..=MOST).contains(limit));
            limit.ok_or_else(|| {
                Refusal::bad_request(format!("`limit` is a number from 1 to {MOST}"))
            })?
        }
    };
    Ok(Query {
        text: asked.q,
        kind,
        limit,
    })
}

fn hits(index: &Arc<Index>, query: &Query) -> anyhow::Result<Vec<Value>> {
    let mut hits = Vec::new();
    for hit in index.search(query)? {
        let Some(chunk) = index.chunks.get(hit.chunk) else {
            continue;
        };
        let excerpt = index.excerpt(&hit, query)?;
        let excerpt = excerpt
            .into_iter()
            .map(|(text, mark)| json!({ "text": text, "mark": mark }));
        hits.push(json!({
            "title": chunk.title,
            "heading": chunk.heading(),
            "trail": chunk.trail,
            "kind": chunk.kind,
            "url": chunk.url(),
            "excerpt": excerpt.collect::<Vec<_>>(),
            "score": hit.score,
        }));
    }
    Ok(hits)
}

/// `GET /healthz`: the process is up.
pub(super) async fn health() -> Response {
    fresh(StatusCode::OK, json!({ "status": "ok" }))
}

/// `GET /readyz`: whether searches and questions can be answered, and what is
/// missing.
pub(super) async fn ready(extract::State(state): extract::State<State>) -> Response {
    let snapshot = state.snapshot();
    let Some(index) = &snapshot.index else {
        let refusal = Refusal::not_ready(snapshot.index_failed);
        let body = json!({
            "ready": false,
            "generation": snapshot.generation,
            "missing": ["index"],
            "model": (state.shared.callbacks.model)(),
            "feedback": snapshot.build.config.answer.keep_questions,
            "message": refusal.message,
        });
        let mut response = refusal.into_response();
        *response.body_mut() = body.to_string().into();
        response.headers_mut().remove(header::CONTENT_LENGTH);
        return response;
    };
    let body = json!({
        "ready": true,
        "generation": snapshot.generation,
        "missing": [],
        "model": (state.shared.callbacks.model)(),
        "feedback": snapshot.build.config.answer.keep_questions,
        "index": {
            "generation": snapshot.indexed,
            "chunks": index.chunks.len(),
            "embeddings": index.embedder().is_some() && index.waiting() == 0,
            "waiting": index.waiting(),
        },
    });
    fresh(StatusCode::OK, body)
}

/// JSON that nobody keeps.
pub(super) fn fresh(status: StatusCode, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
