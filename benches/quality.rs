//! How well documentation is found and answered, on real documents and
//! questions: one table, each figure with its 95 % interval and with its
//! difference from plain BM25 over the same sections in the same run.
//!
//! `cargo bench --bench quality` measures everything; names after `--` only
//! those sets: `claude`, `k8s`, `mined`, `refusals`. `--words` leaves the
//! meaning out, `--ablate` adds the other ways in which the sections of `claude`
//! could have been searched. Documents
//! and questions lie beside the repository in `../shared`; embeddings are kept
//! in Cargo's target folder, for fourteen thousand sections take a while the
//! first time. Times are measured by `figures` and not here.

#![expect(
    clippy::print_stdout,
    reason = "a table is all that this program is for"
)]

#[path = "quality/ablate.rs"]
mod ablate;
#[path = "quality/book.rs"]
mod book;
#[path = "quality/masked.rs"]
mod masked;
#[path = "quality/plain.rs"]
mod plain;
#[path = "quality/replies.rs"]
mod replies;
#[path = "quality/sets.rs"]
mod sets;
#[path = "quality/table.rs"]
mod table;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use docent::models::Store;

use book::Maker;
use sets::Asked;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| arguments.iter().any(|argument| argument == name);
    let named = arguments.iter().any(|argument| !argument.starts_with("--"));
    let wanted = |name: &str| !named || given(name);
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    anyhow::ensure!(
        shared.join("qa").is_dir(),
        "no questions in `{}`",
        shared.display()
    );
    let store = docent::models::default_dir(&|name| std::env::var_os(name)).map(Store::new);
    let embedder = store.as_ref().and_then(book::embedder);
    if embedder.is_none() {
        println!("Searching by words only: see `docent doctor`.\n");
    }
    let maker = Maker {
        shared,
        cache: cache_dir(),
        embedder,
    };
    let claude = sets::claude(&maker)?;
    let kubernetes = (wanted("k8s") || wanted("refusals"))
        .then(|| sets::kubernetes(&maker))
        .transpose()
        .context("the Kubernetes documentation")?;
    if wanted("claude") {
        table::rankings("claude-docs-eval, sections", &claude, &all(&claude.asked));
        replies::extracts(&claude)?;
    }
    if let Some(kubernetes) = kubernetes.as_ref().filter(|_| wanted("k8s")) {
        for group in ["informed", "needle", "realistic"] {
            let title = format!("k8s {group}, pages");
            table::rankings(&title, kubernetes, &kubernetes.group(group));
        }
        for (what, asked) in sets::names(kubernetes) {
            let title = format!("k8s {what}, typed");
            table::rankings(&title, kubernetes, &all(&asked));
        }
    }
    if wanted("mined") {
        for name in ["cargo-book", "rust-book"] {
            let set = masked::set(&maker, name).with_context(|| format!("the {name}"))?;
            let title = format!("mined pairs of the {name}, masked, pages");
            table::rankings(&title, &set, &all(&set.asked));
        }
    }
    if let Some(kubernetes) = kubernetes.as_ref().filter(|_| wanted("refusals")) {
        let cargo = sets::cargo(&maker)?;
        replies::refusals(&[&claude, kubernetes, &cargo])?;
        replies::without_the_page(&[&claude, kubernetes])?;
    }
    if given("--ablate") {
        ablate::rows(&maker, &claude)?;
    }
    Ok(())
}

fn all(asked: &[Asked]) -> Vec<&Asked> {
    asked.iter().collect()
}

/// Where indexes and embeddings are kept from run to run.
fn cache_dir() -> PathBuf {
    std::env::var_os("DOCENT_QUALITY_CACHE").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("quality"),
        PathBuf::from,
    )
}
