//! A small book on the disk, and a server's state that knows it.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use docent::answer::{self, AnswerError, Citation, Event, Sentence, Usage};
use docent::index::Embedder;
use docent::pipeline::{self, Build};
use docent::serve::{self, Answer, Callbacks, Emit, Question, State};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

const FILES: &[(&str, &str)] = &[
    (
        "book.toml",
        "[book]\ntitle = \"Herons\"\n[serve]\nqueue = 1\n",
    ),
    ("content/index.md", "# Herons\n\nBirds that stand still.\n"),
    (
        "content/how-to/feed.md",
        "# Feed a heron\n\nHerons eat fish.\n\n## Fresh fish\n\nUse `--fresh` for a fish that swims.\n",
    ),
    (
        "content/how-to/index.md",
        "# How-to guides\n\nStart here.\n",
    ),
    ("content/reference/two words.md", "# Two words\n\nSpace.\n"),
    (
        "content/logo.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    ),
];

pub struct Book {
    folder: TempDir,
    pub notices: Arc<Mutex<Vec<String>>>,
}

impl Book {
    pub fn new() -> Self {
        let book = Self {
            folder: TempDir::new().unwrap(),
            notices: Arc::default(),
        };
        for (path, text) in FILES {
            book.write(path, text);
        }
        book
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, text).unwrap();
    }

    pub fn remove(&self, path: &str) {
        fs_err::remove_file(self.root().join(path)).unwrap();
    }

    pub fn build(&self) -> Build {
        let (config, _) = pipeline::configure(self.root()).unwrap();
        let build = pipeline::build(config).unwrap();
        pipeline::write(&build).unwrap();
        build
    }

    /// A state whose answers follow the script; it has no index yet.
    pub fn state(&self, answer: Box<Answer>) -> State {
        self.state_with(answer, None)
    }

    /// The same, which searches by meaning, too.
    pub fn state_with(&self, answer: Box<Answer>, embedder: Option<Arc<dyn Embedder>>) -> State {
        self.state_of(embedder, |callbacks| Callbacks {
            answer,
            ..callbacks
        })
    }

    /// A state whose callbacks are what `change` makes of the usual ones.
    pub fn state_of(
        &self,
        embedder: Option<Arc<dyn Embedder>>,
        change: impl FnOnce(Callbacks) -> Callbacks,
    ) -> State {
        let root = self.root().to_path_buf();
        let notices = self.notices.clone();
        let callbacks = Callbacks {
            configure: Box::new(move || pipeline::configure(&root)),
            index: Box::new(move |build, indexing| serve::index(build, embedder.clone(), indexing)),
            answer: failing(),
            waits: Box::new(|_| true),
            model: Box::new(|| serve::Model::None),
            log: Box::new(move |notice| notices.lock().unwrap().push(format!("{notice:?}"))),
        };
        State::new(self.build(), change(callbacks))
    }

    /// A router that searches and follows the book's changes.
    pub async fn live(&self, answer: Box<Answer>) -> Router {
        self.live_with(answer, None).await
    }

    /// The same, which searches by meaning, too.
    pub async fn live_with(
        &self,
        answer: Box<Answer>,
        embedder: Option<Arc<dyn Embedder>>,
    ) -> Router {
        let state = self.state_with(answer, embedder);
        serve::live::start(&state).unwrap();
        ready(serve::router(state)).await
    }
}

/// The router, once it has an index.
pub async fn ready(router: Router) -> Router {
    for _ in 0..1_000 {
        if get(&router, "/readyz").await.status == StatusCode::OK {
            return router;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("never ready");
}

/// An answer with one quote, as long as the script lets it.
pub fn quoting() -> Box<Answer> {
    Box::new(|question, emit| {
        let _ = quote(question, emit);
        Ok(())
    })
}

/// What docent answers without a language model.
pub fn answering() -> Box<Answer> {
    Box::new(|question, emit| {
        let ask = answer::Ask {
            index: question.index,
            config: question.config,
            generator: None,
            question: question.text,
            earlier: question.earlier,
            gone: question.gone,
        };
        answer::answer(&ask, emit)
    })
}

/// An answer that begins and goes on until the client leaves.
pub fn endless() -> Box<Answer> {
    Box::new(|question, emit| {
        let _ = emit(sources());
        while !(question.gone)() {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        Ok(())
    })
}

/// An answer that fails.
pub fn failing() -> Box<Answer> {
    Box::new(|_, _| {
        Err(AnswerError::Generation(
            "the secret /etc/model is bad".to_owned(),
        ))
    })
}

/// An answer that panics.
pub fn panicking() -> Box<Answer> {
    Box::new(|_, _| panic!("as the test wants"))
}

fn sources() -> Event {
    Event::Sources {
        sources: vec![Citation {
            number: 1,
            title: "Feed a heron".to_owned(),
            heading: "Fresh fish".to_owned(),
            url: "how-to/feed.html#fresh-fish".to_owned(),
        }],
    }
}

fn quote(question: &Question<'_>, emit: &mut Emit<'_>) -> ControlFlow<()> {
    emit(sources())?;
    let chunk = question
        .index
        .chunks
        .iter()
        .find(|chunk| chunk.anchor == "fresh-fish");
    emit(Event::Sentence(Sentence {
        text: format!("{} {}", question.text, chunk.unwrap().heading()),
        citations: vec![1],
    }))?;
    let usage = Usage {
        sentences: 1,
        ..Usage::default()
    };
    emit(Event::Done { usage })
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// A request as a browser on this machine sends it.
pub fn request(method: &str, target: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(target)
        .header("host", "127.0.0.1:3000")
}

pub async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Reply {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
    }
}

pub async fn get(router: &Router, target: &str) -> Reply {
    send(router, request("GET", target).body(Body::empty()).unwrap()).await
}

/// A question with these headers besides the type.
pub fn question(body: impl Into<Body>, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = request("POST", "/api/ask").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

/// A question that wants one document.
pub async fn ask(router: &Router, body: &'static str) -> Reply {
    send(router, question(body, &[("accept", "application/json")])).await
}
