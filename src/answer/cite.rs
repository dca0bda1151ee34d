//! The check: a generated sentence leaves only with a source that supports
//! it.
//!
//! Takes sentences one by one, gives a verdict on each. Support is words,
//! meaning where there is an embedder, and every name, flag and number
//! verbatim. When in doubt a sentence is dropped: the extract says it too.

use std::collections::BTreeSet;

use crate::answer::retrieve::Evidence;
use crate::answer::support::{Source, nearest, share};
use crate::answer::terms::Terms;
use crate::answer::{denial, exact, sentences, words};
use crate::index::unrelated::stretched;
use crate::index::{Chunks, Embedder};

/// The share of a sentence's words that one chunk must hold.
const CHUNK: f32 = 0.8;
/// How much of the question must stand around what supports a sentence.
const ABOUT: f32 = 0.5;
/// The cosine with such units under which a sentence says something else.
const ALIKE: f32 = 0.55;
/// The share of a sentence's words that an earlier one had, from which it
/// says nothing new.
const SAME: f32 = 0.8;
/// From what share of a quotation's words on a sentence with the same words
/// copies it; a shorter one sums it up.
const COPY: f32 = 0.7;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It says nothing that the question did not say.
    #[error("says no more than the question")]
    Restates,
    /// It was said before.
    #[error("was said before")]
    Repeats,
    /// It stands among the quotations.
    #[error("stands among the passages already")]
    Quoted,
    /// It is a heading, an announcement or the piece of a sentence.
    #[error("is not a whole sentence")]
    Fragment,
    /// No source says it.
    #[error("no source says it")]
    Unsupported,
}

/// Checks the sentences of one answer.
pub struct Checker<'a> {
    question: &'a Terms,
    embedder: Option<&'a dyn Embedder>,
    sources: Vec<Source>,
    quoted: Vec<BTreeSet<String>>,
    said: Vec<BTreeSet<String>>,
}

impl<'a> Checker<'a> {
    /// A checker against `evidence`. The embedder, when there is one, is
    /// asked only about sentences whose words are right.
    pub fn new(
        question: &'a Terms,
        evidence: &Evidence,
        chunks: &Chunks,
        embedder: Option<&'a dyn Embedder>,
    ) -> Self {
        let passages = evidence.passages.iter().enumerate();
        let sources = passages.flat_map(|(place, passage)| {
            passage
                .chunks
                .iter()
                .map(move |number| Source::read(place + 1, *number, &chunks[*number], question))
        });
        Self {
            question,
            embedder,
            sources: sources.collect(),
            quoted: Vec::new(),
            said: Vec::new(),
        }
    }

    /// Takes note of a passage that the reader sees already.
    pub fn quoted(&mut self, passage: &str) {
        let sentences = sentences::split(passage);
        let contents = sentences.iter().map(|sentence| self.content(sentence));
        let contents: Vec<BTreeSet<String>> = contents.collect();
        self.quoted.extend(contents);
    }

    /// The words of `sentence` that mean something.
    fn content(&self, sentence: &str) -> BTreeSet<String> {
        self.question.content(sentence).into_iter().collect()
    }

    /// The verdict on the next sentence.
    ///
    /// # Errors
    /// When the embedder fails.
    pub fn check(&mut self, sentence: &str) -> anyhow::Result<Verdict> {
        let content = self.content(sentence);
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
        if self.quoted.iter().any(|quoted| copies(&content, quoted)) {
            self.said.push(content);
            return Ok(Verdict::Dropped(Reason::Quoted));
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

    /// Whether what stands in `near` has to do with the question, and brings
    /// along those of the question's words that the sentence uses: a small
    /// model likes to put them where its source has others.
    fn bears_on(&self, source: &Source, content: &BTreeSet<String>, near: &str) -> bool {
        let near = self.question.stems(near);
        if content.iter().any(|word| self.question.lends(word, &near)) {
            return false;
        }
        let around = near.union(&source.headings).cloned().collect();
        self.question.coverage(&around) >= ABOUT
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
        let Some(nearest) = nearest(source, content) else {
            return Ok(false);
        };
        let language = self.question.language();
        if denial::is_turned(sentence, &nearest, language)
            || !self.bears_on(source, content, &nearest)
        {
            return Ok(false);
        }
        match self.embedder {
            None => Ok(true),
            Some(embedder) => {
                let texts = [sentence.to_owned(), nearest];
                let unrelated = embedder.unrelated().map_or(0.0, |found| found.sentences);
                let vectors = embedder.embed(&texts)?;
                let cosine = match vectors.as_slice() {
                    [a, b] => a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>(),
                    _ => 0.0,
                };
                Ok(stretched(cosine, unrelated) >= ALIKE)
            }
        }
    }
}

/// Whether a sentence says what a quotation says, and hardly shorter.
#[expect(clippy::cast_precision_loss, reason = "a sentence has few words")]
fn copies(content: &BTreeSet<String>, quoted: &BTreeSet<String>) -> bool {
    share_of(content, quoted) >= SAME && content.len() as f32 >= COPY * quoted.len() as f32
}

/// The share of `content` that `other` has too.
#[expect(clippy::cast_precision_loss, reason = "a sentence has few words")]
fn share_of(content: &BTreeSet<String>, other: &BTreeSet<String>) -> f32 {
    content.intersection(other).count() as f32 / content.len().max(1) as f32
}

/// What a whole sentence ends with.
const ENDS: [char; 4] = ['.', '!', '。', '！'];

#[cfg(test)]
mod tests {
    use super::{Checker, Reason, Verdict};
    use crate::answer::retrieve::{Evidence, Passage};
    use crate::answer::terms::Terms;
    use crate::index::{Chunk, Chunks};
    use crate::markdown::{Block, BlockKind};

    fn verdicts(question: &str, sentences: &[&str]) -> Vec<Verdict> {
        verdicts_beside("", question, sentences)
    }

    /// The verdicts when the reader sees the passage `quoted` already.
    fn verdicts_beside(quoted: &str, question: &str, sentences: &[&str]) -> Vec<Verdict> {
        let block = |kind, text: &str| Block {
            kind,
            text: text.to_owned(),
        };
        let chunk = |blocks| {
            let trail = vec!["Server".to_owned()];
            let (page, title) = ("serve.html".to_owned(), "Serving".to_owned());
            Chunk::new(page, "server".to_owned(), title, trail, None, blocks)
        };
        let chunks = Chunks::from(vec![
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
        ]);
        let passages = (0..2)
            .map(|hit| Passage {
                hit,
                chunks: vec![hit],
            })
            .collect();
        let terms = Terms::english(question, &|_| 1, 2);
        let mut checker = Checker::new(&terms, &Evidence { passages }, &chunks, None);
        checker.quoted(quoted);
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
    fn words_gathered_from_several_sentences_are_no_support() {
        let verdict = one(
            "What is the port?",
            "The port is a file that the server sends to other machines.",
        );
        assert_eq!(verdict, Verdict::Dropped(Reason::Unsupported));
    }

    #[test]
    fn a_copy_of_what_the_reader_sees_is_dropped_but_not_a_summary() {
        let quoted = "The command `docent serve` starts a server on port 3000, which listens to \
                      nobody but this machine and shows the pages as they were saved last.";
        let question = "How do I start it?";
        let copy = "The command `docent serve` starts a server on port 3000.";
        let beside = |quoted| verdicts_beside(quoted, question, &[copy]).remove(0);
        assert_eq!(beside(quoted), Verdict::Supported(vec![1]));
        assert_eq!(beside(copy), Verdict::Dropped(Reason::Quoted));
    }

    #[test]
    fn the_words_of_the_question_are_not_put_where_the_source_has_others() {
        let sentence = "The command `docent serve` stops a server on port 3000.";
        let verdict = one("How do I stop the server?", sentence);
        assert_eq!(verdict, Verdict::Dropped(Reason::Unsupported));
    }

    #[test]
    fn what_does_not_bear_on_the_question_is_dropped() {
        let sentence = "Pages are reloaded when a file changes.";
        let verdict = one("Which licence does the theme have?", sentence);
        assert_eq!(verdict, Verdict::Dropped(Reason::Unsupported));
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
