//! A language model behind a URL: what is sent and to whom, what comes back,
//! and what becomes of an answer when it does not.

mod faults;
mod peer;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use docent::answer::generator::{Generator, Status};
use serde_json::{Value, json};

use self::peer::{Peer, STREAM, open, outcome, piece, say, short};
use crate::support::book::Book;

const QUESTION: &str = "Which flag is for a fish that swims?";

/// A second docent on the book of somebody else: a real server of the
/// protocol that writes sentences of its own.
struct Served {
    process: Child,
    url: String,
    _book: Book,
}

impl Served {
    fn start() -> Self {
        let page = "# Questions\n\n## Which flag is for a fish that swims?\n\nThe flag for a fish that swims is `--fresh`.\n";
        let book = Book::of(&[
            ("content/index.md", "# Elsewhere\n"),
            ("content/questions.md", page),
        ]);
        let mut process = Command::new(env!("CARGO_BIN_EXE_docent"))
            .args(["serve", "--port", "0", "--no-embeddings", "--extractive"])
            .current_dir(book.root())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut seen = Vec::new();
        let mut address = None;
        while !(address.is_some() && seen.iter().any(|line: &String| line.contains("Indexed"))) {
            let line = lines.next().expect("a line").unwrap();
            if let Some((_, rest)) = line.split_once("http://") {
                let end = rest.find('/').unwrap();
                address = Some(rest[..end].to_owned());
            }
            seen.push(line);
        }
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            url: format!("http://{}/v1", address.unwrap()),
            _book: book,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A book whose model `docent` is at `url`; `more` goes into `[answer]`.
fn asking(url: &str, more: &str) -> Book {
    let settings = format!("[answer]\nmodel = \"docent\"\nbase-url = \"{url}\"\n{more}");
    Book::of(&[
        ("book.toml", settings.as_str()),
        ("content/index.md", "# Herons\n\nBirds that stand still.\n"),
        (
            "content/feed.md",
            "# Feed a heron\n\n## Fresh fish\n\nThe flag `--fresh` chooses a fish that swims in the cold lake, was caught by the owner on the same morning with a small net, and costs 3 coins at the market.\n",
        ),
    ])
}

/// Runs docent in the book; proxies of the environment lead nowhere.
fn docent(book: &Book, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docent"));
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"] {
        command.env(name, "http://127.0.0.1:1");
    }
    command
        .args(args)
        .current_dir(book.root())
        .env_remove("DOCENT_ALLOW_REMOTE_MODEL")
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn answer(book: &Book, args: &[&str]) -> (Value, String) {
    let output = docent(
        book,
        &[&["ask", "--json", "--no-embeddings", QUESTION], args].concat(),
    );
    let told = told(&output);
    assert!(output.status.success(), "{told}");
    (serde_json::from_slice(&output.stdout).unwrap(), told)
}

#[test]
fn sentences_of_another_machine_pass_the_same_checks() {
    let peer = Peer::start(|_, stream| {
        say(&stream, STREAM);
        for text in [
            "The flag `--fresh` chooses a fish that ",
            "swims and costs 3 coins. The flag `--st",
            "ale` chooses a fish that swims and costs 2 coins.",
        ] {
            say(&stream, &piece(text));
        }
        say(&stream, "data: [DONE]\n\n");
    });
    let (answer, told) = answer(&asking(&peer.url(), ""), &[]);
    let sentence = "The flag `--fresh` chooses a fish that swims and costs 3 coins.";
    let expected = json!([{ "text": sentence, "citations": [1] }]);
    assert_eq!(answer["sentences"], expected, "{answer:#}");
    assert_eq!(answer["usage"]["dropped"], 1);
    assert_eq!(told, "", "nothing left the machine");
}

#[test]
fn a_second_docent_serves_as_a_model_and_only_what_the_book_says_passes() {
    let served = Served::start();
    let book = asking(&served.url, "");
    let (answer, told) = answer(&book, &[]);
    let usage = &answer["usage"];
    assert_eq!(usage["model"], "docent", "{told}");
    assert!(usage["completion_tokens"].as_u64().unwrap() > 0, "{told}");
    // What leads to its own book is no sentence of this one.
    assert!(usage["dropped"].as_u64().unwrap() > 0, "{answer:#}");
    let sentence = "The flag for a fish that swims is --fresh.";
    let expected = json!([{ "text": sentence, "citations": [1] }]);
    assert_eq!(answer["sentences"], expected, "{answer:#}");
    assert_eq!(told, "", "it did not fail");

    let doctor = docent(&book, &["doctor"]);
    let found = String::from_utf8_lossy(&doctor.stdout).into_owned();
    let place = served.url.replace("http://", "").replace("/v1", "");
    let fine = format!("ok    language model: `docent` at `{place}`, which answers\n");
    assert!(found.contains(&fine), "{found}");
}

#[test]
fn without_its_server_an_answer_is_its_passages_and_says_why() {
    let book = asking("http://127.0.0.1:1/v1", "");
    let (answer, told) = answer(&book, &[]);
    assert!(!answer["quotes"].as_array().unwrap().is_empty());
    assert_eq!(answer["outcome"], "answered");
    let start = "note: the language model failed: `127.0.0.1:1`: ";
    assert!(told.starts_with(start), "{told}");
    let doctor = docent(&book, &["doctor"]);
    let found = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(
        found.contains("lacks language model: `127.0.0.1:1` does not answer: "),
        "{found}"
    );
}

#[test]
fn nothing_goes_to_another_machine_that_the_reader_did_not_name() {
    // An address for documentation, which no machine has (RFC 5737).
    let book = asking("http://192.0.2.7:8000/v1", "");
    let (answer, told) = answer(&book, &[]);
    assert_eq!(answer["usage"]["model"], Value::Null);
    assert!(!answer["quotes"].as_array().unwrap().is_empty());
    assert_eq!(
        told,
        "note: answering with passages only: the book's language model is on another machine: \
        questions and passages would go to `192.0.2.7:8000`; allow it with \
        `--allow-remote-model 192.0.2.7:8000` or `DOCENT_ALLOW_REMOTE_MODEL=192.0.2.7:8000`\n"
    );
    let allowed = |hosts: &[&str]| open("http://192.0.2.7:8000/v1", None, hosts, short()).is_ok();
    assert!(!allowed(&[""]) && !allowed(&["192.0.2.8", "192.0.2.7:80", "2.7:8000"]));
    assert!(allowed(&["192.0.2.7"]) && allowed(&["gpu-box", "192.0.2.7:8000"]));
}

#[test]
fn a_key_and_its_host_are_named_on_the_command_line_or_in_the_environment() {
    let peer = Peer::start(|_, stream| {
        say(&stream, &format!("{STREAM}data: [DONE]\n\n"));
    });
    let book = asking(&peer.url(), "api-key-env = \"DOCENT_TEST_KEY\"\n");
    let (_, told) = answer(&book, &[]);
    assert!(
        told.contains("wants the key `DOCENT_TEST_KEY` sent to"),
        "{told}"
    );
    let (_, told) = answer(&book, &["--allow-remote-model", "127.0.0.1"]);
    assert!(told.contains("is not set or no key; set it"), "{told}");
    assert_eq!(peer.requests(), Vec::<String>::new());
    let output = Command::new(env!("CARGO_BIN_EXE_docent"))
        .args(["ask", "--no-embeddings", QUESTION])
        .current_dir(book.root())
        .env("DOCENT_TEST_KEY", "sesame-42")
        .env(
            "DOCENT_ALLOW_REMOTE_MODEL",
            format!("gpu-box,{}", peer.address),
        )
        .output()
        .unwrap();
    assert!(output.status.success());
    let requests = peer.requests();
    assert_eq!(requests.len(), 1, "{}", self::told(&output));
    assert!(requests[0].contains("authorization: bearer sesame-42\r\n"));
}

#[test]
fn a_request_holds_the_question_and_passages_and_nothing_else_of_the_reader() {
    let peer = Peer::start(|_, stream| {
        say(&stream, STREAM);
        for text in ["<think>", "hm", "</think>", "Use ", "`--fresh`."] {
            say(&stream, &piece(text));
        }
        say(&stream, "data: [DONE]\n\n");
    });
    let model = peer.model(short());
    assert_eq!(model.status(), Status::Waiting);
    assert_eq!(
        outcome(&model),
        ("Use `--fresh`.".to_owned(), String::new())
    );
    assert_eq!(model.status(), Status::Ready);
    let requests = peer.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.lines().collect();
    lines.sort_unstable();
    let host = format!("host: {}", peer.address);
    let length = format!("content-length: {}", body.len());
    let agent = concat!("user-agent: docent/", env!("CARGO_PKG_VERSION"));
    let expected = [
        "accept-encoding: identity",
        "accept: text/event-stream",
        &length,
        "content-type: application/json",
        &host,
        "post /v1/chat/completions http/1.1",
        agent,
    ];
    assert_eq!(lines, expected);
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["model"], "big");
    assert_eq!(body["stream"], true);
    assert_eq!(body["temperature"], 0);
    assert_eq!(body["max_tokens"], 50);
    assert_eq!(body["messages"][0]["role"], "system");
    let asked = "Documentation:\nQuestion: How?";
    assert_eq!(
        body["messages"][1],
        json!({ "role": "user", "content": asked })
    );
    assert_eq!(body["messages"].as_array().unwrap().len(), 2);
    assert_eq!(body.as_object().unwrap().len(), 5);
}

#[test]
fn what_is_wrong_in_the_book_is_shown_where_it_stands() {
    let book = asking(
        "http://user:secret@gpu-box/v1",
        "api-key-env = \"sk-123\"\n",
    );
    let found = book.check();
    assert!(found.contains("is not the address of a server"), "{found}");
    assert!(found.contains("book.toml:3:12"), "{found}");
    assert!(
        found.contains("`api-key-env` is not the name of a variable"),
        "{found}"
    );
    assert!(found.contains("book.toml:4:15"), "{found}");
    book.write(
        "book.toml",
        "[answer]\nbase-url = \"http://127.0.0.1:8000/v1\"\n",
    );
    assert!(book.check().contains("`base-url` without `model`"));
    let fine = "[answer]\nmodel = \"m\"\nbase-url = \"https://[::1]:8000/v1/\"\napi-key-env = \"DOCENT_API_KEY\"\n";
    book.write("book.toml", fine);
    assert_eq!(book.check(), "");
}
