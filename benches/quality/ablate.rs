//! The other ways in which sections could be searched: balances of words and
//! meaning, fusion by ranks, no headings in front, smaller chunks.

use anyhow::Result;
use docent::index::Chunk;
use docent::index::chunk::{self, Counter};

use crate::book::{Maker, search};
use crate::sets::{Asked, Set};
use crate::table::{by, heading, measured, row};

/// What a rank counts in reciprocal rank fusion (Cormack, Clarke and Büttcher,
/// 2009).
const RRF: f64 = 60.0;

/// Prints a row for each.
pub fn rows(maker: &Maker, set: &Set) -> Result<()> {
    let asked: Vec<&Asked> = set.asked.iter().collect();
    heading(&format!("{}, searched otherwise", set.name), asked.len());
    for alpha in [0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0] {
        if let Some(index) = maker.index(set.name, &set.chunks, Some(alpha))? {
            row(&format!("alpha {alpha}"), &by(set, &asked, &index)?);
        }
    }
    by_ranks(set, &asked)?;
    let bare = |chunk: &Chunk| Chunk {
        title: String::new(),
        trail: Vec::new(),
        ..chunk.clone()
    };
    let bare = set.chunks.iter().map(bare).collect();
    variant(maker, "without headings", &asked, bare)?;
    for most in [180, 120] {
        let counter = Counter {
            name: "",
            count: &|text| maker.count(text),
            most,
        };
        let smaller = whole_sections(set);
        let smaller = smaller
            .iter()
            .flat_map(|whole| chunk::fitted(whole, &counter));
        variant(maker, &format!("{most} tokens"), &asked, smaller.collect())?;
    }
    println!();
    Ok(())
}

fn by_ranks(set: &Set, asked: &[&Asked]) -> Result<()> {
    let Some(hybrid) = &set.hybrid else {
        return Ok(());
    };
    let rows = asked.iter().map(|asked| -> Result<_> {
        let gain = |rank: Option<usize>| rank.map_or(0.0, |rank| 1.0 / (RRF + rank as f64));
        let hits = search(hybrid, &asked.question)?.into_iter().map(|hit| {
            let (words, meaning) = (
                hit.text.map(|(_, rank)| rank),
                hit.vector.map(|(_, rank)| rank),
            );
            (hit.chunk, gain(words) + gain(meaning))
        });
        let mut hits: Vec<(usize, f64)> = hits.collect();
        hits.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(measured(
            set,
            asked,
            hits.into_iter().map(|(chunk, _)| chunk),
        ))
    });
    row("by ranks", &rows.collect::<Result<Vec<_>>>()?);
    Ok(())
}

fn variant(maker: &Maker, name: &str, asked: &[&Asked], chunks: Vec<Chunk>) -> Result<()> {
    let folder: &'static str = "variants";
    let set = Set::new(maker, folder, chunks, Vec::new(), false)?;
    let stemmed = asked
        .iter()
        .map(|asked| measured(&set, asked, set.stemmed.search(&asked.question)));
    row(
        &format!("{name}: BM25, stemmed"),
        &stemmed.collect::<Vec<_>>(),
    );
    row(&format!("{name}: words"), &by(&set, asked, &set.words)?);
    if let Some(index) = &set.hybrid {
        row(
            &format!("{name}: words and meaning"),
            &by(&set, asked, index)?,
        );
    }
    Ok(())
}

/// The sections with all of their chunks joined.
fn whole_sections(set: &Set) -> Vec<Chunk> {
    let mut whole: Vec<Chunk> = Vec::new();
    for chunk in set.chunks.iter() {
        match whole.last_mut() {
            Some(last) if last.url() == chunk.url() => last.blocks.extend(chunk.blocks.clone()),
            _ => whole.push(chunk.clone()),
        }
    }
    whole
}
