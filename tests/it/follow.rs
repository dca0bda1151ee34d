//! Follow-ups: which questions are made whole, how well they are answered
//! then, and that those which stand by themselves are left alone.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use docent::answer::follow;
use docent::config::Config;
use docent::eval::{self, Job, Labels, Measure, Record, Set, limits};
use docent::index::{Embedder, Index};
use docent::pipeline;
use docent::site::Site;

use crate::support::book::shown;
use crate::support::{questions, say};

/// Every question of the sets beside the project, and the headings and texts of
/// links that were mined from pages, each with the name of its set.
fn standing_alone() -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    let mut add = |set: &str, file: &Path, key: &str, kinds: &[&str]| {
        for line in questions::json_lines(file) {
            let wanted = kinds.is_empty() || kinds.iter().any(|kind| line["type"] == *kind);
            let text = line[key].as_str().filter(|_| wanted);
            all.extend(text.map(|text| (set.to_owned(), text.to_owned())));
        }
    };
    let claude = questions::shared("qa/claude-docs-eval/questions.jsonl")?;
    let kubernetes = questions::shared("qa/k8s-docs-questions/questions.jsonl")?;
    let mined = questions::shared("qa/mined")?;
    add("claude", &claude, "question", &[]);
    add("kubernetes", &kubernetes, "question", &[]);
    let kinds = [
        "faq",
        "question-heading",
        "howto-heading",
        "howto-title",
        "description",
    ];
    for book in ["cargo-book", "k8s-en", "mkdocs-material", "rust-book", "uv"] {
        let file = mined.join(format!("{book}.jsonl"));
        add(&format!("{book}, asked"), &file, "query", &kinds);
        add(
            &format!("{book}, links"),
            &file,
            "query",
            &["anchor-text", "anchor-text-title"],
        );
    }
    Some(all)
}

#[test]
fn a_question_that_stands_by_itself_is_left_alone() {
    let Some(all) = standing_alone() else {
        return;
    };
    assert!(all.len() > 3_000, "{}", all.len());
    let mut touched: Vec<String> = Vec::new();
    for (place, (set, question)) in all.iter().enumerate() {
        // Far away in the list, so of another set most of the time.
        let before = &all[(place * 7_919 + 1_013) % all.len()].1;
        if let Some(whole) = follow::resolve(question, &[before.as_str()]) {
            touched.push(format!("{set}: {}", whole.question));
        }
    }
    say(&format!(
        "of {} questions that stand by themselves, {} were touched",
        all.len(),
        touched.len()
    ));
    // The sets of questions are never touched; of headings and texts of links are
    // those that lean on their page, such as "When to use it".
    let of_sets =
        |touched: &&String| touched.starts_with("claude") || touched.starts_with("kubernetes");
    assert_eq!(touched.iter().find(of_sets), None);
    assert!(touched.len() < all.len() / 100, "{touched:#?}");
}

/// A book with its index.
struct Indexed {
    config: Config,
    site: Site,
    index: Index,
}

fn indexed(root: &Path, embedder: Option<Arc<dyn Embedder>>) -> Indexed {
    let cache = tempfile::tempdir().unwrap();
    let (mut config, _) = pipeline::configure(root).unwrap();
    config.cache_dir = cache.path().to_path_buf();
    let (site, _) = pipeline::check(&config).unwrap();
    let chunks = pipeline::chunks(site.searched(), embedder.as_deref(), None);
    let index = pipeline::index(&config, chunks, embedder, None, &|_| {}, &|| false).unwrap();
    Indexed {
        config,
        site,
        index,
    }
}

fn set(name: &str) -> Set {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs_err::read_to_string(root.join(name)).unwrap();
    let (set, problems) = eval::read(name, &Arc::from(text));
    assert_eq!(shown(&problems), "");
    set
}

/// The measures of a set, and what of them is under its limits.
fn measured(book: &Indexed, mode: &str, set: &Set, verbose: bool) -> (String, Vec<String>) {
    let labels = Labels::new(&book.config, &book.site, &book.index.chunks);
    let expected = labels
        .of(&set.questions)
        .map_err(|problems| shown(&problems));
    let job = Job {
        index: &book.index,
        mode,
        answers: Some(&book.config.answer),
        generator: None,
        progress: &|_| {},
    };
    let run = eval::run(&job, &set.questions, &expected.unwrap()).unwrap();
    let records: Vec<&Record> = run.questions.iter().collect();
    let figures = ["hit@1", "hit@5", "mrr", "refusal", "false-refusal"].map(|name| {
        let measure = Measure::ALL.into_iter().find(|one| one.name() == name);
        let value = measure.and_then(|one| one.value(&records));
        format!("{name} {:.3}", value.map_or(f64::NAN, |value| value.value))
    });
    if verbose {
        for (question, record) in set.questions.iter().zip(&run.questions) {
            let refused = record.answer.as_ref().is_some_and(|answer| answer.refused);
            let first = record.places.iter().min();
            if refused != question.refuse || (!question.refuse && first.is_none_or(|at| *at > 5)) {
                let whole = follow::resolve(&question.text, &question.after);
                let whole = whole.map_or_else(|| question.text.clone(), |whole| whole.question);
                say(&format!(
                    "  {whole}: {first:?} {refused} {:?}",
                    record.first
                ));
            }
        }
    }
    let broken = limits::broken(&run, &set.limits);
    let broken = broken.into_iter().map(|(message, _)| message);
    (figures.join("  "), broken.collect())
}

/// The follow-ups as they are, and each as if it were the first question.
fn compare(name: &str, book: &Indexed, mode: &str) {
    let whole = set(name);
    assert!(whole.questions.len() > 20);
    let mut alone = whole.clone();
    alone.limits.clear();
    alone
        .questions
        .iter_mut()
        .for_each(|question| question.after.clear());
    let count = whole.questions.len();
    say(&format!("{name}, {count} follow-ups, {mode}"));
    say(&format!(
        "  as typed: {}",
        measured(book, mode, &alone, false).0
    ));
    let (figures, broken) = measured(book, mode, &whole, true);
    say(&format!("  resolved: {figures}"));
    assert_eq!(broken, Vec::<String>::new());
}

/// The Cargo Book in a folder of its own.
fn cargo_book(folder: &Path) -> Option<PathBuf> {
    let archive = questions::shared("corpora/cargo-book.tar.gz")?;
    let mut tar = Command::new("tar");
    tar.arg("xzf").arg(archive).arg("-C").arg(folder);
    assert!(tar.status().unwrap().success());
    let mut entries = fs_err::read_dir(folder).unwrap();
    let entries = std::iter::from_fn(|| entries.next());
    let folders = entries.map(|entry| entry.unwrap().path());
    let root = folders.chain([folder.to_path_buf()]);
    let mut roots = root.filter(|root| root.join("book.toml").exists());
    roots.next()
}

#[test]
fn follow_ups_about_docent_are_found_with_what_they_follow() {
    let book = indexed(Path::new(env!("CARGO_MANIFEST_DIR")), None);
    compare("tests/follow-ups.yaml", &book, "text");
}

#[test]
fn follow_ups_about_cargo_are_found_with_what_they_follow() {
    let folder = tempfile::tempdir().unwrap();
    if let Some(root) = cargo_book(folder.path()) {
        compare("tests/follow-ups-cargo.yaml", &indexed(&root, None), "text");
    }
}

#[cfg(feature = "embed")]
#[test]
fn follow_ups_are_found_by_meaning_too() {
    let Some(embedder) = crate::support::embedders::minilm() else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let book = indexed(root, Some(embedder.clone()));
    compare("tests/follow-ups.yaml", &book, "hybrid");
    let folder = tempfile::tempdir().unwrap();
    if let Some(root) = cargo_book(folder.path()) {
        let book = indexed(&root, Some(embedder));
        compare("tests/follow-ups-cargo.yaml", &book, "hybrid");
    }
}

/// What each of these becomes after the question before it; nothing for one
/// that is left alone.
fn resolved(before: &str, question: &str) -> Option<String> {
    follow::resolve(question, &[before]).map(|whole| whole.question)
}

#[test]
fn what_leans_on_the_question_before_takes_its_topic() {
    let before = "How do I install docent?";
    for (question, expected) in [
        ("and on Windows?", "and on Windows (install docent)?"),
        ("why?", "why (install docent)?"),
        (
            "How do I undo that?",
            "How do I undo that (install docent)?",
        ),
        ("What about tokens?", "What about tokens (install docent)?"),
        (
            "Can you give an example?",
            "Can you give an example (install docent)?",
        ),
        (
            "Does it work offline?",
            "Does it work offline (install docent)?",
        ),
        (
            "How do I exclude a folder from that?",
            "How do I exclude a folder from that (install docent)?",
        ),
        (
            "can I choose my own?",
            "can I choose my own (install docent)?",
        ),
        ("in a container?", "in a container (install docent)?"),
        (
            "ok, and how long does it take",
            "ok, and how long does it take (install docent)",
        ),
        ("Und unter Windows?", "Und unter Windows (install docent)?"),
        ("¿Y en Windows?", "¿Y en Windows (install docent)?"),
        ("Pourquoi ?", "Pourquoi (install docent)?"),
        ("なぜ？", "なぜ (install docent)？"),
        ("那 Windows 呢？", "那 Windows 呢 (install docent)？"),
        ("لماذا؟", "لماذا (install docent)؟"),
    ] {
        assert_eq!(resolved(before, question).as_deref(), Some(expected));
    }
}

#[test]
fn what_says_itself_what_it_is_about_is_left_alone() {
    let before = "How do I install docent?";
    for question in [
        "How do I check that a pod is running?",
        "Is it possible to vendor dependencies?",
        "When a pod fails, does it restart?",
        "What is a workspace?",
        "Workspaces",
        "And how do I publish a crate on a private registry?",
        "Is there a flag that turns colours off?",
        "Why do I need Cargo and what can it do?",
        "Was this page helpful?",
        "What does this mean?\n“Boil the water” (Tea)",
        "?",
        "",
    ] {
        assert_eq!(resolved(before, question), None, "{question}");
    }
    assert_eq!(follow::resolve("why?", &[] as &[&str]), None);
    assert_eq!(resolved("why?", "why?"), None, "nothing to lean on");
}

#[test]
fn a_topic_is_carried_over_turns_and_stays_short() {
    let talk = [
        "How do I publish a crate?",
        "how do I undo that?",
        "and for `--locked`?",
    ];
    let whole = follow::resolve("why?", &talk).unwrap();
    assert_eq!(whole.question, "why (`--locked`, undo, publish a crate)?");
    let whole = follow::resolve("and mdBook?", &["Does it read mkdocs.yml?", "Warum?"]).unwrap();
    assert_eq!(whole.question, "and mdBook (read mkdocs.yml)?");
    // A new topic ends the old one, and one that is too old is forgotten.
    let talk = ["How do I publish a crate?", "What are profiles?"];
    let whole = follow::resolve("and for tests?", &talk).unwrap();
    assert_eq!(
        (whole.question.as_str(), whole.own),
        ("and for tests (profiles)?", vec!["tests".to_owned()])
    );
    let whole = resolved("How do I let others in?", "why?").unwrap();
    assert_eq!(whole, "why (let others in)?");
    let talk = ["What are profiles?", "why?", "why?", "why?", "why?"];
    assert_eq!(follow::resolve("why?", &talk), None);
    let long = format!("Tell me about {}?", "colours and shapes ".repeat(100));
    let whole = resolved(&long, "why?").unwrap();
    assert!(
        whole.len() < 150 && whole.contains("colours shapes"),
        "{whole}"
    );
    let unspaced = "色".repeat(2_000);
    let whole = resolved(&unspaced, "why?").unwrap();
    assert!(whole.chars().count() < 200, "{whole}");
}
