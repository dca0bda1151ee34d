//! What a chunk says, ready to be compared with a sentence.
//!
//! Pure. Words gathered from several sentences make a new claim, so support
//! is sought in one unit and its neighbour, not in a whole section.

use std::collections::{BTreeSet, HashSet};

use crate::answer::terms::Terms;
use crate::answer::units::units;
use crate::index::Chunk;

/// The share that one unit of it must hold: words gathered from several
/// sentences make a new claim, and small models make them up.
const ONE: f32 = 0.7;
/// The share that this unit and a neighbour must hold together.
const NEAR: f32 = 0.9;

/// A chunk of the evidence, ready to be compared with.
pub struct Source {
    /// The number of its passage, from 1.
    pub number: usize,
    /// Everything that stands in it, in lower case.
    pub text: String,
    /// The stems of all its words.
    pub stems: HashSet<String>,
    /// The stems of its title and headings.
    pub headings: HashSet<String>,
    units: Vec<Piece>,
}

/// A unit of a source.
struct Piece {
    text: String,
    stems: HashSet<String>,
}

impl Source {
    /// Reads `chunk`, which has the number `place` and belongs to the passage
    /// `number`, in the language of the question.
    pub fn read(number: usize, place: usize, chunk: &Chunk, question: &Terms) -> Self {
        let mut texts: Vec<String> = Vec::new();
        let mut announced = false;
        for unit in units(place, chunk) {
            // "Run:" and what is to be run say one thing.
            match texts.last_mut().filter(|_| announced) {
                Some(last) => *last = format!("{last} {}", unit.text),
                None => texts.push(unit.text.clone()),
            }
            announced = unit.announces();
        }
        let pieces = texts.into_iter().map(|text| Piece {
            stems: question.stems(&text),
            text,
        });
        let headings = [&chunk.title].into_iter().chain(&chunk.trail);
        let headings = headings.flat_map(|heading| question.stems(heading));
        let text = chunk.embed_text();
        Self {
            number,
            units: pieces.collect(),
            headings: headings.collect(),
            stems: question.stems(&text),
            text: text.to_lowercase(),
        }
    }
}

/// The unit of `source` that says most of `content`, with the neighbour that
/// says most of the rest; nothing when they do not say enough of it.
pub fn nearest(source: &Source, content: &BTreeSet<String>) -> Option<String> {
    let best = |a: &f32, b: &f32| a.total_cmp(b);
    let places = 0..source.units.len();
    let (place, one) = places
        .map(|place| (place, share(content, &source.units[place].stems)))
        .max_by(|(_, a), (_, b)| best(a, b))?;
    let unit = &source.units[place];
    let neighbours = [place.checked_sub(1), Some(place + 1)];
    let with = neighbours.into_iter().flatten().filter_map(|other| {
        let other = source.units.get(other)?;
        let both = unit.stems.union(&other.stems).cloned().collect();
        Some((
            share(content, &both),
            format!("{} {}", unit.text, other.text),
        ))
    });
    let alone = (one, unit.text.clone());
    // The unit alone comes last, and of equals the last is taken.
    let (near, text) = with.chain([alone]).max_by(|(a, _), (b, _)| best(a, b))?;
    (one >= ONE && near >= NEAR).then_some(text)
}

/// The share of `content` that stands among `stems`.
#[expect(clippy::cast_precision_loss, reason = "a sentence has few words")]
pub fn share(content: &BTreeSet<String>, stems: &HashSet<String>) -> f32 {
    let found = content.iter().filter(|word| stems.contains(*word)).count();
    found as f32 / content.len().max(1) as f32
}
