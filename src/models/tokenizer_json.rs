//! A GGUF's tokenizer as `tokenizer.json` and `tokenizer_config.json`, the
//! files of Hugging Face's `tokenizers`.
//!
//! Only byte-level BPE (`tokenizer.ggml.model` is `gpt2`), with the rules
//! for cutting text that are named in `Rules::of`. Pure; a vocabulary that
//! would tokenise wrongly is an error, never a guess.

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};

use crate::models::gguf::Gguf;

/// Kinds of tokens in `tokenizer.ggml.token_type`.
const CONTROL: i128 = 3;
const USER_DEFINED: i128 = 4;
const UNUSED: i128 = 5;

/// How text is cut before byte pairs are merged.
struct Rules {
    normalizer: Value,
    pre_tokenizer: Value,
    ignore_merges: bool,
}

impl Rules {
    /// The rules of `tokenizer.ggml.pre`; without one, GPT-2's.
    fn of(pre: &str) -> Result<Self> {
        let plain = |pre_tokenizer| Self {
            normalizer: Value::Null,
            pre_tokenizer,
            ignore_merges: false,
        };
        match pre {
            "smollm" => {
                let digits = json!({"type": "Digits", "individual_digits": true});
                Ok(plain(sequence(&[digits, byte_level(true)])))
            }
            "gpt-2" | "default" => Ok(plain(byte_level(true))),
            "qwen2" => {
                let rules = plain(sequence(&[split(r"\p{N}"), byte_level(false)]));
                Ok(Self {
                    normalizer: json!({"type": "NFC"}),
                    ..rules
                })
            }
            "llama-bpe" => {
                let rules = plain(sequence(&[split(r"\p{N}{1,3}"), byte_level(false)]));
                Ok(Self {
                    ignore_merges: true,
                    ..rules
                })
            }
            pre => bail!("its text is cut by the rules `{pre}`, which docent does not know"),
        }
    }
}

/// `tokenizer.json`.
///
/// Control tokens are special there, so that a caller who encodes special
/// tokens as plain text never gets one out of a page or a question.
pub fn tokenizer(gguf: &Gguf) -> Result<String> {
    match gguf.text("tokenizer.ggml.model") {
        Some("gpt2") => {}
        Some(model) => bail!("its tokenizer is of the type `{model}`; docent knows `gpt2`"),
        None => bail!("it names no tokenizer"),
    }
    let rules = Rules::of(gguf.text("tokenizer.ggml.pre").unwrap_or("default"))?;
    let tokens = tokens(gguf)?;
    let merges = gguf
        .texts("tokenizer.ggml.merges")
        .context("it has no merges")?;
    let mut vocab = Map::new();
    let mut added = Vec::new();
    for (id, (token, kind)) in tokens.iter().zip(kinds(gguf, tokens.len())?).enumerate() {
        if kind == UNUSED {
            continue;
        }
        if vocab.insert(token.clone(), json!(id)).is_some() {
            bail!("the token `{token}` is there twice");
        }
        if kind == CONTROL || kind == USER_DEFINED {
            added.push(json!({
                "id": id, "content": token, "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": kind == CONTROL,
            }));
        }
    }
    let tokenizer = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added,
        "normalizer": rules.normalizer,
        "pre_tokenizer": rules.pre_tokenizer,
        "post_processor": null,
        "decoder": byte_level(true),
        "model": {
            "type": "BPE", "dropout": null, "unk_token": null,
            "continuing_subword_prefix": null, "end_of_word_suffix": null,
            "fuse_unk": false, "byte_fallback": false, "ignore_merges": rules.ignore_merges,
            "vocab": vocab, "merges": merges,
        },
    });
    Ok(tokenizer.to_string())
}

/// `tokenizer_config.json`: the chat template and the special tokens.
pub fn config(gguf: &Gguf) -> Result<String> {
    let tokens = tokens(gguf)?;
    let mut config = Map::new();
    config.insert(
        "tokenizer_class".to_owned(),
        json!("PreTrainedTokenizerFast"),
    );
    config.insert("add_bos_token".to_owned(), json!(false));
    if let Some(template) = gguf.text("tokenizer.chat_template") {
        config.insert("chat_template".to_owned(), json!(template));
    }
    let length = gguf
        .text("general.architecture")
        .and_then(|architecture| gguf.integer(&format!("{architecture}.context_length")));
    if let Some(length) = length {
        config.insert("model_max_length".to_owned(), json!(u64::try_from(length)?));
    }
    for (name, key) in [
        ("bos", "bos"),
        ("eos", "eos"),
        ("unk", "unknown"),
        ("pad", "padding"),
    ] {
        let key = format!("tokenizer.ggml.{key}_token_id");
        if let Some(id) = gguf.integer(&key) {
            let token = usize::try_from(id).ok().and_then(|id| tokens.get(id));
            let token = token.with_context(|| format!("its `{key}` is {id}, which is no token"))?;
            config.insert(format!("{name}_token"), json!(token));
        }
    }
    Ok(serde_json::to_string_pretty(&config)?)
}

fn tokens(gguf: &Gguf) -> Result<&[String]> {
    gguf.texts("tokenizer.ggml.tokens")
        .context("it has no tokens")
}

/// The kind of each token; all normal when the file does not say.
fn kinds(gguf: &Gguf, count: usize) -> Result<Vec<i128>> {
    let kinds: Vec<i128> = match gguf.integers("tokenizer.ggml.token_type") {
        Some(kinds) => kinds.iter().collect(),
        None => vec![1; count],
    };
    if kinds.len() != count {
        bail!("it has {count} tokens but {} kinds of tokens", kinds.len());
    }
    Ok(kinds)
}

fn sequence(parts: &[Value; 2]) -> Value {
    json!({"type": "Sequence", "pretokenizers": parts})
}

fn byte_level(use_regex: bool) -> Value {
    json!({
        "type": "ByteLevel", "add_prefix_space": false,
        "trim_offsets": true, "use_regex": use_regex,
    })
}

/// The cut that Qwen 2 and Llama 3 share but for their numbers.
fn split(numbers: &str) -> Value {
    let pattern = [
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)",
        r"[^\r\n\p{L}\p{N}]?\p{L}+",
        numbers,
        r" ?[^\s\p{L}\p{N}]+[\r\n]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
    .join("|");
    json!({
        "type": "Split", "pattern": {"Regex": pattern},
        "behavior": "Isolated", "invert": false,
    })
}
