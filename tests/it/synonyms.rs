//! Names that readers use for the same, which the author groups in `book.toml`:
//! who asks how to undo finds what the book calls to yank.

use std::sync::Arc;

use docent::answer::{self, Ask, Outcome};
use docent::config::{Answer, Search};
use docent::index::{Chunk, Embedder, Index, Job, Match, Query};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::embedders::HashedWords;
use crate::support::indexing::{job, section};

/// A book that says *yank* and *log in*, but also *undo* once, and that speaks of
/// logs and of much else.
fn book() -> Vec<Chunk> {
    let mut sections = vec![
        section(
            "Withdrawal",
            "A version is yanked when nobody should use it.",
        ),
        section(
            "Editors",
            "The editor can undo what was typed, one step at a time.",
        ),
        section("Both", "To yank is not to undo, and both take one step."),
        section(
            "Accounts",
            "Whoever wants to publish logs in with a token first.",
        ),
        section(
            "Logging",
            "Each step is written in a log, which is in a file.",
        ),
        section("Corners", "A sign of life is shown at the right, in green."),
        section(
            "Clusters",
            "Kubernetes runs the containers of the registry.",
        ),
        section("Drawings", "A diagram shows how the parts hang together."),
    ];
    for number in 0..20 {
        let text = format!("Thing {number} has a step of its own, which is drawn last.");
        sections.push(section(&format!("Thing {number}"), &text));
    }
    sections
}

/// Groups as they stand in `book.toml`.
fn groups(all: &[&[&str]]) -> Vec<Vec<String>> {
    let group = |group: &&[&str]| group.iter().map(|name| (*name).to_owned()).collect();
    all.iter().map(group).collect()
}

const GROUPS: &[&[&str]] = &[
    &["undo", "revert", "Yank"],
    &["k8s", "kubernetes"],
    &["sign in", "log in", "authenticate"],
    &["flowchart", "diagram"],
];

fn index_of(sections: Vec<Chunk>, all: &[&[&str]], folder: &TempDir) -> Index {
    index_with(None, sections, all, folder)
}

fn index_with(
    embedder: Option<Arc<dyn Embedder>>,
    sections: Vec<Chunk>,
    all: &[&[&str]],
    folder: &TempDir,
) -> Index {
    let job = Job {
        config: Search {
            synonyms: groups(all),
            ..Search::default()
        },
        ..job(embedder, folder.path())
    };
    Index::build(sections, &job).unwrap()
}

fn index(folder: &TempDir) -> Index {
    index_of(book(), GROUPS, folder)
}

fn query(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        kind: None,
        limit: 40,
    }
}

/// The headings that are found, each with its BM25 score.
fn scores(index: &Index, text: &str) -> Vec<(String, f32)> {
    let hits = index.search(&query(text)).unwrap();
    let heading = |chunk: usize| index.chunks[chunk].heading().to_owned();
    let hits = hits.iter();
    hits.map(|hit| (heading(hit.chunk), hit.text.unwrap().0))
        .collect()
}

fn found(index: &Index, text: &str) -> Vec<String> {
    let scores = scores(index, text).into_iter();
    scores.map(|(heading, _)| heading).collect()
}

/// What the first hit has of a query.
fn matches(index: &Index, text: &str) -> Vec<Match> {
    let explained = index.explain(&query(text)).unwrap();
    let first = explained.into_iter().next();
    first.map(|(_, why)| why.matches).unwrap()
}

#[test]
fn a_word_also_finds_what_has_another_name_of_its_group() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    for (text, heading) in [
        ("revert a version", "Withdrawal"),
        ("Reverting", "Withdrawal"),
        ("REVERTED ", "Withdrawal"),
        ("k8s", "Clusters"),
        ("authenticate", "Accounts"),
        ("How do I sign in to publish?", "Accounts"),
        ("publish signed in ", "Accounts"),
        ("sign-in token", "Accounts"),
        // What a reader writes as two words may be one in a group.
        ("draw a flow chart ", "Drawings"),
    ] {
        assert_eq!(found(&index, text)[0], heading, "{text}");
    }
}

#[test]
fn the_word_itself_counts_for_a_little_more_and_both_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut sections = book();
    // As many sections and as many words of both kinds.
    for number in 0..4 {
        let text = |word| format!("Here to {word} takes a moment, {number}.");
        sections.push(section(&format!("Own {number}"), &text("undo")));
        sections.push(section(&format!("Other {number}"), &text("yank")));
    }
    let index = index_of(sections, GROUPS, &folder);
    let all = scores(&index, "undo ");
    let of = |heading: &str| all.iter().find(|(name, _)| name == heading).unwrap().1;
    let share = of("Other 1") / of("Own 1");
    assert!((0.89..0.91).contains(&share), "{share}");
    let apart = scores(&index_of(book_of_both(), &[], &folder), "undo yank ")[0].1;
    let once = scores(&index_of(book_of_both(), GROUPS, &folder), "undo ")[0].1;
    let own = scores(&index_of(book_of_both(), &[], &folder), "undo ")[0].1;
    assert_eq!(once, own);
    assert!(once < 0.7 * apart, "{once} {apart}");
}

fn book_of_both() -> Vec<Chunk> {
    vec![
        section("Both", "To yank is not to undo."),
        section("Neither", "Nothing of the kind."),
    ]
}

#[test]
fn a_rare_name_counts_for_no_more_than_the_common_word_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let index = index_of(book(), &[&["step", "yank"]], &folder);
    let all = scores(&index, "step ");
    let of = |heading: &str| all.iter().find(|(name, _)| name == heading).unwrap().1;
    // The sections are about as long as each other, and *step* is everywhere.
    assert!(of("Withdrawal") < 1.2 * of("Editors"), "{all:?}");
    assert!(found(&index, "yank ").contains(&"Thing 3".to_owned()));
}

#[test]
fn a_name_of_several_words_is_found_where_they_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    // "written in a log, which is in a file" has both words and not the name.
    assert_eq!(found(&index, "authenticate "), ["Accounts"]);
    let by_name = matches(&index, "publish: sign in ");
    let whole = by_name.iter().find(|one| one.word == "sign in").unwrap();
    assert_eq!(whole.synonym.as_deref(), Some("log in"));
    // A sentence ends between them, or something stands there.
    for apart in ["publish: sign, in ", "publish: sign me in "] {
        let matches = matches(&index, apart);
        assert!(matches.iter().all(|one| one.synonym.is_none()), "{apart}");
    }
}

#[test]
fn groups_that_share_a_name_are_not_one_group() {
    let folder = tempfile::tempdir().unwrap();
    let all: &[&[&str]] = &[&["undo", "yank"], &["undo", "diagram"]];
    let index = index_of(book(), all, &folder);
    let headings = found(&index, "undo ");
    for heading in ["Withdrawal", "Drawings", "Editors"] {
        assert!(headings.contains(&heading.to_owned()), "{headings:?}");
    }
    assert!(!found(&index, "yank ").contains(&"Drawings".to_owned()));
}

#[test]
fn words_in_quotation_marks_are_looked_for_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    let mut headings = found(&index, "\"undo\" ");
    headings.sort();
    assert_eq!(headings, ["Both", "Editors"]);
}

#[test]
fn a_word_with_another_name_in_the_book_is_not_guessed_at() {
    let folder = tempfile::tempdir().unwrap();
    let mut sections = book();
    sections.push(section(
        "Slips",
        "The word rever is hardly one, nor is revery.",
    ));
    let with = index_of(sections.clone(), GROUPS, &folder);
    assert!(!found(&with, "reverv ").is_empty());
    assert!(!found(&with, "revert ").contains(&"Slips".to_owned()));
    let without = index_of(sections, &[], &folder);
    assert_eq!(found(&without, "revert "), ["Slips"]);
}

#[test]
fn an_explanation_names_the_synonym() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    let matches = matches(&index, "revert a version ");
    let one = matches.iter().find(|one| one.word == "revert").unwrap();
    assert_eq!(one.synonym.as_deref(), Some("yank"));
    assert_eq!(one.fields, ["body"]);
    let plain = matches.iter().find(|one| one.word == "version").unwrap();
    assert!(!serde_json::to_string(plain).unwrap().contains("synonym"));
}

#[test]
fn excerpts_mark_the_name_that_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    for (text, marked) in [
        ("revert", "yanked"),
        ("k8s", "Kubernetes"),
        ("authenticate", "logs"),
    ] {
        let hits = index.search(&query(text)).unwrap();
        let pieces = index.excerpt(&hits[0], &query(text)).unwrap();
        let marks = pieces.iter().filter(|(_, is_mark)| *is_mark);
        let marks: Vec<&str> = marks.map(|(text, _)| text.as_str()).collect();
        assert_eq!(marks, [marked], "{text}");
    }
}

#[test]
fn a_question_is_answered_as_it_is_in_the_words_of_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |index: &Index, question: &str| {
        let ask = Ask {
            index,
            config: &Answer::default(),
            generator: None,
            question,
            earlier: &[],
            gone: &|| false,
        };
        answer::collect(&ask).unwrap()
    };
    let (with, without) = (index(&folder), index_of(book(), &[], &folder));
    for (question, quoted) in [
        ("How do I revert a version?", "yanked"),
        ("Where does k8s run?", "Kubernetes"),
        ("Which flow chart hangs together?", "diagram"),
        ("Who should sign in before publishing?", "logs in"),
    ] {
        let refused = ask(&without, question);
        assert_eq!(refused.outcome, Outcome::NotInDocs, "{question}");
        let answer = ask(&with, question);
        assert_eq!(answer.outcome, Outcome::Answered, "{question}");
        assert!(answer.quotes[0].text.contains(quoted), "{question}");
    }
}

#[test]
fn the_meaning_is_asked_in_the_words_of_the_book_too() {
    let folder = tempfile::tempdir().unwrap();
    let index = |all| {
        let embedder = Arc::new(HashedWords::default());
        index_with(Some(embedder), book(), all, &folder)
    };
    let (with, without) = (index(GROUPS), index(&[]));
    let cosine = |index: &Index, text: &str| {
        let hits = index.search(&query(text)).unwrap();
        let best = hits.iter().filter_map(|hit| hit.vector);
        best.map(|(cosine, _)| cosine).fold(0.0, f32::max)
    };
    for (asked, in_its_words) in [
        ("k8s, containers ", "kubernetes, containers "),
        (
            "each step is written: sign-in ",
            "each step is written: log in ",
        ),
    ] {
        let wanted = cosine(&without, in_its_words);
        assert!(cosine(&without, asked) < wanted, "{asked}");
        assert_eq!(cosine(&with, asked), wanted, "{asked}");
        // The words of the book are not exchanged for those of readers.
        assert_eq!(cosine(&with, in_its_words), wanted, "{asked}");
    }
}

#[test]
fn the_site_carries_the_names_when_there_are_any() {
    let folder = tempfile::tempdir().unwrap();
    let start = |index: &Index| index.browser_files().unwrap()["index.js"].clone();
    assert!(!start(&index_of(book(), &[], &folder)).contains("synonyms"));
    let with = start(&index(&folder));
    assert!(
        with.contains(r#"[["sign in","sign in"],["log in","log in"],["authenticate","authent"]]"#)
    );
}

/// Words of groups and of the book, in parts, and signs.
fn texts() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "undo",
        "revert",
        "yank",
        "sign",
        "in",
        "log",
        "authenticate",
        "k8s",
        "kubernetes",
        "flow",
        "chart",
        "flowchart",
        "diagram",
        "step",
        "the",
        "version",
        "\"",
        "é",
        "İn",
        "日本",
    ]);
    let sign = prop::sample::select(vec!["", " ", "-", ", "]);
    prop::collection::vec((word, sign), 0..8).prop_map(|parts| {
        let part = |(word, sign): &(&str, &str)| format!("{word}{sign}");
        parts.iter().map(part).collect()
    })
}

#[test]
fn scores_are_the_sum_of_their_parts_whatever_stands_for_what() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    proptest!(ProptestConfig::with_cases(256), |(text in texts())| {
        for (hit, why) in index.explain(&query(&text)).unwrap() {
            let parts: f32 = why.matches.iter().map(|one| one.score).sum();
            let (score, _) = hit.text.unwrap();
            prop_assert!((score - parts).abs() < 1e-4, "{}: {} {:?}", text, score, why);
        }
    });
}

#[test]
fn a_query_without_such_a_name_finds_the_same_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let (with, without) = (index(&folder), index_of(book(), &[], &folder));
    let words = vec![
        "step", "thing", "own", "drawn", "last", "source", "the", "life", "shows",
    ];
    let list = prop::collection::vec(prop::sample::select(words), 1..6);
    proptest!(ProptestConfig::with_cases(128), |(words in list)| {
        let text = words.join(" ");
        let hits = |index: &Index| index.search(&query(&text)).unwrap();
        prop_assert_eq!(hits(&with), hits(&without));
    });
}

#[test]
fn names_without_a_word_and_names_of_many_are_no_trouble() {
    let folder = tempfile::tempdir().unwrap();
    let long = "word ".repeat(200);
    let all: &[&[&str]] = &[
        &["", "++", "yank"],
        &[],
        &["undo", &long],
        &["undo", "undos"],
    ];
    let index = index_of(book(), all, &folder);
    assert_eq!(found(&index, "undo ").len(), 2);
    assert_eq!(found(&index, "yank ").len(), 2);
}
