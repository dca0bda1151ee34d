//! The extract: what the documentation itself says, word for word.
//!
//! Takes passages and the question's terms, gives quotes in reading order.
//! Pure: the same functions choose what a prompt holds.

use std::collections::HashSet;

use crate::answer::retrieve::Evidence;
use crate::answer::terms::Terms;
use crate::answer::units::{Unit, units};
use crate::answer::{announced, definition};
use crate::index::{Chunk, Chunks};
use crate::markdown::BlockKind;

/// The longest extract, in words.
pub const WORDS: usize = 120;

/// What a passage loses to the one before it: the best passage is quoted as
/// fully as there is room, and the others fill what it leaves.
const RANK: f32 = 0.2;
/// How much of its relevance a unit passes on to those after it, so that the
/// steps and the code under a sentence come with it.
const PASSED_ON: f32 = 0.5;
/// How far it passes it on, in units.
const REACH: usize = 3;
/// What scores less is not quoted once half of the room is taken: it stands in
/// a later passage and has next to nothing of the question.
const LEAST: f32 = -0.1;
/// What the sentence gains that says what a thing is, when that was asked: more than
/// any other has.
const DEFINITION: f32 = 2.0;
/// What a sentence loses that only points elsewhere.
const POINTER: f32 = 0.4;

/// A unit of a passage, with how well it fits the question.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The passage's number in [`Evidence::passages`].
    pub passage: usize,
    /// The unit.
    pub unit: Unit,
    /// How well it fits; the higher the better.
    pub score: f32,
    /// The stems of its words.
    pub stems: HashSet<String>,
    /// Whether it says nothing without the units around it.
    pub is_empty: bool,
}

/// A quotation with the passage that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The passage's number in [`Evidence::passages`].
    pub passage: usize,
    /// The text, word for word.
    pub text: String,
    /// What it is.
    pub kind: BlockKind,
}

/// Every unit of the evidence, passage by passage in reading order, scored.
pub fn candidates(evidence: &Evidence, chunks: &Chunks, terms: &Terms) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (passage, found) in evidence.passages.iter().enumerate() {
        let units = found
            .chunks
            .iter()
            .flat_map(|number| units(*number, &chunks[*number]));
        let units: Vec<Unit> = units.collect();
        let stems = units.iter().map(|unit| terms.stems(&unit.text));
        let stems: Vec<HashSet<String>> = stems.collect();
        let own: Vec<f32> = stems.iter().map(|stems| terms.coverage(stems)).collect();
        let definition = definition::place(terms, &chunks[found.hit], &units);
        #[expect(clippy::cast_precision_loss, reason = "there are few passages")]
        let behind = passage as f32 * RANK;
        for (place, (unit, stems)) in units.into_iter().zip(stems).enumerate() {
            let before = &own[place.saturating_sub(REACH)..place];
            let passed_on = before.iter().copied().fold(0.0, f32::max);
            let points = f32::from(u8::from(unit.points_elsewhere())) * POINTER;
            let named = terms.covered_by(&names(&chunks[unit.chunk], unit.block));
            let score = if unit.is_rest && own[place] <= 0.0 {
                // Nobody can read it without its beginning, which says what it is.
                f32::NEG_INFINITY
            } else {
                let defines = f32::from(u8::from(definition == Some(place))) * DEFINITION;
                own[place] + PASSED_ON * passed_on + named + defines - behind - points
            };
            all.push(Candidate {
                passage,
                is_empty: unit.is_empty(terms.content(&unit.text).len()),
                unit,
                score,
                stems,
            });
        }
    }
    all
}

/// What the block `place` of a chunk stands under, line by line. The steps under
/// "Uninstallation" need not say the word.
fn names(chunk: &Chunk, place: usize) -> String {
    let mut before = chunk.blocks[..place].iter().rev();
    let inner = before.find(|block| block.kind == BlockKind::Heading);
    let inner = inner.map(|block| block.text.as_str());
    let trail = chunk.trail.iter().map(String::as_str);
    let names = [chunk.title.as_str()].into_iter().chain(trail).chain(inner);
    names.collect::<Vec<_>>().join("\n")
}

/// The places of the best candidates that fit into `budget`, in order.
/// `cost` says what a unit takes of it.
///
/// An announcement and what it announces come together or not at all, and
/// nothing comes twice.
pub fn choose(
    candidates: &[Candidate],
    budget: usize,
    cost: &dyn Fn(&Unit) -> usize,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|a, b| candidates[*b].score.total_cmp(&candidates[*a].score));
    let mut chosen: Vec<usize> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    let mut said: Vec<&HashSet<String>> = Vec::new();
    let mut left = budget;
    for place in order {
        let candidate = &candidates[place];
        let Candidate { unit, score, .. } = candidate;
        if *score == f32::NEG_INFINITY || *score < LEAST && 2 * left < budget {
            break;
        }
        if candidate.is_empty || chosen.contains(&place) || seen.contains(&key(unit)) {
            continue;
        }
        if is_said(candidate, &said) {
            continue;
        }
        let mut together = announced::with_announcement(candidates, place);
        if unit.is_label() && together.last() == Some(&place) {
            continue;
        }
        together.retain(|place| !chosen.contains(place));
        let price: usize = together
            .iter()
            .map(|place| cost(&candidates[*place].unit))
            .sum();
        if price <= left {
            left -= price;
            let units = || together.iter().map(|place| &candidates[*place].unit);
            seen.extend(units().map(key));
            said.extend(together.iter().map(|place| &candidates[*place].stems));
            chosen.extend(together);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// The extract: at most [`WORDS`] words, neighbouring sentences joined.
pub fn extract(candidates: &[Candidate], chunks: &Chunks) -> Vec<Quote> {
    let chosen = choose(candidates, WORDS, &|unit| unit.words);
    let mut quotes: Vec<Quote> = Vec::new();
    let mut before: Option<usize> = None;
    for place in chosen {
        let Candidate { passage, unit, .. } = &candidates[place];
        let follows = before.is_some_and(|before| before + 1 == place);
        before = Some(place);
        if follows
            && let Some(last) = quotes.last_mut()
            && let Some(joined) = join(last, *passage, &candidates[place - 1].unit, unit, chunks)
        {
            last.text = joined;
            continue;
        }
        quotes.push(Quote {
            passage: *passage,
            text: unit.text.clone(),
            kind: unit.kind,
        });
    }
    quotes
}

/// `last` with `unit` behind it, when both stand so in one block.
fn join(
    last: &Quote,
    passage: usize,
    before: &Unit,
    unit: &Unit,
    chunks: &Chunks,
) -> Option<String> {
    let same = (before.chunk, before.block) == (unit.chunk, unit.block);
    if !same || last.passage != passage || unit.kind == BlockKind::Code {
        return None;
    }
    let between = if unit.kind == BlockKind::Table {
        '\n'
    } else {
        ' '
    };
    let joined = format!("{}{between}{}", last.text, unit.text);
    let block = &chunks[unit.chunk].blocks[unit.block];
    block.text.contains(&joined).then_some(joined)
}

/// Whether every word of some prose stands in one of the quotes already: a
/// summary of the sentence above it, a heading that was copied into a list.
fn is_said(candidate: &Candidate, said: &[&HashSet<String>]) -> bool {
    let is_prose = !matches!(candidate.unit.kind, BlockKind::Code | BlockKind::Table);
    is_prose && said.iter().any(|other| candidate.stems.is_subset(other))
}

fn key(unit: &Unit) -> String {
    unit.text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

#[cfg(test)]
pub(super) mod tests {
    use super::{WORDS, candidates, extract};
    use crate::answer::retrieve::{Evidence, Passage};
    use crate::answer::terms::Terms;
    use crate::answer::units::tests::chunk;
    use crate::answer::words;
    use crate::index::{Chunk, Chunks};
    use crate::markdown::BlockKind;

    /// What an answer to `question` quotes of these chunks.
    pub fn quotes(question: &str, chunks: &[Chunk]) -> Vec<(usize, String)> {
        let chunks = &Chunks::from(chunks.to_vec());
        let passages = (0..chunks.len()).map(|hit| Passage {
            hit,
            chunks: vec![hit],
        });
        let evidence = Evidence {
            passages: passages.collect(),
        };
        let terms = Terms::english(question, &|_| 1, 10);
        let quotes = extract(&candidates(&evidence, chunks, &terms), chunks);
        quotes
            .into_iter()
            .map(|quote| (quote.passage, quote.text))
            .collect()
    }

    #[test]
    fn the_best_passage_comes_first_and_nothing_comes_twice() {
        let one = chunk(&[(
            BlockKind::Paragraph,
            "Herons stand in shallow water. Then a patient wait begins.",
        )]);
        let two = chunk(&[(
            BlockKind::Paragraph,
            "Herons stand in shallow water. Another hungry bird follows.",
        )]);
        let quotes = quotes("what follows", &[one, two]);
        let expected = [
            (
                0,
                "Herons stand in shallow water. Then a patient wait begins.".to_owned(),
            ),
            (1, "Another hungry bird follows.".to_owned()),
        ];
        assert_eq!(quotes, expected);
    }

    #[test]
    fn what_a_quote_says_already_is_not_quoted_again() {
        let one = chunk(&[(
            BlockKind::Paragraph,
            "Herons of the north stand in shallow water at dawn.",
        )]);
        let two = chunk(&[
            (BlockKind::ListItem, "Herons stand in shallow water"),
            (BlockKind::ListItem, "Herons never stand in shallow water"),
        ]);
        let quotes = quotes("Where do herons stand in water?", &[one, two]);
        let texts: Vec<&str> = quotes.iter().map(|(_, text)| text.as_str()).collect();
        assert!(
            !texts.contains(&"Herons stand in shallow water"),
            "{texts:?}"
        );
        assert!(
            texts.contains(&"Herons never stand in shallow water"),
            "{texts:?}"
        );
    }

    #[test]
    fn room_is_not_filled_with_what_is_beside_the_question() {
        let long = format!("Herons stand in shallow water{}.", " and wait".repeat(30));
        let one = chunk(&[(BlockKind::Paragraph, &long)]);
        let two = chunk(&[(
            BlockKind::Paragraph,
            "Geese graze on wide meadows. See the guide on herons for more. Herons avoid wet meadows.",
        )]);
        let texts: Vec<String> = quotes("Where do herons stand at dawn?", &[one, two])
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(texts, [&*long, "Herons avoid wet meadows."]);
    }

    #[test]
    fn the_middle_of_code_is_not_quoted_unless_it_is_about_the_question() {
        let steps = "  - run: wade through the reeds\n".repeat(20);
        let code = format!("flock:\n{steps}  - run: catch frogs\n{steps}");
        let chunk = chunk(&[
            (BlockKind::Paragraph, "A day of herons, hour by hour."),
            (BlockKind::Code, &code),
        ]);
        let about = |question| {
            let quotes = quotes(question, std::slice::from_ref(&chunk));
            quotes.into_iter().map(|(_, text)| text).collect::<Vec<_>>()
        };
        let herons = about("What is the day of herons?");
        assert!(
            herons.iter().any(|text| text.starts_with("flock:")),
            "{herons:?}"
        );
        assert!(
            !herons.iter().any(|text| text.starts_with("  - run")),
            "{herons:?}"
        );
        let frogs = about("Where are frogs?");
        assert!(frogs.iter().any(|text| text.contains("frogs")), "{frogs:?}");
    }

    #[test]
    fn an_extract_is_never_longer_than_it_may_be() {
        let long = "A sentence about tokens that goes on for ten words. ".repeat(40);
        let chunks = vec![chunk(&[(BlockKind::Paragraph, &long)]); 3];
        let quotes = quotes("tokens", &chunks);
        let length: usize = quotes.iter().map(|(_, text)| words::count(text)).sum();
        assert!(length <= WORDS, "{length}");
    }
}
