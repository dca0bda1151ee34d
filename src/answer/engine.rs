//! The engine: mistral.rs on a GGUF file, asked for one text after another.
//!
//! It remembers what every prompt begins with and nothing else. On a CPU
//! mistral.rs 0.8.1 keeps each text that ends by itself for ever, 25 MB or
//! more with the default model, so a text is ended here: its last token is
//! held back and its listener leaves, which the engine takes for a client
//! that went away.

use std::any::Any;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use mistralrs::Device;
use mistralrs::core::{
    DefaultSchedulerMethod, DeviceMapSetting, GGUFLoaderBuilder, GGUFSpecificConfig, MistralRs,
    MistralRsBuilder, ModelDType, NormalRequest, Request, RequestMessage, Response, SamplingParams,
    SchedulerConfig, StopTokens, TokenSource,
};
use tokio::sync::mpsc::{Receiver, channel};

use crate::answer::AnswerError;
use crate::answer::ending::Ending;
use crate::answer::tokens::Tokens;

/// How long the engine may be silent before it counts as stuck.
const SILENCE: Duration = Duration::from_secs(90);
/// How long, in ticks, an engine that died may take to be made anew.
const PATIENCE: usize = 500;
const TICK: Duration = Duration::from_millis(10);
/// Responses that may wait for the drain.
const RESPONSES: usize = 256;
/// By how many tokens a text may go beyond what was asked for, when the
/// engine does not notice that nobody listens.
const SLACK: usize = 32;

/// A prompt and where the text goes.
pub(super) struct Writing {
    /// The prompt.
    pub(super) prompt: Vec<u32>,
    /// The longest text, in tokens.
    pub(super) max_tokens: usize,
    /// Where the text goes.
    pub(super) pieces: mpsc::Sender<Result<String, AnswerError>>,
    /// Whether nobody wants it any more.
    pub(super) stop: Arc<AtomicBool>,
}

/// How a request came to its end.
enum End {
    /// Its listener left, so that the engine keeps nothing of it.
    Left,
    /// By itself: the engine keeps it.
    Finished,
    /// With the engine.
    Died,
}

type Pipeline = Arc<tokio::sync::Mutex<dyn mistralrs::core::Pipeline + Send + Sync>>;

/// A loaded model and the engine that runs it.
pub(super) struct Engine {
    runner: Arc<MistralRs>,
    tokens: Arc<Tokens>,
}

impl Engine {
    /// Loads the model in the GGUF at `file`, whose tokenizer lies in
    /// `folder`, and has it read what every prompt begins with.
    ///
    /// # Errors
    /// When the file is damaged or of a type that cannot be run.
    pub(super) async fn load(file: &Path, folder: &Path, tokens: Arc<Tokens>) -> Result<Self> {
        // mistral.rs and candle panic on some damaged files.
        let pipeline = catch_unwind(AssertUnwindSafe(|| load(file, folder)))
            .unwrap_or_else(|panic| Err(anyhow!("{}", panic_message(&*panic))))
            .with_context(|| format!("loading the model `{}`", file.display()))?;
        let engine = Self {
            runner: runner(pipeline).await,
            tokens,
        };
        engine.prime().await?;
        Ok(engine)
    }

    /// Writes one text.
    ///
    /// # Errors
    /// When the engine is of no use any more.
    pub(super) async fn write(&self, writing: Writing) -> Result<()> {
        if writing.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let ending = Ending::of_text(&self.tokens, writing.max_tokens, writing.stop.clone());
        match self.run(writing, ending).await? {
            End::Left => Ok(()),
            End::Finished => {
                self.forget().await?;
                self.prime().await
            }
            End::Died => self.prime().await,
        }
    }

    /// Has the engine read what every prompt begins with, so that it knows
    /// it when a question comes.
    async fn prime(&self) -> Result<()> {
        let prompt = self.tokens.fixed()?;
        let ending = Ending::of_prompt(&self.tokens);
        self.run(silent(prompt), ending).await.map(|_| ())
    }

    /// Makes the engine forget all texts. There is no call for it, but it
    /// forgets them when a request fails, as one must that has no such token.
    async fn forget(&self) -> Result<()> {
        let ending = Ending::of_prompt(&self.tokens);
        let nothing = silent(vec![u32::MAX]);
        self.run(nothing, ending).await.map(|_| ())
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

    /// Sends one request and passes its text on until it ends.
    async fn run(&self, writing: Writing, ending: Ending) -> Result<End> {
        let (sender, mut responses) = channel(RESPONSES);
        let params = SamplingParams {
            stop_toks: Some(StopTokens::Ids(vec![self.tokens.end()])),
            max_len: Some(writing.max_tokens + SLACK),
            ..SamplingParams::deterministic()
        };
        let message = RequestMessage::CompletionTokens(writing.prompt);
        let mut request = NormalRequest::new_simple(message, params, sender, 0, None, None);
        request.is_streaming = true;
        let ending = Arc::new(ending);
        request.logits_processors = Some(vec![ending.clone()]);
        self.send(request).await?;
        let pieces = &writing.pieces;
        loop {
            let response = match tokio::time::timeout(SILENCE, responses.recv()).await {
                Ok(Some(response)) => response,
                Ok(None) => {
                    let _ = pieces.send(failed("the engine stopped"));
                    return Ok(End::Died);
                }
                Err(_) => {
                    let _ = pieces.send(failed("the engine is stuck"));
                    bail!("the engine said nothing for {} s", SILENCE.as_secs());
                }
            };
            let finished = pass_on(response, pieces, &writing.stop);
            if ending.is_reached() {
                pass_on_rest(&mut responses, pieces, &writing.stop);
                return Ok(End::Left);
            }
            if finished {
                return Ok(End::Finished);
            }
        }
    }
}

/// Sends the text of `response` to whoever reads it; says whether it was the
/// last one.
fn pass_on(
    response: Response,
    pieces: &mpsc::Sender<Result<String, AnswerError>>,
    stop: &AtomicBool,
) -> bool {
    let (piece, last) = match response {
        Response::CompletionChunk(chunk) => {
            let choice = chunk.choices.into_iter().next();
            choice.map_or((Ok(String::new()), true), |choice| {
                (Ok(choice.text), choice.finish_reason.is_some())
            })
        }
        Response::CompletionDone(_) => (Ok(String::new()), true),
        Response::CompletionModelError(error, _) => (failed(&error), true),
        Response::InternalError(error) | Response::ValidationError(error) => {
            (failed(&error.to_string()), true)
        }
        _ => (failed("the engine answered something else"), true),
    };
    let empty = piece.as_ref().is_ok_and(String::is_empty);
    if !empty && pieces.send(piece).is_err() {
        stop.store(true, Ordering::Relaxed);
    }
    last
}

/// The text that was sent before its end was known.
fn pass_on_rest(
    responses: &mut Receiver<Response>,
    pieces: &mpsc::Sender<Result<String, AnswerError>>,
    stop: &AtomicBool,
) {
    while let Ok(response) = responses.try_recv() {
        pass_on(response, pieces, stop);
    }
}

fn failed(message: &str) -> Result<String, AnswerError> {
    Err(AnswerError::Generation(message.to_owned()))
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

/// A request whose text nobody reads.
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

fn panic_message(panic: &(dyn Any + Send)) -> String {
    match panic.downcast_ref::<String>() {
        Some(message) => message.clone(),
        None => "it is damaged".to_owned(),
    }
}
