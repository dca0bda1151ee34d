//! The stems of a shard in order, read out of its dictionaries once.
//!
//! For what may become of a word that is being typed, and for what was meant
//! by a word that nothing has: both look at many stems, and a dictionary is
//! slow to walk through.

use anyhow::Result;
use tantivy::termdict::TermStreamer;

use crate::index::text::columns::Column;

/// The stems of titles, headings and texts together.
#[derive(Debug)]
pub struct Vocabulary {
    /// The stems, one after the other.
    text: String,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// Where the stem ends in the text.
    end: usize,
    /// In how many titles, headings and texts it stands.
    documents: u32,
    /// Its characters as a set.
    characters: u32,
}

impl Vocabulary {
    /// What these columns of one shard hold.
    ///
    /// # Errors
    /// When tantivy cannot read a dictionary.
    pub fn of(columns: &[Column]) -> Result<Self> {
        let mut streams = Vec::new();
        for column in columns {
            let mut stream = column.index.terms().stream()?;
            if stream.advance() {
                streams.push(stream);
            }
        }
        let mut vocabulary = Self {
            text: String::new(),
            entries: Vec::new(),
        };
        while let Some(first) = streams.iter().map(TermStreamer::key).min() {
            let stem = first.to_vec();
            let mut documents = 0;
            streams.retain_mut(|stream| {
                let same = stream.key() == stem;
                if same {
                    documents += stream.value().doc_freq;
                }
                !same || stream.advance()
            });
            // All that is indexed is text.
            if let Ok(stem) = str::from_utf8(&stem) {
                vocabulary.push(stem, documents);
            }
        }
        Ok(vocabulary)
    }

    fn push(&mut self, stem: &str, documents: u32) {
        self.text.push_str(stem);
        self.entries.push(Entry {
            end: self.text.len(),
            documents,
            characters: characters(stem),
        });
    }

    fn stem(&self, place: usize) -> &str {
        let before = place.checked_sub(1).map(|place| self.entries[place].end);
        &self.text[before.unwrap_or(0)..self.entries[place].end]
    }

    fn at(&self, place: usize) -> (&str, u32) {
        (self.stem(place), self.entries[place].documents)
    }

    /// The stems that start with `start`, each with how often it stands.
    pub fn starting<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, u32)> {
        let (mut from, mut end) = (0, self.entries.len());
        while from < end {
            let middle = usize::midpoint(from, end);
            if self.stem(middle) < start {
                from = middle + 1;
            } else {
                end = middle;
            }
        }
        (from..self.entries.len())
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
