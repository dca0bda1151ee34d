//! Where model files live, and whether they are the right ones.
//!
//! Takes a folder, gives the paths that the embedder, the language model and
//! their runtime load. A file is put in place only after its SHA-256 was
//! found right; its size is looked at again at every use. Only [`pull`] ever
//! reaches the network, nothing here reads the environment, nothing prints.

pub mod derived;
mod digest;
mod folder;
pub mod gguf;
pub mod hub;
mod local;
mod locate;
mod lock;
pub mod manifest;
mod missing;
mod part;
pub mod progress;
pub mod pull;
mod sentence_transformer;
pub mod tokenizer_json;
pub mod verify;
mod wheel;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::config::Search;
use crate::diagnostic::suggest;

pub use locate::{AnswererFiles, EmbedderFiles, Pooling, Reading, is_path};
pub use manifest::{Model, ModelFile, Purpose, Source};
pub use missing::{Missing, Reason};
pub use progress::Progress;

/// The folder that holds the model files, as `<folder>/<model>/<file>`.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
    models: &'static [Model],
    runtime: Option<PathBuf>,
}

/// A model of the manifest, and how much of it is here.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// The model.
    pub model: &'static Model,
    /// Whether all, some or none of its files are here, judged by size.
    pub presence: Presence,
}

/// How much of a model is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// None of its files.
    Absent,
    /// Some of its files, or files of a wrong size.
    Partial,
    /// Every file, with the right size.
    Present,
}

impl Store {
    /// The store in `dir`, which need not exist yet.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            models: manifest::MODELS,
            runtime: None,
        }
    }

    /// The same store with another table of models.
    #[must_use]
    pub fn with_models(self, models: &'static [Model]) -> Self {
        Self { models, ..self }
    }

    /// The same store with an ONNX Runtime library that the user installed
    /// by hand (`ORT_DYLIB_PATH`), which goes before the one of the store.
    #[must_use]
    pub fn with_runtime(self, runtime: Option<PathBuf>) -> Self {
        Self { runtime, ..self }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Every model of the manifest, in its order.
    pub fn models(&self) -> &'static [Model] {
        self.models
    }

    /// The model called `name`, or the nearest name as advice.
    pub fn model(&self, name: &str) -> Result<&'static Model, Missing> {
        self.models
            .iter()
            .find(|model| model.name == name)
            .ok_or_else(|| {
                let names = self.models.iter().map(|model| model.name);
                Missing::unknown(name, suggest::nearest(name, names))
            })
    }

    /// Where a file of `model` is, or would be.
    pub fn path(&self, model: &Model, file: &str) -> PathBuf {
        self.dir.join(model.name).join(file)
    }

    /// Every model of the manifest with what is here of it; looks at
    /// sizes, reads at most headers.
    pub fn list(&self) -> Vec<Listed> {
        self.models
            .iter()
            .map(|model| Listed {
                model,
                presence: self.presence(model),
            })
            .collect()
    }

    fn presence(&self, model: &Model) -> Presence {
        let whole = match model.purpose {
            Purpose::Embedder => {
                let search = Search {
                    model: model.name.to_owned(),
                    ..Search::default()
                };
                self.embedder(Path::new(""), &search).is_ok()
            }
            Purpose::Answerer => self.answerer(model.name).is_ok(),
            Purpose::Runtime => self.runtime().is_ok(),
        };
        if whole {
            Presence::Present
        } else if model
            .files
            .iter()
            .any(|file| self.path(model, file.name).exists())
        {
            Presence::Partial
        } else {
            Presence::Absent
        }
    }
}

/// The folder for models: `DOCENT_MODELS`, else `docent/models` in
/// `XDG_CACHE_HOME`, in `~/.cache`, or in Windows' local application data.
///
/// `vars` gives a variable's value; nothing here reads the environment.
pub fn default_dir(vars: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| {
        vars(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(dir) = set("DOCENT_MODELS") {
        return Some(dir);
    }
    let cache = set("XDG_CACHE_HOME")
        .filter(|dir| dir.is_absolute())
        .or_else(|| set("HOME").map(|home| home.join(".cache")))
        .or_else(|| set("LOCALAPPDATA"))?;
    Some(cache.join("docent").join("models"))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

    use super::default_dir;

    #[test]
    fn the_folder_comes_from_the_first_variable_that_is_set() {
        let check = |vars: &[(&str, &str)], expected: &str| {
            let look_up = |name: &str| {
                vars.iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| OsString::from(value))
            };
            assert_eq!(default_dir(&look_up).as_deref(), Some(Path::new(expected)));
        };
        check(&[("DOCENT_MODELS", "/m"), ("HOME", "/h")], "/m");
        check(
            &[("DOCENT_MODELS", ""), ("XDG_CACHE_HOME", "/x")],
            "/x/docent/models",
        );
        check(
            &[("XDG_CACHE_HOME", "relative"), ("HOME", "/h")],
            "/h/.cache/docent/models",
        );
        assert_eq!(default_dir(&|_| None), None);
    }
}
