//! Every figure that the project quotes, as the rows of one table.
//!
//! `cargo bench` measures this project's own documentation; `cargo bench --
//! FOLDER` another book, copied first. Each figure is the median of several
//! runs with the fastest and the slowest beside it. Rows that need models say
//! so when the models are not there.

#![expect(
    clippy::print_stdout,
    reason = "a table is all that this program is for"
)]

#[path = "figures/answers.rs"]
mod answers;
#[path = "figures/builds.rs"]
mod builds;
#[path = "figures/edits.rs"]
mod edits;
#[path = "figures/searches.rs"]
mod searches;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use docent::models::Store;
use docent::pipeline;

fn main() -> anyhow::Result<()> {
    let asked = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    let from = asked.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let folder = tempfile::tempdir()?;
    copy(&from, folder.path())?;
    let (config, _) = pipeline::configure(folder.path())
        .map_err(|problems| anyhow::anyhow!("{}: {}", from.display(), problems[0].message))?;
    let store = docent::models::default_dir(&|name| std::env::var_os(name)).map(Store::new);
    println!("| figure | median | fastest | slowest |\n| --- | ---: | ---: | ---: |");
    builds::rows(folder.path(), &config)?;
    edits::rows(&config)?;
    let index = searches::rows(&config, store.as_ref())?;
    answers::rows(&config, &index, store.as_ref())
}

/// Only what makes the book: its settings, content and themes.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let (config, _) = pipeline::configure(&std::path::absolute(from)?)
        .map_err(|problems| anyhow::anyhow!("{}: {}", from.display(), problems[0].message))?;
    fs_err::copy(config.root.join("book.toml"), to.join("book.toml"))?;
    let mut folders = vec![config.src.clone(), config.root.join("themes")];
    // What the Rust Book includes from outside its content folder.
    folders.push(config.root.join("listings"));
    for folder in folders {
        for entry in walkdir::WalkDir::new(&folder).into_iter().flatten() {
            let target = to.join(entry.path().strip_prefix(&config.root)?);
            if entry.file_type().is_dir() {
                fs_err::create_dir_all(&target)?;
            } else {
                fs_err::copy(entry.path(), &target)?;
            }
        }
    }
    Ok(())
}

/// The times of `runs` runs of `work`, sorted.
fn times(
    runs: usize,
    mut work: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        work()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times)
}

/// A row of durations, in milliseconds.
fn row_ms(name: &str, times: &[Duration]) {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let all: Vec<f64> = times.iter().map(|time| ms(*time)).collect();
    row(name, "ms", &all);
}

/// A row of values, sorted here.
fn row(name: &str, unit: &str, values: &[f64]) {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return println!("| {name} | nothing came | | |");
    };
    let median = values[values.len() / 2];
    println!("| {name} | {median:.1} {unit} | {first:.1} | {last:.1} |");
}

/// A row that could not be measured, and why.
fn left_out(name: &str, why: &str) {
    println!("| {name} | left out: {why} | | |");
}
