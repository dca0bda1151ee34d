//! The language model: mistral.rs on a GGUF file in a local folder.
//!
//! Takes prompts, gives drafts. The engine lives in a thread of its own that
//! outlives its clients and loads the model when it is first asked for.
//! Nothing here reaches the network: the folder is named as the model, and
//! mistral.rs 0.8.1 asks no hub about a folder that exists.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};

use anyhow::{Context, Result, anyhow};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::answer::AnswerError;
use crate::answer::engine::{Engine, Writing};
use crate::answer::generator::{Draft, Generator, Status};
use crate::answer::prompt::Prompt;
use crate::answer::tokens::Tokens;

/// The tokenizer, read when it is first wanted, or why it could not be.
type Tokenizer = Arc<OnceLock<Result<Arc<Tokens>, String>>>;

/// A language model in a local GGUF file.
pub struct LocalModel {
    name: String,
    folder: PathBuf,
    jobs: UnboundedSender<Job>,
    status: Arc<Mutex<Status>>,
    tokens: Tokenizer,
}

/// What the engine's thread is asked for.
enum Job {
    /// Load the model.
    Warm,
    /// Write.
    Write(Writing),
}

impl LocalModel {
    /// The model in the GGUF file `file`; `folder` holds its
    /// `tokenizer.json` and `tokenizer_config.json`. Loads nothing yet.
    ///
    /// # Errors
    /// When there is no such file or no thread can be made.
    pub fn open(name: &str, file: &Path, folder: &Path) -> Result<Self> {
        let file = fs_err::canonicalize(file)?;
        let folder = fs_err::canonicalize(folder)?;
        let tokens = Tokenizer::default();
        let lies = (file, folder.clone(), tokens.clone());
        let status = Arc::new(Mutex::new(Status::Waiting));
        let (jobs, inbox) = unbounded_channel();
        let shared = status.clone();
        std::thread::Builder::new()
            .name("language-model".to_owned())
            .spawn(move || live(&lies.0, &lies.1, &lies.2, inbox, &shared))
            .context("starting the language model's thread")?;
        Ok(Self {
            name: name.to_owned(),
            folder,
            jobs,
            status,
            tokens,
        })
    }

    fn tokens(&self) -> Result<Arc<Tokens>, AnswerError> {
        tokens(&self.tokens, &self.folder).map_err(AnswerError::Generation)
    }
}

fn tokens(tokens: &Tokenizer, folder: &Path) -> Result<Arc<Tokens>, String> {
    let read = || Tokens::open(folder).map(Arc::new);
    let tokens = tokens.get_or_init(|| read().map_err(|error| format!("{error:#}")));
    tokens.clone()
}

impl Generator for LocalModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> Status {
        self.status
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn warm(&self) {
        // A thread that ended says why in the status.
        let _ = self.jobs.send(Job::Warm);
    }

    fn count(&self, text: &str) -> usize {
        let ids = self
            .tokens()
            .ok()
            .and_then(|tokens| tokens.encode(text).ok());
        // Without a tokenizer nothing will be written either.
        ids.map_or(text.len(), |ids| ids.len())
    }

    fn start(&self, prompt: &Prompt, max_tokens: usize) -> Result<Draft, AnswerError> {
        if let Status::Failed(error) = self.status() {
            return Err(AnswerError::Generation(error));
        }
        let failed = |error: anyhow::Error| AnswerError::Generation(format!("{error:#}"));
        let prompt = self.tokens()?.prompt(prompt).map_err(failed)?;
        let prompt_tokens = prompt.len();
        let (pieces, receiver) = mpsc::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let writing = Writing {
            prompt,
            max_tokens,
            pieces,
            stop: stop.clone(),
        };
        let gone = |_| AnswerError::Generation("its thread ended".to_owned());
        self.jobs.send(Job::Write(writing)).map_err(gone)?;
        Ok(Draft::new(receiver, stop, prompt_tokens))
    }
}

/// The life of the engine's thread: it ends with the [`LocalModel`].
fn live(
    file: &Path,
    folder: &Path,
    tokenizer: &Tokenizer,
    mut inbox: UnboundedReceiver<Job>,
    status: &Mutex<Status>,
) {
    let set = |new: Status| *status.lock().unwrap_or_else(PoisonError::into_inner) = new;
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return set(Status::Failed(format!("making a runtime: {error}"))),
    };
    runtime.block_on(async {
        let mut engine: Option<Engine> = None;
        while let Some(job) = inbox.recv().await {
            let loaded = match &mut engine {
                Some(engine) => Ok(engine),
                none => {
                    set(Status::Loading);
                    match tokens(tokenizer, folder) {
                        Ok(tokens) => Engine::load(file, folder, tokens).await,
                        Err(error) => Err(anyhow!(error)),
                    }
                    .map(|loaded| none.insert(loaded))
                }
            };
            let result = match (loaded, job) {
                (Ok(engine), job) => {
                    set(Status::Ready);
                    match job {
                        Job::Warm => Ok(()),
                        Job::Write(writing) => engine.write(writing).await,
                    }
                }
                (Err(error), Job::Warm) => Err(error),
                (Err(error), Job::Write(writing)) => {
                    let told = AnswerError::Generation(format!("{error:#}"));
                    // The client may have left.
                    let _ = writing.pieces.send(Err(told));
                    Err(error)
                }
            };
            if let Err(error) = result {
                set(Status::Failed(format!("{error:#}")));
                break;
            }
        }
    });
}
