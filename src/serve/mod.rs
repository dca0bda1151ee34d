//! The server: pages, searches, answers and live reload from one snapshot.
//!
//! Takes a book that is built, gives it to browsers and builds it again when
//! its files change. A snapshot never changes; it is replaced whole. What
//! needs a model or a terminal comes in as [`Callbacks`].

mod answers;
mod api;
mod ask;
mod base;
mod body;
mod editor;
mod error;
mod events;
mod feedback;
mod guard;
mod indexing;
pub mod live;
pub mod mcp;
mod openai;
mod pages;
mod queue;
mod rebuild;
mod run;
pub mod snapshot;

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::middleware;
use axum::routing::{any, get, post};
use serde::Serialize;
use tokio::sync::{Semaphore, watch};

pub use indexing::{Indexing, index};
pub use run::{bind, run, serve};
pub use snapshot::Snapshot;

use crate::answer::{AnswerError, Event};
use crate::config::{self, Config};
use crate::diagnostic::Diagnostic;
use crate::index::Index;
use crate::pipeline::Build;
use crate::pipeline::ledger::Ledger;
use crate::site::write::Output;

/// How many browser tabs may listen for changes.
const STREAMS: usize = 64;

/// What `book.toml` says, or why it says nothing.
pub type Configured = Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>>;

/// Where the pieces of an answer go; the consumer may stop it.
pub type Emit<'a> = dyn FnMut(Event) -> ControlFlow<()> + 'a;

/// Reads the configuration again, with what the command line changes.
pub type Configure = dyn Fn() -> Configured + Send + Sync;
/// Indexes a book. Called on a thread of its own; may take minutes.
pub type MakeIndex = dyn Fn(&Build, &Indexing<'_>) -> anyhow::Result<Arc<Index>> + Send + Sync;
/// Answers one question. Called by one thread at a time, and by others for
/// questions that do not wait.
pub type Answer = dyn Fn(&Question<'_>, &mut Emit<'_>) -> Result<(), AnswerError> + Send + Sync;
/// Whether an answer has to wait for the language model. Called from any thread.
pub type Waits = dyn Fn(&Question<'_>) -> bool + Send + Sync;
/// Whether there is a language model. Called from any thread.
pub type HasModel = dyn Fn() -> Model + Send + Sync;
/// Tells the person at the terminal.
pub type Log = dyn Fn(&Notice<'_>) + Send + Sync;

/// What the server asks of its surroundings.
pub struct Callbacks {
    /// Called before every build.
    pub configure: Box<Configure>,
    /// Called after every build that changed something.
    pub index: Box<MakeIndex>,
    /// Called for a question that comes while another is answered.
    pub waits: Box<Waits>,
    /// Called for every question.
    pub answer: Box<Answer>,
    /// Called when a browser asks what to expect.
    pub model: Box<HasModel>,
    /// Called from any thread.
    pub log: Box<Log>,
}

/// Whether answers can have sentences of a language model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// It is being loaded; questions wait for it.
    Loading,
    /// It is there.
    Ready,
    /// There is none: answers are passages.
    None,
}

/// One question with the book that it is about.
pub struct Question<'a> {
    /// Where to look for evidence.
    pub index: &'a Arc<Index>,
    /// `[answer]` of the same book.
    pub config: &'a config::Answer,
    /// The question, trimmed, 1 to 2,000 characters.
    pub text: &'a str,
    /// The questions before it in the same talk, oldest first.
    pub earlier: &'a [String],
    /// Whether to quote only and ask no model.
    pub extractive: bool,
    /// Whether the client has left.
    pub gone: &'a dyn Fn() -> bool,
}

/// What happened that the person at the terminal may want to know.
#[derive(Debug)]
pub enum Notice<'a> {
    /// The book was built again.
    Rebuilt {
        /// Its problems.
        diagnostics: &'a [Diagnostic],
        /// Files of the site that are new, changed or gone.
        files: &'a [String],
        /// From the change to the published snapshot, waiting left out.
        took: Duration,
    },
    /// The book was built for the first time, while what an earlier run left
    /// was served already.
    Built {
        /// How many pages it has.
        pages: usize,
        /// Its problems.
        diagnostics: &'a [Diagnostic],
        /// How long that took.
        took: Duration,
    },
    /// The book could not be built; the last good one is still served.
    NotRebuilt {
        /// Why.
        diagnostics: &'a [Diagnostic],
    },
    /// Searches and answers now come from the newest book; for an edit it is
    /// said only when that took its time.
    Indexed {
        /// How many chunks there are.
        chunks: usize,
        /// How many of them are found by their words only until their
        /// embeddings are made; said once before and not again with each one.
        waiting: usize,
        /// From the start of the indexing.
        took: Duration,
    },
    /// `[serve]` changed, which is read at the start only.
    NeedsRestart,
    /// How changes are noticed from now on, where that is not as usual.
    Watching(String),
    /// Something failed; the server goes on.
    Trouble(String),
}

/// What all handlers share. Cheap to clone.
#[derive(Clone)]
pub struct State {
    shared: Arc<Shared>,
}

struct Shared {
    snapshots: watch::Sender<Arc<Snapshot>>,
    closing: watch::Sender<bool>,
    quitting: watch::Sender<bool>,
    /// Asks the watching thread for a build of everything.
    again: Mutex<Option<mpsc::Sender<live::Seen>>>,
    hosts: guard::Hosts,
    slots: queue::Slots,
    searches: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    told: feedback::Rate,
    /// Whether the site is written to the output folder, too.
    writes: bool,
    /// Whether the output folder holds what the newest snapshot has.
    in_line: AtomicBool,
    started: SystemTime,
    /// Counts replies, so that each has a name of its own.
    replies: AtomicU64,
    ledger: Mutex<Option<Ledger>>,
    callbacks: Callbacks,
}

impl State {
    /// The state of a server that has this book and, at first, no index.
    pub fn new(build: Build, callbacks: Callbacks) -> Self {
        Self::of(build, callbacks, true)
    }

    /// The same, but the output folder is left as it is.
    pub fn in_memory(build: Build, callbacks: Callbacks) -> Self {
        Self::of(build, callbacks, false)
    }

    fn of(mut build: Build, callbacks: Callbacks, writes: bool) -> Self {
        rebuild::keep_failed(&mut build, &Output::new());
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let shared = Shared {
            hosts: guard::Hosts::new(&build.config.serve),
            slots: queue::Slots::new(build.config.serve.queue),
            searches: Arc::new(Semaphore::new(threads)),
            streams: Arc::new(Semaphore::new(STREAMS)),
            told: feedback::Rate::new(),
            closing: watch::channel(false).0,
            quitting: watch::channel(false).0,
            again: Mutex::new(None),
            writes,
            in_line: AtomicBool::new(false),
            started: SystemTime::now(),
            replies: AtomicU64::new(0),
            ledger: Mutex::new(None),
            snapshots: watch::channel(Arc::new(Snapshot::first(build))).0,
            callbacks,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The newest snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshots.borrow().clone()
    }

    /// Keeps account of what is read and written from now on.
    pub fn keep_account(&self, ledger: Ledger) {
        *self.lock_ledger() = Some(ledger);
    }

    /// The output folder holds what the first build made.
    pub fn mark_written(&self) {
        self.shared.in_line.store(true, Ordering::Relaxed);
    }

    /// Whether the newest book is made of the files as they are now. In doubt
    /// it is not.
    fn is_current(&self) -> bool {
        let build = &self.snapshot().build;
        let ledger = self.lock_ledger();
        let ledger = ledger.as_ref().filter(|_| !build.is_standing());
        ledger.is_some_and(|ledger| ledger.is_current(&build.config))
    }

    /// The account, at the end.
    pub fn take_account(&self) -> Option<Ledger> {
        self.lock_ledger().take()
    }

    fn ledger(&self, then: impl FnOnce(&mut Ledger)) {
        if let Some(ledger) = &mut *self.lock_ledger() {
            then(ledger);
        }
    }

    fn lock_ledger(&self) -> MutexGuard<'_, Option<Ledger>> {
        let ledger = self.shared.ledger.lock();
        ledger.unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes what `next` makes of the newest snapshot, if anything.
    fn update(&self, next: impl FnOnce(&Snapshot) -> Option<Snapshot>) {
        // The last one may be large: nobody waits until it is given back.
        let mut last = None;
        self.shared.snapshots.send_if_modified(|current| {
            let made = next(current).map(Arc::new);
            last = made.map(|made| std::mem::replace(current, made));
            last.is_some()
        });
    }

    /// Builds the whole book again, in a moment, while it is watched.
    pub fn rebuild(&self) {
        let again = &self.shared.again;
        let again = again.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(events) = &*again {
            // The thread is gone when the server is about to stop.
            let _ = events.send(live::anything());
        }
    }

    /// Stops the server as Ctrl-C does.
    pub fn quit(&self) {
        self.shared.quitting.send_replace(true);
    }

    /// Returns once the server was asked to stop.
    async fn quitted(&self) {
        let mut quitting = self.shared.quitting.subscribe();
        // An error means that the state itself is gone.
        let _ = quitting.wait_for(|quitting| *quitting).await;
    }

    fn log(&self, notice: &Notice<'_>) {
        (self.shared.callbacks.log)(notice);
    }

    /// Ends every open stream, so that connections can finish.
    fn close(&self) {
        self.shared.closing.send_replace(true);
    }

    fn is_closing(&self) -> bool {
        *self.shared.closing.borrow()
    }

    /// Returns once the server is about to stop.
    async fn closed(&self) {
        let mut closing = self.shared.closing.subscribe();
        // An error means that the state itself is gone.
        let _ = closing.wait_for(|closing| *closing).await;
    }
}

/// Every route behind the checks that all requests pass.
pub fn router(state: State) -> Router {
    Router::new()
        .route(
            "/api/search",
            get(api::search).fallback(error::wrong_method),
        )
        .route("/api/ask", post(ask::ask).fallback(error::wrong_method))
        .route(
            "/api/feedback",
            post(feedback::feedback).fallback(error::wrong_method),
        )
        .route(
            "/api/openapi.json",
            get(pages::openapi).fallback(error::wrong_method),
        )
        .route("/mcp", any(mcp::http))
        .merge(openai_routes())
        .route("/healthz", get(api::health).fallback(error::wrong_method))
        .route("/readyz", get(api::ready).fallback(error::wrong_method))
        .route(
            "/_docent/events",
            get(events::events).fallback(error::wrong_method),
        )
        .route(
            "/_docent/live.js",
            get(pages::live_script).fallback(error::wrong_method),
        )
        .fallback(pages::page)
        .layer(middleware::from_fn_with_state(state.clone(), guard::guard))
        .with_state(state)
}

/// The routes that programs for OpenAI's server use.
fn openai_routes() -> Router<State> {
    let one_model = || get(openai::one_model).fallback(openai::wrong_method);
    Router::new()
        .route(
            "/v1/chat/completions",
            post(openai::chat).fallback(openai::wrong_method),
        )
        .route(
            "/v1/models",
            get(openai::models).fallback(openai::wrong_method),
        )
        .route("/v1/models/docent", one_model())
        .route("/v1/models/docent-extractive", one_model())
}
