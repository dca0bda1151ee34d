//! The stems of a book in order, read out of the dictionaries once.
//!
//! For what may become of a word that is being typed, and for what was meant
//! by a word that nothing has: both look at many stems, a dictionary is slow
//! to walk through, and most stems stand in every shard. And so that a stem is
//! looked up once, not in a dictionary of each field of each shard.

use anyhow::Result;
use rayon::prelude::*;
use tantivy::postings::TermInfo;
use tantivy::termdict::TermMerger;

use crate::index::text::Words;
use crate::index::text::analyze::STEMMED;
use crate::index::text::terms::Span;

/// The stems of titles, headings and texts.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// The stems, one after the other.
    text: String,
    entries: Vec<Entry>,
    /// Where they stand, one after the other.
    places: Vec<Place>,
}

/// Where a stem stands: one field of one shard.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The number of the shard times that of the fields with stems, and the
    /// number of the field.
    pub column: u32,
    documents: u32,
    from: u32,
    to: u32,
}

impl Place {
    fn of(column: usize, info: &TermInfo) -> Result<Self> {
        Ok(Self {
            column: u32::try_from(column)?,
            documents: info.doc_freq,
            from: u32::try_from(info.postings_range.start)?,
            to: u32::try_from(info.postings_range.end)?,
        })
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
        Ok(whole)
    }

    fn part(words: &Words, span: &Span) -> Result<Self> {
        let columns = words
            .columns
            .shards()
            .flat_map(|columns| STEMMED.map(|field| &columns[field]));
        let streams = columns.map(|column| span.of(column));
        let mut merger = TermMerger::new(streams.collect::<std::io::Result<_>>()?);
        let mut part = Self::default();
        while merger.advance() {
            // All that is indexed is text.
            let Ok(stem) = str::from_utf8(merger.key()) else {
                continue;
            };
            let mut documents = 0_u32;
            for (column, info) in merger.current_segment_ords_and_term_infos() {
                documents = documents.saturating_add(info.doc_freq);
                part.places.push(Place::of(column, &info)?);
            }
            part.text.push_str(stem);
            part.entries.push(Entry {
                end: part.text.len(),
                places: part.places.len(),
                documents,
                characters: characters(stem),
            });
        }
        Ok(part)
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

    /// Where `stem` stands, by shard and field; nowhere when there is no such
    /// stem.
    pub fn places(&self, stem: &str) -> &[Place] {
        let at = self.before(stem);
        if at == self.entries.len() || self.stem(at) != stem {
            return &[];
        }
        let before = at.checked_sub(1).map(|before| self.entries[before].places);
        &self.places[before.unwrap_or(0)..self.entries[at].places]
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
