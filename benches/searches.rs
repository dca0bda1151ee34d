//! Searches in a large book: how long they take at the median and in the tail,
//! and the memory that an index holds.
//!
//! `cargo bench --bench searches` repeats the sections of this project's own
//! documentation until there are 100,000, and looks for their headings. `cargo
//! bench --bench searches -- BOOK QUESTIONS` takes another book, and a file
//! with a question a line. Vectors of sections are made of hashed words, since
//! a model would need hours for so many; a query waits for the real model
//! where it is there.

#![expect(
    clippy::print_stdout,
    reason = "a table is all that this program is for"
)]

#[path = "searches/hashed.rs"]
mod hashed;
#[path = "searches/timed.rs"]
mod timed;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use docent::index::vector::Vectors;
use docent::index::{Chunk, Chunks, Embedder};
use docent::pipeline;
use timed::{build, repeated, searches, summary, timed};

/// The program's own allocator, so that its figures are these.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many headings are looked for when there are no questions.
const HEADINGS: usize = 500;
/// A query is searched for again after so many more characters are typed.
const TYPED: usize = 3;

fn main() -> anyhow::Result<()> {
    let mut given = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"));
    let book = given
        .next()
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let before = resident();
    let chunks = repeated(&sections(&book)?);
    let questions = match given.next() {
        Some(file) => read(Path::new(&file))?,
        None => headings(&chunks),
    };
    let typed: Vec<String> = questions
        .iter()
        .flat_map(|question| beginnings(question))
        .collect();
    println!(
        "{} sections, {} questions, {} beginnings of them\n",
        chunks.len(),
        questions.len(),
        typed.len()
    );
    println!("| figure | median | 99 of 100 | slowest |\n| --- | ---: | ---: | ---: |");
    let with_chunks = resident();
    let folder = tempfile::tempdir()?;
    let words = build(chunks.clone(), folder.path(), None)?;
    let with_words = resident();
    row("search by words", &searches(&words, &questions)?);
    row(
        "search by words while they are typed",
        &searches(&words, &typed)?,
    );
    drop(words);
    let embedder: Arc<dyn Embedder> = Arc::new(hashed::Hashed::new());
    let without_vectors = resident();
    let both = build(chunks.clone(), folder.path(), Some(embedder.clone()))?;
    row("search by words and meaning", &searches(&both, &questions)?);
    row("a question's vector", &embeddings(&*embedder, &questions)?);
    row(
        "scan of all vectors",
        &scans(&chunks, &*embedder, &questions)?,
    );
    let memory = [
        ("the sections", with_chunks - before),
        ("their words", with_words - with_chunks),
        ("words and vectors", resident() - without_vectors),
    ];
    println!("\n| memory | MiB |\n| --- | ---: |");
    for (name, size) in memory {
        println!("| {name} | {size:.0} |");
    }
    Ok(())
}

fn sections(book: &Path) -> anyhow::Result<Vec<Chunk>> {
    let (config, _) = pipeline::configure(&std::path::absolute(book)?)
        .map_err(|problems| anyhow::anyhow!("{}: {}", book.display(), problems[0].message))?;
    let (site, _) = pipeline::check(&config)?;
    let chunks = pipeline::chunks(site.searched(), None, None);
    Ok(chunks.iter().cloned().collect())
}

/// The questions of a file, one a line: as they are, or as JSON with a
/// `question`.
fn read(file: &Path) -> anyhow::Result<Vec<String>> {
    let text = fs_err::read_to_string(file)?;
    let question = |line: &str| match serde_json::from_str::<serde_json::Value>(line) {
        Ok(value) => value["question"].as_str().map(str::to_owned),
        Err(_) => Some(line.to_owned()),
    };
    Ok(text.lines().filter_map(question).collect())
}

fn headings(chunks: &Chunks) -> Vec<String> {
    let step = chunks.len().div_ceil(HEADINGS);
    chunks
        .iter()
        .step_by(step)
        .map(|chunk| chunk.heading().to_owned())
        .collect()
}

/// What stands in the field while `question` is typed.
fn beginnings(question: &str) -> Vec<String> {
    let ends = question
        .char_indices()
        .map(|(end, _)| end)
        .skip(2)
        .step_by(TYPED);
    ends.map(|end| question[..end].to_owned()).collect()
}

/// What the model alone takes, where it is there.
fn embeddings(embedder: &dyn Embedder, texts: &[String]) -> anyhow::Result<Vec<Duration>> {
    let embed = |text: &String| embedder.embed(std::slice::from_ref(text)).map(drop);
    texts.iter().map(|text| timed(|| embed(text))).collect()
}

fn scans(
    chunks: &Chunks,
    embedder: &dyn Embedder,
    texts: &[String],
) -> anyhow::Result<Vec<Duration>> {
    let mut vectors = Vectors::with_capacity(embedder.dimensions(), chunks.len());
    for chunk in chunks.iter() {
        vectors.push(&hashed::vector(&chunk.text()))?;
    }
    let probes: Vec<Vec<f32>> = texts.iter().map(|text| hashed::vector(text)).collect();
    let scan = |probe: &Vec<f32>| {
        std::hint::black_box(vectors.cosines(probe));
        Ok(())
    };
    probes.iter().map(|probe| timed(|| scan(probe))).collect()
}

fn row(name: &str, times: &[Duration]) {
    let [median, tail, slowest] = summary(times);
    println!("| {name} | {median:.2} ms | {tail:.2} ms | {slowest:.2} ms |");
}

/// The memory that the process holds, in MiB; 0 where `/proc` does not say.
fn resident() -> f64 {
    let text = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    kib.unwrap_or(0.0) / 1024.0
}
