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

use crate::answer::prompt::{LEAD, Prompt, SYSTEM};

/// The tokenizer of a model that was trained on ChatML, OpenAI's format of
/// `<|im_start|>role`, text, `<|im_end|>`.
pub struct Tokens {
    tokenizer: Tokenizer,
    start: u32,
    end: u32,
    /// `<think>` and `</think>` of a model that thinks aloud unless it finds
    /// that it has done so.
    thought: Option<(u32, u32)>,
}

impl Tokens {
    /// Reads `tokenizer.json` in `folder`.
    ///
    /// # Errors
    /// When the file is missing or damaged, or when the model has no ChatML
    /// marks.
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
        let id = |mark: &str| {
            tokenizer.token_to_id(mark).ok_or_else(|| {
                anyhow!("the model does not know `{mark}`: only ChatML models can answer")
            })
        };
        let (start, end) = (id("<|im_start|>")?, id("<|im_end|>")?);
        let thought = tokenizer
            .token_to_id("<think>")
            .zip(tokenizer.token_to_id("</think>"));
        Ok(Self {
            tokenizer,
            start,
            end,
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

    /// What every prompt begins with.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn fixed(&self) -> Result<Vec<u32>> {
        let mut ids = vec![self.start];
        ids.extend(self.encode(&format!("system\n{SYSTEM}"))?);
        ids.push(self.end);
        ids.extend(self.encode("\n")?);
        ids.push(self.start);
        ids.extend(self.encode(&format!("user\n{LEAD}"))?);
        Ok(ids)
    }

    /// The whole prompt, up to where the answer begins.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn prompt(&self, prompt: &Prompt) -> Result<Vec<u32>> {
        let mut ids = self.fixed()?;
        ids.extend(self.encode(&prompt.body)?);
        ids.push(self.end);
        ids.extend(self.encode("\n")?);
        ids.push(self.start);
        ids.extend(self.encode("assistant\n")?);
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
