//! Questions that the documentation did not answer, and what readers say of its
//! answers: kept on this machine when the book allows it, grouped, and judged.
//!
//! Takes questions and an index, gives groups with the nearest pages. Nothing
//! but the words of readers is kept: not who asked, nor when. Nothing is ever
//! sent.

pub mod feedback;
pub mod group;
pub mod log;

use serde::Serialize;

use crate::answer::terms::Terms;
use crate::answer::{self, Citation, Outcome, calibrate};
use crate::config;
use crate::index::{Hit, Index, Query};

pub use group::{Asked, Group, group};

/// How many hits are looked at, and how many are named.
const HITS: usize = 10;
const NAMED: usize = 3;
/// From which share of a question's weight on a page holds what was asked
/// for.
const HOLDS: f32 = 0.75;

/// A group of questions and why nothing answered them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Gap {
    /// The question that was asked most.
    pub question: String,
    /// How often all of the group were asked.
    pub count: usize,
    /// The other wordings.
    pub also: Vec<String>,
    /// Why, as far as it can be told.
    pub verdict: Verdict,
    /// The nearest sections, best first.
    pub nearest: Vec<Citation>,
}

/// Why there was no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No page speaks of it: something to write.
    ContentMissing,
    /// A page holds the words or means the same, and no section was sure
    /// enough: something to word better.
    SearchFailed,
    /// The book answers it by now.
    AnsweredNow,
}

/// The gaps that `asked` show in the book of `index`, those asked most first.
///
/// # Errors
/// When the search or the embedder fails.
pub fn gaps(asked: &[Asked], index: &Index, config: &config::Answer) -> anyhow::Result<Vec<Gap>> {
    let mut gaps = Vec::new();
    for group in group(asked, index)? {
        let query = Query {
            text: format!("{}\n", group.question),
            kind: None,
            limit: HITS,
        };
        let hits = index.search(&query)?;
        gaps.push(Gap {
            verdict: verdict(&group.question, &hits, index, config),
            nearest: nearest(&hits, index),
            question: group.question,
            count: group.count,
            also: group.also,
        });
    }
    Ok(gaps)
}

fn verdict(question: &str, hits: &[Hit], index: &Index, config: &config::Answer) -> Verdict {
    let ask = answer::Ask {
        index,
        config,
        generator: None,
        question,
        earlier: &[],
        gone: &|| false,
    };
    if answer::collect(&ask).is_ok_and(|answer| answer.outcome == Outcome::Answered) {
        return Verdict::AnsweredNow;
    }
    let cosines = hits.iter().filter_map(|hit| hit.vector);
    let means_it = !index.is_spelled(question)
        && cosines
            .into_iter()
            .any(|(cosine, _)| cosine >= calibrate::floor(index, config));
    if means_it || some_page_holds(question, hits, index) {
        Verdict::SearchFailed
    } else {
        Verdict::ContentMissing
    }
}

/// Whether a page of the `hits` holds, all of its sections together, most of
/// what the question asks about.
fn some_page_holds(question: &str, hits: &[Hit], index: &Index) -> bool {
    let chunks = &index.chunks;
    let terms = Terms::in_book(question, index);
    let mut pages: Vec<&str> = hits
        .iter()
        .map(|hit| chunks[hit.chunk].page.as_str())
        .collect();
    pages.dedup();
    let held = chunks
        .pages()
        .filter(|(page, _)| pages.contains(&page.address.as_str()));
    held.into_iter().any(|(page, _)| {
        let texts = page
            .chunks
            .iter()
            .map(|chunk| terms.stems(&chunk.embed_text()));
        let stems = texts.fold(std::collections::HashSet::new(), |mut all, stems| {
            all.extend(stems);
            all
        });
        terms.found(&stems) > 1.0 && terms.coverage(&stems) >= HOLDS
    })
}

/// The first hit of each of the nearest pages.
fn nearest(hits: &[Hit], index: &Index) -> Vec<Citation> {
    let mut nearest: Vec<Citation> = Vec::new();
    let mut pages: Vec<&str> = Vec::new();
    for hit in hits {
        let chunk = &index.chunks[hit.chunk];
        if nearest.len() < NAMED && !pages.contains(&chunk.page.as_str()) {
            pages.push(&chunk.page);
            nearest.push(Citation {
                number: nearest.len() + 1,
                title: chunk.title.clone(),
                heading: chunk.heading().to_owned(),
                url: chunk.url(),
            });
        }
    }
    nearest
}
