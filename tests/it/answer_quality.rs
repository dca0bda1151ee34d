//! How good answers are, measured on real documents and questions: what is
//! refused, and how much of a good answer an extract holds.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use docent::answer::{Ask, Outcome, collect, words};
use docent::config;
use docent::index::chunk::{self, Counter};
use docent::index::estimate::estimate;
use docent::index::{Chunk, Embedder, Index, Language, Query};
use docent::pipeline;
use serde_json::Value;

use crate::support::{embedders, indexing, questions};

fn index(chunks: Vec<Chunk>, embedder: Option<Arc<dyn Embedder>>) -> Index {
    let folder = tempfile::tempdir().unwrap();
    indexing::build(chunks, folder.path(), embedder)
}

fn counter(embedder: Option<&Arc<dyn Embedder>>) -> impl Fn(&str) -> usize + Sync {
    let embedder = embedder.cloned();
    move |text| {
        embedder
            .as_ref()
            .map_or_else(|| estimate(text), |e| e.token_count(text))
    }
}

fn claude(folder: &Path, embedder: Option<&Arc<dyn Embedder>>) -> Index {
    index(
        crate::index::claude_chunks(folder, &counter(embedder)),
        embedder.cloned(),
    )
}

/// Where the pages of the Cargo Book begin that are taken: those that people
/// ask about.
const CARGO: [&str; 6] = [
    "faq.",
    "getting-started/",
    "guide/",
    "reference/publishing.",
    "reference/specifying-dependencies.",
    "reference/workspaces.",
];

fn is_taken(page: &str) -> bool {
    CARGO.iter().any(|start| page.starts_with(start))
}

/// These parts of the Cargo Book.
fn cargo_book(archive: &Path, embedder: Option<&Arc<dyn Embedder>>) -> Index {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new("tar")
        .arg("xzf")
        .arg(archive)
        .arg("-C")
        .arg(folder.path())
        .status();
    assert!(status.unwrap().success());
    let mut books = fs_err::read_dir(folder.path()).unwrap();
    let root = std::iter::from_fn(|| books.next())
        .map(|entry| entry.unwrap().path())
        .find(|path| path.join("book.toml").exists())
        .unwrap_or_else(|| folder.path().to_path_buf());
    let (config, _) = pipeline::configure(&root).unwrap();
    let (site, _) = pipeline::check(&config).unwrap();
    let counter = Counter {
        name: "",
        count: &counter(embedder),
        most: chunk::MOST,
    };
    let chunks = chunk::chunks(site.searched(), &counter, None);
    let is_asked = |chunk: &&Chunk| is_taken(&chunk.page);
    let chunks: Vec<Chunk> = chunks.iter().filter(is_asked).cloned().collect();
    assert!(chunks.len() > 100, "{}", chunks.len());
    index(chunks, embedder.cloned())
}

fn asked(file: &Path, key: &str) -> Vec<String> {
    let lines = questions::json_lines(file);
    lines
        .iter()
        .map(|line| line[key].as_str().unwrap().to_owned())
        .collect()
}

/// The questions among the pairs mined from the Cargo Book's own pages: those
/// that the pages taken answer, and those that only the others do.
fn cargo_questions(file: &Path) -> (Vec<String>, Vec<String>) {
    let kinds = ["faq", "question-heading", "howto-heading", "howto-title"];
    let lines = questions::json_lines(file).into_iter();
    let wanted = lines.filter(|line| kinds.iter().any(|kind| line["type"] == *kind));
    let (own, others): (Vec<_>, Vec<_>) =
        wanted.partition(|line| is_taken(line["page"].as_str().unwrap()));
    let text = |line: Value| line["query"].as_str().unwrap().to_owned();
    (
        own.into_iter().map(text).collect(),
        others.into_iter().map(text).collect(),
    )
}

fn refused(index: &Index, asked: &[String]) -> f64 {
    let is_refused =
        |question: &&String| indexing::ask(index, question).outcome == Outcome::NotInDocs;
    asked.iter().filter(is_refused).count() as f64 / asked.len() as f64
}

/// Prints who is refused where; gives the worst rates of questions wrongly
/// and rightly refused.
fn refusals(embedder: Option<&Arc<dyn Embedder>>) -> Option<(f64, f64)> {
    let claude_folder = questions::shared("qa/claude-docs-eval")?;
    let mined = questions::shared("qa/mined/cargo-book.jsonl")?;
    let kubernetes = questions::shared("qa/k8s-docs-questions/questions.jsonl")?;
    let archive = questions::shared("corpora/cargo-book.tar.gz")?;
    let claude_asked = asked(&claude_folder.join("questions.jsonl"), "question");
    let (cargo_own, cargo_others) = cargo_questions(&mined);
    let cargo_asked = [cargo_own.clone(), cargo_others].concat();
    let kubernetes_asked: Vec<String> = asked(&kubernetes, "question")
        .into_iter()
        .step_by(3)
        .collect();
    let claude = claude(&claude_folder, embedder);
    let cargo = cargo_book(&archive, embedder);
    let (mut wrongly, mut rightly) = (0.0_f64, 1.0_f64);
    for (of, index, own, foreign) in [
        (
            "claude",
            &claude,
            &claude_asked,
            [("kubernetes", &kubernetes_asked), ("cargo", &cargo_asked)],
        ),
        (
            "cargo",
            &cargo,
            &cargo_own,
            [("kubernetes", &kubernetes_asked), ("claude", &claude_asked)],
        ),
    ] {
        let rate = refused(index, own);
        crate::support::say(&format!(
            "of {of}: refuses {:5.1} % of its own questions",
            100.0 * rate
        ));
        wrongly = wrongly.max(rate);
        for (name, asked) in foreign {
            let rate = refused(index, asked);
            crate::support::say(&format!(
                "of {of}: refuses {:5.1} % of those about {name}",
                100.0 * rate
            ));
            rightly = rightly.min(rate);
        }
    }
    Some((wrongly, rightly))
}

#[test]
fn foreign_questions_are_refused_and_own_ones_answered() {
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    if let Some((wrongly, rightly)) = refusals(Some(&embedder)) {
        // Measured at worst: 0.01 and 0.96.
        assert!(wrongly <= 0.05, "{wrongly}");
        assert!(rightly >= 0.95, "{rightly}");
    }
}

#[test]
fn without_embeddings_most_foreign_questions_are_refused_too() {
    if let Some((wrongly, rightly)) = refusals(None) {
        // Measured at worst: 0.03 and 0.885.
        assert!(wrongly <= 0.05, "{wrongly}");
        assert!(rightly >= 0.80, "{rightly}");
    }
}

/// The share of a reference answer's words, beyond those of the question,
/// that `text` has.
fn share(question: &Value, text: &str) -> f64 {
    let english = Language::of("en");
    let asked: HashSet<String> = words::content(question["question"].as_str().unwrap(), &english)
        .into_iter()
        .collect();
    let reference = words::content(question["correct_answer"].as_str().unwrap(), &english);
    let mut wanted: Vec<String> = reference
        .into_iter()
        .filter(|word| !asked.contains(word))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let has = words::stems(text, &english);
    wanted.iter().filter(|word| has.contains(*word)).count() as f64 / wanted.len().max(1) as f64
}

fn extracts(embedder: Option<&Arc<dyn Embedder>>) -> Option<(f64, f64)> {
    let folder = questions::shared("qa/claude-docs-eval")?;
    let index = claude(&folder, embedder);
    let config = config::Answer {
        min_similarity: Some(-1.0),
        ..config::Answer::default()
    };
    let asked = questions::json_lines(&folder.join("questions.jsonl"));
    let (mut extract, mut first, mut length) = (0.0, 0.0, 0);
    for line in &asked {
        let question = line["question"].as_str().unwrap();
        let ask = Ask {
            index: &index,
            config: &config,
            generator: None,
            question,
            earlier: &[],
            gone: &|| false,
        };
        let quotes = collect(&ask).unwrap().quotes;
        let quotes: Vec<String> = quotes.into_iter().map(|quote| quote.text).collect();
        let text = quotes.join("\n");
        length += text.split_whitespace().count();
        extract += share(line, &text);
        let query = Query {
            text: question.to_owned(),
            kind: None,
            limit: 1,
        };
        if let Some(hit) = index.search(&query).unwrap().first() {
            let best = &index.chunks[hit.chunk];
            let section = index
                .chunks
                .iter()
                .filter(|chunk| chunk.url() == best.url());
            let section: String = section.map(|chunk| chunk.text() + "\n").collect();
            let words: Vec<&str> = section.split_whitespace().take(120).collect();
            first += share(line, &words.join(" "));
        }
    }
    let count = asked.len();
    let (extract, first) = (extract / count as f64, first / count as f64);
    let embedded = if embedder.is_some() {
        "with"
    } else {
        "without"
    };
    crate::support::say(&format!(
        "extract {embedded} embeddings: {extract:.3} of the reference answer in {} words; \
         the first 120 words of the best section: {first:.3}",
        length / count
    ));
    Some((extract, first))
}

#[test]
fn an_extract_holds_more_of_the_answer_than_the_first_words_of_the_section() {
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    if let Some((extract, first)) = extracts(Some(&embedder)) {
        // Measured: 0.601 against 0.505.
        assert!(extract >= first && extract >= 0.58, "{extract} {first}");
    }
}

#[test]
fn an_extract_found_by_words_alone_is_good_too() {
    if let Some((extract, first)) = extracts(None) {
        assert!(extract >= first && extract >= 0.55, "{extract} {first}");
    }
}

/// The two questions that every demonstration begins with.
#[test]
fn the_cargo_book_tells_of_git_dependencies_and_not_of_france() {
    let Some(archive) = questions::shared("corpora/cargo-book.tar.gz") else {
        return;
    };
    let mut embedders = vec![None];
    #[cfg(feature = "embed")]
    embedders.extend(embedders::minilm().map(Some));
    for embedder in embedders {
        let index = cargo_book(&archive, embedder.as_ref());
        let answer = |question| indexing::ask(&index, question);
        let git = answer("How do I add a git dependency?");
        let page = "reference/specifying-dependencies.html";
        assert!(
            git.sources
                .iter()
                .any(|source| source.url.starts_with(page)),
            "{git:#?}"
        );
        let france = answer("What is the capital of France?");
        assert!(
            france.outcome == Outcome::NotInDocs && france.quotes.is_empty(),
            "{france:#?}"
        );
    }
}
