//! The few words of a chunk that show why it was found.

use std::ops::Range;

use anyhow::Result;

use crate::index::query::Wanted;
use crate::index::{Hit, Index, Query, tokens};

/// About how many characters an excerpt has, and how many of them stand
/// before the first match.
const LENGTH: usize = 160;
const BEFORE: usize = 40;

impl Index {
    /// About 160 characters of the chunk around the words of the query, in
    /// pieces: the text, and whether it is one of the words. White space is
    /// made even; `…` stands where text is left out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn excerpt(&self, hit: &Hit, query: &Query) -> Result<Vec<(String, bool)>> {
        let Some(chunk) = self.chunks.get(hit.chunk) else {
            return Ok(Vec::new());
        };
        let wanted = Wanted::read(&query.text, self.language());
        let stems = self.words.found_stems(&wanted)?;
        // The chunk's text is short; every run of white space becomes one space.
        let text = chunk
            .text()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let mut marks: Vec<(Range<usize>, usize)> = Vec::new();
        for token in self.words.stems(&text) {
            if let Some(which) = stems.iter().position(|stem| *stem == token.text) {
                marks.push((token.range, which));
            }
        }
        for token in tokens::identifiers(&text) {
            if let Some(which) = wanted
                .identifiers
                .iter()
                .position(|text| *text == token.text)
            {
                marks.push((token.range, stems.len() + which));
            }
        }
        marks.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let window = window(&text, &marks);
        Ok(pieces(&text, window, &marks))
    }
}

/// The part of `text` with the most different marks.
fn window(text: &str, marks: &[(Range<usize>, usize)]) -> Range<usize> {
    let mut best = (0, 0);
    for (place, (range, _)) in marks.iter().enumerate() {
        let end = after(text, range.start, LENGTH - BEFORE);
        let near = marks[place..]
            .iter()
            .take_while(|(range, _)| range.end <= end);
        let mut which: Vec<usize> = near.map(|(_, which)| *which).collect();
        which.sort_unstable();
        which.dedup();
        if which.len() > best.0 {
            best = (which.len(), range.start);
        }
    }
    let from = before(text, best.1, BEFORE);
    let end = after(text, from, LENGTH);
    // At the end of the text there is room for more in front.
    let from = before(text, end, LENGTH).min(from);
    word_start(text, from)..word_end(text, end)
}

/// `from` moved `count` characters on.
fn after(text: &str, from: usize, count: usize) -> usize {
    text[from..]
        .char_indices()
        .nth(count)
        .map_or(text.len(), |(at, _)| from + at)
}

/// `from` moved `count` characters back.
fn before(text: &str, from: usize, count: usize) -> usize {
    text[..from]
        .char_indices()
        .rev()
        .take(count)
        .last()
        .map_or(from, |(at, _)| at)
}

/// The start of the first word that begins at `at` or soon after it.
fn word_start(text: &str, at: usize) -> usize {
    if at == 0 || text[..at].ends_with(' ') {
        return at;
    }
    let limit = after(text, at, BEFORE / 2);
    text[at..limit].find(' ').map_or(at, |space| at + space + 1)
}

/// The end of the last word that ends at `at` or soon before it.
fn word_end(text: &str, at: usize) -> usize {
    if at == text.len() || text[at..].starts_with(' ') {
        return at;
    }
    let limit = before(text, at, BEFORE / 2);
    text[limit..at].rfind(' ').map_or(at, |space| limit + space)
}

fn pieces(
    text: &str,
    window: Range<usize>,
    marks: &[(Range<usize>, usize)],
) -> Vec<(String, bool)> {
    let mut pieces = Vec::new();
    let mut push = |range: Range<usize>, marked: bool| {
        if !range.is_empty() {
            pieces.push((text[range].to_owned(), marked));
        }
    };
    let mut at = window.start;
    for (mark, _) in marks {
        if mark.start >= at && mark.end <= window.end {
            push(at..mark.start, false);
            push(mark.clone(), true);
            at = mark.end;
        }
    }
    push(at..window.end, false);
    if window.start > 0 {
        pieces.insert(0, ("… ".to_owned(), false));
    }
    if window.end < text.len() {
        pieces.push((" …".to_owned(), false));
    }
    pieces
}
