//! A chat, down to the question at its end.
//!
//! Fields that no book can honour are passed over, as other servers do:
//! temperature, tools, formats. What would change the question is refused. Of
//! what was said before, only the user's questions are read.

use axum::extract::Request;
use serde::Deserialize;

use super::{Failure, MODELS};
use crate::answer::follow::TURNS;
use crate::serve::answers::{self, Asked};
use crate::serve::body;

/// The longest body, in bytes: a chat is sent whole with every question.
const BODY: usize = 512 * 1024;

/// What is asked, and how it should be answered.
pub(super) struct Wanted {
    /// The question, trimmed, 1 to 2,000 characters.
    pub(super) asked: Asked,
    /// One of [`MODELS`].
    pub(super) model: &'static str,
    pub(super) stream: bool,
    /// Whether a stream ends with a chunk that counts tokens.
    pub(super) with_usage: bool,
}

#[derive(Deserialize)]
struct Chat {
    model: Option<String>,
    messages: Vec<Message>,
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
}

#[derive(Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    content: Option<Content>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    text: Option<String>,
}

/// Reads a request's body.
pub(super) async fn read(request: Request) -> Result<Wanted, Failure> {
    let body = body::json(request, BODY).await?;
    let chat: Chat = serde_json::from_slice(&body).map_err(|error| {
        let message = format!("the body is no chat: {error}");
        Failure::of_field("messages", message)
    })?;
    let (model, extractive) = model(chat.model.as_deref())?;
    let asked = Asked {
        question: question(&chat.messages)?,
        earlier: earlier(&chat.messages),
        extractive,
    };
    asked.check()?;
    let with_usage = chat
        .stream_options
        .and_then(|options| options.include_usage);
    Ok(Wanted {
        asked,
        model,
        stream: chat.stream.unwrap_or(false),
        with_usage: with_usage.unwrap_or(false),
    })
}

fn model(name: Option<&str>) -> Result<(&'static str, bool), Failure> {
    let name = name.unwrap_or(MODELS[0].0);
    let found = MODELS.into_iter().find(|(known, _)| *known == name);
    found.ok_or_else(|| {
        let known = MODELS.map(|(known, _)| format!("`{known}`")).join(" or ");
        Failure::no_such_model(format!("no model is called `{name}`; use {known}"))
    })
}

/// The text of the last message of a user.
fn question(messages: &[Message]) -> Result<String, Failure> {
    let last = messages.iter().rev().find(|message| message.role == "user");
    let last = last.ok_or_else(|| Failure::of_field("messages", "no message is a user's"))?;
    let message = "a question is text; it cannot hold pictures, sound or files";
    text(last).ok_or_else(|| Failure::of_field("messages", message))
}

/// The questions before the last one, oldest first: as many as are looked at.
/// A chat may hold what was asked of others, too; what is no question for a
/// book is passed over.
fn earlier(messages: &[Message]) -> Vec<String> {
    let users = messages
        .iter()
        .rev()
        .filter(|message| message.role == "user");
    let before = users
        .skip(1)
        .filter_map(text)
        .filter(|text| answers::is_question(text));
    let mut earlier: Vec<String> = before.take(TURNS).collect();
    earlier.reverse();
    earlier
}

/// The text of a message, trimmed; nothing when it holds something else, too.
fn text(message: &Message) -> Option<String> {
    let text = match &message.content {
        None => String::new(),
        Some(Content::Text(text)) => text.clone(),
        Some(Content::Parts(parts)) => {
            let texts: Option<Vec<&str>> = parts.iter().map(|part| part.text.as_deref()).collect();
            texts?.join("\n")
        }
    };
    Some(text.trim().to_owned())
}
