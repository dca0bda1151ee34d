//! The one file that a search starts with: how long the chunks are, which
//! belong together, and which other file holds what.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::content::Kind;
use crate::index::Chunks;
use crate::index::browser::pages::goes_on;
use crate::index::browser::shards::Lists;
use crate::index::browser::surfaces::Surfaces;
use crate::index::pages::PageChunks;
use crate::index::text::Words;
use crate::index::text::synonyms::Name;
use crate::index::text::terms::length_of;
use crate::index::tokens;

/// How many completions a browser may try.
const COMPLETIONS: usize = 20;
/// Over how many files the completions of a beginning may be spread without
/// being listed.
const NARROW: usize = 2;
/// The longest beginning that is listed, in letters.
const LONGEST: usize = 8;

/// The names of files, each with where it begins.
pub type Places<T> = Vec<(T, String)>;

/// The file as a value in JSON. `spelling` is the name of the file of all
/// stems.
pub fn overview(
    words: &Words,
    chunks: &Chunks,
    (lists, surfaces): (&Lists, &Surfaces),
    (shards, blocks, spelling): (&Places<String>, &Places<usize>, &str),
) -> Value {
    let lengths = words.lengths();
    let most = lengths.iter().flat_map(|field| &field.coded).max();
    let sizes: Vec<u32> = (0..=most.copied().unwrap_or(0)).map(length_of).collect();
    let coded = |field: &[u8]| numbers(field.iter().map(|length| usize::from(*length)));
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
    let pages = || chunks.pages().map(|(page, _)| page);
    let kind = |page: &Arc<PageChunks>| {
        let kind = page.chunks.first().and_then(|chunk| chunk.kind);
        kind.map_or(0, |kind| {
            1 + Kind::ALL
                .iter()
                .position(|other| *other == kind)
                .unwrap_or(0)
        })
    };
    let pairs = chunks.iter().zip(chunks.iter().skip(1));
    let same = pairs.map(|(before, chunk)| usize::from(goes_on(before, chunk)));
    let from: Vec<&str> = shards.iter().map(|(from, _)| from.as_str()).collect();
    let endings: Vec<String> = surfaces
        .endings
        .iter()
        .map(|(off, on)| format!("{off},{on}"))
        .collect();
    let mut overview = json!({
        "tokens": lengths.iter().map(|field| field.total).collect::<Vec<_>>(),
        "sizes": sizes,
        "lengths": lengths.iter().map(|field| coded(&field.coded)).collect::<Vec<_>>(),
        "pages": numbers(pages().map(|page| page.chunks.len())),
        "kinds": kinds,
        "kind": numbers(pages().map(kind)),
        "same": numbers(packed(same)),
        "from": from.join(" "),
        "shards": names(shards),
        "first": blocks.iter().map(|(from, _)| *from).collect::<Vec<_>>(),
        "blocks": names(blocks),
        "spelling": spelling,
        "function": words.language().function_words().join(" "),
        "endings": endings.join(" "),
        "wide": wide(lists, &from),
    });
    let synonyms = &words.synonyms().groups;
    if !synonyms.is_empty() {
        overview["synonyms"] = synonyms.iter().map(|group| named(group)).collect();
    }
    overview
}

/// The names of a group, each in words and in stems.
fn named(group: &[Name]) -> Vec<[String; 2]> {
    let names = group.iter().map(|name| {
        let words = tokens::words(&name.written).into_iter();
        let words: Vec<String> = words.map(|word| word.text).collect();
        [words.join(" "), name.stems.join(" ")]
    });
    names.collect()
}

fn names<T>(places: &Places<T>) -> String {
    let names: Vec<&str> = places.iter().map(|(_, name)| name.as_str()).collect();
    names.join(" ")
}

/// Small numbers as characters, of those that JSON writes as they are.
fn numbers(numbers: impl Iterator<Item = usize>) -> String {
    let character = |number: usize| {
        let code = number + 35;
        // Not the backslash, and none of the numbers that are no characters.
        let code = code + usize::from(code >= 92);
        let code = if code >= 0xD800 { code + 0x800 } else { code };
        u32::try_from(code)
            .ok()
            .and_then(char::from_u32)
            .unwrap_or('\u{FFFD}')
    };
    numbers.map(character).collect()
}

/// Six yes or no in a number, the first the lowest.
fn packed(bits: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
    let mut packed = Vec::new();
    for (at, bit) in bits.enumerate() {
        if at % 6 == 0 {
            packed.push(0);
        }
        if let Some(last) = packed.last_mut() {
            *last |= bit << (at % 6);
        }
    }
    packed.into_iter()
}

/// Beginnings of words with their commonest completions, where those are
/// spread over so many files that not all can be looked through.
fn wide(lists: &Lists, from: &[&str]) -> BTreeMap<String, String> {
    let place = |text: &str| from.partition_point(|from| *from <= text).max(1) - 1;
    let mut left: Vec<(&str, usize)> = lists.stems().collect();
    let mut wide = BTreeMap::new();
    for length in 2..=LONGEST {
        let start = |stem: &'_ str| {
            stem.char_indices()
                .nth(length)
                .map_or(stem.len(), |(at, _)| at)
        };
        let same = |(one, _): &(&str, usize), (other, _): &(&str, usize)| {
            one[..start(one)] == other[..start(other)]
        };
        let mut next = Vec::new();
        for group in left.chunk_by(same) {
            let start = &group[0].0[..start(group[0].0)];
            if place(&format!("{start}\u{10FFFF}")) - place(start) < NARROW {
                continue;
            }
            next.extend_from_slice(group);
            let mut best = group.to_vec();
            best.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
            // One more: a word is no completion of itself.
            let best: Vec<&str> = best
                .iter()
                .take(COMPLETIONS + 1)
                .map(|stem| stem.0)
                .collect();
            wide.insert(start.to_owned(), best.join(" "));
        }
        // Longer beginnings are spread no wider.
        left = next;
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::{numbers, packed};

    #[test]
    fn numbers_are_characters_that_need_no_escape() {
        assert_eq!(numbers([0, 1, 56, 57, 58].into_iter()), "#$[]^");
        let all: String = numbers(0..3_000);
        assert_eq!(serde_json::to_string(&all).unwrap(), format!("\"{all}\""));
        let high = numbers([0xD7FF - 36, 0xD800 - 36].into_iter());
        assert_eq!(high, "\u{D7FF}\u{E000}");
    }

    #[test]
    fn six_bits_make_a_number() {
        let bits = [1, 0, 1, 0, 0, 1, 1];
        assert_eq!(packed(bits.into_iter()).collect::<Vec<_>>(), [0b10_0101, 1]);
    }
}
