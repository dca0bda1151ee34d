//! Text as the tokens of the language model; the only place that knows its
//! tokenizer.
//!
//! Takes the model's folder, gives token ids. Marks such as `<|im_start|>`
//! come only from the chat format written here: in a question or a page
//! they are plain characters.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use tokenizers::Tokenizer;

use crate::answer::chat::{FORMATS, Format, Part};
use crate::answer::prompt::{LEAD, Prompt, SYSTEM};

/// The tokenizer of a model, with the chat format that it was trained on.
pub struct Tokens {
    tokenizer: Tokenizer,
    format: &'static Format,
    end: u32,
    blank: u32,
    /// `<think>` and `</think>` of a model that thinks aloud unless it finds
    /// that it has done so.
    thought: Option<(u32, u32)>,
}

impl Tokens {
    /// Reads `tokenizer.json` in `folder`.
    ///
    /// # Errors
    /// When the file is missing or damaged, or when the model has the marks
    /// of no chat format that is known.
    pub fn open(folder: &Path) -> Result<Self> {
        let file = folder.join("tokenizer.json");
        let text = fs_err::read_to_string(&file)?;
        let damaged = || format!("reading the tokenizer `{}`", file.display());
        let mut description: Value = serde_json::from_str(&text).with_context(damaged)?;
        make_special(&mut description);
        let text = description.to_string();
        let mut tokenizer: Tokenizer = text
            .parse()
            .map_err(|error| anyhow!("{error}"))
            .with_context(damaged)?;
        tokenizer.set_encode_special_tokens(true);
        let format = Format::of(&|mark| tokenizer.token_to_id(mark).is_some());
        let format = format.ok_or_else(|| {
            let known: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
            anyhow!(
                "the model was not trained to chat in a format that docent knows: {}",
                known.join(", ")
            )
        })?;
        let id = |mark| token(&tokenizer, mark);
        let (end, blank) = (id(format.end)?, id(format.blank())?);
        let thought = tokenizer
            .token_to_id("<think>")
            .zip(tokenizer.token_to_id("</think>"));
        Ok(Self {
            tokenizer,
            format,
            end,
            blank,
            thought,
        })
    }

    /// The tokens of `text`, none of them special.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self.tokenizer.encode_fast(text, false);
        let encoding = encoding.map_err(|error| anyhow!("cutting a text into tokens: {error}"))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The token that ends an answer.
    pub fn end(&self) -> u32 {
        self.end
    }

    /// A token that has no text.
    pub fn blank(&self) -> u32 {
        self.blank
    }

    /// What every prompt begins with.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn fixed(&self) -> Result<Vec<u32>> {
        let (before, _) = self.format.around();
        self.written(before, LEAD)
    }

    /// These parts, and `text` behind them.
    fn written(&self, parts: &[Part], text: &str) -> Result<Vec<u32>> {
        let mut ids = Vec::new();
        let mut plain = String::new();
        for part in parts {
            match part {
                Part::Mark(mark) => {
                    ids.extend(self.encode(&std::mem::take(&mut plain))?);
                    ids.push(token(&self.tokenizer, mark)?);
                }
                Part::Text(text) => plain.push_str(text),
                Part::System => plain.push_str(SYSTEM),
                Part::User => {}
            }
        }
        plain.push_str(text);
        ids.extend(self.encode(&plain)?);
        Ok(ids)
    }

    /// The whole prompt, up to where the answer begins.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn prompt(&self, prompt: &Prompt) -> Result<Vec<u32>> {
        let mut ids = self.fixed()?;
        ids.extend(self.encode(&prompt.body)?);
        let (_, after) = self.format.around();
        ids.extend(self.written(after, "")?);
        if let Some((open, close)) = self.thought {
            let blank = self.encode("\n\n")?;
            ids.push(open);
            ids.extend(&blank);
            ids.push(close);
            ids.extend(&blank);
        }
        Ok(ids)
    }
}

fn token(tokenizer: &Tokenizer, mark: &str) -> Result<u32> {
    let id = tokenizer.token_to_id(mark);
    id.ok_or_else(|| anyhow!("the model does not know `{mark}`"))
}

/// Declares every added token special: only those are kept from being parsed
/// out of a text.
fn make_special(description: &mut Value) {
    let added = description
        .get_mut("added_tokens")
        .and_then(Value::as_array_mut);
    for token in added.into_iter().flatten() {
        token["special"] = Value::Bool(true);
    }
}
