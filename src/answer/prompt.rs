//! Evidence and question as a prompt for a small model.
//!
//! Pure. What never changes comes first, so that an engine reads it once;
//! the question comes last. At most [`TOKENS`] tokens in all.

use sha2::{Digest, Sha256};

use crate::answer::extract::{Candidate, choose};
use crate::answer::retrieve::Evidence;
use crate::index::{Chunk, Chunks};
use crate::markdown::BlockKind;

/// The longest prompt, in tokens.
pub const TOKENS: usize = 600;

/// What the model is told once and for all.
pub const SYSTEM: &str = "You answer questions about software from its documentation. \
Answer in one or two short sentences. Use only what the documentation says. \
Copy names, commands and numbers exactly.";

/// What stands before the evidence.
pub const LEAD: &str = "Documentation:\n";

/// The most tokens of a question that a prompt repeats.
const QUESTION: usize = 120;
/// The tokens of [`SYSTEM`], [`LEAD`] and the marks between the parts, with
/// room to spare.
const FIXED: usize = 100;

/// What a model reads: [`SYSTEM`], [`LEAD`], then this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Evidence and question.
    pub body: String,
    /// Equal for prompts that ask the same of the same evidence.
    pub key: PromptKey,
}

/// SHA-256 over the evidence, to the last word of every chunk, and over the
/// question, but for capitals at the start of words and marks at its end.
pub type PromptKey = [u8; 32];

/// The prompt for `question`. `count` says how many tokens a text has;
/// `budget` is what the evidence may take of them.
pub fn prompt(
    question: &str,
    evidence: &Evidence,
    candidates: &[Candidate],
    chunks: &Chunks,
    budget: usize,
    count: &dyn Fn(&str) -> usize,
) -> Prompt {
    let question = shortened(question, count);
    let budget = budget.min(TOKENS - FIXED - QUESTION);
    let mut body = String::new();
    let mut left = budget;
    for (number, passage) in evidence.passages.iter().enumerate() {
        let own: Vec<Candidate> = candidates
            .iter()
            .filter(|candidate| candidate.passage == number)
            .cloned()
            .collect();
        let heading = heading(&chunks[passage.hit]);
        let Some(room) = left.checked_sub(count(&heading)) else {
            break;
        };
        // A line break may become a token of its own.
        let chosen = choose(&own, room, &|unit| count(&line(&unit.kind, &unit.text)) + 1);
        if chosen.is_empty() {
            continue;
        }
        body.push_str(&heading);
        let mut text = String::new();
        for place in chosen {
            text.push_str(&line(&own[place].unit.kind, &own[place].unit.text));
        }
        left = room.saturating_sub(count(&text));
        body.push_str(&text);
        body.push('\n');
    }
    let key = key(&body, &question, evidence, chunks);
    body.push_str("Question: ");
    body.push_str(&question);
    Prompt { body, key }
}

fn key(body: &str, question: &str, evidence: &Evidence, chunks: &Chunks) -> PromptKey {
    let mut parts = vec![body.to_owned(), even(question)];
    for passage in &evidence.passages {
        parts.push(passage.chunks.len().to_string());
        parts.extend(passage.chunks.iter().map(|chunk| chunks[*chunk].digest()));
    }
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// A question without what makes no difference to its meaning. Small words and
/// the order stay, and so do names: `PATH`, `vec!`, `-V`.
fn even(question: &str) -> String {
    let end = |c: char| "?.…？。".contains(c) || c.is_whitespace();
    let words = question.trim_end_matches(end).split_whitespace();
    let words = words.map(|word| {
        let word = word.trim_end_matches(',');
        let mut letters = word.chars();
        let first = letters.next();
        let is_plain = letters.all(|letter| letter.is_lowercase() || letter == '\'');
        match first {
            Some(first) if is_plain && first.is_alphabetic() => word.to_lowercase(),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn heading(chunk: &Chunk) -> String {
    if chunk.heading() == chunk.title {
        format!("{}\n", chunk.title)
    } else {
        format!("{}: {}\n", chunk.title, chunk.heading())
    }
}

fn line(kind: &BlockKind, text: &str) -> String {
    if *kind == BlockKind::ListItem {
        format!("- {text}\n")
    } else {
        format!("{text}\n")
    }
}

/// The question on one line, its end left out when it is long.
fn shortened(question: &str, count: &dyn Fn(&str) -> usize) -> String {
    let mut words: Vec<&str> = question.split_whitespace().collect();
    while words.len() > 1 && count(&words.join(" ")) > QUESTION {
        words.truncate(words.len() * 3 / 4);
    }
    let mut question = words.join(" ");
    while count(&question) > QUESTION {
        question.truncate(question.floor_char_boundary(question.len() * 3 / 4));
    }
    question
}

#[cfg(test)]
mod tests {
    use super::{LEAD, QUESTION, SYSTEM, even, prompt};
    use crate::answer::extract::candidates;
    use crate::answer::retrieve::{Evidence, Passage};
    use crate::answer::terms::Terms;
    use crate::index::{Chunk, Chunks};
    use crate::markdown::{Block, BlockKind};

    fn book() -> (Chunks, Evidence) {
        let block = |kind, text: &str| Block {
            kind,
            text: text.to_owned(),
        };
        let chunk = |title: &str, trail: &str, blocks| {
            let trail = vec![trail.to_owned()];
            Chunk::new(
                "a.html".to_owned(),
                String::new(),
                title.to_owned(),
                trail,
                None,
                blocks,
            )
        };
        let chunks = vec![
            chunk(
                "Dependencies",
                "Git repositories",
                vec![
                    block(
                        BlockKind::Paragraph,
                        "Use the `git` key in the table of the dependency. The crate is fetched:",
                    ),
                    block(BlockKind::Code, "[dependencies]\nregex = { git = \"…\" }"),
                    block(BlockKind::ListItem, "It may name a branch."),
                ],
            ),
            chunk(
                "Paths",
                "Paths",
                vec![block(
                    BlockKind::Paragraph,
                    "A path dependency leads to a local folder.",
                )],
            ),
        ];
        let passages = (0..2)
            .map(|hit| Passage {
                hit,
                chunks: vec![hit],
            })
            .collect();
        (chunks.into(), Evidence { passages })
    }

    fn words(text: &str) -> usize {
        text.split_whitespace().count()
    }

    #[test]
    fn the_fixed_part_comes_first_and_the_question_last() {
        let (chunks, evidence) = book();
        let question = "How do I add\n a git dependency?";
        let terms = Terms::english(question, &|_| 1, 2);
        let candidates = candidates(&evidence, &chunks, &terms);
        let prompt = prompt(question, &evidence, &candidates, &chunks, 300, &words);
        snapbox::assert_data_eq!(
            format!("{SYSTEM}\n---\n{LEAD}{}", prompt.body),
            snapbox::str![[r#"
You answer questions about software from its documentation. Answer in one or two short sentences. Use only what the documentation says. Copy names, commands and numbers exactly.
---
Documentation:
Dependencies: Git repositories
Use the `git` key in the table of the dependency.
The crate is fetched:
[dependencies]
regex = { git = "…" }
- It may name a branch.

Paths
A path dependency leads to a local folder.

Question: How do I add a git dependency?
"#]]
        );
    }

    #[test]
    fn questions_are_the_same_but_for_capitals_and_marks_at_the_end() {
        for same in [
            "How do I install it?",
            "how do i  install it",
            "How, do I install it ?.",
        ] {
            assert_eq!(even(same), "how do i install it");
        }
        let different = [
            "What is PATH?",
            "What is path?",
            "What is -v?",
            "What is -V?",
            "What is vec!?",
            "What is vec?",
            "What is the path?",
            "What is a.b?",
            "What is HashMap?",
            "What is hashmap?",
            "Is what path?",
        ];
        let mut even = different.map(even).to_vec();
        even.sort();
        even.dedup();
        assert_eq!(even.len(), different.len(), "{even:?}");
    }

    #[test]
    fn a_long_question_and_much_evidence_stay_within_their_shares() {
        let (chunks, evidence) = book();
        let question = "why ".repeat(900);
        let candidates = candidates(&evidence, &chunks, &Terms::english("", &|_| 0, 0));
        let prompt = prompt(&question, &evidence, &candidates, &chunks, 9, &words);
        let (evidence, question) = prompt.body.split_once("Question: ").unwrap_or_default();
        assert!(words(evidence) <= 9, "{evidence}");
        assert!(words(question) <= QUESTION);
    }
}
