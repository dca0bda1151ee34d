//! Answers that need not be written anew do not wait for those that must.

use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::time::Duration;

use docent::answer::generator::Draft;
use docent::answer::prompt::Prompt;
use docent::answer::{self, AnswerError, Generator, Remembering, Status};
use docent::serve::{self, Callbacks, Question};
use futures_util::future;
use serde_json::Value;

use super::book::{Book, Reply, ask, ready};

/// A model that writes when the gate is open, and counts how often it was
/// asked.
#[derive(Default)]
struct Gated {
    gate: Arc<(Mutex<bool>, Condvar)>,
    asked: Mutex<usize>,
}

impl Gated {
    fn open(&self, open: bool) {
        *self.gate.0.lock().unwrap() = open;
        self.gate.1.notify_all();
    }
}

impl Generator for Gated {
    fn name(&self) -> &str {
        "gated"
    }

    fn status(&self) -> Status {
        Status::Ready
    }

    fn warm(&self) {}

    fn count(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }

    fn start(&self, _: &Prompt, _: usize) -> Result<Draft, AnswerError> {
        *self.asked.lock().unwrap() += 1;
        let (sender, receiver) = mpsc::channel();
        let gate = self.gate.clone();
        std::thread::spawn(move || {
            let open = gate.0.lock().unwrap();
            let _open = gate.1.wait_while(open, |open| !*open).unwrap();
            let _ = sender.send(Ok("A fresh fish swims.".to_owned()));
        });
        Ok(Draft::new(receiver, Arc::default(), 1))
    }
}

/// What `docent serve` does with questions.
fn callbacks(callbacks: Callbacks, model: &Arc<Gated>) -> Callbacks {
    let model: Arc<dyn Generator> = Arc::new(Remembering::new(model.clone()));
    let (for_waits, for_answers) = (model.clone(), model);
    Callbacks {
        waits: Box::new(move |question| {
            answer::needs_model(&asked(question, &*for_waits)).unwrap_or(true)
        }),
        answer: Box::new(move |question, emit| {
            answer::answer(&asked(question, &*for_answers), emit)
        }),
        ..callbacks
    }
}

fn asked<'a>(question: &Question<'a>, model: &'a dyn Generator) -> answer::Ask<'a> {
    answer::Ask {
        index: question.index,
        config: question.config,
        generator: Some(model).filter(|_| !question.extractive),
        question: question.text,
        earlier: question.earlier,
        gone: question.gone,
    }
}

fn cached(reply: &Reply) -> Value {
    reply.json()["usage"]["cached"].clone()
}

#[tokio::test]
async fn what_needs_no_model_does_not_wait_for_what_does() {
    const KNOWN: &str = r#"{"question":"How do I use a fresh fish?"}"#;
    const OTHER: &str = r#"{"question":"Which fish swims?"}"#;
    let book = Book::new();
    let model = Arc::new(Gated::default());
    let state = book.state_of(None, |given| callbacks(given, &model));
    serve::live::start(&state).unwrap();
    let router = ready(serve::router(state)).await;
    model.open(true);
    let first = ask(&router, KNOWN).await;
    assert_eq!(first.json()["usage"]["model"], "gated");
    assert_eq!(cached(&first), false);
    model.open(false);
    let slow = ask(&router, OTHER);
    tokio::pin!(slow);
    while *model.asked.lock().unwrap() < 2 {
        assert!(future::poll_immediate(&mut slow).await.is_none());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The model is at work, and the one place to wait stays free for others.
    for _ in 0..3 {
        let again = ask(&router, KNOWN).await;
        assert_eq!(cached(&again), true, "{}", again.text());
        assert_eq!(again.json()["sentences"], first.json()["sentences"]);
    }
    let foreign = ask(&router, r#"{"question":"Who won the cup in 1987?"}"#).await;
    assert_eq!(foreign.json()["outcome"], "not-in-docs");
    let quoted = ask(
        &router,
        r#"{"question":"Which fish swims?","extractive":true}"#,
    )
    .await;
    assert_eq!(quoted.json()["usage"]["model"], Value::Null);
    // The same question waits for its turn and finds what was written.
    let same = ask(&router, OTHER);
    tokio::pin!(same);
    assert!(future::poll_immediate(&mut same).await.is_none());
    model.open(true);
    let (slow, same) = future::join(slow, same).await;
    assert_eq!((cached(&slow), cached(&same)), (false.into(), true.into()));
    assert_eq!(*model.asked.lock().unwrap(), 2);
}
