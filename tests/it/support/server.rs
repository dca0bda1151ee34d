//! `docent serve` as a process of its own, without models.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::book::Book;

/// Far more than a server needs for anything on a busy machine.
pub const LONG: Duration = Duration::from_secs(60);

/// Killed when it is dropped.
pub struct Server {
    process: Child,
    pub address: String,
    /// What it said before it served.
    pub first: Vec<String>,
    rest: Receiver<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts one; nothing when the book cannot be served.
    pub fn start(book: &Book) -> Option<Self> {
        Self::run(book, Command::new(env!("CARGO_BIN_EXE_docent")))
    }

    /// Starts one through another command, which is given what is to be run.
    pub fn through(book: &Book, mut command: Command) -> Option<Self> {
        command.arg(env!("CARGO_BIN_EXE_docent"));
        Self::run(book, command)
    }

    fn run(book: &Book, mut command: Command) -> Option<Self> {
        let mut process = command
            .args(["serve", "--no-embeddings", "--extractive", "--port", "0"])
            .current_dir(book.root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let (send, rest) = mpsc::channel();
        std::thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .try_for_each(|line| send.send(line))
        });
        let mut first = Vec::new();
        while let Ok(line) = rest.recv_timeout(LONG) {
            if let Some(start) = line.find("http://") {
                let address = line[start..].split_whitespace().next().unwrap().to_owned();
                return Some(Self {
                    process,
                    address,
                    first,
                    rest,
                });
            }
            first.push(line);
        }
        process.wait().unwrap();
        None
    }

    /// Whether it served before it built anything.
    pub fn stood(&self) -> bool {
        !self.first.iter().any(|line| line.contains("Built"))
    }

    pub fn page(&self, path: &str) -> String {
        let reply = ureq::get(&format!("{}{path}", self.address))
            .call()
            .unwrap();
        reply.into_body().read_to_string().unwrap()
    }

    /// The next line that it says with these words, and those before it.
    pub fn wait_for(&self, what: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.rest.recv_timeout(LONG);
            lines.push(line.unwrap_or_else(|_| panic!("`{what}` was never said: {lines:#?}")));
            if lines.last().is_some_and(|line| line.contains(what)) {
                return lines;
            }
        }
    }

    /// What it has said since it was last listened to.
    pub fn said(&self) -> Vec<String> {
        self.rest.try_iter().collect()
    }

    pub fn wait_until_page_says(&self, path: &str, words: &str) {
        let start = Instant::now();
        while !self.page(path).contains(words) {
            assert!(start.elapsed() < LONG, "{path} never said {words}");
            sleep(Duration::from_millis(10));
        }
    }

    /// As Ctrl-C does.
    pub fn stop(mut self) {
        // What answers has its handlers in place.
        assert!(self.page("healthz").contains("ok"));
        let pid = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.process.wait().unwrap().success());
    }
}
