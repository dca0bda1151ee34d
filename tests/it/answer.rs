//! Answers: evidence or none, the extract, checked sentences, what happens
//! when a model fails or a reader leaves.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use docent::answer::generator::Draft;
use docent::answer::prompt::Prompt;
use docent::answer::{
    AnswerError, Ask, Event, Generator, Outcome, Status, answer, calibrate, collect,
};
use docent::config;
use docent::index::{Chunk, Index};
use docent::markdown::{Block, BlockKind};

use crate::support::embedders::HashedWords;
use crate::support::indexing;

/// A model that writes what it was told to, for tests of what becomes of it.
struct Scripted {
    pieces: Vec<Result<&'static str, AnswerError>>,
    stopped: Arc<AtomicBool>,
}

impl Scripted {
    fn new(pieces: &[&'static str]) -> Self {
        let pieces = pieces.iter().copied().map(Ok).collect();
        Self {
            pieces,
            stopped: Arc::default(),
        }
    }
}

impl Generator for Scripted {
    fn name(&self) -> &str {
        "scripted"
    }

    fn status(&self) -> Status {
        Status::Ready
    }

    fn warm(&self) {}

    fn count(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }

    fn start(&self, prompt: &Prompt, _: usize) -> Result<Draft, AnswerError> {
        let (sender, receiver) = mpsc::channel();
        for piece in &self.pieces {
            sender.send(piece.clone().map(str::to_owned)).unwrap();
        }
        Ok(Draft::new(
            receiver,
            self.stopped.clone(),
            self.count(&prompt.body),
        ))
    }
}

fn book() -> Vec<Chunk> {
    let chunk = |page: &str, heading: &str, blocks: &[(BlockKind, &str)]| {
        let block = |(kind, text): &(BlockKind, &str)| Block {
            kind: *kind,
            text: (*text).to_owned(),
        };
        Chunk::new(
            page.to_owned(),
            heading.to_lowercase().replace(' ', "-"),
            "Serving".to_owned(),
            vec![heading.to_owned()],
            None,
            blocks.iter().map(block).collect(),
        )
    };
    vec![
        chunk(
            "serve.html",
            "Start the server",
            &[
                (
                    BlockKind::Paragraph,
                    "The server shows the site while you write, on your own machine and without any \
                     preparation. Start it with:",
                ),
                (BlockKind::Code, "docent serve --port 8080"),
                (
                    BlockKind::ListItem,
                    "Without `--port` it listens on port 3000 of this machine, where nobody else \
                     can reach it.",
                ),
            ],
        ),
        chunk(
            "serve.html",
            "Live reload",
            &[(
                BlockKind::Paragraph,
                "Open pages reload whenever a file changes.",
            )],
        ),
        chunk(
            "links.html",
            "Check links",
            &[(
                BlockKind::Paragraph,
                "Broken links are reported with file and line.",
            )],
        ),
    ]
}

fn index() -> Index {
    let folder = tempfile::tempdir().unwrap();
    indexing::build(book(), folder.path(), None)
}

fn events(question: &str, generator: Option<&dyn Generator>) -> Vec<Event> {
    let mut events = Vec::new();
    let (index, config) = (index(), config::Answer::default());
    let ask = Ask {
        index: &index,
        config: &config,
        generator,
        question,
        earlier: &[],
        gone: &|| false,
    };
    answer(&ask, &mut |event| {
        events.push(event);
        ControlFlow::Continue(())
    })
    .unwrap();
    events
}

#[test]
fn sources_come_first_then_quotes_then_checked_sentences() {
    let model = Scripted::new(&[
        "The server shows the site",
        " while you write. It listens on port 4000 by default",
        ". It listens on port 3000 without `--port`. I hope this helps!",
    ]);
    let events = events("How do I start the server?", Some(&model));
    let mut kinds: Vec<&str> = events
        .iter()
        .map(|event| match event {
            Event::Sources { .. } => "sources",
            Event::Quote(_) => "quote",
            Event::Sentence(_) => "sentence",
            Event::Abstain { .. } => "abstain",
            Event::Done { .. } => "done",
            Event::Understood { .. } => "understood",
        })
        .collect();
    kinds.dedup();
    assert_eq!(
        kinds,
        ["sources", "quote", "sentence", "done"],
        "{events:#?}"
    );
    let Event::Sources { sources } = &events[0] else {
        panic!("{events:#?}")
    };
    assert_eq!(sources[0].url, "serve.html#start-the-server");
    let sentences: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            Event::Sentence(sentence) if sentence.citations.contains(&1) => {
                Some(sentence.text.as_str())
            }
            _ => None,
        })
        .collect();
    let expected = [
        "The server shows the site while you write.",
        "It listens on port 3000 without `--port`.",
    ];
    assert_eq!(sentences, expected);
    let Some(Event::Done { usage }) = events.last() else {
        panic!("{events:#?}")
    };
    assert_eq!(
        (usage.sentences, usage.dropped, usage.completion_tokens),
        (2, 2, 3)
    );
    assert!(model.stopped.load(Ordering::Relaxed));
}

#[test]
fn the_extract_is_word_for_word_with_the_code_under_its_announcement() {
    let events = events("How do I start the server?", None);
    let chunks = book();
    let quotes: Vec<(&str, bool, bool)> = events
        .iter()
        .filter_map(|event| match event {
            Event::Quote(quote) if quote.citation == 1 => {
                Some((quote.text.as_str(), quote.code, quote.item))
            }
            _ => None,
        })
        .collect();
    let expected = [
        (
            "The server shows the site while you write, on your own machine and without any preparation. Start it with:",
            false,
            false,
        ),
        ("docent serve --port 8080", true, false),
        (
            "Without `--port` it listens on port 3000 of this machine, where nobody else can reach it.",
            false,
            true,
        ),
    ];
    assert_eq!(quotes, expected);
    let all: Vec<String> = chunks.iter().map(Chunk::text).collect();
    for event in &events {
        if let Event::Quote(quote) = event {
            assert!(
                all.iter().any(|page| page.contains(&quote.text)),
                "{quote:?}"
            );
        }
    }
}

#[test]
fn a_foreign_question_is_refused_with_a_word_on_where_to_ask() {
    let (index, mut config) = (index(), config::Answer::default());
    config.contact = Some("https://forum.example.org".to_owned());
    let model = Scripted::new(&["Paris is the capital of France."]);
    let ask = Ask {
        index: &index,
        config: &config,
        generator: Some(&model),
        question: "What is the capital of France?",
        earlier: &[],
        gone: &|| false,
    };
    let answer = collect(&ask).unwrap();
    assert!(
        answer.outcome == Outcome::NotInDocs
            && answer.quotes.is_empty()
            && answer.sentences.is_empty()
    );
    assert_eq!(answer.contact.as_deref(), Some("https://forum.example.org"));
    assert!(
        answer
            .message
            .is_some_and(|message| message.contains("not cover"))
    );
    assert_eq!(answer.usage.model, None);
}

#[test]
fn a_reader_who_leaves_stops_the_model() {
    let (index, config) = (index(), config::Answer::default());
    let model = Scripted::new(&[
        "The server shows the site while you write. ",
        "More. And more.",
    ]);
    let ask = Ask {
        index: &index,
        config: &config,
        generator: Some(&model),
        question: "How do I start the server?",
        earlier: &[],
        gone: &|| false,
    };
    let mut seen = 0;
    answer(&ask, &mut |event| {
        seen += 1;
        if matches!(event, Event::Sentence(_)) {
            ControlFlow::Break(())
        } else {
            assert!(!matches!(event, Event::Done { .. }));
            ControlFlow::Continue(())
        }
    })
    .unwrap();
    assert!(seen > 2);
    assert!(model.stopped.load(Ordering::Relaxed));
}

#[test]
fn a_model_that_makes_things_up_twice_is_stopped() {
    let model = Scripted::new(&[
        "The server needs a licence from Google. ",
        "It runs on port 9999 of another machine. ",
        "Without `--port` it listens on port 3000 of this machine. ",
        "And so on.",
    ]);
    let events = events("Which port does the server listen on?", Some(&model));
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Sentence(_)))
    );
    let Some(Event::Done { usage }) = events.last() else {
        panic!("{events:#?}")
    };
    assert_eq!((usage.dropped, usage.sentences), (2, 0), "{usage:#?}");
    assert!(model.stopped.load(Ordering::Relaxed));
}

#[test]
fn a_model_that_fails_leaves_the_extract() {
    let mut model = Scripted::new(&[]);
    model
        .pieces
        .push(Err(AnswerError::Generation("out of memory".to_owned())));
    let events = events("How do I start the server?", Some(&model));
    assert!(events.iter().any(|event| matches!(event, Event::Quote(_))));
    let Some(Event::Done { usage }) = events.last() else {
        panic!("{events:#?}")
    };
    assert!(
        usage
            .failure
            .as_ref()
            .is_some_and(|why| why.contains("out of memory"))
    );
    assert!(
        !serde_json::to_string(&events)
            .unwrap()
            .contains("out of memory")
    );
}

#[test]
fn an_empty_and_an_endless_question_are_refused() {
    let (index, config) = (index(), config::Answer::default());
    for question in [" \n".to_owned(), "why ".repeat(600)] {
        let question = question.as_str();
        let ask = Ask {
            index: &index,
            config: &config,
            generator: None,
            question,
            earlier: &[],
            gone: &|| false,
        };
        assert!(
            matches!(collect(&ask), Err(AnswerError::BadQuestion(_))),
            "{question:.9}"
        );
    }
}

#[test]
fn what_an_embedder_says_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let embedder = Some(Arc::new(HashedWords::default()) as _);
    let index = indexing::build(book(), folder.path(), embedder);
    let strict = config::Answer {
        min_similarity: Some(2.0),
        ..config::Answer::default()
    };
    let question = "How do I start the server on another port?";
    for (config, outcome) in [
        (config::Answer::default(), Outcome::Answered),
        (strict, Outcome::NotInDocs),
    ] {
        let ask = Ask {
            index: &index,
            config: &config,
            generator: None,
            question,
            earlier: &[],
            gone: &|| false,
        };
        assert_eq!(collect(&ask).unwrap().outcome, outcome);
    }
}

#[test]
fn an_embedder_that_fails_once_does_not_decide_what_is_answered_later() {
    let folder = tempfile::tempdir().unwrap();
    let embedder = Arc::new(HashedWords::default());
    let index = indexing::build(book(), folder.path(), Some(embedder.clone()));
    let floor = || calibrate::floor(&index, &config::Answer::default());
    embedder.fails.store(true, Ordering::Relaxed);
    let usual = floor();
    embedder.fails.store(false, Ordering::Relaxed);
    let found = floor();
    assert_ne!(found, usual, "the probes are asked anew");
    embedder.fails.store(true, Ordering::Relaxed);
    assert_eq!(floor(), found, "once found it is kept");
}
