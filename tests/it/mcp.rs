//! `docent mcp`: a real process, spoken to through its stdin and stdout.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::book::Book;

struct Client {
    process: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    calls: u64,
}

impl Client {
    fn start(book: &Book) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_docent"))
            .args(["mcp", "--no-embeddings", "--extractive"])
            .arg(book.root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout.lines() {
                send.send(line.unwrap()).unwrap();
            }
        });
        Self {
            stdin: process.stdin.take(),
            process,
            lines,
            calls: 0,
        }
    }

    fn tell(&mut self, message: &Value) {
        writeln!(self.stdin.as_mut().unwrap(), "{message}").unwrap();
    }

    /// What the process answers; every line that it writes is a message.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.calls += 1;
        self.tell(
            &json!({ "jsonrpc": "2.0", "id": self.calls, "method": method, "params": params }),
        );
        let line = self
            .lines
            .recv_timeout(Duration::from_secs(60))
            .expect("an answer");
        let answer: Value = serde_json::from_str(&line).expect("nothing but messages on stdout");
        assert_eq!(answer["jsonrpc"], "2.0");
        assert_eq!(answer["id"], self.calls, "{answer}");
        answer["result"].clone()
    }

    fn greet(&mut self) -> Value {
        let info = json!({ "name": "test", "version": "1" });
        let params =
            json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": info });
        let told = self.ask("initialize", &params);
        self.tell(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        told
    }

    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        self.ask(
            "tools/call",
            &json!({ "name": tool, "arguments": arguments }),
        )
    }

    /// Closes stdin, as clients do to end a server.
    fn end(mut self) {
        drop(self.stdin.take());
        assert!(self.process.wait().unwrap().success());
        assert_eq!(
            self.lines.try_iter().collect::<Vec<_>>(),
            Vec::<String>::new()
        );
    }
}

const FEED: &str =
    "# Feed a heron\n\nHerons eat fish.\n\n## Fresh fish\n\nUse `--fresh` for a fish that swims.\n";

#[test]
fn a_client_searches_reads_and_asks_over_stdin_and_stdout() {
    let book = Book::of(&[("content/how-to/feed.md", FEED)]);
    book.write(
        "book.toml",
        "[book]\ntitle = \"Herons\"\n[output.html]\nsite-url = \"https://herons.example/docs/\"\n",
    );
    let mut client = Client::start(&book);
    assert_eq!(client.greet()["serverInfo"]["title"], "Herons");
    assert_eq!(
        client.ask("tools/list", &json!({}))["tools"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    // Asked at once, before there can be an index.
    let found = client.call("search", &json!({ "query": "fresh fish" }));
    let hit = &found["structuredContent"]["hits"][0];
    assert_eq!(hit["url"], "how-to/feed.html#fresh-fish", "{found}");
    let read = client.call("read", &json!({ "url": hit["url"] }));
    let section = "## Fresh fish\n\nUse `--fresh` for a fish that swims.\n";
    assert_eq!(read["content"][0]["text"], section);
    let answer = client.call("ask", &json!({ "question": "How do I use a fresh fish?" }));
    let text = answer["content"][0]["text"].as_str().unwrap();
    let link = "> Use --fresh for a fish that swims. \
        [1](https://herons.example/docs/how-to/feed.html#fresh-fish)";
    assert!(text.starts_with(link), "{text}");
    client.end();
    assert!(!book.file("book").exists(), "a site was written");
}

#[test]
fn an_edit_is_found_while_the_client_is_connected() {
    let book = Book::of(&[("content/feed.md", FEED)]);
    let mut client = Client::start(&book);
    client.greet();
    let search = json!({ "query": "zebra" });
    let hits = |found: &Value| found["structuredContent"]["hits"].as_array().unwrap().len();
    assert_eq!(hits(&client.call("search", &search)), 0);
    book.write("content/zebra.md", "# Zebra\n\nStripes.\n");
    let found = (0..300).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        hits(&client.call("search", &search)) > 0
    });
    assert!(found, "the new page is never found");
    client.end();
}

#[test]
fn a_client_that_leaves_without_a_word_is_no_fault() {
    let book = Book::of(&[("content/feed.md", FEED)]);
    Client::start(&book).end();
}
