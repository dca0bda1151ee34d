//! How well documentation is found and answered, on real documents and
//! questions: each figure with its 95 % interval and with its difference from
//! BM25 over the same sections in the same run; at the end, all that is asked of
//! docent's search in one table.
//!
//! `cargo bench --bench quality` measures everything; names after `--` only
//! those sets: `claude`, `k8s`, `mined`, `refusals`, `times`. `--ablate` adds the
//! other ways in which the sections of `claude` could have been searched. Documents
//! and questions lie beside the repository in `../shared`; embeddings are kept
//! in Cargo's target folder, for fourteen thousand sections take a while the
//! first time. `DOCENT_QUALITY_MODEL` names another embedding model.

#![expect(
    clippy::print_stdout,
    reason = "a table is all that this program is for"
)]

#[path = "quality/ablate.rs"]
mod ablate;
#[path = "quality/book.rs"]
mod book;
#[path = "searches/hashed.rs"]
mod hashed;
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
#[path = "quality/targets.rs"]
mod targets;
#[path = "searches/timed.rs"]
mod timed;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use docent::models::Store;

use book::Maker;
use sets::Asked;
use targets::Targets;

/// The program's own allocator, so that its times are these.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The places of measures in a row.
const FIRST: usize = 0;
const FIVE: usize = 1;
const MRR: usize = 2;
const NDCG: usize = 3;

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
    let kubernetes = ["k8s", "refusals", "times"]
        .into_iter()
        .any(wanted)
        .then(|| sets::kubernetes(&maker))
        .transpose()
        .context("the Kubernetes documentation")?;
    let mut targets = Targets::default();
    if wanted("claude") {
        let title = "claude-docs-eval, sections";
        let means = table::rankings(title, &claude, &all(&claude.asked));
        let both = |place: usize| means.both.map(|both| both[place]);
        targets.at_least(&format!("{title}: nDCG@10"), 0.80, both(NDCG));
        targets.at_least("… hit@1", 0.80, both(FIRST));
        targets.at_least("… hit@5", 0.97, both(FIVE));
        let said = replies::extracts(&claude)?;
        targets.at_least("… said by the extract", 0.52, said);
    }
    if let Some(kubernetes) = kubernetes.as_ref().filter(|_| wanted("k8s")) {
        for group in ["informed", "needle", "realistic"] {
            let title = format!("k8s {group}, pages");
            let means = table::rankings(&title, kubernetes, &kubernetes.group(group));
            let both = |place: usize| means.both.map(|both| both[place]);
            match group {
                "informed" => {
                    targets.at_least(&format!("{title}: hit@5"), 0.98, both(FIVE));
                    targets.at_least("… MRR", 0.88, both(MRR));
                }
                "realistic" => targets.above_bm25(&format!("{title}: hit@5"), 0.10, FIVE, &means),
                _ => {}
            }
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
            let means = table::rankings(&title, &set, &all(&set.asked));
            targets.above_bm25(&format!("{title}: hit@5"), 0.10, FIVE, &means);
        }
    }
    if let Some(kubernetes) = kubernetes.as_ref().filter(|_| wanted("refusals")) {
        let cargo = sets::cargo(&maker)?;
        replies::refusals(&[&claude, kubernetes, &cargo], &mut targets)?;
        replies::without_the_page(&[&claude, kubernetes])?;
    }
    if let Some(kubernetes) = kubernetes.as_ref().filter(|_| wanted("times")) {
        let sections: Vec<_> = kubernetes.chunks.iter().cloned().collect();
        let asked = kubernetes.asked.iter().map(|asked| asked.question.clone());
        targets.time(&sections, &asked.collect::<Vec<_>>())?;
    }
    targets.print();
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
