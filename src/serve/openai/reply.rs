//! Completions and their chunks.
//!
//! Takes the events of an answer, gives the objects of the protocol with the
//! answer's text as Markdown. What the protocol has no place for stands in the
//! field `docent`.

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::failure::Failure;
use super::request::Wanted;
use crate::answer::markdown::Writer;
use crate::answer::{Answer, Event, Usage};
use crate::serve::State;
use crate::serve::answers::Piece;
use crate::serve::api::fresh;
use crate::serve::ask::HEARTBEAT;
use crate::serve::error::Refusal;

/// One reply while it is written.
pub(super) struct Reply {
    id: String,
    created: u64,
    model: &'static str,
    with_usage: bool,
    question: String,
    writer: Writer,
}

impl Reply {
    /// A reply whose links lead to the site at `base`.
    pub(super) fn new(state: &State, wanted: &Wanted, base: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default();
        let number = state.shared.replies.fetch_add(1, Ordering::Relaxed);
        Self {
            id: format!("chatcmpl-{:x}-{number:x}", now.as_nanos()),
            created: now.as_secs(),
            model: wanted.model,
            with_usage: wanted.with_usage,
            question: wanted.asked.question.clone(),
            writer: Writer::new(base),
        }
    }

    /// The whole answer as one completion.
    pub(super) async fn whole(
        mut self,
        state: &State,
        first: Event,
        mut rest: UnboundedReceiver<Piece>,
    ) -> Result<Response, Failure> {
        let mut answer = Answer::to(&self.question);
        let mut text = String::new();
        let mut piece = Some(Ok(first));
        while let Some(next) = piece {
            let event = next.map_err(|error| Refusal::answer(state, error))?;
            text.push_str(&self.writer.add(&event));
            answer.add(event);
            piece = rest.recv().await;
        }
        let usage = usage(&answer.usage);
        let mut completion = self.object("chat.completion");
        completion["choices"] = json!([{
            "index": 0,
            "message": { "role": "assistant", "content": text, "refusal": null },
            "logprobs": null,
            "finish_reason": "stop",
        }]);
        completion["usage"] = usage;
        completion["docent"] = json!(answer);
        Ok(fresh(StatusCode::OK, completion))
    }

    /// The answer as it comes.
    pub(super) fn stream(
        mut self,
        state: State,
        first: Event,
        rest: UnboundedReceiver<Piece>,
    ) -> Response {
        let rest = stream::unfold(rest, |mut rest| async {
            rest.recv().await.map(|piece| (piece, rest))
        });
        let ending = state.clone();
        let start = stream::iter([self.start()]);
        let chunks = stream::iter([Ok(first)])
            .chain(rest)
            .flat_map(move |piece| stream::iter(self.chunks(&state, piece)));
        let events = start
            .chain(chunks)
            .map(|data| Ok::<_, Infallible>(Sent::default().data(data)))
            .take_until(async move { ending.closed().await });
        let alive = KeepAlive::new().interval(HEARTBEAT);
        Sse::new(events).keep_alive(alive).into_response()
    }

    /// The chunk that says who speaks.
    fn start(&self) -> String {
        let delta = json!({ "role": "assistant", "content": "" });
        self.chunk(&delta, None, &Value::Null)
    }

    /// The data of the stream's events for one piece of the answer.
    fn chunks(&mut self, state: &State, piece: Piece) -> Vec<String> {
        let event = match piece {
            Ok(event) => event,
            Err(error) => {
                let failure = Failure::from(Refusal::answer(state, error));
                return vec![failure.body().to_string()];
            }
        };
        let text = self.writer.add(&event);
        let told = told(&event);
        let mut chunks = Vec::new();
        if !text.is_empty() || !told.is_null() {
            let delta = json!({ "content": text });
            chunks.push(self.chunk(&delta, None, &told));
        }
        if let Event::Done { usage: counted } = &event {
            chunks.push(self.chunk(&json!({}), Some("stop"), &Value::Null));
            if self.with_usage {
                let mut last = self.object("chat.completion.chunk");
                last["choices"] = json!([]);
                last["usage"] = usage(counted);
                chunks.push(last.to_string());
            }
            chunks.push("[DONE]".to_owned());
        }
        chunks
    }

    fn chunk(&self, delta: &Value, finish: Option<&str>, told: &Value) -> String {
        let mut chunk = self.object("chat.completion.chunk");
        chunk["choices"] = json!([{
            "index": 0,
            "delta": delta,
            "logprobs": null,
            "finish_reason": finish,
        }]);
        if self.with_usage {
            chunk["usage"] = Value::Null;
        }
        if !told.is_null() {
            chunk["docent"] = told.clone();
        }
        chunk.to_string()
    }

    /// What every object of this reply has.
    fn object(&self, kind: &str) -> Value {
        json!({
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
        })
    }
}

/// What a chunk says beside its text.
fn told(event: &Event) -> Value {
    match event {
        Event::Understood { question } => json!({ "understood": question }),
        Event::Sources { sources } => json!({ "outcome": "answered", "sources": sources }),
        Event::Abstain {
            nearest, contact, ..
        } => {
            let mut told = json!({ "outcome": "not-in-docs", "sources": [], "nearest": nearest });
            if let Some(contact) = contact {
                told["contact"] = json!(contact);
            }
            told
        }
        Event::Done { usage } => json!({ "usage": usage }),
        Event::Quote(_) | Event::Sentence(_) => Value::Null,
    }
}

/// The tokens that the language model read and wrote; none without one.
fn usage(usage: &Usage) -> Value {
    json!({
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    })
}
