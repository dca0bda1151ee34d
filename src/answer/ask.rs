//! One question, answered event by event.
//!
//! Takes an index, perhaps a generator, and a question; gives events to the
//! caller in the order in which a reader should see them: sources, quotes,
//! checked sentences, the end. Blocks until the end; prints nothing.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::answer::cite::{Checker, Reason, Verdict};
use crate::answer::extract::{self, Candidate};
use crate::answer::follow::{self, Followed};
use crate::answer::generator::{Draft, Generator, Next};
use crate::answer::prompt::{self, Prompt};
use crate::answer::retrieve::{self, Evidence};
use crate::answer::sentences::{Splitter, plain};
use crate::answer::terms::Terms;
use crate::answer::{AnswerError, Citation, Event, Quote, Sentence, Usage, calibrate};
use crate::config;
use crate::index::{Chunks, Hit, Index, Query, tokens};
use crate::markdown::BlockKind;

/// The longest question, in characters.
pub const LONGEST_QUESTION: usize = 2_000;

/// How many of the nearest sections are named when there is no evidence.
const NEAREST: usize = 3;
/// How long an answer may take in all.
const TIME: Duration = Duration::from_secs(60);
/// How often a wait for the model looks whether anyone still listens.
const TICK: Duration = Duration::from_millis(100);
/// After how many sentences in vain, in a row, the model is stopped. One that
/// goes in circles or makes things up counts twice: what such a model writes
/// next is no better, and the reader waits for it.
const PATIENCE: usize = 3;
/// How many generated sentences an answer has at most.
const SENTENCES: usize = 3;

/// A question with everything that answering it needs.
pub struct Ask<'a> {
    /// Where to look.
    pub index: &'a Index,
    /// `[answer]` of `book.toml`.
    pub config: &'a config::Answer,
    /// What writes sentences; without it the extract is the answer.
    pub generator: Option<&'a dyn Generator>,
    /// The question, as typed.
    pub question: &'a str,
    /// The questions before it in the same talk, oldest first.
    pub earlier: &'a [String],
    /// Whether the client left, asked while the model is waited for.
    pub gone: &'a dyn Fn() -> bool,
}

impl<'a> Ask<'a> {
    /// The same with the question in full.
    fn made_whole<'b>(&self, question: &'b str, followed: Option<&'b Followed>) -> Ask<'b>
    where
        'a: 'b,
    {
        Ask {
            question: followed.map_or(question, |whole| &whole.question),
            ..*self
        }
    }
}

/// Answers a question, handing each event to `emit` as soon as it is sure.
///
/// A follow-up is made whole first and told as [`Event::Understood`]; from then
/// on, that is the question.
///
/// A `Break` from `emit` ends the work and stops the model. When the model
/// fails, the answer ends with its extract and [`Usage::failure`] says why.
///
/// # Errors
/// [`AnswerError::BadQuestion`] when it is empty or too long,
/// [`AnswerError::Index`] when the search fails.
pub fn answer(
    ask: &Ask<'_>,
    emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> Result<(), AnswerError> {
    let started = Instant::now();
    let question = checked(ask.question)?;
    let followed = follow::resolve(question, ask.earlier);
    let ask = &ask.made_whole(question, followed.as_ref());
    let Found {
        hits,
        terms,
        evidence,
    } = find(ask, followed.as_ref())?;
    let understood = followed.as_ref().map(|whole| Event::Understood {
        question: whole.question.clone(),
    });
    if understood.is_some_and(|event| emit(event).is_break()) {
        return Ok(());
    }
    let mut usage = Usage::default();
    // A break means that nobody listens any more; then there is nobody to
    // tell either.
    let _ = match evidence {
        None => abstain(ask, &hits, started, &mut usage, emit),
        Some(evidence) => write(ask, &terms, &evidence, started, &mut usage, emit),
    };
    Ok(())
}

/// Whether the language model has to write for this answer: then it takes
/// seconds, and otherwise milliseconds.
///
/// # Errors
/// As [`answer`].
pub fn needs_model(ask: &Ask<'_>) -> Result<bool, AnswerError> {
    let Some(generator) = ask.generator else {
        return Ok(false);
    };
    let question = checked(ask.question)?;
    let followed = follow::resolve(question, ask.earlier);
    let ask = &ask.made_whole(question, followed.as_ref());
    let found = find(ask, followed.as_ref())?;
    let Some(evidence) = found.evidence else {
        return Ok(false);
    };
    let candidates = extract::candidates(&evidence, &ask.index.chunks, &found.terms);
    let prompt = prompt(ask, generator, &evidence, &candidates);
    Ok(!generator.remembers(&prompt, ask.config.max_tokens))
}

/// What the index has for a question.
struct Found {
    hits: Vec<Hit>,
    terms: Terms,
    evidence: Option<Evidence>,
}

fn find(ask: &Ask<'_>, followed: Option<&Followed>) -> Result<Found, AnswerError> {
    // The line break says that the last word is whole.
    let query = Query {
        text: format!("{}\n", ask.question),
        kind: None,
        limit: retrieve::HITS,
    };
    let mut hits = ask.index.search(&query).map_err(index_error)?;
    if ask.index.is_spelled(ask.question) {
        // Cosines of letters would find any two texts near.
        hits.iter_mut().for_each(|hit| hit.vector = None);
    }
    let chunks = &ask.index.chunks;
    let terms = Terms::in_book(ask.question, ask.index);
    let floor = calibrate::floor(ask.index, ask.config);
    let evidence = retrieve::judge(&terms, &hits, chunks, floor);
    Ok(Found {
        evidence: evidence.filter(|_| is_known(followed, ask.index)),
        hits,
        terms,
    })
}

/// Whether a follow-up speaks of something that the book speaks of: what it is
/// about was found before, so that finding it again says nothing.
fn is_known(followed: Option<&Followed>, index: &Index) -> bool {
    let own = followed.map_or(&[][..], |whole| &whole.own);
    let known = own.iter().filter(|word| index.frequency(word) > 0);
    2 * known.count() >= own.len()
}

fn checked(question: &str) -> Result<&str, AnswerError> {
    let question = question.trim();
    if question.chars().count() > LONGEST_QUESTION {
        let message = format!("the question is longer than {LONGEST_QUESTION} characters");
        return Err(AnswerError::BadQuestion(message));
    }
    if tokens::words(question).is_empty() {
        return Err(AnswerError::BadQuestion("the question is empty".to_owned()));
    }
    Ok(question)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "`map_err` gives the error away"
)]
fn index_error(error: anyhow::Error) -> AnswerError {
    AnswerError::Index(format!("{error:#}"))
}

fn abstain(
    ask: &Ask<'_>,
    hits: &[Hit],
    started: Instant,
    usage: &mut Usage,
    emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let nearest = hits.iter().take(NEAREST).map(|hit| hit.chunk);
    let nearest = citations(nearest, &ask.index.chunks);
    let contact = ask.config.contact.clone();
    let message = "These docs do not cover this question.".to_owned();
    usage.sources_ms = milliseconds(started);
    emit(Event::Abstain {
        message,
        nearest,
        contact,
    })?;
    finish(usage, started, emit)
}

fn write(
    ask: &Ask<'_>,
    terms: &Terms,
    evidence: &Evidence,
    started: Instant,
    usage: &mut Usage,
    emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let chunks = &ask.index.chunks;
    let sources = citations(evidence.passages.iter().map(|passage| passage.hit), chunks);
    usage.sources_ms = milliseconds(started);
    emit(Event::Sources { sources })?;
    let candidates = extract::candidates(evidence, chunks, terms);
    let quotes = extract::extract(&candidates, chunks);
    let embedder = ask.index.embedder().map(|embedder| &**embedder);
    let embedder = embedder.filter(|_| !ask.index.is_spelled(ask.question));
    let mut checker = Checker::new(terms, evidence, chunks, embedder);
    for quote in quotes {
        checker.quoted(&quote.text);
        emit(Event::Quote(Quote {
            code: quote.kind == BlockKind::Code,
            item: quote.kind == BlockKind::ListItem,
            row: quote.kind == BlockKind::Table,
            text: quote.text,
            citation: quote.passage + 1,
        }))?;
    }
    usage.quote_ms = milliseconds(started);
    if let Some(generator) = ask.generator {
        usage.model = Some(generator.name().to_owned());
        match draft(ask, generator, evidence, &candidates) {
            Ok(draft) => release(ask, draft, checker, started, usage, emit)?,
            Err(error) => usage.failure = Some(error.to_string()),
        }
    }
    finish(usage, started, emit)
}

fn draft(
    ask: &Ask<'_>,
    generator: &dyn Generator,
    evidence: &Evidence,
    candidates: &[Candidate],
) -> Result<Draft, AnswerError> {
    let prompt = prompt(ask, generator, evidence, candidates);
    generator.start(&prompt, ask.config.max_tokens)
}

fn prompt(
    ask: &Ask<'_>,
    generator: &dyn Generator,
    evidence: &Evidence,
    candidates: &[Candidate],
) -> Prompt {
    let count = |text: &str| generator.count(text);
    let (chunks, budget) = (&ask.index.chunks, ask.config.evidence_tokens);
    prompt::prompt(ask.question, evidence, candidates, chunks, budget, &count)
}

/// Lets the sentences of `draft` out, one by one, each when it was checked.
fn release(
    ask: &Ask<'_>,
    mut draft: Draft,
    mut checker: Checker<'_>,
    started: Instant,
    usage: &mut Usage,
    emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> ControlFlow<()> {
    usage.prompt_tokens = draft.prompt_tokens;
    let mut splitter = Splitter::default();
    let mut in_vain = 0;
    loop {
        let next = draft.next(TICK);
        usage.cached = draft.cached;
        let (sentences, ended) = match next {
            Next::Piece(piece) => {
                usage
                    .first_token_ms
                    .get_or_insert_with(|| milliseconds(started));
                usage.completion_tokens += 1;
                (splitter.push(&piece), false)
            }
            Next::Nothing if (ask.gone)() => return ControlFlow::Break(()),
            Next::Nothing => (Vec::new(), false),
            Next::End => (splitter.finish().into_iter().collect(), true),
            Next::Failed(error) => {
                usage.failure = Some(error.to_string());
                return ControlFlow::Continue(());
            }
        };
        for sentence in sentences {
            let sentence = plain(&sentence);
            match checker.check(&sentence) {
                Ok(Verdict::Supported(citations)) => {
                    in_vain = 0;
                    usage.sentences += 1;
                    usage
                        .first_sentence_ms
                        .get_or_insert_with(|| milliseconds(started));
                    emit(Event::Sentence(Sentence {
                        text: sentence,
                        citations,
                    }))?;
                }
                Ok(Verdict::Dropped(reason)) => {
                    usage.dropped += 1;
                    in_vain += match reason {
                        Reason::Repeats | Reason::Unsupported => 2,
                        Reason::Restates | Reason::Quoted | Reason::Fragment => 1,
                    };
                    usage.held_back.push((sentence, reason));
                }
                Err(error) => {
                    usage.failure = Some(format!("{error:#}"));
                    return ControlFlow::Continue(());
                }
            }
        }
        if started.elapsed() > TIME {
            usage.failure = Some(AnswerError::TimedOut.to_string());
        }
        let enough = usage.sentences >= SENTENCES || in_vain >= PATIENCE;
        if usage.failure.is_some() {
            return ControlFlow::Continue(());
        }
        if ended || enough {
            draft.complete();
            return ControlFlow::Continue(());
        }
    }
}

fn finish(
    usage: &mut Usage,
    started: Instant,
    emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> ControlFlow<()> {
    usage.total_ms = milliseconds(started);
    emit(Event::Done {
        usage: usage.clone(),
    })
}

fn citations(numbers: impl Iterator<Item = usize>, chunks: &Chunks) -> Vec<Citation> {
    let cited = numbers.enumerate().map(|(place, chunk)| {
        let chunk = &chunks[chunk];
        Citation {
            number: place + 1,
            title: chunk.title.clone(),
            heading: chunk.heading().to_owned(),
            url: chunk.url(),
        }
    });
    cited.collect()
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_QUESTION, checked};
    use crate::answer::AnswerError;

    #[test]
    fn a_question_needs_words_and_an_end() {
        assert_eq!(checked("  Why?\n"), Ok("Why?"));
        for bad in [
            String::new(),
            " ?! ".to_owned(),
            "a".repeat(LONGEST_QUESTION + 1),
        ] {
            assert!(
                matches!(checked(&bad), Err(AnswerError::BadQuestion(_))),
                "{bad:.9}"
            );
        }
    }
}
