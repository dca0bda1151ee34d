//! Question sets with known answers, and how well a ranking does on them.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A file or folder beside the project, or nothing with a word about what is
/// left out.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(path);
    if path.exists() {
        return Some(path);
    }
    super::say_left_out(&format!("no `{}`", path.display()));
    None
}

/// The lines of a file of JSON values.
pub fn json_lines(file: &Path) -> Vec<Value> {
    let text = fs_err::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// How good rankings are, each a list with whether each place is right, and
/// how many right ones there are in all.
#[cfg(feature = "embed")]
#[derive(Debug, Default, Clone, Copy)]
pub struct Quality {
    questions: f64,
    hit_1: f64,
    hit_5: f64,
    ndcg_10: f64,
    reciprocal: f64,
}

#[cfg(feature = "embed")]
impl Quality {
    /// Takes in the ranking of one question.
    pub fn add(&mut self, right: &[bool], relevant: usize) {
        let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
        let gained = |right: &[bool]| -> f64 {
            let places = right
                .iter()
                .take(10)
                .enumerate()
                .filter(|(_, right)| **right);
            places.map(|(place, _)| gain(place)).sum()
        };
        let first = right.iter().position(|right| *right);
        self.questions += 1.0;
        self.hit_1 += f64::from(u8::from(first == Some(0)));
        self.hit_5 += f64::from(u8::from(first.is_some_and(|place| place < 5)));
        self.reciprocal += first.map_or(0.0, |place| 1.0 / (place as f64 + 1.0));
        self.ndcg_10 += gained(right) / gained(&vec![true; relevant]);
    }

    /// The normalised discounted cumulative gain over the first ten places.
    pub fn ndcg_10(&self) -> f64 {
        self.ndcg_10 / self.questions
    }
}

#[cfg(feature = "embed")]
impl std::fmt::Display for Quality {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mean = |sum: f64| sum / self.questions;
        write!(
            f,
            "hit@1 {:.3}  hit@5 {:.3}  MRR {:.3}  nDCG@10 {:.3}",
            mean(self.hit_1),
            mean(self.hit_5),
            mean(self.reciprocal),
            self.ndcg_10()
        )
    }
}
