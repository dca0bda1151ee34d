//! Vectors of bytes lose nothing.

use docent::index::best::top;
use docent::index::vector::Vectors;

use crate::support::{embedders, questions};

/// How many of the ten nearest sections are the same, with the real model.
#[test]
fn vectors_of_bytes_find_what_vectors_of_numbers_find() {
    const SECTIONS: usize = 300;
    let Some(folder) = questions::shared("qa/claude-docs-eval") else {
        return;
    };
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    let texts = |file: &str, key: &str| -> Vec<String> {
        let lines = questions::json_lines(&folder.join(file));
        let text = |line: &serde_json::Value| line[key].as_str().unwrap().to_owned();
        lines.iter().take(SECTIONS).map(text).collect()
    };
    let numbers = embedder.embed(&texts("chunks.jsonl", "text")).unwrap();
    let asked = embedder
        .embed(&texts("questions.jsonl", "question"))
        .unwrap();
    let mut vectors = Vectors::with_capacity(embedder.dimensions(), numbers.len());
    numbers.iter().for_each(|row| vectors.push(row).unwrap());
    let (mut same, mut widest) = (0, 0.0_f32);
    for question in &asked {
        let cosine = |row: &Vec<f32>| row.iter().zip(question).map(|(a, b)| a * b).sum();
        let exact: Vec<f32> = numbers.iter().map(cosine).collect();
        let cosines = vectors.cosines(question);
        let apart = exact
            .iter()
            .zip(&cosines)
            .map(|(one, other)| (one - other).abs());
        widest = apart.fold(widest, f32::max);
        let nearest = top(&exact, 10);
        same += top(&cosines, 10)
            .iter()
            .filter(|row| nearest.contains(row))
            .count();
    }
    let share = same as f64 / (10 * asked.len()) as f64;
    crate::support::say(&format!(
        "the same of the ten nearest: {share:.3}, cosines within {widest:.5}"
    ));
    assert!(share >= 0.985, "{share}");
    assert!(widest < 0.004, "{widest}");
}
