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
pub fn files(words: &Words, chunks: &Chunks, language: &str) -> Result<BTreeMap<String, String>> {
    let (blocks, (surfaces, lists)) = rayon::join(
        || pages::blocks(chunks),
        || {
            rayon::join(
                || surfaces::surfaces(words, chunks),
                || shards::Lists::read(words),
            )
        },
    );
    let lists = lists?;
    let mut files = Files::default();
    let mut shards = Vec::new();
    for shard in shards::shards(&lists, &surfaces) {
        let name = files.add(&[Value::from(shard.terms), Value::from(shard.lists)]);
        shards.push((shard.from, name));
    }
    let mut places = Vec::new();
    for block in blocks {
        places.push((block.from, files.add_json(&format!("[{}]", block.pages))));
    }
    let spelling = files.add(&spelling(&lists));
    let overview = overview::overview(
        words,
        chunks,
        (&lists, &surfaces),
        (&shards, &places, &spelling),
        language,
    );
    files
        .all
        .insert(START.to_owned(), statement(&overview.to_string()));
    Ok(files.all)
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

#[derive(Default)]
struct Files {
    all: BTreeMap<String, String>,
}

impl Files {
    fn add(&mut self, values: &[Value]) -> String {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        self.add_json(&values.join(","))
    }

    /// Adds a file that hands over `json`; gives the part of its name that
    /// says what it holds.
    fn add_json(&mut self, json: &str) -> String {
        let mut text = statement(json);
        loop {
            let mark = hex(&digest([text.as_bytes()])[..4]);
            let name = format!("part-{mark}.js");
            match self.all.get(&name) {
                // Two texts with the same mark: once in billions.
                Some(other) if *other != text => text.push('\n'),
                _ => {
                    self.all.insert(name, text);
                    return mark;
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
    use super::Files;

    #[test]
    fn a_file_is_named_after_what_it_holds() {
        let mut files = Files::default();
        let one = files.add_json("1");
        assert_eq!(files.add_json("1"), one);
        assert_ne!(files.add_json("2"), one);
        assert_eq!(files.all[&format!("part-{one}.js")], "docent.take(1);\n");
        assert_eq!(files.all.len(), 2);
    }
}
