//! The check: a generated sentence leaves only with a source that supports
//! it.
//!
//! Takes sentences one by one, gives a verdict on each. Support is words,
//! meaning where there is an embedder, and every name, flag and number
//! verbatim. When in doubt a sentence is dropped: the extract says it too.

use std::collections::{BTreeSet, HashSet};

use crate::answer::retrieve::Evidence;
use crate::answer::terms::Terms;
use crate::answer::units::{Unit, units};
use crate::answer::{exact, words};
use crate::index::{Chunk, Embedder};

/// The share of a sentence's words that one chunk must hold.
const CHUNK: f32 = 0.8;
/// The share that two neighbouring units of it must hold.
const NEAR: f32 = 0.6;
/// The cosine with such units under which a sentence says something else.
const ALIKE: f32 = 0.55;
/// The share of a sentence's words that an earlier one had, from which it
/// says nothing new.
const SAME: f32 = 0.8;
/// How many units stand side by side when a sentence is compared with them.
const WINDOW: usize = 2;
/// The longest sentence, in words; longer ones are lists run together.
const LONGEST: usize = 60;
/// How many sources of a sentence are named.
const CITED: usize = 2;

/// What becomes of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is supported by these sources, numbered from 1.
    Supported(Vec<usize>),
    /// It is dropped.
    Dropped(Reason),
}

/// Why a sentence is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It says nothing that the question did not say.
    Restates,
    /// It was said before.
    Repeats,
    /// It is a heading, an announcement or the piece of a sentence.
    Fragment,
    /// No source says it.
    Unsupported,
}

/// Checks the sentences of one answer.
pub struct Checker<'a> {
    question: &'a Terms,
    embedder: Option<&'a dyn Embedder>,
    sources: Vec<Source>,
    said: Vec<BTreeSet<String>>,
}

/// A chunk of the evidence, ready to be compared with.
struct Source {
    /// The number of its passage, from 1.
    number: usize,
    /// Everything that stands in it, in lower case.
    text: String,
    stems: HashSet<String>,
    windows: Vec<Window>,
}

/// A few units side by side.
struct Window {
    text: String,
    stems: HashSet<String>,
}

impl<'a> Checker<'a> {
    /// A checker against `evidence`. The embedder, when there is one, is
    /// asked only about sentences whose words are right.
    pub fn new(
        question: &'a Terms,
        evidence: &Evidence,
        chunks: &[Chunk],
        embedder: Option<&'a dyn Embedder>,
    ) -> Self {
        let passages = evidence.passages.iter().enumerate();
        let sources = passages.flat_map(|(place, passage)| {
            passage
                .chunks
                .iter()
                .map(move |number| source(place + 1, *number, &chunks[*number]))
        });
        Self {
            question,
            embedder,
            sources: sources.collect(),
            said: Vec::new(),
        }
    }

    /// The verdict on the next sentence.
    ///
    /// # Errors
    /// When the embedder fails.
    pub fn check(&mut self, sentence: &str) -> anyhow::Result<Verdict> {
        let content: BTreeSet<String> = words::content(sentence).into_iter().collect();
        let exact = exact::pieces(sentence);
        let news = content
            .iter()
            .filter(|word| !self.question.contains(word))
            .count();
        if sentence.ends_with('?') || news + exact.len() < 2 {
            return Ok(Verdict::Dropped(Reason::Restates));
        }
        if !sentence.ends_with(ENDS) {
            return Ok(Verdict::Dropped(Reason::Fragment));
        }
        if self
            .said
            .iter()
            .any(|said| share_of(&content, said) >= SAME)
        {
            return Ok(Verdict::Dropped(Reason::Repeats));
        }
        let mut cited = Vec::new();
        if words::count(sentence) <= LONGEST {
            for source in &self.sources {
                if cited.len() < CITED
                    && !cited.contains(&source.number)
                    && self.supports(source, sentence, &content, &exact)?
                {
                    cited.push(source.number);
                }
            }
        }
        self.said.push(content);
        if cited.is_empty() {
            return Ok(Verdict::Dropped(Reason::Unsupported));
        }
        Ok(Verdict::Supported(cited))
    }

    fn supports(
        &self,
        source: &Source,
        sentence: &str,
        content: &BTreeSet<String>,
        exact: &[String],
    ) -> anyhow::Result<bool> {
        let verbatim = exact
            .iter()
            .all(|piece| exact::stands_in(piece, &source.text));
        let names = exact::names(sentence);
        let known = |name: &String| exact::stands_in(name, &source.text);
        if !verbatim || !names.iter().all(known) || share(content, &source.stems) < CHUNK {
            return Ok(false);
        }
        let nearest = source
            .windows
            .iter()
            .max_by(|a, b| share(content, &a.stems).total_cmp(&share(content, &b.stems)));
        let Some(nearest) = nearest else {
            return Ok(false);
        };
        if share(content, &nearest.stems) < NEAR || turned(sentence, &nearest.text) {
            return Ok(false);
        }
        match self.embedder {
            None => Ok(true),
            Some(embedder) => {
                let texts = [sentence.to_owned(), nearest.text.clone()];
                let vectors = embedder.embed(&texts)?;
                let cosine = match vectors.as_slice() {
                    [a, b] => a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>(),
                    _ => 0.0,
                };
                Ok(cosine >= ALIKE)
            }
        }
    }
}

fn source(number: usize, chunk_number: usize, chunk: &Chunk) -> Source {
    let units: Vec<Unit> = units(chunk_number, chunk);
    let windows = (0..units.len()).map(|from| {
        let until = (from + WINDOW).min(units.len());
        let text: Vec<&str> = units[from..until]
            .iter()
            .map(|unit| unit.text.as_str())
            .collect();
        let text = text.join(" ");
        Window {
            stems: words::stems(&text),
            text,
        }
    });
    let text = chunk.embed_text();
    Source {
        number,
        windows: windows.collect(),
        stems: words::stems(&text),
        text: text.to_lowercase(),
    }
}

/// The share of `content` that stands among `stems`.
#[expect(clippy::cast_precision_loss, reason = "a sentence has few words")]
fn share(content: &BTreeSet<String>, stems: &HashSet<String>) -> f32 {
    let found = content.iter().filter(|word| stems.contains(*word)).count();
    found as f32 / content.len().max(1) as f32
}

/// The share of `content` that `other` has too.
#[expect(clippy::cast_precision_loss, reason = "a sentence has few words")]
fn share_of(content: &BTreeSet<String>, other: &BTreeSet<String>) -> f32 {
    content.intersection(other).count() as f32 / content.len().max(1) as f32
}

/// What a whole sentence ends with.
const ENDS: [char; 3] = ['.', '!', '。'];

/// Whether one of the two denies and the other does not.
fn turned(sentence: &str, source: &str) -> bool {
    denies(sentence) && !denies(source)
}

fn denies(text: &str) -> bool {
    let text = text.to_lowercase().replace('’', "'");
    text.contains("n't")
        || ["not", "no", "never", "cannot", "without", "neither", "nor"]
            .iter()
            .any(|word| exact::stands_in(word, &text))
}

#[cfg(test)]
mod tests {
    use super::{Checker, Reason, Verdict};
    use crate::answer::retrieve::{Evidence, Passage};
    use crate::answer::terms::Terms;
    use crate::index::Chunk;
    use crate::markdown::{Block, BlockKind};

    fn verdicts(question: &str, sentences: &[&str]) -> Vec<Verdict> {
        let block = |kind, text: &str| Block {
            kind,
            text: text.to_owned(),
        };
        let chunk = |blocks| {
            let trail = vec!["Server".to_owned()];
            let (page, title) = ("serve.html".to_owned(), "Serving".to_owned());
            Chunk::new(page, "server".to_owned(), title, trail, None, blocks)
        };
        let chunks = [
            chunk(vec![
                block(
                    BlockKind::Paragraph,
                    "The command `docent serve` starts a server on port 3000. \
                     Another port is set with the option `--port`.",
                ),
                block(BlockKind::Code, "docent serve --port 8080"),
            ]),
            chunk(vec![block(
                BlockKind::Paragraph,
                "Pages are reloaded when a file changes. Nothing is sent to other machines.",
            )]),
        ];
        let passages = (0..2)
            .map(|hit| Passage {
                hit,
                chunks: vec![hit],
            })
            .collect();
        let terms = Terms::read(question, &|_| 1, 2);
        let mut checker = Checker::new(&terms, &Evidence { passages }, &chunks, None);
        sentences
            .iter()
            .map(|sentence| checker.check(sentence).unwrap())
            .collect()
    }

    fn one(question: &str, sentence: &str) -> Verdict {
        verdicts(question, &[sentence]).remove(0)
    }

    #[test]
    fn a_supported_sentence_cites_the_section_that_says_it() {
        let verdict = one(
            "How do I start it?",
            "`docent serve` starts a server on port 3000.",
        );
        assert_eq!(verdict, Verdict::Supported(vec![1]));
        let verdict = one(
            "What happens on change?",
            "Pages reload when a file is changed.",
        );
        assert_eq!(verdict, Verdict::Supported(vec![2]));
    }

    #[test]
    fn numbers_flags_and_names_must_be_right() {
        for sentence in [
            "The command `docent serve` starts a server on port 4000.",
            "Another port is set with the option `--listen`.",
            "The command `docent server` starts a server on port 3000.",
            "The command `docent serve` starts the server of Google on port 3000.",
        ] {
            let verdict = one("How do I start it?", sentence);
            assert_eq!(verdict, Verdict::Dropped(Reason::Unsupported), "{sentence}");
        }
    }

    #[test]
    fn what_denies_the_source_is_dropped() {
        let verdict = one(
            "What happens?",
            "Pages are not reloaded when a file changes.",
        );
        assert_eq!(verdict, Verdict::Dropped(Reason::Unsupported));
    }

    #[test]
    fn restatements_and_loops_are_dropped() {
        let question = "How do I start the server?";
        let verdicts = verdicts(
            question,
            &[
                "To start the server, you need to start the server.",
                "The answer is:",
                "Run the command `docent serve` on port 3000:",
                "How do I start the server?",
                "`docent serve` starts a server on port 3000.",
                "The server is started with `docent serve` on port 3000.",
            ],
        );
        let restates = Verdict::Dropped(Reason::Restates);
        let fragment = Verdict::Dropped(Reason::Fragment);
        assert_eq!(verdicts[..2], [restates.clone(), restates.clone()]);
        assert_eq!(verdicts[2..4], [fragment, restates]);
        assert_eq!(verdicts[4], Verdict::Supported(vec![1]));
        assert_eq!(verdicts[5], Verdict::Dropped(Reason::Repeats));
    }
}
