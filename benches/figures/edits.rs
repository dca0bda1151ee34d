//! The index of words after a save, made as `docent serve` makes it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use docent::config::Config;
use docent::index::{Index, Query};
use docent::pipeline::{self, Build};
use docent::serve::{Indexing, index};

use crate::{builds, row_ms};

const RUNS: usize = 15;

/// Prints the rows about the index after one page has changed.
pub fn rows(config: &Config) -> anyhow::Result<()> {
    let page = builds::some_page(&config.src)?;
    let text = fs_err::read_to_string(&page)?;
    let mut book = pipeline::build(config.clone())?;
    let mut before = indexed(&book, None)?;
    let mut times: Vec<[Duration; 2]> = Vec::new();
    for run in 0..RUNS {
        let word = format!("marked{run}words");
        fs_err::write(&page, format!("{text}\nThis was added: {word}.\n"))?;
        let files = BTreeSet::from([page.clone()]);
        (book, _) = pipeline::follow(config.clone(), &book, Some(&files))?;
        let start = Instant::now();
        before = indexed(&book, Some(before))?;
        let made = start.elapsed();
        let query = Query {
            text: word,
            kind: None,
            limit: 10,
        };
        ensure!(!before.search(&query)?.is_empty(), "the edit is not found");
        times.push([made, start.elapsed()]);
    }
    fs_err::write(&page, text)?;
    let names = [
        "index of words after a one-page edit",
        "the same, and the edit found by it",
    ];
    for (place, name) in names.into_iter().enumerate() {
        let mut times: Vec<Duration> = times.iter().map(|times| times[place]).collect();
        times.sort();
        row_ms(name, &times);
    }
    Ok(())
}

fn indexed(book: &Build, before: Option<Arc<Index>>) -> anyhow::Result<Arc<Index>> {
    let indexing = Indexing {
        before,
        stop: &|| false,
        meanwhile: &|_| {},
        embedding: &|_, _| {},
    };
    index(book, None, &indexing)
}
