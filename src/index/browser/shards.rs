//! The terms of a book in files, by ranges of the alphabet.
//!
//! Takes the full-text index and the words that are written in the book,
//! gives for each file where it begins and what it holds.

use anyhow::Result;
use rayon::prelude::*;

use crate::index::browser::bits::{Bits, base64};
use crate::index::browser::front;
use crate::index::browser::surfaces::Surfaces;
use crate::index::text::Words;
use crate::index::text::terms::{Found, often};

/// About how many bytes a file has. Large files bring much that nobody asked
/// for, small ones cost a request each.
const SIZE: usize = 5000;
/// The lists of a term this long get a file of their own.
const LARGE: usize = 2500;

/// The terms in order with their lists.
#[derive(Default)]
pub struct Lists {
    terms: Vec<Term>,
    bytes: Vec<u8>,
}

struct Term {
    text: String,
    /// Where its lists end among the bytes.
    end: usize,
    /// In how many chunks it stands, field by field, identifiers left out.
    frequency: usize,
}

/// A file of terms.
pub struct Shard {
    /// Not after its first term, and after the last of the file before.
    pub from: String,
    /// The terms and the words that have them as stems.
    pub terms: String,
    /// The lists, in base64.
    pub lists: String,
}

impl Lists {
    /// All terms: from the texts as they were when the index was made, or out
    /// of the whole index.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(words: &Words) -> Result<Self> {
        let texts = words.known().and_then(|known| known.texts.as_ref());
        let parts: Vec<Self> = match texts {
            Some(texts) => {
                let parts = texts.spans().into_par_iter();
                let part = |span| {
                    Self::part(|found| {
                        texts.terms(span, found);
                        Ok(())
                    })
                };
                parts.map(part).collect::<Result<_>>()?
            }
            None => {
                let spans = words.spans()?;
                let parts = spans.par_iter();
                let part = |span| Self::part(|found| words.terms(span, found));
                parts.map(part).collect::<Result<_>>()?
            }
        };
        let mut all = Self::default();
        for part in parts {
            let start = all.bytes.len();
            all.bytes.extend(part.bytes);
            let moved = part.terms.into_iter().map(|term| Term {
                end: start + term.end,
                ..term
            });
            all.terms.extend(moved);
        }
        Ok(all)
    }

    /// The terms that `read` finds.
    fn part(read: impl FnOnce(&mut Found<'_>) -> Result<()>) -> Result<Self> {
        let mut bits = Bits::default();
        let mut terms = Vec::new();
        read(&mut |text, postings| {
            bits.postings(postings);
            terms.push(Term {
                text: text.to_owned(),
                end: bits.bytes().len(),
                frequency: often(postings),
            });
        })?;
        let bytes = bits.into_bytes();
        Ok(Self { terms, bytes })
    }

    /// The stems in order, with in how many chunks each stands, field by
    /// field.
    pub fn stems(&self) -> impl Iterator<Item = (&str, usize)> {
        let stems = self.terms.iter().filter(|term| term.frequency > 0);
        stems.map(|term| (term.text.as_str(), term.frequency))
    }
}

/// What stands at one place of the alphabet.
struct Entry<'a> {
    text: &'a str,
    /// The words of which it is the stem.
    words: &'a [(String, String)],
    /// Its lists.
    bytes: &'a [u8],
}

/// A file that is being filled.
#[derive(Default)]
struct Open<'a> {
    entries: Vec<Entry<'a>>,
    size: usize,
}

/// Cuts the terms into files.
pub fn shards(lists: &Lists, surfaces: &Surfaces) -> Vec<Shard> {
    let mut files: Vec<Vec<Entry<'_>>> = Vec::new();
    let mut open = Open::default();
    let mut words = surfaces.by_stem.as_slice();
    let mut start = 0;
    for term in &lists.terms {
        // Stems of words that no index holds, which cannot be, are left out.
        let others = words.iter().position(|(stem, _)| *stem >= term.text);
        words = &words[others.unwrap_or(words.len())..];
        let own = words.iter().position(|(stem, _)| *stem != term.text);
        let (own, rest) = words.split_at(own.unwrap_or(words.len()));
        words = rest;
        let entry = Entry {
            text: &term.text,
            words: own,
            bytes: &lists.bytes[start..term.end],
        };
        start = term.end;
        let size = entry.bytes.len() + entry.text.len() / 2 + 2 * own.len() + 2;
        if open.size > 0 && (open.size + size > SIZE || size > LARGE) {
            files.push(std::mem::take(&mut open).entries);
        }
        open.size += size;
        open.entries.push(entry);
        if size > LARGE {
            files.push(std::mem::take(&mut open).entries);
        }
    }
    if !open.entries.is_empty() {
        files.push(open.entries);
    }
    written(&files, surfaces)
}

/// The files as text, each with the words whose stem lies in another one.
fn written(files: &[Vec<Entry<'_>>], surfaces: &Surfaces) -> Vec<Shard> {
    let mut last = "";
    let mut bounds = Vec::new();
    for entries in files {
        bounds.push(separator(
            last,
            entries.first().map_or("", |entry| entry.text),
        ));
        last = entries.last().map_or("", |entry| entry.text);
    }
    let place = |text: &str| bounds.partition_point(|from| **from <= *text).max(1) - 1;
    let mut elsewhere: Vec<Vec<(&str, &str)>> = vec![Vec::new(); files.len()];
    let moved = surfaces.by_stem.par_iter().filter_map(|(stem, word)| {
        let at = place(word);
        (at != place(stem)).then_some((at, word, stem))
    });
    for (at, word, stem) in moved.collect::<Vec<_>>() {
        if let Some(list) = elsewhere.get_mut(at) {
            list.push((word, stem));
        }
    }
    let files = files.par_iter().zip(&mut elsewhere).zip(&bounds);
    files
        .map(|((entries, elsewhere), from)| {
            elsewhere.sort_unstable();
            shard((*from).to_owned(), entries, elsewhere)
        })
        .collect()
}

/// The shortest text that is after `before` and not after `text`.
fn separator<'a>(before: &str, text: &'a str) -> &'a str {
    let mut ends = text.char_indices().map(|(at, _)| &text[..at]);
    ends.find(|end| !end.is_empty() && **end > *before)
        .unwrap_or(text)
}

fn shard(from: String, entries: &[Entry<'_>], elsewhere: &[(&str, &str)]) -> Shard {
    let mut terms = String::new();
    let mut bytes = Vec::new();
    let mut before = "";
    let mut elsewhere = elsewhere.iter().peekable();
    for entry in entries {
        while let Some((word, stem)) = elsewhere.next_if(|(word, _)| *word < entry.text) {
            open_entry(&mut terms, &mut before, word);
            terms.push('=');
            terms.push_str(stem);
            bytes.push(0);
        }
        open_entry(&mut terms, &mut before, entry.text);
        if let Some((_, stem)) = elsewhere.next_if(|(word, _)| *word == entry.text) {
            terms.push('=');
            terms.push_str(stem);
        }
        for (_, word) in entry.words {
            terms.push(',');
            front::push(&mut terms, entry.text, word);
        }
        bytes.extend_from_slice(entry.bytes);
    }
    for (word, stem) in elsewhere {
        open_entry(&mut terms, &mut before, word);
        terms.push('=');
        terms.push_str(stem);
        bytes.push(0);
    }
    Shard {
        from,
        terms,
        lists: base64(&bytes),
    }
}

fn open_entry<'a>(terms: &mut String, before: &mut &'a str, text: &'a str) {
    if !terms.is_empty() {
        terms.push(' ');
    }
    front::push(terms, before, text);
    *before = text;
}

#[cfg(test)]
mod tests {
    use super::{LARGE, Lists, SIZE, Term, separator, shards};
    use crate::index::browser::bits::Bits;
    use crate::index::browser::surfaces::Surfaces;

    /// Terms that stand in as many chunks each.
    fn lists(terms: &[(&str, u32)]) -> Lists {
        let mut bits = Bits::default();
        let terms = terms.iter().map(|(text, count)| {
            let list: Vec<_> = (0..*count).map(|chunk| (3 * chunk, 1)).collect();
            bits.postings(&[&[], &[], &list, &[]]);
            Term {
                text: (*text).to_owned(),
                end: bits.bytes().len(),
                frequency: *count as usize,
            }
        });
        let terms = terms.collect();
        let bytes = bits.into_bytes();
        Lists { terms, bytes }
    }

    fn surfaces(pairs: &[(&str, &str)]) -> Surfaces {
        let mut by_stem: Vec<(String, String)> = pairs
            .iter()
            .map(|(stem, word)| ((*stem).to_owned(), (*word).to_owned()))
            .collect();
        by_stem.sort();
        Surfaces {
            by_stem,
            endings: Vec::new(),
        }
    }

    #[test]
    fn words_stand_with_their_stems() {
        let lists = lists(&[("configur", 2), ("git", 1)]);
        let surfaces = surfaces(&[("configur", "configure"), ("configur", "configured")]);
        let shards = shards(&lists, &surfaces);
        assert_eq!(shards.len(), 1);
        assert_eq!(shards[0].terms, "0configur,8e,8ed 0git");
        // 0010, one more than one, order, gaps 0 and 2 with once each.
        assert_eq!(shards[0].lists.len(), 8);
    }

    #[test]
    fn a_long_list_has_a_file_of_its_own_and_words_elsewhere_a_pointer() {
        let many = u32::try_from(LARGE * 4).unwrap();
        let lists = lists(&[("ab", 1), ("die", many), ("ditch", 1), ("dy", 1)]);
        let shards = shards(&lists, &surfaces(&[("die", "died"), ("die", "dying")]));
        let from: Vec<&str> = shards.iter().map(|shard| shard.from.as_str()).collect();
        assert_eq!(from, ["a", "d", "dit"]);
        assert_eq!(shards[1].terms, "0die,3d,1ying");
        assert_eq!(shards[2].terms, "0ditch 1y 2ing=die");
    }

    #[test]
    fn files_are_about_as_large_as_they_should_be() {
        let names: Vec<String> = (0..5_000).map(|number| format!("w{number:05}")).collect();
        let terms: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 3)).collect();
        let shards = shards(&lists(&terms), &surfaces(&[]));
        assert!(shards.len() > 3);
        for shard in &shards[..shards.len() - 1] {
            let size = shard.lists.len() * 3 / 4 + shard.terms.len() / 2;
            assert!((SIZE / 2..SIZE * 3 / 2).contains(&size), "{size}");
        }
    }

    #[test]
    fn a_border_is_as_short_as_it_can_be() {
        assert_eq!(separator("contain", "control"), "contr");
        assert_eq!(separator("con", "control"), "cont");
        assert_eq!(separator("", "é"), "é");
    }
}
