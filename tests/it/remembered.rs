//! What a language model wrote is remembered for the same question and the same
//! evidence, and for nothing else.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use docent::answer::generator::Draft;
use docent::answer::prompt::Prompt;
use docent::answer::{Answer, AnswerError, Ask, Event, Generator, Remembering, Status, answer};
use docent::config;
use docent::index::{Chunk, Index};
use docent::markdown::{Block, BlockKind};

use crate::support::indexing;

/// A model that writes the same each time, and counts how often.
#[derive(Default)]
struct Counting {
    name: &'static str,
    pieces: Vec<Result<&'static str, AnswerError>>,
    asked: AtomicUsize,
}

impl Counting {
    fn new(name: &'static str, pieces: &[&'static str]) -> Arc<Self> {
        Arc::new(Self {
            name,
            pieces: pieces.iter().copied().map(Ok).collect(),
            asked: AtomicUsize::default(),
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Generator for Counting {
    fn name(&self) -> &str {
        self.name
    }

    fn status(&self) -> Status {
        Status::Ready
    }

    fn warm(&self) {}

    fn count(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }

    fn start(&self, _: &Prompt, _: usize) -> Result<Draft, AnswerError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = mpsc::channel();
        for piece in &self.pieces {
            sender.send(piece.clone().map(str::to_owned)).unwrap();
        }
        Ok(Draft::new(receiver, Arc::default(), 7))
    }
}

const WRITTEN: [&str; 2] = [
    "The server shows the site while you write",
    ". It listens on port 3000 without `--port`.",
];

/// A book of three sections; `start` and `reload` are what two of them say.
fn index(start: &str, reload: &str) -> Index {
    let chunk = |page: &str, heading: &str, text: &str| {
        let block = Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
        };
        Chunk::new(
            page.to_owned(),
            heading.to_lowercase().replace(' ', "-"),
            "Serving".to_owned(),
            vec![heading.to_owned()],
            None,
            vec![block],
        )
    };
    let chunks = vec![
        chunk("serve.html", "Start the server", start),
        chunk("serve.html", "Live reload", reload),
        chunk("links.html", "Check links", "Broken links are reported."),
    ];
    let folder = tempfile::tempdir().unwrap();
    indexing::build(chunks, folder.path(), None)
}

const START: &str = "The server shows the site while you write, on your own machine and without any \
     preparation. Without `--port` it listens on port 3000 of this machine, where nobody else can \
     reach it, so that a draft stays with its author.";
const RELOAD: &str = "Open pages reload whenever a file changes.";

const QUESTION: &str = "How do I start the server?";

fn put(question: &str, index: &Index, model: &dyn Generator) -> Answer {
    let config = config::Answer::default();
    let ask = Ask {
        index,
        config: &config,
        generator: Some(model),
        question,
        earlier: &[],
        gone: &|| false,
    };
    let mut whole = Answer::to(question);
    answer(&ask, &mut |event| {
        whole.add(event);
        ControlFlow::Continue(())
    })
    .unwrap();
    whole
}

#[test]
fn a_repeated_question_has_the_same_answer_without_the_model() {
    let model = Counting::new("small", &WRITTEN);
    let remembering = Remembering::new(model.clone());
    let index = index(START, RELOAD);
    let first = put(QUESTION, &index, &remembering);
    assert_eq!(first.sentences.len(), 2, "{first:#?}");
    assert!(!first.usage.cached);
    for same in [
        QUESTION,
        "how do I start the server",
        "How do  i start the server ?",
    ] {
        let again = put(same, &index, &remembering);
        assert!(again.usage.cached);
        assert_eq!(
            (&again.sources, &again.quotes, &again.sentences),
            (&first.sources, &first.quotes, &first.sentences)
        );
        let counted = |answer: &Answer| {
            let usage = &answer.usage;
            (
                usage.model.clone(),
                usage.prompt_tokens,
                usage.completion_tokens,
                usage.sentences,
                usage.dropped,
            )
        };
        assert_eq!(counted(&again), counted(&first));
    }
    assert_eq!(model.asked(), 1);
    for other in ["How can I start the server?", "How do I start a server?"] {
        assert!(!put(other, &index, &remembering).usage.cached, "{other}");
    }
    assert_eq!(model.asked(), 3);
}

#[test]
fn an_edit_of_what_is_cited_asks_anew_and_one_elsewhere_does_not() {
    let model = Counting::new("small", &WRITTEN);
    let remembering = Remembering::new(model.clone());
    let first = put(QUESTION, &index(START, RELOAD), &remembering);
    assert_eq!(first.sources[0].url, "serve.html#start-the-server");
    let elsewhere = index(
        START,
        "Pages that are open reload by themselves when files change.",
    );
    assert!(put(QUESTION, &elsewhere, &remembering).usage.cached);
    assert_eq!(model.asked(), 1);
    // Even where the model would be shown the same.
    let edited = index(&format!("{START} Stop it with Ctrl-C."), RELOAD);
    assert!(!put(QUESTION, &edited, &remembering).usage.cached);
    assert_eq!(model.asked(), 2);
    // What was written is checked against the page as it is now.
    let edited = index(&START.replace("3000", "8000"), RELOAD);
    let other = put(QUESTION, &edited, &remembering);
    assert!(!other.usage.cached);
    let counts = (other.usage.sentences, other.usage.dropped);
    assert_eq!(counts, (1, 1), "{other:#?}");
    assert_eq!(model.asked(), 3);
    let as_it_was = index(START, RELOAD);
    assert!(put(QUESTION, &as_it_was, &remembering).usage.cached);
}

#[test]
fn another_model_is_asked_itself() {
    let (small, large) = (
        Counting::new("small", &WRITTEN),
        Counting::new("large", &WRITTEN),
    );
    let index = index(START, RELOAD);
    let remembering = Remembering::new(small.clone());
    put(QUESTION, &index, &remembering);
    assert!(
        !put(QUESTION, &index, &Remembering::new(large.clone()))
            .usage
            .cached
    );
    assert_eq!((small.asked(), large.asked()), (1, 1));
}

#[test]
fn what_failed_or_lost_its_reader_is_not_remembered() {
    let index = index(START, RELOAD);
    let failing = Arc::new(Counting {
        name: "failing",
        pieces: vec![Ok(WRITTEN[0]), Err(AnswerError::TimedOut)],
        asked: AtomicUsize::default(),
    });
    let remembering = Remembering::new(failing.clone());
    for asked in 1..3 {
        let failed = put(QUESTION, &index, &remembering);
        assert!(failed.usage.failure.is_some() && !failed.usage.cached);
        assert_eq!(failing.asked(), asked);
    }
    let model = Counting::new("small", &WRITTEN);
    let remembering = Remembering::new(model.clone());
    let config = config::Answer::default();
    for asked in 1..3 {
        let ask = Ask {
            index: &index,
            config: &config,
            generator: Some(&remembering),
            question: QUESTION,
            earlier: &[],
            gone: &|| false,
        };
        // This reader leaves at the first sentence.
        let leaves = |event| match event {
            Event::Sentence(_) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        answer(&ask, &mut { leaves }).unwrap();
        assert_eq!(model.asked(), asked);
    }
}

#[test]
fn an_answer_that_was_complete_before_the_model_s_end_is_remembered() {
    let four = [
        "The server shows the site while you write. It listens on port 3000 without `--port`. ",
        "The draft stays with its author. ",
        "Nobody else can reach the machine.",
    ];
    let model = Counting::new("small", &four);
    let remembering = Remembering::new(model.clone());
    let index = index(START, RELOAD);
    let first = put(QUESTION, &index, &remembering);
    let again = put(QUESTION, &index, &remembering);
    assert_eq!(first.sentences, again.sentences);
    assert!(again.usage.cached, "{again:#?}");
    assert_eq!(model.asked(), 1);
}
