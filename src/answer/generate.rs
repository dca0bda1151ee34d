//! The language model: mistral.rs on a GGUF file in a local folder.
//!
//! Takes prompts, gives drafts. The engine lives in a thread of its own that
//! outlives its clients and loads the model when it is first asked for.
//! Nothing here reaches the network: the folder is named as the model, and
//! mistral.rs 0.8.1 asks no hub about a folder that exists.

use std::any::Any;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use mistralrs::core::{
    CustomLogitsProcessor, DefaultSchedulerMethod, DeviceMapSetting, GGUFLoaderBuilder,
    GGUFSpecificConfig, MistralRs, MistralRsBuilder, ModelDType, NormalRequest, Request,
    RequestMessage, Response, SamplingParams, SchedulerConfig, StopTokens, TokenSource,
};
use mistralrs::{Device, Tensor};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, channel, unbounded_channel};

use crate::answer::AnswerError;
use crate::answer::generator::{Draft, Generator, Status};
use crate::answer::prompt::Prompt;
use crate::answer::tokens::Tokens;

/// How many answers an engine writes before it must forget their prompts: on
/// a CPU mistral.rs 0.8.1 keeps each for ever, 50 MB with the default model.
const PROMPTS_KEPT: usize = 4;
/// How long the engine may be silent before it counts as stuck.
const SILENCE: Duration = Duration::from_secs(90);
/// How long, in ticks, an engine that died may take to be made anew.
const PATIENCE: usize = 500;
const TICK: Duration = Duration::from_millis(10);
/// Responses that may wait for the drain.
const RESPONSES: usize = 256;

/// A language model in a local GGUF file.
pub struct LocalModel {
    name: String,
    folder: PathBuf,
    jobs: UnboundedSender<Job>,
    status: Arc<Mutex<Status>>,
    tokens: OnceLock<Result<Arc<Tokens>, String>>,
}

/// What the engine's thread is asked for.
enum Job {
    /// Load the model.
    Warm,
    /// Write.
    Write(Writing),
}

/// A prompt and where the text goes.
struct Writing {
    prompt: Vec<u32>,
    max_tokens: usize,
    pieces: mpsc::Sender<Result<String, AnswerError>>,
    stop: Arc<AtomicBool>,
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
        let lies = (file, folder.clone());
        let status = Arc::new(Mutex::new(Status::Waiting));
        let (jobs, inbox) = unbounded_channel();
        let shared = status.clone();
        std::thread::Builder::new()
            .name("language-model".to_owned())
            .spawn(move || live(&lies.0, &lies.1, inbox, &shared))
            .context("starting the language model's thread")?;
        Ok(Self {
            name: name.to_owned(),
            folder,
            jobs,
            status,
            tokens: OnceLock::new(),
        })
    }

    fn tokens(&self) -> Result<&Arc<Tokens>, AnswerError> {
        let tokens = self.tokens.get_or_init(|| {
            Tokens::open(&self.folder)
                .map(Arc::new)
                .map_err(|error| format!("{error:#}"))
        });
        tokens
            .as_ref()
            .map_err(|error| AnswerError::Generation(error.clone()))
    }
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
fn live(file: &Path, folder: &Path, mut inbox: UnboundedReceiver<Job>, status: &Mutex<Status>) {
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
                    Engine::load(file, folder)
                        .await
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

type Pipeline = Arc<tokio::sync::Mutex<dyn mistralrs::core::Pipeline + Send + Sync>>;

/// A loaded model and the engine that runs it.
struct Engine {
    runner: Arc<MistralRs>,
    tokens: Tokens,
    written: usize,
}

impl Engine {
    async fn load(file: &Path, folder: &Path) -> Result<Self> {
        let tokens = Tokens::open(folder)?;
        // mistral.rs and candle panic on some damaged files.
        let pipeline = catch_unwind(AssertUnwindSafe(|| load(file, folder)))
            .unwrap_or_else(|panic| Err(anyhow!("{}", panic_message(&*panic))))
            .with_context(|| format!("loading the model `{}`", file.display()))?;
        let mut engine = Self {
            runner: runner(pipeline).await,
            tokens,
            written: 0,
        };
        engine.prime().await?;
        Ok(engine)
    }

    async fn write(&mut self, writing: Writing) -> Result<()> {
        if writing.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let alive = self.run(writing).await?;
        self.written += 1;
        if alive && self.written < PROMPTS_KEPT {
            return Ok(());
        }
        if alive {
            self.forget().await?;
        }
        self.prime().await
    }

    /// Has the engine read what every prompt begins with, so that it knows
    /// it when a question comes.
    async fn prime(&mut self) -> Result<()> {
        self.written = 0;
        let prompt = self.tokens.fixed()?;
        self.run(silent(prompt)).await.map(|_| ())
    }

    /// Makes the engine forget all prompts. There is no call for it, but it
    /// forgets them when a request fails, as one must that has no such token.
    async fn forget(&mut self) -> Result<()> {
        self.run(silent(vec![u32::MAX])).await.map(|_| ())
    }

    /// Hands a request to the engine. An engine that died is made anew, once
    /// its end is noticed.
    async fn send(&self, request: NormalRequest) -> Result<()> {
        let mut request = Request::Normal(Box::new(request));
        for _ in 0..PATIENCE {
            let engine = self
                .runner
                .get_sender(None)
                .map_err(|error| anyhow!("{error}"))?;
            match engine.send(request).await {
                Ok(()) => return Ok(()),
                Err(unsent) => request = unsent.0,
            }
            tokio::time::sleep(TICK).await;
        }
        bail!("the engine does not take questions");
    }

    /// Sends one request and drains its responses to the very end: the
    /// engine panics when an error finds nobody to tell. For a client that
    /// left, the next token is made the last one. Says whether the engine
    /// lives.
    async fn run(&mut self, writing: Writing) -> Result<bool> {
        let Writing {
            prompt,
            max_tokens,
            pieces,
            stop,
        } = writing;
        let (sender, mut responses) = channel(RESPONSES);
        let params = SamplingParams {
            stop_toks: Some(StopTokens::Ids(vec![self.tokens.end()])),
            max_len: Some(max_tokens),
            ..SamplingParams::deterministic()
        };
        let message = RequestMessage::CompletionTokens(prompt);
        let mut request = NormalRequest::new_simple(message, params, sender, 0, None, None);
        request.is_streaming = true;
        request.logits_processors = Some(vec![ender(self.tokens.end(), stop.clone())]);
        self.send(request).await?;
        let failed = |message: String| Err(AnswerError::Generation(message));
        loop {
            let response = match tokio::time::timeout(SILENCE, responses.recv()).await {
                Ok(Some(response)) => response,
                Ok(None) => {
                    let _ = pieces.send(failed("the engine stopped".to_owned()));
                    return Ok(false);
                }
                Err(_) => {
                    let _ = pieces.send(failed("the engine is stuck".to_owned()));
                    bail!("the engine said nothing for {} s", SILENCE.as_secs());
                }
            };
            let (piece, ended) = match response {
                Response::CompletionChunk(chunk) => {
                    let choice = chunk.choices.into_iter().next();
                    choice.map_or((Ok(String::new()), true), |choice| {
                        (Ok(choice.text), choice.finish_reason.is_some())
                    })
                }
                Response::CompletionDone(_) => (Ok(String::new()), true),
                Response::CompletionModelError(error, _) => (failed(error), true),
                Response::InternalError(error) | Response::ValidationError(error) => {
                    (failed(error.to_string()), true)
                }
                _ => (
                    failed("the engine answered something else".to_owned()),
                    true,
                ),
            };
            let empty = piece.as_ref().is_ok_and(String::is_empty);
            if !empty && pieces.send(piece).is_err() {
                stop.store(true, Ordering::Relaxed);
            }
            if ended {
                return Ok(true);
            }
        }
    }
}

/// Reads the weights. Blocks for a second or so.
fn load(file: &Path, folder: &Path) -> Result<Pipeline> {
    let text = |path: Option<&Path>| {
        let text = path.and_then(Path::to_str).map(str::to_owned);
        text.context("the path of the model is not UTF-8")
    };
    let weights = text(file.parent())?;
    let names = vec![text(file.file_name().map(Path::new))?];
    let tokenizer = Some(text(Some(folder))?);
    let config = GGUFSpecificConfig { topology: None };
    let no_kv_cache = false;
    let loader = GGUFLoaderBuilder::new(None, tokenizer, weights, names, config, no_kv_cache, None);
    let (silent, device) = (true, Device::Cpu);
    loader.build().load_model_from_hf(
        None,
        TokenSource::None,
        &ModelDType::F32,
        &device,
        silent,
        DeviceMapSetting::dummy(),
        None,
        None,
    )
}

/// A request that nobody reads.
fn silent(prompt: Vec<u32>) -> Writing {
    let (pieces, _) = mpsc::channel();
    Writing {
        prompt,
        max_tokens: 1,
        pieces,
        stop: Arc::default(),
    }
}

async fn runner(pipeline: Pipeline) -> Arc<MistralRs> {
    let method = DefaultSchedulerMethod::Fixed(NonZero::<usize>::MIN);
    let (logging, search) = (false, None);
    MistralRsBuilder::new(
        pipeline,
        SchedulerConfig::DefaultScheduler { method },
        logging,
        search,
    )
    .build()
    .await
}

/// Makes `end` the only token once `stop` is set: others' requests go on.
fn ender(end: u32, stop: Arc<AtomicBool>) -> Arc<dyn CustomLogitsProcessor> {
    Arc::new(move |logits: &Tensor, _: &[u32]| {
        if !stop.load(Ordering::Relaxed) {
            return Ok(logits.clone());
        }
        let mut forced = vec![0.0_f32; logits.elem_count()];
        if let Some(logit) = forced.get_mut(end as usize) {
            *logit = 1.0;
        }
        Tensor::from_vec(forced, logits.shape(), logits.device())
    })
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    match panic.downcast_ref::<String>() {
        Some(message) => message.clone(),
        None => "it is damaged".to_owned(),
    }
}
