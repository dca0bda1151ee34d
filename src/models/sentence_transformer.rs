//! An embedding model that is a folder of the user's, not of the manifest, as
//! sentence-transformers writes one: the network as ONNX, the tokenizer, and
//! small files that say how a text becomes one vector.
//!
//! The files are never changed. What docent could only do wrong is refused:
//! a vector that is made otherwise than the model was trained for finds worse,
//! and nobody sees why.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::config;
use crate::models::{EmbedderFiles, Missing, Pooling, Reading, Reason, digest};

/// Where a network lies in a folder, likeliest first: as sentence-transformers,
/// Optimum and the publishers of ONNX files name it.
const NETWORKS: [&str; 6] = [
    "model.onnx",
    "onnx/model.onnx",
    "onnx/model_quantized.onnx",
    "onnx/model_int8.onnx",
    "model_quantized.onnx",
    "model_optimized.onnx",
];
/// How many tokens are read where nothing says it, and at most: no chunk has more.
const MAX_TOKENS: u64 = 512;
/// The output of a network that goes on behind the pooling.
const WHOLE: &str = "sentence_embedding";
const EXPORT: &str = "export the model with `optimum-cli export onnx --model NAME FOLDER`";

/// The files of the model in the folder, or around the ONNX file, at `path`.
pub(super) fn embedder(path: &Path, search: &config::Search) -> Result<EmbedderFiles, Missing> {
    let Ok(path) = fs_err::canonicalize(path) else {
        return Err(Missing {
            reason: Reason::Absent,
            what: format!("no embedding model at `{}`", path.display()),
            fix: "correct `search.model`, or name a model of `docent models list`".to_owned(),
        });
    };
    found(&path, search).map_err(|error| {
        let fix = format!("name a folder as sentence-transformers writes it, or {EXPORT}");
        Missing::unreadable(&path, &error, &fix)
    })
}

fn found(path: &Path, search: &config::Search) -> Result<EmbedderFiles> {
    let (folder, onnx) = place(path)?;
    let file = |name: &str| {
        let path = folder.join(name);
        let found = path.is_file().then_some(path);
        found.with_context(|| format!("there is no `{name}` in `{}`", folder.display()))
    };
    let mut files = EmbedderFiles {
        tokenizer: file("tokenizer.json")?,
        config: file("config.json")?,
        special_tokens_map: file("special_tokens_map.json").ok(),
        tokenizer_config: file("tokenizer_config.json")?,
        weights: weights(&onnx)?,
        reading: reading(&folder, search)?,
        onnx,
        id: String::new(),
    };
    files.id = id(&folder, &files)?;
    Ok(files)
}

/// The folder with the tokenizer, and the network.
fn place(path: &Path) -> Result<(PathBuf, PathBuf)> {
    if path.is_dir() {
        let all = NETWORKS.iter().map(|name| path.join(name));
        let network = all.into_iter().find(|network| network.is_file());
        let Some(network) = network else {
            bail!("it has no `{}`", NETWORKS.join("`, `"));
        };
        return Ok((path.to_owned(), network));
    }
    let beside = path.parent().unwrap_or(Path::new(""));
    let above = beside.parent().unwrap_or(beside);
    let folder = [beside, above]
        .into_iter()
        .find(|folder| folder.join("tokenizer.json").is_file())
        .context("there is no `tokenizer.json` beside it")?;
    Ok((folder.to_owned(), path.to_owned()))
}

/// The files in which a large network keeps its weights: they lie beside it and
/// begin with its name.
fn weights(onnx: &Path) -> Result<Vec<PathBuf>> {
    let name = onnx.file_name().unwrap_or_default().to_string_lossy();
    let mut found = Vec::new();
    for entry in fs_err::read_dir(onnx.parent().unwrap_or(Path::new("")))? {
        let entry = entry?;
        let other = entry.file_name();
        let rest = other.to_string_lossy();
        let rest = rest.strip_prefix(&*name).unwrap_or_default();
        if rest.starts_with("_data") || rest.starts_with(".data") {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// How the model in `folder` reads, as its small files say and the user says
/// otherwise.
fn reading(folder: &Path, search: &config::Search) -> Result<Reading> {
    let (pooling, output) = layers(folder)?;
    let read = |name: &str| optional(&folder.join(name));
    let prompts = read("config_sentence_transformers.json")?;
    let prompt = |names: &[&str]| {
        let known = names.iter().map(|name| &prompts["prompts"][name]);
        let texts = known.into_iter().filter_map(Value::as_str);
        texts.into_iter().next().unwrap_or_default().to_owned()
    };
    let limits = [
        &read("sentence_bert_config.json")?["max_seq_length"],
        &read("tokenizer_config.json")?["model_max_length"],
        &read("config.json")?["max_position_embeddings"],
    ];
    // A tokenizer without a limit writes 10³⁰, which is no whole number here.
    let limit = limits.into_iter().filter_map(Value::as_u64).next();
    let query = search.query_prefix.clone();
    let passage = search.passage_prefix.clone();
    Ok(Reading {
        pooling,
        output,
        max_tokens: usize::try_from(limit.unwrap_or(MAX_TOKENS).min(MAX_TOKENS))?,
        query_prefix: query.unwrap_or_else(|| prompt(&["query"])),
        passage_prefix: passage.unwrap_or_else(|| prompt(&["document", "passage"])),
        own: true,
    })
}

/// What stands behind the network: how it is pooled, and the name of the output
/// to take where more layers follow. Without `modules.json` it is the mean, as
/// for sentence-transformers.
fn layers(folder: &Path) -> Result<(Pooling, Option<&'static str>)> {
    let modules = optional(&folder.join("modules.json"))?;
    let (mut pooling, mut output) = (Pooling::Mean, None);
    for module in modules.as_array().into_iter().flatten() {
        let kind = module["type"].as_str().unwrap_or_default();
        match kind.rsplit('.').next().unwrap_or_default() {
            "Transformer" | "Normalize" => {}
            "Pooling" => {
                let place = module["path"].as_str().unwrap_or_default();
                pooling = pooled(&optional(&folder.join(place).join("config.json"))?)?;
            }
            // The network as exported has them; its output says where they end.
            "Dense" => output = Some(WHOLE),
            other => bail!("it has a layer of the type `{other}`, which docent cannot run"),
        }
    }
    Ok((pooling, output))
}

/// How a pooling layer makes one vector of many.
fn pooled(config: &Value) -> Result<Pooling> {
    let named = config["pooling_mode"].as_str().map(str::to_owned);
    let flags = config.as_object().into_iter().flatten();
    let flags = flags.filter_map(|(key, value)| {
        let mode = key.strip_prefix("pooling_mode_")?;
        (value == &Value::Bool(true)).then(|| mode.trim_end_matches("_tokens").to_owned())
    });
    let modes: Vec<String> = named.into_iter().chain(flags).collect();
    match modes.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // Brought to length one, a sum by any divisor is the mean.
        ["mean" | "mean_sqrt_len"] | [] => Ok(Pooling::Mean),
        ["cls" | "cls_token"] => Ok(Pooling::Cls),
        _ => bail!(
            "its vectors are pooled by `{}`, and docent knows `cls` and `mean`",
            modes.join("` and `")
        ),
    }
}

/// What a file of JSON says; nothing when it is not there.
fn optional(file: &Path) -> Result<Value> {
    if !file.is_file() {
        return Ok(Value::Null);
    }
    let bytes = fs_err::read(file)?;
    serde_json::from_slice(&bytes).with_context(|| format!("`{}` is not JSON", file.display()))
}

/// A name for the vectors of passages: those with the same name can be compared,
/// wherever the folder lies and whatever stands in front of questions.
fn id(folder: &Path, files: &EmbedderFiles) -> Result<String> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let passages = Reading {
        query_prefix: String::new(),
        ..files.reading.clone()
    };
    let mut parts = format!("{passages:?}");
    let all = [&files.onnx, &files.tokenizer, &files.config];
    for file in all.into_iter().chain(&files.weights) {
        parts.push_str(&digest::sampled(file)?);
    }
    Ok(format!(
        "{name}-{}",
        &digest::of_bytes(parts.as_bytes())[..16]
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::pooled;
    use crate::models::Pooling;

    #[test]
    fn a_pooling_layer_says_how_in_either_way_of_writing_it() {
        let flags = json!({"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false});
        assert_eq!(pooled(&flags).unwrap(), Pooling::Cls);
        let flags = json!({"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true});
        assert_eq!(pooled(&flags).unwrap(), Pooling::Mean);
        assert_eq!(
            pooled(&json!({"pooling_mode": "cls"})).unwrap(),
            Pooling::Cls
        );
        for other in [
            json!({"pooling_mode": "lasttoken"}),
            json!({"pooling_mode_cls_token": true, "pooling_mode_max_tokens": true}),
        ] {
            let message = pooled(&other).unwrap_err().to_string();
            assert!(
                message.contains("docent knows `cls` and `mean`"),
                "{message}"
            );
        }
    }
}
