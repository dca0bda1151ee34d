//! The models of a server, loaded on a thread of their own: half a second and
//! more, in which the first page is already served.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use anyhow::Context as _;

use super::args::{RemoteHosts, Serve};
use super::engine::Engine;
use super::report::Terminal;
use crate::answer::{Generator, Remembering};
use crate::config::Config;
use crate::index::Embedder;
use crate::serve::{Model, State};

/// What turns text into vectors, where there is something.
pub type Embeds = Option<Arc<dyn Embedder>>;
/// What writes sentences, where there is something.
pub type Generates = Option<Arc<dyn Generator>>;

/// Those that are being loaded. Cheap to clone.
#[derive(Clone, Default)]
pub struct Models {
    embedder: Arc<OnceLock<Embeds>>,
    generator: Arc<OnceLock<Generates>>,
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
            let opened = loading.open(&terminal, &config, embeddings, extractive, &remote);
            if let Err(error) = opened {
                let damage = loading.damage.lock();
                *damage.unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
            // What could not be loaded is none, and nobody waits for it.
            let _ = loading.embedder.set(None);
            let _ = loading.generator.set(None);
        })?;
        Ok(models)
    }

    /// Loads the embedder first: the index waits for it, and not for a language
    /// model.
    fn open(
        &self,
        terminal: &Terminal,
        config: &Config,
        embeddings: bool,
        extractive: bool,
        remote: &RemoteHosts,
    ) -> anyhow::Result<()> {
        let engine = Engine::open(terminal, config, embeddings)?;
        let _ = self.embedder.set(engine.embedder().cloned());
        if extractive {
            return Ok(());
        }
        let generator = engine.generator(config, remote)?;
        if let Some(generator) = &generator {
            generator.warm();
        }
        let remembering = |model| Arc::new(Remembering::new(model)) as Arc<dyn Generator>;
        let _ = self.generator.set(generator.map(remembering));
        Ok(())
    }

    /// What turns text into vectors, once it is loaded; nothing when it is not
    /// here or damaged.
    pub fn embedder(&self) -> &Embeds {
        self.embedder.wait()
    }

    /// What writes sentences, once it is loaded.
    pub fn generator(&self) -> &Generates {
        self.generator.wait()
    }

    /// The same, if it is loaded.
    pub fn loaded(&self) -> Option<&Generates> {
        self.generator.get()
    }

    /// What answers can count on.
    pub fn model(&self) -> Model {
        match self.generator.get() {
            None => Model::Loading,
            Some(Some(_)) => Model::Ready,
            Some(None) => Model::None,
        }
    }

    /// Stops the server as soon as a model turns out to be damaged.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn stop_if_damaged(&self, state: &State) -> anyhow::Result<()> {
        let (models, state) = (self.clone(), state.clone());
        named("damage", move || {
            models.generator();
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

fn named(name: &str, work: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map(drop).context("starting a thread")
}
