//! Questions that ask the same thing, brought together.
//!
//! By meaning where the index has an embedder, else by the words that they
//! share. Deterministic: those asked most lead, and each question joins the
//! leader that it is most like.

use std::collections::{BTreeMap, HashSet};

use anyhow::Context as _;

use crate::answer::words;
use crate::index::unrelated::stretched;
use crate::index::{Index, tokens};

/// The cosine from which two questions ask the same.
const SAME_MEANING: f32 = 0.7;
/// The share of their words from which they do.
const SAME_WORDS: f32 = 0.5;
/// So many different questions are grouped, those asked most; of the others
/// none can weigh much.
const MOST: usize = 2_000;

/// A question and how often it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// As it was asked first.
    pub question: String,
    /// How often, whatever the case and the signs.
    pub count: usize,
}

impl Asked {
    /// Each different question once, those asked most first.
    pub fn count(questions: &[String]) -> Vec<Self> {
        let mut counts: BTreeMap<Vec<String>, Self> = BTreeMap::new();
        for question in questions {
            let key = key(question);
            if key.is_empty() {
                continue;
            }
            let asked = counts.entry(key).or_insert_with(|| Self {
                question: question.clone(),
                count: 0,
            });
            asked.count += 1;
        }
        let mut all: Vec<Self> = counts.into_values().collect();
        all.sort_by(|a, b| {
            b.count
                .cmp(&a.count)
                .then_with(|| a.question.cmp(&b.question))
        });
        all
    }
}

/// What is the same of two questions that differ in case and signs only.
pub(super) fn key(question: &str) -> Vec<String> {
    let words = tokens::words(question).into_iter();
    words.map(|word| word.text).collect()
}

/// Questions that ask the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The one that was asked most.
    pub question: String,
    /// How often all of them were asked.
    pub count: usize,
    /// The others, those asked most first.
    pub also: Vec<String>,
}

/// What is compared of a question.
enum Gist {
    Meaning(Vec<f32>),
    Words(HashSet<String>),
}

impl Gist {
    /// How much alike two questions are: from 1 on they ask the same. Those that
    /// have nothing to do with each other have the cosine `unrelated`.
    #[expect(clippy::cast_precision_loss, reason = "a question has few words")]
    fn likeness(&self, other: &Self, unrelated: f32) -> f32 {
        match (self, other) {
            (Self::Meaning(one), Self::Meaning(other)) => {
                let cosine: f32 = one.iter().zip(other).map(|(a, b)| a * b).sum();
                stretched(cosine, unrelated) / SAME_MEANING
            }
            (Self::Words(one), Self::Words(other)) => {
                let all = one.union(other).count().max(1);
                one.intersection(other).count() as f32 / all as f32 / SAME_WORDS
            }
            _ => 0.0,
        }
    }
}

/// The groups among `asked`, which come those asked most first; so do the
/// groups.
///
/// # Errors
/// When the embedder fails.
pub fn group(asked: &[Asked], index: &Index) -> anyhow::Result<Vec<Group>> {
    let unrelated = index.embedder().and_then(|embedder| embedder.unrelated());
    let unrelated = unrelated.map_or(0.0, |found| found.questions);
    let mut groups: Vec<(Gist, Group)> = Vec::new();
    for Asked { question, count } in asked.iter().take(MOST) {
        // Any two questions in letters that a model does not know are alike to it.
        let vector = if index.is_spelled(question) {
            None
        } else {
            index.embed(question).context("grouping questions")?
        };
        let gist = match vector {
            Some(vector) => Gist::Meaning(vector),
            None => Gist::Words(
                words::content(question, index.language())
                    .into_iter()
                    .collect(),
            ),
        };
        let like = |(place, (leader, _)): (usize, &(Gist, Group))| {
            (place, gist.likeness(leader, unrelated))
        };
        let all = groups.iter().enumerate().map(like);
        let nearest = all.filter(|(_, likeness)| *likeness >= 1.0);
        // Of equals the first, which was asked most.
        let nearest = nearest.reduce(|best, next| if next.1 > best.1 { next } else { best });
        match nearest {
            Some((place, _)) => {
                let group = &mut groups[place].1;
                group.count += count;
                group.also.push(question.clone());
            }
            None => groups.push((
                gist,
                Group {
                    question: question.clone(),
                    count: *count,
                    also: Vec::new(),
                },
            )),
        }
    }
    let mut groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
    groups.sort_by(|a, b| {
        b.count
            .cmp(&a.count)
            .then_with(|| a.question.cmp(&b.question))
    });
    Ok(groups)
}
