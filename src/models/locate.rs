//! The paths that the embedder, the language model and their runtime load.
//!
//! Looks at the disk, never at the network, and reads no more than a GGUF's
//! header: a missing file and a wrong size are told at every use, a wrong
//! hash by [`verify`](crate::models::verify).

use std::path::{Path, PathBuf};

use crate::config::Search;
use crate::models::derived::{self, State};
use crate::models::manifest::{Model, ModelFile, Purpose};
use crate::models::missing;
use crate::models::{Missing, Store, digest, gguf, local, sentence_transformer};

/// The files of an embedding model, all present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedderFiles {
    /// The network.
    pub onnx: PathBuf,
    /// Files beside it with weights that it names; none of a small network.
    pub weights: Vec<PathBuf>,
    /// `tokenizer.json`.
    pub tokenizer: PathBuf,
    /// `config.json`.
    pub config: PathBuf,
    /// `special_tokens_map.json`, which newer models lack.
    pub special_tokens_map: Option<PathBuf>,
    /// `tokenizer_config.json`.
    pub tokenizer_config: PathBuf,
    /// How it makes a vector of a text.
    pub reading: Reading,
    /// The model's name and the start of its hashes: vectors with the same
    /// id can be compared.
    pub id: String,
}

/// How an embedding model makes a vector of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// How the vectors of the tokens become one.
    pub pooling: Pooling,
    /// The output of the network to take, where it is not one of the usual.
    pub output: Option<&'static str>,
    /// How many tokens it reads at most; the rest of a text is dropped.
    pub max_tokens: usize,
    /// What is written in front of a question.
    pub query_prefix: String,
    /// What is written in front of a passage.
    pub passage_prefix: String,
    /// Whether it is the user's own and not of the manifest, so that nothing
    /// was measured with it.
    pub own: bool,
}

/// How the vectors of a text's tokens become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// The first token's.
    Cls,
    /// The mean of all.
    Mean,
}

/// The files of a language model, all present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswererFiles {
    /// The folder with `tokenizer.json` and `tokenizer_config.json`.
    pub folder: PathBuf,
    /// The weights, of a type that candle has fast kernels for if the model
    /// is of the manifest; not always in `folder`.
    pub gguf: PathBuf,
    /// The model's name in answers.
    pub name: String,
    /// `tokenizer.json`.
    pub tokenizer_json: PathBuf,
}

/// Whether `name` means a file or a folder rather than a model of the manifest.
pub fn is_path(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_file = [".gguf", ".onnx"].iter().any(|end| lower.ends_with(end));
    is_file || name.contains(['/', '\\'])
}

/// How many tokens all-MiniLM-L6-v2 was made to read.
const MAX_TOKENS: usize = 256;

/// A name for the vectors of a model of the manifest: what is written in front of
/// passages makes others of them.
fn named(name: &str, hashes: &[&str], search: &Search) -> String {
    let mut id = format!("{name}-{}", hashes.join("-"));
    if let Some(prefix) = search
        .passage_prefix
        .as_deref()
        .filter(|text| !text.is_empty())
    {
        id.push('-');
        id.push_str(&digest::of_bytes(prefix.as_bytes())[..12]);
    }
    id
}

impl Store {
    /// The files of the embedding model that `search` names, or of the one in
    /// the folder of that path (see [`is_path`]), which starts at `root`.
    pub fn embedder(&self, root: &Path, search: &Search) -> Result<EmbedderFiles, Missing> {
        let name = &search.model;
        if is_path(name) {
            return sentence_transformer::embedder(&root.join(name), search);
        }
        let model = self.model_for(name, Purpose::Embedder)?;
        for file in model.files {
            self.sized(model, file)?;
        }
        let path = |file: &str| self.path(model, file);
        let hashes: Vec<&str> = model
            .files
            .iter()
            .take(2)
            .map(|file| &file.sha256[..12])
            .collect();
        Ok(EmbedderFiles {
            onnx: path("model.onnx"),
            weights: Vec::new(),
            tokenizer: path("tokenizer.json"),
            config: path("config.json"),
            special_tokens_map: Some(path("special_tokens_map.json")),
            tokenizer_config: path("tokenizer_config.json"),
            id: named(name, &hashes, search),
            reading: Reading {
                pooling: Pooling::Mean,
                output: None,
                max_tokens: MAX_TOKENS,
                query_prefix: search.query_prefix.clone().unwrap_or_default(),
                passage_prefix: search.passage_prefix.clone().unwrap_or_default(),
                own: false,
            },
        })
    }

    /// The ONNX Runtime library: the one installed by hand if the store was
    /// told of one, else the store's.
    pub fn runtime(&self) -> Result<PathBuf, Missing> {
        if let Some(path) = &self.runtime {
            let found = path.is_file().then(|| path.clone());
            return found.ok_or_else(|| Missing {
                reason: missing::Reason::Absent,
                what: format!("no ONNX Runtime library at `{}`", path.display()),
                fix: "correct or unset `ORT_DYLIB_PATH`".to_owned(),
            });
        }
        let model = self.model_for("onnxruntime", Purpose::Runtime)?;
        match model.files {
            [library, ..] => self.sized(model, library),
            [] => Err(Missing::platform(model.name)),
        }
    }

    /// The files of the language model called `name`, or of the GGUF file at
    /// that path (see [`is_path`]); a relative path starts at the current
    /// folder, so a caller that means another one joins it first.
    ///
    /// For a file without a `tokenizer.json` beside it, one is made from its
    /// metadata and kept in the store.
    pub fn answerer(&self, name: &str) -> Result<AnswererFiles, Missing> {
        if is_path(name) {
            return local::answerer(self, Path::new(name));
        }
        let model = self.model_for(name, Purpose::Answerer)?;
        let Some(file) = model.gguf() else {
            return Err(Missing::platform(name));
        };
        let source = self.sized(model, file)?;
        let folder = self.dir.join(model.name);
        let header = gguf::read(&source)
            .map_err(|error| Missing::unreadable(&source, &error, &missing::pull(name)))?;
        for made in derived::names(&header) {
            match derived::state(&folder, made, file.sha256) {
                State::Fresh => {}
                State::Absent | State::Stale => {
                    return Err(Missing::stale(name, &folder.join(made)));
                }
                State::WrongSize { found, expected } => {
                    return Err(Missing::size(name, &folder.join(made), found, expected));
                }
            }
        }
        let converted = gguf::convert::needed(&header);
        Ok(AnswererFiles {
            gguf: if converted {
                folder.join(derived::WEIGHTS)
            } else {
                source
            },
            tokenizer_json: folder.join(derived::TOKENIZER),
            folder,
            name: name.to_owned(),
        })
    }

    fn model_for(&self, name: &str, purpose: Purpose) -> Result<&'static Model, Missing> {
        let model = self.model(name)?;
        if model.purpose == purpose {
            Ok(model)
        } else {
            Err(Missing::purpose(name, model.purpose.word(), purpose.word()))
        }
    }

    /// The path of a file that is here with the right size.
    pub(super) fn sized(&self, model: &Model, file: &ModelFile) -> Result<PathBuf, Missing> {
        let path = self.path(model, file.name);
        match fs_err::metadata(&path) {
            Ok(metadata) if metadata.len() == file.bytes => Ok(path),
            Ok(metadata) => Err(Missing::size(model.name, &path, metadata.len(), file.bytes)),
            Err(_) => Err(Missing::absent(model.name, &path)),
        }
    }
}
