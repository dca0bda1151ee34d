//! Rankings measured and printed: each system in a row, then by how much it
//! differs from BM25, question by question.

use anyhow::Result;
use docent::eval::ranking::{hit, ndcg, reciprocal_rank};
use docent::eval::resample::interval;
use docent::index::Index;

use crate::book::search;
use crate::plain::Plain;
use crate::sets::{Asked, Set};

/// How many places count.
const PLACES: usize = 10;
const MEASURES: [&str; 4] = ["hit@1", "hit@5", "MRR", "nDCG@10"];

/// The measures of one question.
type Row = [f64; MEASURES.len()];

/// The measures of a ranking of chunks, best first.
pub fn measured(set: &Set, asked: &Asked, ranked: impl IntoIterator<Item = usize>) -> Row {
    let mut keys: Vec<String> = Vec::new();
    for chunk in ranked {
        let key = set.key(chunk, asked);
        let hidden = asked.hidden.as_ref() == Some(&set.chunks[chunk].page);
        if !hidden && !keys.contains(&key) {
            keys.push(key);
        }
        if keys.len() == PLACES {
            break;
        }
    }
    let places = (1..)
        .zip(&keys)
        .filter(|(_, key)| asked.right.contains(key));
    let places: Vec<usize> = places.map(|(place, _)| place).collect();
    [
        hit(&places, 1),
        hit(&places, 5),
        reciprocal_rank(&places),
        ndcg(&places, asked.right.len(), PLACES),
    ]
}

/// The measures of every question of `asked` by `index`.
pub fn by(set: &Set, asked: &[&Asked], index: &Index) -> Result<Vec<Row>> {
    let rows = asked.iter().map(|asked| -> Result<Row> {
        let hits = search(index, &asked.question)?;
        Ok(measured(set, asked, hits.into_iter().map(|hit| hit.chunk)))
    });
    rows.collect()
}

/// The means of a set by each system, in the order of [`MEASURES`].
pub struct Means {
    pub plain: Row,
    pub stemmed: Row,
    pub both: Option<Row>,
}

fn means(rows: &[Row]) -> Row {
    let mean = |measure: usize| {
        let sum: f64 = rows.iter().map(|row| row[measure]).sum();
        sum / rows.len().max(1) as f64
    };
    std::array::from_fn(mean)
}

/// Prints how well `set` finds what was `asked`.
pub fn rankings(title: &str, set: &Set, asked: &[&Asked]) -> Means {
    let ranked = |plain: &Plain| -> Vec<Row> {
        let rows = asked.iter().map(|asked| {
            let ranked = plain.search(&asked.question);
            measured(set, asked, ranked)
        });
        rows.collect()
    };
    let (plain, stemmed) = (ranked(&set.plain), ranked(&set.stemmed));
    heading(title, asked.len());
    row("BM25", &plain);
    row("BM25, stemmed", &stemmed);
    let systems = [
        ("words", Some(&set.words)),
        ("words and meaning", set.hybrid.as_ref()),
    ];
    let mut both = None;
    for (name, index) in systems {
        let Some(index) = index else { continue };
        match by(set, asked, index) {
            Ok(rows) => {
                row(name, &rows);
                both = set.hybrid.as_ref().map(|_| means(&rows));
                difference("… beside BM25", &plain, &rows);
                difference("… beside BM25, stemmed", &stemmed, &rows);
            }
            Err(error) => println!("| {name} | {error:#} |"),
        }
    }
    println!();
    Means {
        plain: means(&plain),
        stemmed: means(&stemmed),
        both,
    }
}

/// The head of a table.
pub fn heading(title: &str, questions: usize) {
    println!("**{title}** ({questions} questions)\n");
    println!("| | {} |", MEASURES.join(" | "));
    println!("| --- |{}", " ---: |".repeat(MEASURES.len()));
}

/// A row of means with their intervals.
pub fn row(name: &str, rows: &[Row]) {
    let cells = (0..MEASURES.len()).map(|measure| {
        let values: Vec<f64> = rows.iter().map(|row| row[measure]).collect();
        cell(&values, false)
    });
    println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

fn difference(name: &str, before: &[Row], after: &[Row]) {
    let cells = (0..MEASURES.len()).map(|measure| {
        let pairs = before.iter().zip(after);
        let values: Vec<f64> = pairs.map(|(b, a)| a[measure] - b[measure]).collect();
        cell(&values, true)
    });
    println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

/// The mean of `values` with its interval.
pub fn cell(values: &[f64], signed: bool) -> String {
    let mean = |drawn: &[usize]| {
        let sum: f64 = drawn.iter().map(|number| values[*number]).sum();
        Some(sum / drawn.len() as f64)
    };
    let value = values.iter().sum::<f64>() / values.len().max(1) as f64;
    match interval(values.len(), &mean) {
        Some((low, high)) if signed => format!("{value:+.3} ({low:+.2} to {high:+.2})"),
        Some((low, high)) => format!("{value:.3} ({low:.2} to {high:.2})"),
        None => "–".to_owned(),
    }
}
