//! Search without a server: the full-text index as files that a script in the
//! browser reads, a few of them for each search.
//!
//! Takes the index and its chunks, gives texts by name. The script, which
//! scores exactly as the index does, is the theme's `search-index.js`. No
//! file is written here.

mod bits;
mod front;
mod overview;
mod pages;
mod shards;
mod surfaces;

use std::collections::BTreeMap;

use anyhow::Result;
use rayon::prelude::*;
use serde_json::Value;

use crate::index::text::Words;
use crate::index::{Chunks, digest, hex};

/// The name of the file that a search starts with. The names of all others
/// change with what they hold.
pub const START: &str = "index.js";

/// The files of the index by name.
///
/// They are scripts, since those are what every host compresses and what a
/// page on a disk can load, too.
///
/// # Errors
/// When the index cannot be read.
pub fn files(words: &Words, chunks: &Chunks) -> Result<BTreeMap<String, String>> {
    let (blocks, (surfaces, lists)) = rayon::join(
        || pages::blocks(chunks),
        || {
            rayon::join(
                || surfaces::surfaces(words, chunks),
                || shards::Lists::of(words),
            )
        },
    );
    let lists = lists?;
    let ((shards, blocks), spelling) = rayon::join(
        || {
            let blocks = || -> Vec<_> { blocks.par_iter().map(block_part).collect() };
            rayon::join(|| shard_parts(&lists, &surfaces), blocks)
        },
        || Part::of_values(&spelling(&lists)),
    );
    let mut files = Files::default();
    let named = shards.into_iter();
    let shards: Vec<_> = named.map(|(from, part)| (from, files.add(part))).collect();
    let named = blocks.into_iter();
    let places: Vec<_> = named.map(|(from, part)| (from, files.add(part))).collect();
    let spelling = files.add(spelling);
    let overview = overview::overview(
        words,
        chunks,
        (&lists, &surfaces),
        (&shards, &places, &spelling),
    );
    files
        .all
        .insert(START.to_owned(), statement(&overview.to_string()));
    Ok(files.all)
}

/// The files of terms, each with where it begins.
fn shard_parts(lists: &shards::Lists, surfaces: &surfaces::Surfaces) -> Vec<(String, Part)> {
    let shards = shards::shards(lists, surfaces).into_par_iter();
    let part = |shard: shards::Shard| {
        let values = [Value::from(shard.terms), Value::from(shard.lists)];
        (shard.from, Part::of_values(&values))
    };
    shards.map(part).collect()
}

fn block_part(block: &pages::Block) -> (usize, Part) {
    (block.from, Part::of(&format!("[{}]", block.pages)))
}

/// All stems in order, and how often each is found, on a scale of powers.
fn spelling(lists: &shards::Lists) -> [Value; 2] {
    let (mut stems, mut often) = (String::new(), String::new());
    let mut before = "";
    for (stem, frequency) in lists.stems() {
        if !stems.is_empty() {
            stems.push(' ');
        }
        front::push(&mut stems, before, stem);
        // Steps of a fifth; the largest of a million chunks fits.
        let step = 4 * frequency.ilog2() as usize + (frequency << 2 >> frequency.ilog2()) % 4;
        often.push(front::digit(step));
        before = stem;
    }
    [Value::from(stems), Value::from(often)]
}

/// A file, with the part of its name that says what it holds.
struct Part {
    text: String,
    mark: String,
}

impl Part {
    fn of_values(values: &[Value]) -> Self {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        Self::of(&values.join(","))
    }

    /// A file that hands over `json`.
    fn of(json: &str) -> Self {
        Self::named(statement(json))
    }

    fn named(text: String) -> Self {
        let mark = hex(&digest([text.as_bytes()])[..4]);
        Self { text, mark }
    }
}

#[derive(Default)]
struct Files {
    all: BTreeMap<String, String>,
}

impl Files {
    /// Adds a file; gives the part of its name that says what it holds.
    fn add(&mut self, mut part: Part) -> String {
        loop {
            let name = format!("part-{}.js", part.mark);
            match self.all.get(&name) {
                // Two texts with the same mark: once in billions.
                Some(other) if *other != part.text => part = Part::named(part.text + "\n"),
                _ => {
                    self.all.insert(name, part.text);
                    return part.mark;
                }
            }
        }
    }
}

/// The script that hands over some values.
fn statement(json: &str) -> String {
    format!("docent.take({json});\n")
}

#[cfg(test)]
mod tests {
    use super::{Files, Part};

    #[test]
    fn a_file_is_named_after_what_it_holds() {
        let mut files = Files::default();
        let one = files.add(Part::of("1"));
        assert_eq!(files.add(Part::of("1")), one);
        assert_ne!(files.add(Part::of("2")), one);
        assert_eq!(files.all[&format!("part-{one}.js")], "docent.take(1);\n");
        assert_eq!(files.all.len(), 2);
    }
}
