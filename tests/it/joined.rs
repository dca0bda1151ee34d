//! Words that one writer joins and another splits: who asks for a flow chart
//! finds flowcharts, and the other way round.

use docent::answer::terms::Terms;
use docent::index::{Chunk, Index, Match, Query};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::indexing::{build, section};

/// A book that writes *flowchart* and *webhooks*, but *source map* and *lock
/// file*, and speaks of much else.
fn book() -> Vec<Chunk> {
    let mut sections = vec![
        section("Diagrams", "Flowcharts show the steps of a process."),
        section("Colours", "The chart of colours has its own page."),
        section(
            "Traffic",
            "The flow of requests is even, and nothing waits.",
        ),
        section("Events", "Webhooks are called when something was pushed."),
        section(
            "Debugging",
            "A source map leads from output to what was written.",
        ),
        section(
            "Sources",
            "Each source has a licence, and none of them a plan.",
        ),
        section(
            "Sites",
            "The map of all pages is written when a site is built.",
        ),
        section("Locking", "The lock files say which versions were chosen."),
        section(
            "Gates",
            "Whoever wants to pass shows a badge at the port of entry.",
        ),
        section("Plans", "Timeframes are agreed upon before work begins."),
        section("Theatre", "A mime frame is what an actor stands in."),
        section("Networks", "The network connects all of them."),
    ];
    for number in 0..20 {
        let text = format!("Thing {number} has a step of its own, which is drawn last.");
        sections.push(section(&format!("Thing {number}"), &text));
    }
    sections
}

fn index(folder: &TempDir) -> Index {
    build(book(), folder.path(), None)
}

fn query(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        kind: None,
        limit: 40,
    }
}

fn found(index: &Index, text: &str) -> Vec<String> {
    let hits = index.search(&query(text)).unwrap();
    let heading = |chunk: usize| index.chunks[chunk].heading().to_owned();
    hits.iter().map(|hit| heading(hit.chunk)).collect()
}

/// What the first hit has of a query.
fn matches(index: &Index, text: &str) -> Vec<Match> {
    let explained = index.explain(&query(text)).unwrap();
    explained
        .into_iter()
        .next()
        .map(|(_, why)| why.matches)
        .unwrap()
}

#[test]
fn two_words_find_the_one_that_the_book_makes_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    for (text, heading) in [
        ("How do I draw a flow chart?", "Diagrams"),
        ("flow charts", "Diagrams"),
        ("flow-chart", "Diagrams"),
        ("call a web hook ", "Events"),
        // While it is typed.
        ("web hoo", "Events"),
    ] {
        assert_eq!(found(&index, text)[0], heading, "{text}");
    }
    let matches = matches(&index, "draw a flow chart ");
    let joined = matches.iter().find(|one| one.word == "flow chart");
    let drawn = joined.expect("both words as one");
    assert_eq!(drawn.stem, "flowchart");
    assert!(matches.iter().all(|one| one.word != "chart"), "{matches:?}");
    assert!(drawn.guessed && drawn.fields == ["body"], "{drawn:?}");
}

#[test]
fn words_apart_are_not_joined() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    for text in ["flow, chart ", "chart flow "] {
        assert!(
            !found(&index, text).contains(&"Diagrams".to_owned()),
            "{text}"
        );
    }
    assert!(!found(&index, "what does not work ").contains(&"Networks".to_owned()));
}

#[test]
fn one_word_counts_as_both_and_not_for_more_however_rare_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut sections = book();
    for number in 0..10 {
        let text = format!("Flow and chart stand here, {number}.");
        sections.push(section(&format!("Both {number}"), &text));
    }
    let index = build(sections, folder.path(), None);
    let scores = |text: &str| -> Vec<(String, f32)> {
        let hits = index.search(&query(text)).unwrap();
        let name = |chunk: usize| index.chunks[chunk].heading().to_owned();
        hits.iter()
            .map(|hit| (name(hit.chunk), hit.text.unwrap().0))
            .collect()
    };
    let all = scores("flow chart ");
    let of = |heading: &str| all.iter().find(|(name, _)| name == heading).unwrap().1;
    let (one, both) = (of("Diagrams"), of("Both 1"));
    // The sections are about as long as each other.
    assert!((one - both).abs() < 0.2 * both, "{one} {both}");
    assert!(scores("flowchart ")[0].1 > 1.1 * one);
}

#[test]
fn a_word_that_the_book_writes_as_two_finds_sections_with_both() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    for (text, heading) in [
        ("sourcemap", "Debugging"),
        ("sourcemaps ", "Debugging"),
        ("lockfiles", "Locking"),
    ] {
        assert_eq!(found(&index, text), [heading], "{text}");
    }
    let matches = matches(&index, "sourcemaps ");
    assert_eq!(matches[0].word, "sourcemaps");
    assert_eq!(matches[0].stem, "sourc map");
    assert!(matches[0].guessed);
}

#[test]
fn a_word_is_not_split_into_words_that_never_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    assert!(found(&index, "passport ").is_empty());
}

#[test]
fn a_slip_of_the_keyboard_is_corrected_and_not_split() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    assert_eq!(found(&index, "mimeframe "), ["Plans"]);
}

#[test]
fn excerpts_mark_what_a_word_was_joined_to_or_split_into() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    for (text, marked) in [
        ("flow chart", vec!["Flowcharts"]),
        ("sourcemap", vec!["source", "map"]),
    ] {
        let hits = index.search(&query(text)).unwrap();
        let pieces = index.excerpt(&hits[0], &query(text)).unwrap();
        let marks = pieces.iter().filter(|(_, is_mark)| *is_mark);
        let marks: Vec<&str> = marks.map(|(text, _)| text.as_str()).collect();
        assert_eq!(marks, marked, "{text}");
    }
}

#[test]
fn a_question_is_covered_by_what_its_words_are_joined_to_or_split_into() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    assert_eq!(
        index.split_up("Where's the Lockfile?"),
        "Where's the Lock file?"
    );
    assert_eq!(
        index.split_up("passport; mimeframe é"),
        "passport; mimeframe é"
    );
    let frequency = |word: &str| index.frequency(word);
    let terms = Terms::read(
        "a flow chart",
        index.language(),
        &frequency,
        index.chunks.len(),
    );
    let stems = terms.stems("Flowcharts show steps.");
    assert!(terms.coverage(&stems) > 0.999);
}

/// Words of the book of which no two make a third, its own words in parts, and
/// signs.
fn texts() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "flow",
        "chart",
        "web",
        "hooks",
        "sourcemap",
        "lockfile",
        "source",
        "map",
        "step",
        "the",
        "not",
        "work",
        "flowchart",
        "mimeframe",
        "é",
        "日本",
        "\"",
        "-",
        ",",
        "İstanbul",
        "x1",
    ]);
    prop::collection::vec((word, prop::sample::select(vec!["", " ", "-", ", "])), 0..8).prop_map(
        |parts| {
            parts
                .iter()
                .map(|(word, sign)| format!("{word}{sign}"))
                .collect()
        },
    )
}

#[test]
fn scores_are_the_sum_of_their_parts_whatever_is_joined_and_split() {
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
fn where_nothing_is_joined_scores_are_the_same_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    let words = vec![
        "step", "thing", "own", "drawn", "last", "source", "licence", "the", "chosen",
    ];
    let list = prop::collection::vec(prop::sample::select(words), 1..6);
    proptest!(ProptestConfig::with_cases(128), |(words in list)| {
        // Words with a comma between them are never looked at as one.
        let beside = index.search(&query(&(words.join(" ") + " "))).unwrap();
        let apart = index.search(&query(&(words.join(", ") + " "))).unwrap();
        prop_assert_eq!(beside, apart);
    });
}
