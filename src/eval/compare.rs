//! Two runs side by side: what changed for which question, and whether the
//! measures differ by more than chance.
//!
//! Pure. Questions are told apart by their ids; those of one run only are
//! counted.

use std::collections::HashMap;

use serde::Serialize;

use super::measure::{Measure, Value};
use super::ranking::{self, float};
use super::record::{Record, Run};

/// What changed from one run to the next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Each measure that both have, with its difference.
    pub measures: Vec<Difference>,
    /// The questions that got better, in order.
    pub better: Vec<Change>,
    /// Those that got worse.
    pub worse: Vec<Change>,
    /// How many came out alike.
    pub same: usize,
    /// How many questions only the later run has.
    pub added: usize,
    /// How many only the earlier run has.
    pub removed: usize,
}

/// How a measure differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The measure's name.
    pub measure: &'static str,
    /// Its value before, over the questions that both runs have.
    pub before: f64,
    /// Its value after.
    pub after: f64,
    /// The second without the first, from the same questions drawn for both.
    pub difference: Value,
}

/// What changed for a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The question.
    pub question: String,
    /// How it came out before.
    pub before: String,
    /// How it came out after.
    pub after: String,
}

/// What is different in `after`.
pub fn compare(before: &Run, after: &Run) -> Comparison {
    let known: HashMap<&str, &Record> = before
        .questions
        .iter()
        .map(|record| (record.id.as_str(), record))
        .collect();
    let both = after.questions.iter();
    let both = both.filter_map(|record| Some((*known.get(record.id.as_str())?, record)));
    let both: Vec<(&Record, &Record)> = both.collect();
    let measures = Measure::ALL.into_iter().filter_map(|measure| {
        let (before, after, difference) = measure.difference(&both)?;
        Some(Difference {
            measure: measure.name(),
            before,
            after,
            difference,
        })
    });
    let mut comparison = Comparison {
        measures: measures.collect(),
        better: Vec::new(),
        worse: Vec::new(),
        same: 0,
        added: after.questions.len() - both.len(),
        removed: known.len() - both.len(),
    };
    for (before, after) in both {
        let answered = before.answer.is_some() && after.answer.is_some();
        let (old, new) = (merits(before, answered), merits(after, answered));
        let change = || Change {
            question: after.question.clone(),
            before: outcome(before, answered),
            after: outcome(after, answered),
        };
        match new.partial_cmp(&old) {
            Some(std::cmp::Ordering::Greater) => comparison.better.push(change()),
            Some(std::cmp::Ordering::Less) => comparison.worse.push(change()),
            _ => comparison.same += 1,
        }
    }
    comparison
}

/// What makes a record good, the weightiest first; more is better.
fn merits(record: &Record, answered: bool) -> [f64; 4] {
    let answer = record.answer.as_ref().filter(|_| answered);
    let is_right = answer.is_none_or(|answer| answer.refused == record.refuse);
    let ranked = ranking::ndcg(&record.places, record.expect.len(), 10);
    let missing = answer.map_or(0, |answer| answer.missing.len());
    let precise = answer.map_or(0.0, |answer| {
        float(answer.right) / float(answer.cited.len().max(1))
    });
    [
        f64::from(u8::from(is_right)),
        ranked,
        -float(missing),
        precise,
    ]
}

/// How a question came out, in a few words.
pub fn outcome(record: &Record, answered: bool) -> String {
    let mut parts = Vec::new();
    if !record.expect.is_empty() {
        parts.push(match record.places.as_slice() {
            [] => "not found".to_owned(),
            places => {
                let places: Vec<String> = places.iter().map(usize::to_string).collect();
                format!("at {}", places.join(", "))
            }
        });
    }
    if let Some(answer) = record.answer.as_ref().filter(|_| answered) {
        parts.push(
            if answer.refused {
                "refused"
            } else {
                "answered"
            }
            .to_owned(),
        );
        if !answer.refused && !record.expect.is_empty() {
            parts.push(format!(
                "{} of {} cited right",
                answer.right,
                answer.cited.len()
            ));
        }
        if answer.phrases > 0 {
            let has = answer.phrases - answer.missing.len().min(answer.phrases);
            parts.push(format!("{has} of {} phrases", answer.phrases));
        }
    }
    parts.join(", ")
}
