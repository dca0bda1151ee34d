//! The models of a server, loaded on a thread of their own: half a second and
//! more, in which the first page is already served.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use anyhow::Context as _;

use super::args::{RemoteHosts, Serve};
use super::engine::Engine;
use super::report::Terminal;
use crate::answer::Generator;
use crate::config::Config;
use crate::index::Embedder;
use crate::serve::{Model, State};

/// Those that are here.
#[derive(Default)]
pub struct Loaded {
    /// Turns text into vectors.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// Writes sentences.
    pub generator: Option<Arc<dyn Generator>>,
}

/// Those that are being loaded. Cheap to clone.
#[derive(Clone, Default)]
pub struct Models {
    loaded: Arc<OnceLock<Loaded>>,
    damage: Arc<Mutex<Option<anyhow::Error>>>,
}

impl Models {
    /// Starts to load what is wanted.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(terminal: Terminal, config: &Config, args: &Serve) -> anyhow::Result<Self> {
        let models = Self::default();
        let (config, embeddings) = (config.clone(), !args.no_embeddings);
        let (extractive, remote) = (args.extractive, args.remote.clone());
        let loading = models.clone();
        named("models", move || {
            let loaded = open(&terminal, &config, embeddings, extractive, &remote);
            let loaded = loaded.unwrap_or_else(|error| {
                *loading
                    .damage
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = Some(error);
                Loaded::default()
            });
            // Nobody else fills it.
            let _ = loading.loaded.set(loaded);
        })?;
        Ok(models)
    }

    /// The models, once they are loaded; none when one is damaged.
    pub fn wait(&self) -> &Loaded {
        self.loaded.wait()
    }

    /// What answers can count on.
    pub fn model(&self) -> Model {
        match self.loaded.get() {
            None => Model::Loading,
            Some(loaded) if loaded.generator.is_some() => Model::Ready,
            Some(_) => Model::None,
        }
    }

    /// Stops the server as soon as a model turns out to be damaged.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn stop_if_damaged(&self, state: &State) -> anyhow::Result<()> {
        let (models, state) = (self.clone(), state.clone());
        named("damage", move || {
            models.wait();
            let damage = models.damage.lock();
            if damage.unwrap_or_else(PoisonError::into_inner).is_some() {
                state.quit();
            }
        })
    }

    /// Whether the models were fit to be loaded.
    ///
    /// # Errors
    /// When one is damaged.
    pub fn verdict(&self) -> anyhow::Result<()> {
        let damage = self.damage.lock();
        let damage = damage.unwrap_or_else(PoisonError::into_inner).take();
        damage.map_or(Ok(()), Err)
    }
}

fn open(
    terminal: &Terminal,
    config: &Config,
    embeddings: bool,
    extractive: bool,
    remote: &RemoteHosts,
) -> anyhow::Result<Loaded> {
    let engine = Engine::open(terminal, config, embeddings)?;
    let generator = if extractive {
        None
    } else {
        engine.generator(config, remote)?
    };
    if let Some(generator) = &generator {
        generator.warm();
    }
    Ok(Loaded {
        embedder: engine.embedder().cloned(),
        generator,
    })
}

fn named(name: &str, work: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map(drop).context("starting a thread")
}
