//! From the environment and the model folder to an embedder, an index and a
//! language model. Nothing else reads the environment.

use std::borrow::Borrow;
use std::ffi::OsString;
use std::sync::Arc;

use anyhow::Context as _;

use super::args::RemoteHosts;
use super::progress::Bar;
use super::report::Terminal;
use crate::answer::Generator;
use crate::answer::remote::{Access, Limits, Refusal, RemoteModel};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::index::recent::Recent;
use crate::index::{Chunks, Embedder, Index, Progress};
use crate::models::Store;
#[cfg(any(feature = "answer", feature = "embed"))]
use crate::models::{Missing, Reason};
use crate::pipeline;
use crate::site::Site;

/// The value of an environment variable.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The folder of models on this machine.
///
/// # Errors
/// When no variable says where a cache may be.
pub fn store() -> anyhow::Result<Store> {
    let dir = crate::models::default_dir(&variable)
        .context("no folder for models: set `DOCENT_MODELS` or `HOME`")?;
    let runtime = variable("ORT_DYLIB_PATH")
        .filter(|path| !path.is_empty())
        .map(Into::into);
    Ok(Store::new(dir).with_runtime(runtime))
}

/// What was compiled in, in words.
pub fn check_processor() -> &'static str {
    if cfg!(target_feature = "avx2") {
        "AVX2"
    } else {
        "the baseline"
    }
}

/// What searches and answers need from the machine.
pub struct Engine {
    terminal: Terminal,
    store: Store,
    embedder: Option<Arc<dyn Embedder>>,
}

impl Engine {
    /// Loads the embedding model when it is wanted and here. That it is not
    /// here is a note; that it is damaged is an error.
    ///
    /// # Errors
    /// When the model or its runtime is damaged.
    pub fn open(terminal: &Terminal, config: &Config, embeddings: bool) -> anyhow::Result<Self> {
        let store = store()?;
        let wanted = embeddings && config.search.embeddings;
        let embedder = if wanted {
            embedder(terminal, &store, config)?
        } else {
            None
        };
        let recent = |embedder| Arc::new(Recent::new(embedder)) as Arc<dyn Embedder>;
        Ok(Self {
            terminal: *terminal,
            store,
            embedder: embedder.map(recent),
        })
    }

    /// The index of `site`, from the cache as far as nothing changed. The site
    /// is given back as soon as it is cut into chunks.
    ///
    /// # Errors
    /// When the cache folder cannot be written or the embedder fails.
    pub fn index(&self, config: &Config, site: impl Borrow<Site>) -> anyhow::Result<Index> {
        self.complete(config, self.chunks(site), None)
    }

    /// The same by words only.
    ///
    /// # Errors
    /// When the cache folder cannot be written.
    pub fn words(&self, config: &Config, site: Site) -> anyhow::Result<Index> {
        pipeline::index(config, self.chunks(site), None, None, &|_| {}, &|| false)
    }

    /// Adds the meaning to an index by words.
    ///
    /// # Errors
    /// When the cache folder cannot be written or the embedder fails.
    pub fn meaning(&self, config: &Config, words: &Index) -> anyhow::Result<Index> {
        self.complete(config, words.chunks.clone(), Some(words))
    }

    fn chunks(&self, site: impl Borrow<Site>) -> Chunks {
        let pages = site.borrow().searched();
        drop(site);
        pipeline::chunks(pages, self.embedder.as_deref(), None)
    }

    fn complete(
        &self,
        config: &Config,
        chunks: Chunks,
        before: Option<&Index>,
    ) -> anyhow::Result<Index> {
        let bar = Bar::new(self.terminal);
        let shown = |step: Progress| {
            if let Progress::Embeddings { done, total } = step {
                bar.count(done as u64, total as u64, "sections embedded");
            }
        };
        let embedder = self.embedder.clone();
        let index = pipeline::index(config, chunks, embedder, before, &shown, &|| false)?;
        bar.finish();
        Ok(index)
    }

    /// What turns text into vectors, when it is here.
    pub fn embedder(&self) -> Option<&Arc<dyn Embedder>> {
        self.embedder.as_ref()
    }

    /// The language model, when it is here, or behind a URL that the user
    /// allows.
    ///
    /// # Errors
    /// When its files are damaged.
    pub fn generator(
        &self,
        config: &Config,
        remote: &RemoteHosts,
    ) -> anyhow::Result<Option<Arc<dyn Generator>>> {
        let Some(base_url) = &config.answer.base_url else {
            return generator(&self.terminal, &self.store, config);
        };
        match remote_model(base_url, config, remote) {
            Ok(model) => {
                if !model.address().is_here() {
                    let place = model.address().place();
                    let open = if model.address().is_sealed() {
                        ""
                    } else {
                        ", unencrypted"
                    };
                    self.terminal.note(&format!(
                        "questions and passages go to `{place}`{open}, the book's language model"
                    ));
                }
                Ok(Some(Arc::new(model)))
            }
            Err(refusal) => {
                let note = format!("answering with passages only: {refusal}");
                self.terminal.note(&note);
                Ok(None)
            }
        }
    }
}

/// The book's model at `base_url`, as far as the user allows it.
///
/// # Errors
/// Why it is not asked.
pub fn remote_model(
    base_url: &str,
    config: &Config,
    remote: &RemoteHosts,
) -> Result<RemoteModel, Refusal> {
    let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
    let named = text("DOCENT_ALLOW_REMOTE_MODEL").unwrap_or_default();
    let mut allowed = remote.allow_remote_model.clone();
    allowed.extend(named.split(',').map(str::to_owned));
    let access = Access {
        allowed: &allowed,
        variable: &text,
    };
    RemoteModel::open(base_url, &config.answer, &access, Limits::default())
}

/// Nothing for a model that was never pulled, said once; an error for one
/// that is damaged.
#[cfg(any(feature = "answer", feature = "embed"))]
fn present<T>(
    terminal: &Terminal,
    files: Result<T, Missing>,
    without: &str,
) -> anyhow::Result<Option<T>> {
    match files {
        Ok(files) => Ok(Some(files)),
        Err(missing) if matches!(missing.reason, Reason::Absent | Reason::Unsupported) => {
            terminal.note(&format!("{without}: {}; {}", missing.what, missing.fix));
            Ok(None)
        }
        Err(missing) => Err(missing.into()),
    }
}

/// The name and revision of the embedding model that an index would be made
/// with; nothing without one.
#[cfg(feature = "embed")]
pub fn embedder_id(config: &Config, wanted: bool) -> Option<String> {
    let store = store()
        .ok()
        .filter(|_| wanted && config.search.embeddings)?;
    let files = store.embedder(&config.root, &config.search).ok()?;
    store.runtime().ok().map(|_| files.id)
}

/// The name of the embedding model: this docent has none.
#[cfg(not(feature = "embed"))]
pub fn embedder_id(_: &Config, _: bool) -> Option<String> {
    None
}

/// Says that the embedding model is wanted and not here, as opening it does.
///
/// # Errors
/// When it is damaged.
#[cfg(feature = "embed")]
pub fn note_absent(terminal: &Terminal, config: &Config, wanted: bool) -> anyhow::Result<()> {
    if wanted && config.search.embeddings {
        let store = store()?;
        let files = store.embedder(&config.root, &config.search);
        let files = files.and_then(|_| store.runtime());
        present(terminal, files, "searching by words only")?;
    }
    Ok(())
}

/// Says nothing: this docent has no embedding model.
///
/// # Errors
/// Never.
#[cfg(not(feature = "embed"))]
pub fn note_absent(_: &Terminal, _: &Config, _: bool) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(feature = "embed")]
fn embedder(
    terminal: &Terminal,
    store: &Store,
    config: &Config,
) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    use crate::index::embed;
    let files = store
        .embedder(&config.root, &config.search)
        .and_then(|files| Ok((files, store.runtime()?)));
    let Some((files, runtime)) = present(terminal, files, "searching by words only")? else {
        return Ok(None);
    };
    embed::load(&files, &runtime, &config.book.language).map(Some)
}

#[cfg(not(feature = "embed"))]
fn embedder(_: &Terminal, _: &Store, _: &Config) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    Ok(None)
}

#[cfg(feature = "answer")]
fn generator(
    terminal: &Terminal,
    store: &Store,
    config: &Config,
) -> anyhow::Result<Option<Arc<dyn Generator>>> {
    let name = &config.answer.model;
    let found = if crate::models::is_path(name) {
        store.answerer(&config.root.join(name).to_string_lossy())
    } else {
        store.answerer(name)
    };
    let Some(files) = present(terminal, found, "answering with passages only")? else {
        return Ok(None);
    };
    let model = crate::answer::LocalModel::open(&files.name, &files.gguf, &files.folder)?;
    Ok(Some(Arc::new(model)))
}

#[cfg(not(feature = "answer"))]
fn generator(_: &Terminal, _: &Store, _: &Config) -> anyhow::Result<Option<Arc<dyn Generator>>> {
    Ok(None)
}

/// The links that leave the site.
///
/// # Errors
/// When this docent was built without the check, or the cache folder cannot
/// be written.
#[cfg(feature = "external-links")]
pub fn check_external(
    terminal: &Terminal,
    config: &Config,
    site: &Site,
) -> anyhow::Result<Vec<Diagnostic>> {
    terminal.note("asking the network about the links that leave the site");
    crate::links::external::check(site, &config.cache_dir)
}

/// The links that leave the site: not in this docent.
#[cfg(not(feature = "external-links"))]
pub fn check_external(_: &Terminal, _: &Config, _: &Site) -> anyhow::Result<Vec<Diagnostic>> {
    anyhow::bail!("this docent was built without the feature `external-links`")
}
