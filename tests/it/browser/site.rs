//! `docent serve`, as a person starts it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long a first build with its embeddings may take.
const START: Duration = Duration::from_secs(300);

/// A running `docent serve`, stopped when it is dropped.
pub struct Served {
    process: Child,
    /// With `/` at its end.
    pub address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Served {
    /// Serves the book in `folder` on a free port, at the address it prints.
    pub fn start(folder: &TempDir) -> Self {
        Self::run(folder, &mut Command::new(env!("CARGO_BIN_EXE_docent")))
    }

    /// The same as on a machine that has no models.
    pub fn without_models(folder: &TempDir) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docent"));
        let models = folder.path().join("no-models");
        Self::run(folder, command.env("DOCENT_MODELS", models))
    }

    /// Ends it at once and starts it anew at the same address, after `between`.
    pub fn restart(self, folder: &TempDir, between: impl FnOnce()) -> Self {
        let port = self.address.trim_end_matches('/').rsplit(':').next();
        let port = port.unwrap().to_owned();
        drop(self);
        between();
        let mut command = Command::new(env!("CARGO_BIN_EXE_docent"));
        Self::run_at(folder, &mut command, &port)
    }

    fn run(folder: &TempDir, command: &mut Command) -> Self {
        Self::run_at(folder, command, "0")
    }

    fn run_at(folder: &TempDir, command: &mut Command, port: &str) -> Self {
        let mut process = command
            .args(["serve", "--port", port])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, lines) = mpsc::channel();
        pass_on(process.stdout.take().unwrap(), send.clone());
        pass_on(process.stderr.take().unwrap(), send);
        let mut said = String::new();
        let address = loop {
            let Ok(line) = lines.recv_timeout(START) else {
                let _ = process.kill();
                panic!("no address in what `docent serve` said:\n{said}");
            };
            let start = line.find("http://127.0.0.1:");
            if let Some(address) = start.and_then(|start| line[start..].split_whitespace().next()) {
                break format!("{}/", address.trim_end_matches('/'));
            }
            said.push_str(&line);
            said.push('\n');
        };
        // The rest is read too, so that the program never waits for us.
        std::thread::spawn(move || while lines.recv().is_ok() {});
        Self { process, address }
    }

    /// Waits until searches and questions are answered.
    pub fn wait_until_ready(&self) {
        self.wait_until(|ready| ready["ready"] == true);
    }

    /// Waits until searches go by meaning, too.
    #[cfg(all(feature = "answer", feature = "embed"))]
    pub fn wait_until_embedded(&self) {
        self.wait_until(|ready| ready["index"]["embeddings"] == true);
    }

    fn wait_until(&self, is_so: impl Fn(&Value) -> bool) {
        let address = format!("{}readyz", self.address);
        let started = Instant::now();
        while started.elapsed() < START {
            // Not ready is an error status.
            if let Ok(reply) = ureq::get(&address).call() {
                let text = reply.into_body().read_to_string().unwrap();
                if is_so(&serde_json::from_str(&text).unwrap()) {
                    return;
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("`docent serve` is never ready");
    }

    /// Stops it as `kill` does and sees that it ends well and in time.
    pub fn stop(mut self) {
        let id = self.process.id().to_string();
        let killed = Command::new("kill").arg(&id).status().unwrap();
        assert!(killed.success());
        for _ in 0..80 {
            if let Some(status) = self.process.try_wait().unwrap() {
                assert_eq!(status.code(), Some(0));
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("`docent serve` does not stop");
    }
}

fn pass_on(from: impl Read + Send + 'static, to: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if to.send(line).is_err() {
                return;
            }
        }
    });
}

/// A copy of this project's own documentation.
pub fn project() -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"));
    let to = TempDir::new().unwrap();
    fs_err::copy(from.join("book.toml"), to.path().join("book.toml")).unwrap();
    copy(&from.join("content"), &to.path().join("content"));
    to
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs_err::copy(entry.path(), to).unwrap();
        }
    }
}

/// Writes a file of the book in a folder.
pub fn write(book: &TempDir, path: &str, text: &str) {
    let file = book.path().join(path);
    fs_err::create_dir_all(file.parent().unwrap()).unwrap();
    fs_err::write(file, text).unwrap();
}

/// A book of two pages that needs no model.
pub fn temporary() -> TempDir {
    let book = TempDir::new().unwrap();
    write(
        &book,
        "book.toml",
        "[book]\ntitle = \"Herons\"\n[search]\nembeddings = false\n",
    );
    write(
        &book,
        "content/SUMMARY.md",
        "# Summary\n\n- [Herons](index.md)\n- [Egrets](egrets.md)\n",
    );
    write(&book, "content/index.md", "# Herons\n\nThey stand still.\n");
    write(&book, "content/egrets.md", "# Egrets\n\nThey are white.\n");
    book
}
