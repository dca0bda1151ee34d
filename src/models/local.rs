//! A language model that is a file of the user's, not of the manifest.
//!
//! The file is never changed. When it has no tokenizer beside it, one is
//! made from its metadata, kept in the store under a digest of its path,
//! size and time.

use std::path::Path;
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result, bail};

use crate::models::derived::{self, State};
use crate::models::gguf::{self, Gguf};
use crate::models::lock::lock;
use crate::models::{AnswererFiles, Missing, Reason, Store, digest};

/// The kinds of models that mistral.rs 0.8.1 loads from a GGUF, as
/// `general.architecture` names them. Mistral's own are of the type `llama`
/// or, since its third generation, `mistral3`.
const KINDS: [&str; 8] = [
    "llama",
    "mistral3",
    "phi2",
    "phi3",
    "qwen2",
    "qwen3",
    "qwen3moe",
    "starcoder2",
];

/// The files of the GGUF at `path`.
pub(super) fn answerer(store: &Store, path: &Path) -> Result<AnswererFiles, Missing> {
    let Ok(path) = fs_err::canonicalize(path) else {
        return Err(Missing {
            reason: Reason::Absent,
            what: format!("no model file at `{}`", path.display()),
            fix: "correct the path, or name a model of `docent models list`".to_owned(),
        });
    };
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let unfit = |error| {
        let fix = "use a sound GGUF file of type F16, Q8_0, Q4_0 or Q4_K_M, of a model of the \
                   type llama, qwen2, qwen3, phi or mistral";
        Missing::unreadable(&path, &error, fix)
    };
    let header = gguf::read(&path).map_err(unfit)?;
    check_kind(&header).map_err(unfit)?;
    let beside = path.parent().unwrap_or(Path::new("")).to_owned();
    let tokenizer_json = beside.join(derived::TOKENIZER);
    if tokenizer_json.is_file() {
        return Ok(AnswererFiles {
            folder: beside,
            gguf: path,
            name,
            tokenizer_json,
        });
    }
    let advice = format!(
        "put the model's `tokenizer.json` and `tokenizer_config.json` into `{}`",
        beside.display()
    );
    let folder =
        tokenizer(store, &path).map_err(|error| Missing::unreadable(&path, &error, &advice))?;
    let tokenizer_json = folder.join(derived::TOKENIZER);
    Ok(AnswererFiles {
        folder,
        gguf: path,
        name,
        tokenizer_json,
    })
}

fn check_kind(header: &Gguf) -> Result<()> {
    let Some(kind) = header.text("general.architecture") else {
        bail!("it does not say of what type its model is");
    };
    if !KINDS.contains(&kind) {
        bail!("its model is of the type `{kind}`, which the runtime cannot run");
    }
    Ok(())
}

/// The folder with the tokenizer of the GGUF at `path`, made if need be.
fn tokenizer(store: &Store, path: &Path) -> Result<std::path::PathBuf> {
    let metadata = fs_err::metadata(path)?;
    let modified = metadata
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let identity = format!(
        "{}\n{}\n{}",
        path.display(),
        metadata.len(),
        modified.as_nanos()
    );
    let key = digest::of_bytes(identity.as_bytes());
    let folder = store.dir().join("local").join(&key[..16]);
    let is_fresh = || {
        [derived::TOKENIZER, derived::TOKENIZER_CONFIG]
            .iter()
            .all(|made| derived::state(&folder, made, &key) == State::Fresh)
    };
    if !is_fresh() {
        let _lock = lock(&folder, || ()).context("cannot keep its tokenizer in the store")?;
        derived::make("local", path, &key, &folder, false, &|_| ())?;
    }
    Ok(folder)
}
