//! Questions without an answer: kept within bounds, grouped, judged.

use std::path::Path;
use std::sync::Arc;

use docent::config;
use docent::gaps::feedback::{self, Feedback};
use docent::gaps::{self, Asked, Verdict, log};
use docent::index::{Embedder, Index};
use docent::pipeline;

use crate::support::book::Book;
use crate::support::embedders::HashedWords;

const BOOK: &[(&str, &str)] = &[
    (
        "content/reference/kettle.md",
        "# Kettle\n\n## Lid\n\nThe lid closes by itself.\n\n## Handle\n\nIts grip stays cool \
         while the kettle is on the stove, however long you leave it there to boil for guests.\n",
    ),
    (
        "content/tea.md",
        "# Tea\n\nGreen tea is brewed for three minutes.\n",
    ),
];

fn index(book: &Book, embedder: Option<Arc<dyn Embedder>>) -> Index {
    let (config, _) = pipeline::configure(book.root()).unwrap();
    let (site, _) = pipeline::check(&config).unwrap();
    let chunks = pipeline::chunks(site.searched(), embedder.as_deref(), None);
    pipeline::index(&config, chunks, embedder, None, &|_| {}, &|| false).unwrap()
}

fn asked(questions: &[&str]) -> Vec<Asked> {
    let questions: Vec<String> = questions.iter().map(|text| (*text).to_owned()).collect();
    Asked::count(&questions)
}

#[test]
fn what_is_kept_is_bounded_legible_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    assert!(log::read(&cache).unwrap().is_empty());
    assert!(!log::clear(&cache).unwrap());
    log::keep(&cache, "  the\u{0} very\n first \"one\" ").unwrap();
    assert_eq!(log::read(&cache).unwrap(), ["the\u{0} very first \"one\""]);
    let long = "é".repeat(2_000);
    for number in 0..2_000 {
        log::keep(&cache, &format!("{number} {long}")).unwrap();
    }
    let size = |name: &str| fs_err::metadata(cache.join(name)).unwrap().len();
    assert!(log::FILES.iter().all(|name| size(name) <= log::FULL));
    let kept = log::read(&cache).unwrap();
    assert!(kept.len() > 400 && kept.len() < 1_000, "{}", kept.len());
    assert!(kept.iter().all(|question| question.chars().count() <= 300));
    // The oldest went, the newest is last.
    assert!(kept.last().unwrap().starts_with("1999 é"));
    assert!(!kept.iter().any(|question| question.contains("first")));
    assert!(log::clear(&cache).unwrap());
    assert!(log::read(&cache).unwrap().is_empty());
}

#[test]
fn a_damaged_line_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    log::keep(folder.path(), "one").unwrap();
    let file = folder.path().join(log::FILES[0]);
    let mut bytes = fs_err::read(&file).unwrap();
    bytes.extend(b"{\"question\": \"half\n\xff\xfe\n[]\n");
    fs_err::write(&file, bytes).unwrap();
    log::keep(folder.path(), "two").unwrap();
    assert_eq!(log::read(folder.path()).unwrap(), ["one", "two"]);
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_can_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    log::keep(folder.path(), "one").unwrap();
    let file = folder.path().join(log::FILES[0]);
    let mode = fs_err::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_same_question_is_counted_and_alike_ones_are_grouped() {
    let book = Book::of(BOOK);
    let asked = asked(&[
        "How do I clean the kettle?",
        "how do i clean the kettle",
        "clean kettle",
        "Where is the nearest airport?",
        "?!",
    ]);
    assert_eq!(asked[0].count, 2);
    assert_eq!(asked.len(), 3);
    let embedders: [Option<Arc<dyn Embedder>>; 2] = [None, Some(Arc::new(HashedWords::default()))];
    for embedder in embedders {
        let by_words = embedder.is_none();
        let groups = gaps::group(&asked, &index(&book, embedder)).unwrap();
        if by_words {
            assert_eq!(groups.len(), 2, "{groups:?}");
            assert_eq!(groups[0].question, "How do I clean the kettle?");
            assert_eq!((groups[0].count, groups[0].also.len()), (3, 1));
        }
        let all: usize = groups.iter().map(|group| group.count).sum();
        assert_eq!(all, 4);
        assert!(groups.is_sorted_by(|a, b| a.count >= b.count));
    }
}

#[test]
fn a_gap_says_whether_to_write_or_to_word_better() {
    let book = Book::of(BOOK);
    let index = index(&book, None);
    let strict = config::Answer {
        min_similarity: Some(0.9),
        ..config::Answer::default()
    };
    let verdict = |question: &str, config: &config::Answer| {
        let found = gaps::gaps(&asked(&[question]), &index, config).unwrap();
        (
            found[0].verdict,
            found[0].nearest.first().map(|near| near.url.clone()),
        )
    };
    let lenient = config::Answer::default();
    let (missing, _) = verdict("Which train goes to Vienna?", &lenient);
    assert_eq!(missing, Verdict::ContentMissing);
    // The lid is in one section and the stove in another.
    let (failed, near) = verdict("Does the lid of the kettle close on the stove?", &strict);
    assert_eq!(failed, Verdict::SearchFailed);
    assert!(near.unwrap().starts_with("reference/kettle.html"));
    let (now, _) = verdict("How long is green tea brewed?", &lenient);
    assert_eq!(now, Verdict::AnsweredNow);
}

#[test]
fn only_the_words_of_a_question_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    log::keep(folder.path(), "why?").unwrap();
    let text = fs_err::read_to_string(folder.path().join(log::FILES[0])).unwrap();
    assert_eq!(text, "{\"question\":\"why?\"}\n");
    assert_eq!(names(folder.path()), [log::FILES[0]]);
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn feedback_is_kept_counted_and_removed_with_the_questions() {
    let folder = tempfile::tempdir().unwrap();
    let told = |question: &str, helpful: bool, reason: &str| Feedback {
        question: question.to_owned(),
        helpful,
        reason: reason.to_owned(),
    };
    let all = [
        told("How long?", true, ""),
        told("Is it white?", true, ""),
        told("how long", false, "too\n late"),
        told("How long?", false, "too late"),
        told("How long?", false, &"é".repeat(900)),
    ];
    for one in &all {
        feedback::keep(folder.path(), one).unwrap();
    }
    let kept = feedback::read(folder.path()).unwrap();
    assert_eq!(kept[2].reason, "too late");
    assert_eq!(kept[4].reason.chars().count(), 300);
    let judged = feedback::judged(&kept);
    assert_eq!(judged.len(), 2);
    assert_eq!(judged[0].question, "How long?");
    assert_eq!((judged[0].helpful, judged[0].unhelpful), (1, 3));
    assert_eq!(judged[0].reasons.len(), 2);
    assert!(log::read(folder.path()).unwrap().is_empty());
    assert!(log::clear(folder.path()).unwrap());
    assert!(feedback::read(folder.path()).unwrap().is_empty());
}
