//! Builds by the real program: cold, unchanged, after an edit; its memory.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use docent::config::Config;

use crate::{row, row_ms, times};

const RUNS: usize = 7;

/// Prints the rows about building.
pub fn rows(book: &Path, config: &Config) -> anyhow::Result<()> {
    let cold = times_of(|| forget(config), || build(book))?;
    row_ms("cold build, words indexed", &cold);
    row_ms(
        "build with nothing changed",
        &times(RUNS, || build(book).map(drop))?,
    );
    let page = some_page(&config.src)?;
    let text = fs_err::read_to_string(&page)?;
    let mut count = 0;
    let edited = times_of(
        || {
            count += 1;
            Ok(fs_err::write(&page, format!("{text}\nEdit {count}.\n"))?)
        },
        || build(book),
    )?;
    row_ms("build after a one-page edit", &edited);
    fs_err::write(&page, text)?;
    forget(config)?;
    row("peak memory of a cold build", "MiB", &[build(book)?]);
    Ok(())
}

/// The times of `work` alone, each after `before`.
fn times_of(
    mut before: impl FnMut() -> anyhow::Result<()>,
    mut work: impl FnMut() -> anyhow::Result<f64>,
) -> anyhow::Result<Vec<Duration>> {
    let mut all = Vec::new();
    for _ in 0..RUNS {
        before()?;
        all.extend(times(1, || work().map(drop))?);
    }
    all.sort();
    Ok(all)
}

fn forget(config: &Config) -> anyhow::Result<()> {
    for folder in [&config.build_dir, &config.cache_dir] {
        if folder.exists() {
            fs_err::remove_dir_all(folder)?;
        }
    }
    Ok(())
}

/// Builds and gives the peak of resident memory in MiB, read from `/proc`
/// every two milliseconds; 0 where there is none.
fn build(book: &Path) -> anyhow::Result<f64> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_docent"))
        .args(["build", "--no-embeddings"])
        .arg(book)
        .stderr(std::process::Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    while child.try_wait()?.is_none() {
        peak = peak.max(high_water(&status).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(peak)
}

/// The peak of resident memory that a `/proc/PID/status` tells, in MiB.
pub fn high_water(status: &str) -> Option<f64> {
    let text = fs_err::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// The first page in the folder.
///
/// # Errors
/// When there is none.
pub fn some_page(src: &Path) -> anyhow::Result<PathBuf> {
    let pages = walkdir::WalkDir::new(src)
        .sort_by_file_name()
        .into_iter()
        .flatten();
    let mut pages = pages.map(walkdir::DirEntry::into_path);
    let is_page = |path: &PathBuf| {
        let page = path.extension().is_some_and(|extension| extension == "md");
        page && !path.ends_with("SUMMARY.md")
    };
    pages
        .find(is_page)
        .ok_or_else(|| anyhow::anyhow!("no page in `{}`", src.display()))
}
