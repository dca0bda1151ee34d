//! Vectors of bytes: where they are kept, and that nothing is lost by them.

use std::path::Path;
use std::sync::Arc;

#[cfg(feature = "embed")]
use docent::index::vector::{Vectors, top};
use docent::index::{Chunk, Embedder, Index, Job, Query};
use docent::markdown::{Block, BlockKind};
use sha2::{Digest, Sha256};

use crate::support::embedders::HashedWords;
use crate::support::indexing::{build, job};
#[cfg(feature = "embed")]
use crate::support::{embedders, questions};

fn chunks() -> Vec<Chunk> {
    let text = |number: usize| format!("section {number} about thing {}", number % 7);
    let chunk = |number: usize| {
        Chunk::new(
            format!("{number}.html"),
            String::new(),
            format!("Page {number}"),
            Vec::new(),
            None,
            vec![Block {
                kind: BlockKind::Paragraph,
                text: text(number),
            }],
        )
    };
    (0..40).map(chunk).collect()
}

/// Writes the embeddings of `chunks` as docent first kept them: the digest in
/// hexadecimal, numbers of four bytes, a checksum.
fn keep_first_format(folder: &Path, chunks: &[Chunk], embedder: &dyn Embedder) {
    let mut bytes = format!(
        "docent embeddings 1 {} {}\n",
        embedder.dimensions(),
        embedder.id()
    )
    .into_bytes();
    let texts: Vec<String> = chunks.iter().map(Chunk::embed_text).collect();
    for (chunk, vector) in chunks.iter().zip(embedder.embed(&texts).unwrap()) {
        let numbers = vector.iter().flat_map(|number| number.to_le_bytes());
        let record: Vec<u8> = chunk
            .digest()
            .into_bytes()
            .into_iter()
            .chain(numbers)
            .collect();
        bytes.extend(&record);
        bytes.extend(&Sha256::digest(&record)[..8]);
    }
    let folder = folder.join("embeddings");
    fs_err::create_dir_all(&folder).unwrap();
    fs_err::write(folder.join(format!("{}.embeddings", embedder.id())), bytes).unwrap();
}

fn hits(index: &Index) -> Vec<docent::index::Hit> {
    let query = Query {
        text: "thing 3".to_owned(),
        kind: None,
        limit: 40,
    };
    index.search(&query).unwrap()
}

#[test]
fn embeddings_of_the_first_format_are_taken_over() {
    let expected = tempfile::tempdir().unwrap();
    let expected = build(
        chunks(),
        expected.path(),
        Some(Arc::new(HashedWords::default())),
    );
    let folder = tempfile::tempdir().unwrap();
    keep_first_format(folder.path(), &chunks(), &HashedWords::default());
    let file = folder.path().join("embeddings/hashed-words.embeddings");
    let before = fs_err::metadata(&file).unwrap().len();
    for round in ["taken over", "as it now is"] {
        let embedder: Arc<dyn Embedder> = Arc::new(HashedWords::default());
        let job = Job {
            stop: &|| panic!("{round}: made again"),
            ..job(Some(embedder), folder.path())
        };
        let index = Index::build(chunks(), &job).unwrap();
        assert_eq!(hits(&index), hits(&expected), "{round}");
    }
    let after = fs_err::metadata(&file).unwrap().len();
    assert!(after * 3 < before, "{after} bytes of {before}");
}

#[test]
fn a_first_format_that_is_damaged_gives_what_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    keep_first_format(folder.path(), &chunks(), &HashedWords::default());
    let file = folder.path().join("embeddings/hashed-words.embeddings");
    let mut bytes = fs_err::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes.truncate(bytes.len() - 1);
    fs_err::write(&file, bytes).unwrap();
    let embedder = Arc::new(HashedWords::default());
    build(chunks(), folder.path(), Some(embedder.clone()));
    assert_eq!(
        embedder.count(),
        2,
        "the one that was changed and the one that was cut"
    );
}

/// How many of the ten nearest sections are the same, with the real model.
#[cfg(feature = "embed")]
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
