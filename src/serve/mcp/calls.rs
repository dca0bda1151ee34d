//! The calls of the tools: arguments in, text for the reader and data for
//! programs out. Knows nothing of the protocol.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::read;
use crate::answer::Answer;
use crate::answer::markdown::{self, Writer};
use crate::content::Kind;
use crate::index::{Index, Query};
use crate::serve::answers::Asked;
use crate::serve::error::Refusal;
use crate::serve::{State, answers, api};

/// How long a call waits for the first index of a book.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who calls.
pub(super) struct Caller<'a> {
    pub(super) state: &'a State,
    /// In front of the addresses in texts.
    pub(super) base: &'a str,
}

/// What a tool has to say.
pub(super) struct Told {
    pub(super) text: String,
    pub(super) data: Value,
}

/// Why it has nothing to say, in words for the caller.
type Outcome = Result<Told, String>;

/// Calls a tool; nothing when there is none of that name.
pub(super) async fn call(caller: &Caller<'_>, name: &str, arguments: Value) -> Option<Outcome> {
    match name {
        "search" => Some(search(caller, arguments).await),
        "read" => Some(read(caller, arguments)),
        "ask" => Some(ask(caller, arguments).await),
        _ => None,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    query: String,
    kind: Option<Kind>,
    limit: Option<usize>,
}

async fn search(caller: &Caller<'_>, arguments: Value) -> Outcome {
    let asked: Search = arguments_of(arguments)?;
    let default = caller.state.snapshot().build.config.search.limit;
    let limit = asked.limit.unwrap_or(default.clamp(1, api::MOST));
    if !(1..=api::MOST).contains(&limit) {
        return Err(format!("`limit` is a number from 1 to {}", api::MOST));
    }
    let query = Query {
        text: asked.query,
        kind: asked.kind,
        limit,
    };
    let index = index(caller.state).await?;
    let hits = api::found(caller.state, index, query).await;
    let hits = hits.map_err(|refusal| refusal.message)?;
    let hits: Vec<Value> = hits.iter().map(whole_excerpt).collect();
    let text = if hits.is_empty() {
        "Nothing found.".to_owned()
    } else {
        let listed = hits.iter().enumerate();
        let listed = listed.map(|(at, hit)| shown(at + 1, hit, caller.base));
        listed.collect::<Vec<_>>().join("\n\n")
    };
    Ok(Told {
        text,
        data: json!({ "hits": hits }),
    })
}

/// A hit of the server's own search with its excerpt in one piece.
fn whole_excerpt(hit: &Value) -> Value {
    let pieces = hit["excerpt"].as_array().into_iter().flatten();
    let text: String = pieces.filter_map(|piece| piece["text"].as_str()).collect();
    json!({
        "title": hit["title"],
        "heading": hit["heading"],
        "url": hit["url"],
        "kind": hit["kind"],
        "excerpt": text.split_whitespace().collect::<Vec<_>>().join(" "),
        "score": hit["score"],
    })
}

fn shown(number: usize, hit: &Value, base: &str) -> String {
    let text = |field: &str| hit[field].as_str().unwrap_or_default();
    let link = markdown::link(text("title"), text("heading"), base, text("url"));
    format!("{number}. {link}\n   {}", text("excerpt"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    url: String,
}

fn read(caller: &Caller<'_>, arguments: Value) -> Outcome {
    let asked: Read = arguments_of(arguments)?;
    let snapshot = caller.state.snapshot();
    let found = read::read(&snapshot.build.site, caller.base, &asked.url)?;
    let mut text = found.markdown.clone();
    if found.truncated {
        text.push_str("\n\n(The page is longer. Read its sections:)\n");
        for section in &found.sections {
            text.push_str(&format!("\n- {}: {}", section.heading, section.url));
        }
    }
    Ok(Told {
        text,
        data: json!(found),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    question: String,
    #[serde(default)]
    history: Vec<String>,
    #[serde(default)]
    extractive: bool,
}

async fn ask(caller: &Caller<'_>, arguments: Value) -> Outcome {
    let asked: Ask = arguments_of(arguments)?;
    let asked = Asked {
        question: asked.question,
        earlier: asked.history,
        extractive: asked.extractive,
    };
    let message = |refusal: Refusal| refusal.message;
    asked.check().map_err(message)?;
    index(caller.state).await?;
    let mut answer = Answer::to(asked.question.trim());
    let begun = answers::begin(caller.state, asked).await;
    let (first, mut rest) = begun.map_err(message)?;
    let mut writer = Writer::new(caller.base);
    let mut text = String::new();
    let mut piece = Some(Ok(first));
    while let Some(next) = piece {
        let event = next.map_err(|error| Refusal::answer(caller.state, error).message)?;
        text.push_str(&writer.add(&event));
        answer.add(event);
        piece = rest.recv().await;
    }
    Ok(Told {
        text,
        data: json!(answer),
    })
}

fn arguments_of<T: for<'de> Deserialize<'de>>(arguments: Value) -> Result<T, String> {
    serde_json::from_value(arguments).map_err(|error| format!("the arguments are wrong: {error}"))
}

/// The index, which may not be there yet when a client calls at once.
async fn index(state: &State) -> Result<Arc<Index>, String> {
    let mut snapshots = state.shared.snapshots.subscribe();
    let made = snapshots.wait_for(|snapshot| snapshot.index.is_some() || snapshot.index_failed);
    // Whoever has waited too long is told so below.
    let _ = tokio::time::timeout(PATIENCE, made).await;
    let snapshot = state.snapshot();
    let missing = || Refusal::not_ready(snapshot.index_failed).message;
    snapshot.index.clone().ok_or_else(missing)
}
