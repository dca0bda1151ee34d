//! A program that is given text and gives text back, within a time.

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// The most that is read of what a program writes, in bytes.
const MOST: u64 = 1 << 30;
/// So many of the last lines that a program says are shown.
const LINES: usize = 12;

/// A program with its arguments, run in the book's folder.
#[derive(Debug)]
pub struct Program {
    file: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
}

/// What a program did.
#[derive(Debug)]
pub struct Ran {
    /// What it wrote.
    pub out: Vec<u8>,
    /// The last of what it said on its way.
    pub said: String,
}

/// Why a program gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no such program.
    #[error("is not there")]
    Absent,
    /// It cannot be started.
    #[error("cannot be started: {0}")]
    Refused(std::io::Error),
    /// It took longer than it may.
    #[error("was stopped after {} seconds", .0.as_secs_f32())]
    TooSlow(Duration),
    /// It said itself that it failed.
    #[error("failed ({status}){}", after_colon(.said))]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// The last of what it said.
        said: String,
    },
}

fn after_colon(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    }
}

impl Program {
    /// The program of the line `command`, as a shell would split it. A name
    /// alone is looked for where programs are, a path is relative to `root`.
    pub fn new(command: &str, root: &Path) -> Option<Self> {
        let mut words = shlex::split(command)?.into_iter();
        let file = PathBuf::from(words.next()?);
        let alone = file.components().count() == 1;
        Some(Self {
            file: if alone { file } else { root.join(file) },
            arguments: words.collect(),
            folder: root.to_path_buf(),
        })
    }

    /// Whether it is for the renderer: 0 is yes and 1 is no.
    ///
    /// # Errors
    /// When it cannot be asked, or ends in another way.
    pub fn supports(&self, renderer: &str, limit: Duration) -> Result<bool, Failure> {
        let mut command = self.command();
        command.args(["supports", renderer]);
        match finish(command, Vec::new(), limit) {
            Ok(_) => Ok(true),
            Err(Failure::Failed { status, .. }) if status.code() == Some(1) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// What it makes of `input`.
    ///
    /// # Errors
    /// When it cannot be started, takes too long or fails.
    pub fn run(&self, input: Vec<u8>, limit: Duration) -> Result<Ran, Failure> {
        finish(self.command(), input, limit)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        command.args(&self.arguments).current_dir(&self.folder);
        command
    }
}

fn finish(mut command: Command, input: Vec<u8>, limit: Duration) -> Result<Ran, Failure> {
    let end = Instant::now() + limit;
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::Absent,
        _ => Failure::Refused(error),
    })?;
    if let Some(mut stdin) = child.stdin.take() {
        // It may end without having read everything, which is its own affair.
        thread::spawn(move || stdin.write_all(&input).ok());
    }
    let out = read(child.stdout.take());
    let said = read(child.stderr.take());
    let status = wait(&mut child, end).ok_or(Failure::TooSlow(limit))?;
    // What it started may still hold the other end of the pipes.
    let rest = |from: &Receiver<Vec<u8>>| {
        let left = end.saturating_duration_since(Instant::now());
        from.recv_timeout(left)
    };
    let out = rest(&out).map_err(|_| Failure::TooSlow(limit))?;
    let said = last_lines(&rest(&said).unwrap_or_default());
    if status.success() {
        Ok(Ran { out, said })
    } else {
        Err(Failure::Failed { status, said })
    }
}

/// Reads everything in a thread of its own, so that a full pipe stops nobody.
fn read(from: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(from) = from {
            from.take(MOST).read_to_end(&mut bytes).ok();
        }
        send.send(bytes).ok();
    });
    receive
}

/// How it ended; nothing when it had to be stopped.
fn wait(child: &mut Child, end: Instant) -> Option<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if Instant::now() >= end {
            child.kill().ok();
            child.wait().ok();
            return None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn last_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
