//! The questions, put one after the other to an index and, when wanted, to
//! the answers.
//!
//! Takes questions with what they expect, gives a [`Run`]. One at a time, so
//! that the times are those that a reader would wait.

use std::time::Instant;

use anyhow::{Context as _, bail};

use super::Question;
use super::labels::Expected;
use super::ranking;
use super::record::{Answered, FORMAT, Record, Run, Settings};
use crate::answer::{self, Answer, AnswerError, Generator, Outcome};
use crate::config;
use crate::index::{Index, Query};

/// How many places are looked at.
pub const PLACES: usize = 10;
/// How many hits are asked for: enough for so many pages, of which each has
/// three hits at most before the others have had their turn.
const HITS: usize = 3 * PLACES;

/// What is measured, and how.
pub struct Job<'a> {
    /// Where to look.
    pub index: &'a Index,
    /// How it is searched: `text`, `vector` or `hybrid`.
    pub mode: &'a str,
    /// `[answer]` of `book.toml`, when whole answers are wanted.
    pub answers: Option<&'a config::Answer>,
    /// What writes sentences, when it shall.
    pub generator: Option<&'a dyn Generator>,
    /// Told how many questions are done.
    pub progress: &'a dyn Fn(usize),
}

/// Puts every question of `questions`, each with what it expects at the same
/// place of `expected`.
///
/// # Errors
/// When the search or the language model fails: a model that writes nothing
/// would pass for one whose sentences are all fine.
pub fn run(
    job: &Job<'_>,
    questions: &[Question],
    expected: &[Vec<Expected>],
) -> anyhow::Result<Run> {
    // The first search of a process pays for what later ones find ready.
    if let Some(first) = questions.first() {
        search(job.index, &first.text)?;
    }
    let mut records = Vec::with_capacity(questions.len());
    for (question, expected) in questions.iter().zip(expected) {
        let record = record(job, question, expected)
            .with_context(|| format!("measuring the question \"{}\"", question.text))?;
        records.push(record);
        (job.progress)(records.len());
    }
    Ok(Run {
        format: FORMAT.to_owned(),
        settings: Settings {
            mode: job.mode.to_owned(),
            embedder: job
                .index
                .embedder()
                .map(|embedder| embedder.id().to_owned()),
            answers: job.answers.is_some(),
            generator: job.generator.map(|generator| generator.name().to_owned()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        questions: records,
    })
}

fn record(job: &Job<'_>, question: &Question, expected: &[Expected]) -> anyhow::Result<Record> {
    let start = Instant::now();
    let whole = answer::follow::resolve(&question.text, &question.after);
    let text = whole
        .as_ref()
        .map_or(&question.text, |whole| &whole.question);
    let hits = search(job.index, text)?;
    let search_ms = milliseconds(start);
    let chunks = &job.index.chunks;
    let found = hits.iter().map(|hit| {
        let chunk = &chunks[*hit];
        (chunk.page.as_str(), chunk.anchor.as_str())
    });
    let list = ranking::list(found, expected);
    let places = ranking::places(list.into_iter().take(PLACES), expected);
    let answer = match job.answers {
        Some(config) => Some(answered(job, config, question, expected)?),
        None => None,
    };
    Ok(Record {
        id: question.id.clone(),
        question: question.text.clone(),
        group: question.group.clone(),
        refuse: question.refuse,
        expect: expected.iter().map(Expected::url).collect(),
        places,
        first: hits.first().map(|hit| chunks[*hit].url()),
        search_ms,
        answer,
    })
}

/// The numbers of the chunks that are found, best first.
fn search(index: &Index, text: &str) -> anyhow::Result<Vec<usize>> {
    // The line break says that the last word is whole.
    let query = Query {
        text: format!("{text}\n"),
        kind: None,
        limit: HITS,
    };
    let hits = index.search(&query)?;
    Ok(hits.into_iter().map(|hit| hit.chunk).collect())
}

fn answered(
    job: &Job<'_>,
    config: &config::Answer,
    question: &Question,
    expected: &[Expected],
) -> anyhow::Result<Answered> {
    let start = Instant::now();
    let ask = answer::Ask {
        index: job.index,
        config,
        generator: job.generator,
        question: &question.text,
        earlier: &question.after,
        gone: &|| false,
    };
    let answer = match answer::collect(&ask) {
        Err(AnswerError::BadQuestion(why)) => bail!(why),
        answer => answer?,
    };
    let ms = milliseconds(start);
    if let Some(failure) = &answer.usage.failure {
        bail!("the language model failed: {failure}");
    }
    let cited = cited(&answer);
    let text = even(&said(&answer));
    let missing = question.phrases.iter();
    let missing = missing.filter(|phrase| !text.contains(&even(phrase)));
    Ok(Answered {
        refused: answer.outcome == Outcome::NotInDocs,
        right: cited
            .iter()
            .filter(|url| expected.iter().any(|one| one.is_url(url)))
            .count(),
        cited,
        phrases: question.phrases.len(),
        missing: missing.cloned().collect(),
        sentences: answer.usage.sentences,
        dropped: answer.usage.dropped,
        ms,
    })
}

/// The addresses behind the quotes and sentences, each once, in order.
fn cited(answer: &Answer) -> Vec<String> {
    let quoted = answer.quotes.iter().map(|quote| quote.citation);
    let said = answer
        .sentences
        .iter()
        .flat_map(|sentence| sentence.citations.iter().copied());
    let mut numbers: Vec<usize> = quoted.chain(said).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let sources = answer.sources.iter();
    let cited = sources.filter(|source| numbers.contains(&source.number));
    cited.map(|source| source.url.clone()).collect()
}

/// Everything that the answer says, quoted or not.
fn said(answer: &Answer) -> String {
    let quotes = answer.quotes.iter().map(|quote| quote.text.as_str());
    let sentences = answer
        .sentences
        .iter()
        .map(|sentence| sentence.text.as_str());
    quotes.chain(sentences).collect::<Vec<_>>().join("\n")
}

/// Text without what makes no difference: the case of letters and the width of
/// spaces.
fn even(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// To the microsecond, so that a kept run is legible.
fn milliseconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e3
}
