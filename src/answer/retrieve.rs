//! From hits to evidence, or to the finding that there is none.
//!
//! Pure. Judged on raw scores, the cosine and the share of the question's
//! words that a section holds; never on a fused rank, which says only that
//! one section is less foreign than another.

use std::collections::HashSet;

use crate::answer::terms::Terms;
use crate::answer::words;
use crate::index::{Chunk, Chunks, Hit};

/// Among how many hits the nearest is looked for. What many words have stands
/// first in the list, and what means the same in others may stand at its end.
pub const HITS: usize = 60;
/// How many of them may be sources.
const READ: usize = 8;
/// How many sections an answer rests on at most.
const SOURCES: usize = 4;
/// The fused score, beside the best one, under which a section is no source.
const KEPT: f32 = 0.4;
/// How many hits are judged.
const JUDGED: usize = 5;
/// How many words a passage has before what follows it is left out.
const PASSAGE: usize = 120;
/// What covering all of the question adds to a cosine, and covering none of
/// it takes away.
const COVERAGE: f32 = 0.15;
/// From how many of the question's words in one section on more words say
/// nothing more.
const ENOUGH_WORDS: f32 = 6.0;
/// What turns the measure by words alone, 0 to 2, into a cosine's scale.
/// Measured: the questions that this refuses with the default threshold are
/// mostly those that cosines refuse.
const BY_WORDS: f32 = 0.41;

/// What an answer rests on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// The passages, best first; never empty.
    pub passages: Vec<Passage>,
}

/// A section that was found, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The chunk that was found: the citation leads there.
    pub hit: usize,
    /// The chunks to quote from, in reading order, the found one first.
    pub chunks: Vec<usize>,
}

/// The evidence for a question with these `terms`, or none. `hits` come best
/// first and number `chunks`.
pub fn judge(
    terms: &Terms,
    hits: &[Hit],
    chunks: &Chunks,
    min_similarity: f32,
) -> Option<Evidence> {
    if confidence(terms, hits, chunks) < min_similarity && !is_named(terms, hits, chunks) {
        return None;
    }
    // What is called as the question stands before what has a better score.
    let scores = hits.iter().map(|hit| hit.score);
    let best = scores.reduce(f32::max)?;
    let mut found: Vec<usize> = Vec::new();
    let read = hits.iter().take(READ);
    for hit in read.filter(|hit| hit.score >= KEPT * best) {
        let parent = parent(hit.chunk, chunks, terms);
        for chunk in parent.into_iter().chain([hit.chunk]) {
            if found
                .iter()
                .all(|known| !same_section(&chunks[*known], &chunks[chunk]))
            {
                found.push(chunk);
            }
        }
    }
    let mut passages: Vec<Passage> = Vec::new();
    for chunk in found {
        let known = passages
            .iter()
            .any(|passage| passage.chunks.contains(&chunk));
        if passages.len() < SOURCES && !known {
            passages.push(Passage {
                hit: chunk,
                chunks: widen(chunk, chunks),
            });
        }
    }
    Some(Evidence { passages })
}

/// The nearest section around `chunk` whose heading says more of the
/// question than its own: what one must read first.
fn parent(chunk: usize, chunks: &Chunks, terms: &Terms) -> Option<usize> {
    let own = &chunks[chunk];
    let says = |chunk: &Chunk| terms.covered_by(chunk.heading());
    let same_page = |number: &usize| chunks[*number].page == own.page;
    let mut earlier = (0..chunk).rev().take_while(same_page);
    let before = earlier.find(|number| {
        let other = &chunks[*number];
        let around = other.trail.len() < own.trail.len() && own.trail.starts_with(&other.trail);
        around && says(other) > says(own)
    })?;
    // A section may have several chunks: its beginning is wanted.
    let same = |number: &usize| same_section(&chunks[*number], &chunks[before]);
    (0..=before).rev().take_while(same).last()
}

/// Whether a title or heading of the best hits has every word of the question:
/// who types `cargo fetch` wants the page of that name, however little two
/// words mean to a model.
fn is_named(terms: &Terms, hits: &[Hit], chunks: &Chunks) -> bool {
    hits.iter().take(JUDGED).any(|hit| {
        let chunk = &chunks[hit.chunk];
        let names = [chunk.title.as_str(), chunk.heading()];
        names.iter().any(|name| terms.covered_by(name) > 0.999)
    })
}

/// How surely the best sections are about the question, on the scale of a
/// cosine.
///
/// With embeddings it is the best cosine, raised or lowered by how much of
/// the question one section covers. For sections without them it is that share
/// and the number of words behind it. Where some sections have theirs and some
/// do not, the surer of the two counts.
pub fn confidence(terms: &Terms, hits: &[Hit], chunks: &Chunks) -> f32 {
    let judged = &hits[..hits.len().min(JUDGED)];
    let judged = judged
        .iter()
        .map(|hit| (hit, terms.stems(&chunks[hit.chunk].embed_text())));
    let judged: Vec<(&Hit, HashSet<String>)> = judged.collect();
    let others = judged.iter().filter(|(hit, _)| hit.vector.is_none());
    let others: Vec<&HashSet<String>> = others.map(|(_, stems)| stems).collect();
    let cosines = hits.iter().filter_map(|hit| hit.vector);
    let Some(cosine) = cosines.map(|(cosine, _)| cosine).reduce(f32::max) else {
        return by_words(terms, &others);
    };
    let coverage = judged.iter().map(|(_, stems)| terms.coverage(stems));
    let by_meaning = cosine + COVERAGE * (2.0 * coverage.fold(0.0, f32::max) - 1.0);
    if others.is_empty() {
        by_meaning
    } else {
        by_meaning.max(by_words(terms, &others))
    }
}

fn by_words(terms: &Terms, sections: &[&HashSet<String>]) -> f32 {
    let most = |score: &dyn Fn(&HashSet<String>) -> f32| {
        let scores = sections.iter().map(|stems| score(stems));
        scores.fold(0.0, f32::max)
    };
    let words = most(&|stems| terms.found(stems)).min(ENOUGH_WORDS);
    BY_WORDS * (most(&|stems| terms.coverage(stems)) + words / ENOUGH_WORDS)
}

/// The chunk and, while it is short, what follows it in its section and in
/// the sections under it: a heading's first lines often only announce them.
fn widen(hit: usize, chunks: &Chunks) -> Vec<usize> {
    let own = &chunks[hit];
    let mut passage = vec![hit];
    let mut length = words::count(&own.text());
    for number in hit + 1..chunks.len() {
        let chunk = &chunks[number];
        let belongs = chunk.page == own.page && chunk.trail.starts_with(&own.trail);
        if !belongs || length >= PASSAGE {
            break;
        }
        length += words::count(&chunk.text());
        passage.push(number);
    }
    passage
}

fn same_section(one: &Chunk, other: &Chunk) -> bool {
    one.page == other.page && one.anchor == other.anchor
}

#[cfg(test)]
mod tests {
    use super::{confidence, judge};
    use crate::answer::terms::Terms;
    use crate::index::{Chunk, Chunks, Hit};
    use crate::markdown::{Block, BlockKind};

    fn chunk(page: &str, anchor: &str, trail: &[&str], text: &str) -> Chunk {
        let block = Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
        };
        let trail = trail.iter().map(|part| (*part).to_owned()).collect();
        Chunk::new(
            page.to_owned(),
            anchor.to_owned(),
            "T".to_owned(),
            trail,
            None,
            vec![block],
        )
    }

    fn hit(chunk: usize, score: f32, cosine: Option<f32>) -> Hit {
        Hit {
            chunk,
            score,
            text: None,
            vector: cosine.map(|cosine| (cosine, 1)),
        }
    }

    fn book() -> Chunks {
        Chunks::from(vec![
            chunk(
                "deps.html",
                "git",
                &["Git"],
                "Add a git dependency with the `git` key.",
            ),
            chunk(
                "deps.html",
                "branch",
                &["Git", "Branches"],
                "Name the branch.",
            ),
            chunk("deps.html", "path", &["Paths"], "Add a path."),
            chunk("faq.html", "", &[], "The capital letters of a name."),
        ])
    }

    fn terms(question: &str) -> Terms {
        Terms::english(question, &|_| 1, 4)
    }

    #[test]
    fn a_foreign_question_has_no_evidence_however_it_ranks() {
        let hits = [hit(3, 1.0, Some(0.28)), hit(0, 0.9, Some(0.2))];
        let question = terms("What is the capital of France?");
        assert_eq!(judge(&question, &hits, &book(), 0.4), None);
        let lexical = [hit(3, 1.0, None)];
        assert!(confidence(&terms("Where is the mayor of Paris?"), &lexical, &book()) < 0.4);
    }

    #[test]
    fn a_short_section_takes_the_sections_under_it_along() {
        let hits = [
            hit(0, 1.0, Some(0.6)),
            hit(1, 0.8, Some(0.5)),
            hit(2, 0.7, Some(0.4)),
        ];
        let evidence = judge(
            &terms("How do I add a git dependency?"),
            &hits,
            &book(),
            0.4,
        );
        let passages = evidence
            .map(|evidence| evidence.passages)
            .unwrap_or_default();
        let chunks: Vec<_> = passages
            .iter()
            .map(|passage| passage.chunks.clone())
            .collect();
        assert_eq!(chunks, [vec![0, 1], vec![2]]);
    }

    #[test]
    fn a_section_whose_meaning_is_still_to_come_counts_by_its_words() {
        let question = terms("How do I add a git dependency?");
        let foreign = hit(3, 0.9, Some(0.1));
        assert!(judge(&question, std::slice::from_ref(&foreign), &book(), 0.4).is_none());
        let waiting = [hit(0, 1.0, None), foreign];
        assert!(judge(&question, &waiting, &book(), 0.4).is_some());
    }

    #[test]
    fn what_a_heading_names_is_never_refused() {
        let far = [hit(2, 1.0, Some(0.1))];
        assert!(judge(&terms("paths"), &far, &book(), 0.9).is_some());
        assert!(judge(&terms("paths of glory"), &far, &book(), 0.9).is_none());
    }

    #[test]
    fn words_alone_decide_when_there_are_no_cosines() {
        let question = terms("How do I add a git dependency?");
        assert!(judge(&question, &[hit(0, 1.0, None)], &book(), 0.4).is_some());
        assert!(judge(&question, &[], &book(), 0.4).is_none());
    }
}
