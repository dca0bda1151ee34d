//! Measuring search and answers: files of questions, labels, runs, and the
//! questions of our own documentation.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use docent::config::{self, Config};
use docent::eval::{self, Answered, Job, Labels, Measure, Record, Run, Set, limits, mine};
use docent::index::Index;
use docent::pipeline;
use docent::site::Site;
use proptest::prelude::*;

use crate::support::book::{Book, shown};

const TEA: &[(&str, &str)] = &[
    (
        "content/index.md",
        "# Tea\n\nStart with [your very first cup](how-to/brew.md#wait), then \
         [Brew tea](how-to/brew.md), and [look here](reference/list.md).\n",
    ),
    (
        "content/how-to/brew.md",
        "# Brew tea\n\n## Steps\n\n### Boil\n\nBoil the water with the lid on.\n\n### Wait\n\nWait five minutes.\n",
    ),
    (
        "content/reference/list.md",
        "# List\n\nAll of it.\n\n## Green tea\n\nSencha.\n\n**Is it healthy?** Perhaps.\n",
    ),
    (
        "content/secret.md",
        "---\nsearch:\n  exclude: true\n---\n# Secret\n\nTea.\n",
    ),
];

fn read(name: &str, text: &str) -> (Set, String) {
    let (set, problems) = eval::read(name, &Arc::from(text));
    (set, shown(&problems))
}

fn opened(book: &Book) -> (Config, Site, Index) {
    let (config, _) = pipeline::configure(book.root()).unwrap();
    let (site, _) = pipeline::check(&config).unwrap();
    let chunks = pipeline::chunks(site.searched(), None, None);
    let index = pipeline::index(&config, chunks, None, None, &|_| {}, &|| false).unwrap();
    (config, site, index)
}

/// What the labels of a file of questions mean in a book, or what is wrong.
fn expected(book: &Book, labels: &[&str]) -> Result<Vec<String>, String> {
    let (config, site, index) = opened(book);
    let list = serde_json::to_string(labels).unwrap();
    let (set, problems) = read("q.yaml", &format!("- {{question: q, expect: {list}}}\n"));
    assert_eq!(problems, "");
    let found = Labels::new(&config, &site, &index.chunks).of(&set.questions);
    let found = found.map_err(|problems| shown(&problems))?;
    Ok(found[0].iter().map(eval::Expected::url).collect())
}

#[test]
fn questions_are_read_from_yaml_from_json_lines_and_from_other_sets() {
    let (set, problems) = read(
        "q.yaml",
        "- question: \"A: b?\"\n  expect: a.md\n  group: g\n- {question: c, phrases: [8080, on], id: x}\n- {question: d, refuse: true}\n",
    );
    assert_eq!(problems, "");
    let [one, two, three] = set.questions.as_slice() else {
        panic!("{set:?}");
    };
    assert_eq!(
        (one.text.as_str(), one.expect[0].text.as_str()),
        ("A: b?", "a.md")
    );
    assert_eq!(
        (one.group.as_deref(), one.id.as_str()),
        (Some("g"), "A: b?")
    );
    assert_eq!(
        (two.phrases.join(" "), two.id.as_str()),
        ("8080 on".to_owned(), "x")
    );
    assert!(three.refuse && !one.refuse);
    let (set, problems) = read(
        "q.jsonl",
        "\u{feff}{\"query\": \"a\", \"page\": \"a.md\", \"anchor\": \"x\", \"type\": \"faq\", \"src\": \"b.md\"}\r\n\n\
         {\"question\": \"b\", \"page\": \"a.md\", \"anchor\": null}\n\
         {\"question\": \"b\", \"correct_chunks\": [\"a.md#y\", \"b.md\"], \"correct_answer\": \"z\"}\n\
         {\"question\": \"c\", \"path\": \"c.md\", \"set\": \"s\"}\n",
    );
    assert_eq!(problems, "");
    let labels = set.questions.iter().map(|question| {
        let labels: Vec<&str> = question
            .expect
            .iter()
            .map(|label| label.text.as_str())
            .collect();
        labels.join(" ")
    });
    assert_eq!(
        labels.collect::<Vec<_>>(),
        ["a.md#x", "a.md", "a.md#y b.md", "c.md"]
    );
    let ids: Vec<&str> = set
        .questions
        .iter()
        .map(|question| question.id.as_str())
        .collect();
    assert_eq!(ids, ["a", "b", "b (2)", "c"]);
    assert_eq!(set.questions[3].group.as_deref(), Some("s"));
}

#[test]
fn every_slip_in_a_file_of_questions_is_said_where_it_stands() {
    for (name, text, at, part) in [
        (
            "q.yaml",
            "questions:\n  - question: a\n   expect: b\n",
            "q.yaml:",
            "not YAML",
        ),
        (
            "q.yaml",
            "- question: a\n  expects: b.md\n",
            "2:3",
            "did you mean `expect`?",
        ),
        (
            "q.yaml",
            "- question: a\n  expect: b.md\n  question: c\n",
            "3:3",
            "given twice",
        ),
        ("q.yaml", "- question: a\n", "1:3", "nothing is expected"),
        (
            "q.yaml",
            "- {question: a, refuse: true, expect: b.md}\n",
            "1:4",
            "take `refuse` away",
        ),
        (
            "q.yaml",
            "- question: a\n  refuse: 1\n",
            "2:11",
            "`true` or `false`",
        ),
        (
            "q.yaml",
            "- expect: b.md\n",
            "1:3",
            "an entry without a question",
        ),
        ("q.yaml", "- a\n", "1:3", "expected a question"),
        (
            "q.yaml",
            "min: {hit@2: 1}\nquestions: [{question: a, refuse: true}]\n",
            "1:7",
            "did you mean",
        ),
        (
            "q.yaml",
            "max: {mrr: 2}\nquestions: [{question: a, refuse: true}]\n",
            "1:7",
            "0 to 1",
        ),
        (
            "q.yaml",
            "question: [{question: a, refuse: true}]\n",
            "1:1",
            "did you mean `questions`?",
        ),
        (
            "q.yaml",
            "{id: x, question: a}\n",
            "1:2",
            "known keys: questions, min, max",
        ),
        (
            "q.yaml",
            "- {id: x, question: a, refuse: true}\n- {id: x, question: b, refuse: true}\n",
            "2:4",
            "given twice",
        ),
        ("q.yaml", "", "", "holds no question"),
        (
            "q.jsonl",
            "{\"question\": \"a\", \"refuse\": true}\n{\"question\"\n",
            "2:",
            "not JSON",
        ),
        (
            "q.jsonl",
            "\n{\"question\": \"a\", \"expects\": \"b\"}\n",
            "2:1",
            "is `expects` meant as `expect`?",
        ),
        ("q.jsonl", "[1]\n", "1:1", "expected a question"),
    ] {
        let (_, problems) = read(name, text);
        assert!(
            problems.contains(at) && problems.contains(part),
            "{text}\n{problems}"
        );
    }
}

#[test]
fn a_label_is_a_path_or_an_address_and_means_the_section_that_the_index_has() {
    let book = Book::of(TEA);
    book.write(
        "book.toml",
        "[output.html]\nsite-url = \"https://tea.example/docs/\"\nredirect = {\"/old.html\" = \"how-to/brew.html\"}\n",
    );
    let found = expected(
        &book,
        &[
            "how-to/brew.md",
            "/how-to/brew.html#wait",
            "content/how-to/brew.md#wait",
            "https://tea.example/docs/reference/list.html#green-tea",
            "old.html",
            "how-to/brew.md#steps",
        ],
    );
    // Two short sections are one chunk, which goes by the first one's name,
    // and stands for the empty section above them.
    let found = found.unwrap();
    assert_eq!(
        found,
        [
            "how-to/brew.html",
            "how-to/brew.html#boil",
            "reference/list.html#green-tea"
        ]
    );
}

#[test]
fn a_label_that_leads_nowhere_is_said_with_the_nearest() {
    let book = Book::of(TEA);
    for (label, part) in [
        ("how-to/brew.md#wat", "did you mean `how-to/brew.md#wait`?"),
        ("how-to/brw.md", "did you mean `how-to/brew.md`?"),
        ("https://elsewhere.example/x", "is not in the book"),
        ("secret.md", "the search leaves out"),
        ("../book.toml", "no page at"),
    ] {
        let problem = expected(&book, &[label]).unwrap_err();
        assert!(
            problem.contains(part) && problem.contains("q.yaml:1"),
            "{problem}"
        );
    }
}

#[test]
fn a_run_is_the_same_again_and_survives_being_kept() {
    let book = Book::of(TEA);
    let (config, site, index) = opened(&book);
    let (set, _) = read(
        "q.yaml",
        "- {question: How do I boil water?, expect: how-to/brew.md#boil, phrases: [The  WATER with the lid]}\n\
         - {question: sencha, expect: [reference/list.md, how-to/brew.md#wait]}\n\
         - {question: Who was the king of Spain?, refuse: true}\n",
    );
    let expected = Labels::new(&config, &site, &index.chunks)
        .of(&set.questions)
        .unwrap();
    let run = || {
        let answers = config::Answer::default();
        let job = Job {
            index: &index,
            mode: "text",
            answers: Some(&answers),
            generator: None,
            progress: &|_| {},
        };
        let mut run = eval::run(&job, &set.questions, &expected).unwrap();
        for record in &mut run.questions {
            record.search_ms = 0.0;
            record.answer.as_mut().unwrap().ms = 0.0;
        }
        run
    };
    let first = run();
    assert_eq!(first, run());
    assert_eq!(first.questions[0].places, [1]);
    assert_eq!(first.questions[1].places[0], 1);
    let answer = first.questions[0].answer.as_ref().unwrap();
    assert!(
        !answer.refused && answer.missing.is_empty() && answer.right >= 1,
        "{answer:?}"
    );
    assert!(first.questions[2].answer.as_ref().unwrap().refused);
    let kept = serde_json::to_string(&first).unwrap();
    assert_eq!(Run::read(&kept).unwrap(), first);
    assert!(Run::read("{}").is_err() && Run::read("[").is_err());
    let old = kept.replace("docent-eval/1", "docent-eval/0");
    assert!(Run::read(&old).unwrap_err().0.contains("docent-eval/0"));
}

#[test]
fn two_runs_are_compared_question_by_question() {
    let record = |id: &str, refuse: bool, places: &[usize], refused: Option<bool>| Record {
        id: id.to_owned(),
        question: id.to_owned(),
        group: None,
        refuse,
        expect: if refuse {
            Vec::new()
        } else {
            vec!["a.html".to_owned()]
        },
        places: places.to_vec(),
        first: None,
        search_ms: 1.0,
        answer: refused.map(|refused| Answered {
            refused,
            ..Answered::default()
        }),
    };
    let run = |questions| Run {
        format: eval::record::FORMAT.to_owned(),
        settings: eval::Settings {
            mode: "text".to_owned(),
            embedder: None,
            answers: true,
            generator: None,
            version: String::new(),
        },
        questions,
    };
    let before = run(vec![
        record("up", false, &[3], Some(false)),
        record("down", false, &[1], Some(false)),
        record("silent", false, &[1], Some(true)),
        record("loud", true, &[], Some(true)),
        record("same", false, &[], Some(false)),
        record("gone", false, &[], None),
    ]);
    let after = run(vec![
        record("new", false, &[], None),
        record("up", false, &[2], Some(false)),
        record("down", false, &[], Some(false)),
        record("silent", false, &[2], Some(false)),
        record("loud", true, &[], Some(false)),
        record("same", false, &[], None),
    ]);
    let comparison = eval::compare(&before, &after);
    let names = |changes: &[eval::compare::Change]| {
        let names = changes.iter().map(|change| change.question.clone());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&comparison.better), "up silent");
    assert_eq!(names(&comparison.worse), "down loud");
    assert_eq!(
        (comparison.same, comparison.added, comparison.removed),
        (1, 1, 1)
    );
    assert_eq!(
        comparison.better[0].before,
        "at 3, answered, 0 of 0 cited right"
    );
    let refusal = comparison
        .measures
        .iter()
        .find(|one| one.measure == "refusal")
        .unwrap();
    assert_eq!(
        (refusal.before, refusal.after, refusal.difference.value),
        (1.0, 0.0, -1.0)
    );
}

#[test]
fn a_book_asks_questions_that_its_own_labels_resolve() {
    let book = Book::of(TEA);
    book.write(
        "book.toml",
        "[output.html]\nredirect = {\"/how-to/preparing-the-pot.html\" = \"/how-to/brew.html\"}\n",
    );
    let (config, site, index) = opened(&book);
    let proposals = mine::mine(&site, "en");
    let all: BTreeSet<(&str, &str, &str)> = proposals
        .iter()
        .map(|one| {
            (
                one.origin.name(),
                one.question.as_str(),
                one.expect[0].as_str(),
            )
        })
        .collect();
    assert_eq!(
        all,
        [
            ("faq", "Is it healthy?", "reference/list.md#green-tea"),
            ("heading", "How do I brew tea?", "how-to/brew.md"),
            ("link", "your very first cup", "how-to/brew.md#wait"),
            ("redirect", "preparing the pot", "how-to/brew.md"),
        ]
        .into()
    );
    for (name, text) in [
        ("q.yaml", mine::yaml(&proposals)),
        ("q.jsonl", mine::json_lines(&proposals)),
    ] {
        let (set, problems) = read(name, &text);
        assert_eq!((set.questions.len(), problems.as_str()), (4, ""));
        assert!(
            Labels::new(&config, &site, &index.chunks)
                .of(&set.questions)
                .is_ok()
        );
    }
}

/// By words alone, as everyone can run it. The figures are what was measured
/// when the questions were written, with room for changes of the pages.
#[test]
fn our_own_documentation_is_found_and_answered() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cache = tempfile::tempdir().unwrap();
    let (mut config, _) = pipeline::configure(root).unwrap();
    config.cache_dir = cache.path().to_path_buf();
    let (site, _) = pipeline::check(&config).unwrap();
    let chunks = pipeline::chunks(site.searched(), None, None);
    let index = pipeline::index(&config, chunks, None, None, &|_| {}, &|| false).unwrap();
    let text = fs_err::read_to_string(root.join("tests/questions.yaml")).unwrap();
    let (set, problems) = read("tests/questions.yaml", &text);
    assert_eq!(problems, "");
    assert!(set.questions.len() > 40 && set.limits.len() > 4);
    let labels = Labels::new(&config, &site, &index.chunks).of(&set.questions);
    let expected = labels.map_err(|problems| shown(&problems)).unwrap();
    let job = Job {
        index: &index,
        mode: "text",
        answers: Some(&config.answer),
        generator: None,
        progress: &|_| {},
    };
    let run = eval::run(&job, &set.questions, &expected).unwrap();
    assert_eq!(limits::broken(&run, &set.limits), []);
}

#[test]
fn fewer_questions_are_spread_over_the_file() {
    let all: String = (0..10)
        .map(|n| format!("- {{question: q{n}, refuse: true}}\n"))
        .collect();
    let thinned = |most| {
        let (mut set, _) = read("q.yaml", &all);
        eval::thin(&mut set.questions, most);
        let texts = set.questions.iter().map(|question| question.text.clone());
        texts.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(thinned(3), "q3 q6 q9");
    assert_eq!(thinned(0), "");
    assert_eq!(thinned(10), thinned(usize::MAX));
}

const PARTS: &[&str] = &[
    "- ",
    "question: ",
    "expect: ",
    "refuse: ",
    "true",
    "phrases: ",
    "[",
    "]",
    "{",
    "}",
    "\n",
    "  ",
    "\"",
    "a.md#b",
    "questions:\n",
    "min:\n",
    "hit@5: 0.9\n",
    ": ",
    "&a ",
    "*a",
    "é",
    "\r\n",
    "null",
    "\"question\": \"x\"",
    ", ",
    "\u{feff}",
    "---\n",
];

proptest! {
    #[test]
    fn any_text_is_a_file_of_questions_or_told_why_not(
        parts in prop::collection::vec(prop::sample::select(PARTS), 0..40),
        lines in any::<bool>(),
    ) {
        let text: Arc<str> = parts.concat().into();
        let name = if lines { "q.jsonl" } else { "q.yaml" };
        let (set, problems) = eval::read(name, &text);
        prop_assert!(!set.questions.is_empty() || !problems.is_empty());
        for problem in &problems {
            prop_assert!(problem.help.is_some(), "{problem:?}");
            if let Some(place) = &problem.place {
                let _ = place.line_column();
            }
        }
        let ids: BTreeSet<&str> = set.questions.iter().map(|question| question.id.as_str()).collect();
        prop_assert!(ids.len() == set.questions.len() || !problems.is_empty());
    }

    #[test]
    fn every_measure_stays_within_its_bounds(
        questions in prop::collection::vec(
            (any::<bool>(), 0..4_usize, prop::collection::btree_set(1..=10_usize, 0..4),
             any::<bool>(), 0..4_usize, 0..4_usize, 0.0..50.0_f64),
            0..12,
        ),
    ) {
        let records: Vec<Record> = questions
            .into_iter()
            .map(|(refuse, expect, places, refused, cited, phrases, ms)| {
                let expect = if refuse { 0 } else { expect };
                Record {
                    id: String::new(),
                    question: String::new(),
                    group: None,
                    refuse,
                    expect: vec![String::new(); expect],
                    places: places.into_iter().take(expect).collect(),
                    first: None,
                    search_ms: ms,
                    answer: Some(Answered {
                        refused,
                        cited: vec![String::new(); cited],
                        right: cited / 2,
                        phrases,
                        missing: vec![String::new(); phrases / 2],
                        sentences: phrases,
                        dropped: cited,
                        ms,
                    }),
                }
            })
            .collect();
        let records: Vec<&Record> = records.iter().collect();
        for measure in Measure::ALL {
            let Some(value) = measure.value(&records) else { continue };
            let most = if measure.is_time() { 50.0 } else { 1.0 + 1e-9 };
            prop_assert!(0.0 <= value.low && value.high <= most, "{}: {value:?}", measure.name());
            prop_assert!(value.low <= value.high && (0.0..=most).contains(&value.value));
            prop_assert!(value.questions > 0 && value.questions <= records.len());
        }
    }
}
