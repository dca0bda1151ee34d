//! The stems of a book in order, read out of the dictionaries once.
//!
//! For what may become of a word that is being typed, and for what was meant
//! by a word that nothing has: both look at many stems, a dictionary is slow
//! to walk through, and most stems stand in every shard. And so that a stem is
//! looked up once, not in a dictionary of each field of each shard.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use anyhow::Result;
use rayon::prelude::*;
use tantivy::postings::TermInfo;

use crate::index::text::Words;
use crate::index::text::analyze::{FIELDS, STEMMED};
use crate::index::text::common::Common;
use crate::index::text::lexicon::Mix;
use crate::index::text::terms::Span;

/// The stems of titles, headings and texts.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// The stems, one after the other.
    text: String,
    entries: Vec<Entry>,
    /// Where they stand, one after the other.
    places: Vec<Place>,
    /// Those that very many documents have, in order of their numbers.
    common: Vec<Common>,
}

/// A stem, looked up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Term<'a> {
    /// Where it stands, by shard and field.
    pub places: &'a [Place],
    /// The fields in which it is common.
    pub common: &'a [Common],
}

/// Where a term stands: one field of one shard.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The number of the field in all fields of all shards.
    pub column: u32,
    /// In how many documents.
    pub documents: u32,
    from: u32,
    to: u32,
}

impl Place {
    /// A place in the column of this number.
    ///
    /// # Errors
    /// When a shard is larger than 4 GiB.
    pub fn of(column: usize, info: &TermInfo) -> Result<Self> {
        Ok(Self {
            column: u32::try_from(column)?,
            documents: info.doc_freq,
            from: u32::try_from(info.postings_range.start)?,
            to: u32::try_from(info.postings_range.end)?,
        })
    }

    /// The number of a field of a shard.
    pub fn column_of(shard: usize, field: usize) -> usize {
        shard * FIELDS.len() + field
    }

    /// The number of the field.
    pub fn field(&self) -> usize {
        self.column as usize % FIELDS.len()
    }

    /// What tantivy has to know to read its documents; the places of words in
    /// them are left out.
    pub fn term_info(&self) -> TermInfo {
        TermInfo {
            doc_freq: self.documents,
            postings_range: self.from as usize..self.to as usize,
            positions_range: 0..0,
        }
    }
}

#[derive(Debug)]
struct Entry {
    /// Where the stem ends in the text.
    end: usize,
    /// Where its places end.
    places: usize,
    /// In how many titles, headings and texts it stands.
    documents: u32,
    /// Its characters as a set.
    characters: u32,
}

impl Vocabulary {
    /// What `words` hold.
    ///
    /// # Errors
    /// When tantivy cannot read a dictionary.
    pub fn of(words: &Words) -> Result<Self> {
        let spans = words.spans()?;
        let parts = spans.par_iter().map(|span| Self::part(words, span));
        let mut whole = Self::default();
        for part in parts.collect::<Result<Vec<_>>>()? {
            let (before, places) = (whole.text.len(), whole.places.len());
            whole.text.push_str(&part.text);
            whole.places.extend(part.places);
            let entries = part.entries.into_iter().map(|entry| Entry {
                end: before + entry.end,
                places: places + entry.places,
                ..entry
            });
            whole.entries.extend(entries);
        }
        whole.common = whole.commonest(words.columns.documents());
        Ok(whole)
    }

    /// The stems of a span. Each is found by a hash where the dictionaries have
    /// it, and put in order when all are there: to merge a hundred dictionaries
    /// takes longer.
    fn part(words: &Words, span: &Span) -> Result<Self> {
        let mut numbers: HashMap<Box<[u8]>, usize, BuildHasherDefault<Mix>> = HashMap::default();
        let mut found: Vec<(usize, Place)> = Vec::new();
        for (shard, columns) in words.columns.shards().enumerate() {
            for field in STEMMED {
                let mut terms = span.of(&columns[field])?;
                while terms.advance() {
                    let number = match numbers.get(terms.key()) {
                        Some(number) => *number,
                        None => {
                            let number = numbers.len();
                            numbers.insert(terms.key().into(), number);
                            number
                        }
                    };
                    let column = Place::column_of(shard, field);
                    found.push((number, Place::of(column, terms.value())?));
                }
            }
        }
        let mut stems: Vec<(Box<[u8]>, usize)> = numbers.into_iter().collect();
        stems.sort_unstable();
        let mut ranks = vec![0; stems.len()];
        for (rank, (_, number)) in stems.iter().enumerate() {
            ranks[*number] = rank;
        }
        // Places of one stem stay in the order of their columns.
        found.sort_by_key(|(number, _)| ranks[*number]);
        Ok(Self::put_together(&stems, &found))
    }

    /// The stems in their order, with their numbers, and the places in the
    /// same order, each with the number of its stem.
    fn put_together(stems: &[(Box<[u8]>, usize)], found: &[(usize, Place)]) -> Self {
        let mut part = Self::default();
        let mut found = found.chunk_by(|(one, _), (other, _)| one == other);
        for (stem, _) in stems {
            let places = found.next().unwrap_or_default().iter();
            // All that is indexed is text.
            let Ok(stem) = str::from_utf8(stem) else {
                continue;
            };
            let documents = places.clone().map(|(_, place)| place.documents);
            let documents = documents.fold(0, u32::saturating_add);
            part.places.extend(places.map(|(_, place)| place));
            part.text.push_str(stem);
            part.entries.push(Entry {
                end: part.text.len(),
                places: part.places.len(),
                documents,
                characters: characters(stem),
            });
        }
        part
    }

    /// The stems that are common among so many documents, by number and field.
    fn commonest(&self, documents: u64) -> Vec<Common> {
        let mut common = Vec::new();
        for number in 0..self.entries.len() {
            for field in STEMMED {
                let places = self.places_of(number).iter();
                let here = places.filter(|place| place.field() == field);
                let having = here.map(|place| u64::from(place.documents)).sum();
                common.extend(Common::of(number, field, having, documents));
            }
        }
        common
    }

    fn stem(&self, place: usize) -> &str {
        let before = place.checked_sub(1).map(|place| self.entries[place].end);
        &self.text[before.unwrap_or(0)..self.entries[place].end]
    }

    fn at(&self, place: usize) -> (&str, u32) {
        (self.stem(place), self.entries[place].documents)
    }

    /// How many stems come before `text`.
    fn before(&self, text: &str) -> usize {
        let (mut from, mut end) = (0, self.entries.len());
        while from < end {
            let middle = usize::midpoint(from, end);
            if self.stem(middle) < text {
                from = middle + 1;
            } else {
                end = middle;
            }
        }
        from
    }

    fn places_of(&self, number: usize) -> &[Place] {
        let before = number.checked_sub(1);
        let before = before.map(|before| self.entries[before].places);
        &self.places[before.unwrap_or(0)..self.entries[number].places]
    }

    /// What is known of `stem`, which is nothing when there is no such stem.
    pub fn find(&self, stem: &str) -> Term<'_> {
        let number = self.before(stem);
        if number == self.entries.len() || self.stem(number) != stem {
            return Term::default();
        }
        let before = |common: &Common| common.term < number;
        let common = &self.common[self.common.partition_point(before)..];
        let same = common.iter().take_while(|common| common.term == number);
        Term {
            places: self.places_of(number),
            common: &common[..same.count()],
        }
    }

    /// The stems that start with `start`, each with how often it stands.
    pub fn starting<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, u32)> {
        (self.before(start)..self.entries.len())
            .map(|place| self.at(place))
            .take_while(move |(stem, _)| stem.starts_with(start))
    }

    /// The stems that may be one slip away from `stem`, and others.
    pub fn near(&self, stem: &str) -> impl Iterator<Item = (&str, u32)> {
        // A wrong character takes one out of the set and puts one in.
        let wanted = characters(stem);
        let near = move |(_, entry): &(usize, &Entry)| (entry.characters ^ wanted).count_ones() < 3;
        let entries = self.entries.iter().enumerate().filter(near);
        entries.map(|(place, _)| self.at(place))
    }
}

/// The characters of `text` as a set, in which some count as the same.
fn characters(text: &str) -> u32 {
    let bits = text
        .chars()
        .map(|character| 1 << (u32::from(character) % 32));
    bits.fold(0, |set, bit: u32| set | bit)
}
