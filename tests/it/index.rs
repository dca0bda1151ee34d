//! Search: what is found, in which order, and what survives damage.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use docent::content::Kind;
use docent::index::chunk::{self as chunking, Counter};
use docent::index::estimate::estimate;
use docent::index::{Chunk, Embedder, Index, Job, Query};
use docent::markdown::{Block, BlockKind};
use proptest::prelude::*;

use crate::support::embedders::HashedWords;
use crate::support::indexing::{build, job};
#[cfg(feature = "embed")]
use crate::support::{embedders, questions};
#[cfg(feature = "embed")]
use docent::{index::Texts, models::EmbedderFiles};

fn chunk(page: &str, heading: &str, text: &str) -> Chunk {
    let block = |text: &str| Block {
        kind: BlockKind::Paragraph,
        text: text.to_owned(),
    };
    Chunk::new(
        page.to_owned(),
        heading.to_lowercase().replace(' ', "-"),
        page.trim_end_matches(".html").to_owned(),
        vec![heading.to_owned()],
        Some(if page.starts_with("ref") {
            Kind::Reference
        } else {
            Kind::HowTo
        }),
        text.split('\n').map(block).collect(),
    )
}

fn book() -> Vec<Chunk> {
    vec![
        chunk(
            "install.html",
            "Installing",
            "Install the toolchain with `setup --no-prompt`.",
        ),
        chunk(
            "install.html",
            "Updating",
            "Update to a newer release whenever one is out.",
        ),
        chunk(
            "ref-manifest.html",
            "Dependencies",
            "A git dependency names a repository.",
        ),
        chunk(
            "ref-manifest.html",
            "Features",
            "Features switch on optional dependencies.",
        ),
        chunk(
            "ref-manifest.html",
            "Profiles",
            "The profile decides how code is compiled.",
        ),
        chunk(
            "ref-errors.html",
            "E0502",
            "error[E0502]: cannot borrow `a::b` as mutable",
        ),
        chunk(
            "ref-api.html",
            "HashMap",
            "std::collections::HashMap and snake_case_name",
        ),
        chunk("cafe.html", "Café", "Where a résumé is read."),
    ]
}

fn query(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        kind: None,
        limit: 10,
    }
}

fn found(index: &Index, text: &str) -> Vec<String> {
    let hits = index.search(&query(text)).unwrap();
    hits.iter()
        .map(|hit| index.chunks[hit.chunk].heading().to_owned())
        .collect()
}

#[test]
fn words_are_found_in_other_forms_and_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(book(), folder.path(), None);
    for (text, heading) in [
        ("installation", "Installing"),
        ("how do I add a git dependency?", "Dependencies"),
        ("--no-prompt", "Installing"),
        ("no-prompt", "Installing"),
        ("prompt", "Installing"),
        ("E0502", "E0502"),
        ("e0502", "E0502"),
        ("a::b", "E0502"),
        ("HashMap", "HashMap"),
        ("hash map", "HashMap"),
        ("std::collections::HashMap", "HashMap"),
        ("snake_case_name", "HashMap"),
        ("case_name", "HashMap"),
        ("resume", "Café"),
        ("cafe", "Café"),
    ] {
        assert_eq!(
            found(&index, text).first().map(String::as_str),
            Some(heading),
            "{text}"
        );
    }
}

#[test]
fn the_last_word_may_be_unfinished_and_a_long_word_misspelt() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(book(), folder.path(), None);
    for (text, heading) in [
        ("git depen", "Dependencies"),
        ("compil", "Profiles"),
        ("installatio", "Installing"),
        ("toolchian", "Installing"),
        ("repositori", "Dependencies"),
    ] {
        assert_eq!(
            found(&index, text).first().map(String::as_str),
            Some(heading),
            "{text}"
        );
    }
    assert!(
        found(&index, "depe git ")
            .iter()
            .all(|heading| heading != "Features")
    );
    assert!(found(&index, "zzzzzz").is_empty());
    assert!(found(&index, "").is_empty());
}

#[test]
fn a_quoted_phrase_must_occur_when_it_occurs_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let embedder: Arc<dyn Embedder> = Arc::new(HashedWords::default());
    for embedder in [None, Some(embedder)] {
        let index = build(book(), folder.path(), embedder);
        assert_eq!(
            found(&index, "\"git dependency\" optional"),
            ["Dependencies"]
        );
        assert!(found(&index, "\"dependency git\" optional").contains(&"Features".to_owned()));
    }
}

#[test]
fn only_pages_of_the_wanted_kind_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(
        book(),
        folder.path(),
        Some(Arc::new(HashedWords::default())),
    );
    let query = Query {
        kind: Some(Kind::HowTo),
        ..query("install dependencies features release")
    };
    let hits = index.search(&query).unwrap();
    assert!(!hits.is_empty());
    assert!(
        hits.iter()
            .all(|hit| index.chunks[hit.chunk].kind == Some(Kind::HowTo))
    );
}

#[test]
fn one_page_does_not_crowd_out_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut chunks: Vec<Chunk> = (0..8)
        .map(|n| chunk("big.html", &format!("Part {n}"), "widget widget widget"))
        .collect();
    chunks.push(chunk(
        "small.html",
        "Other",
        "There is one widget among a great many other words.",
    ));
    let index = build(chunks, folder.path(), None);
    let hits = index.search(&query("widget")).unwrap();
    let pages: Vec<&str> = hits
        .iter()
        .map(|hit| &*index.chunks[hit.chunk].page)
        .collect();
    assert_eq!(
        &pages[..4],
        ["big.html", "big.html", "big.html", "small.html"]
    );
    assert_eq!(pages.len(), 9);
}

#[test]
fn hits_carry_the_scores_and_ranks_they_come_from() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(
        book(),
        folder.path(),
        Some(Arc::new(HashedWords::default())),
    );
    let hits = index.search(&query("git dependency")).unwrap();
    let (score, rank) = hits[0].text.unwrap();
    assert!(score > 0.0);
    assert_eq!(rank, 1);
    let asked = index.embed("git dependency").unwrap().unwrap();
    let text = index.chunks[hits[0].chunk].embed_text();
    let told = index.embed(&text).unwrap().unwrap();
    let exact: f32 = asked.iter().zip(&told).map(|(a, b)| a * b).sum();
    let (cosine, _) = hits[0].vector.unwrap();
    assert!((cosine - exact).abs() < 0.01, "{cosine} {exact}");
    assert!(hits.iter().all(|hit| (0.0..=1.0).contains(&hit.score)));
}

#[test]
fn an_excerpt_shows_the_words_in_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!(
        "{} the needle is here {}",
        "hay ".repeat(200),
        "straw ".repeat(200)
    );
    let index = build(vec![chunk("a.html", "A", &long)], folder.path(), None);
    let query = query("needles");
    let hits = index.search(&query).unwrap();
    let pieces = index.excerpt(&hits[0], &query).unwrap();
    let text: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
    assert!(pieces.contains(&("needle".to_owned(), true)), "{pieces:?}");
    assert!(
        text.starts_with("… hay") && text.ends_with("straw …"),
        "{text}"
    );
    assert!((100..=180).contains(&text.chars().count()), "{text}");
}

#[test]
fn what_did_not_change_is_not_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let embedder = Arc::new(HashedWords::default());
    build(book(), folder.path(), Some(embedder.clone()));
    assert_eq!(embedder.count(), book().len());

    let mut changed = book();
    changed[0] = chunk("install.html", "Installing", "Another text altogether.");
    build(changed, folder.path(), Some(embedder.clone()));
    assert_eq!(embedder.count(), book().len() + 1);

    let folder = tempfile::tempdir().unwrap();
    build(book(), folder.path(), Some(embedder.clone()));
    let job = Job {
        progress: &|progress| panic!("made again: {progress:?}"),
        ..job(Some(embedder), folder.path())
    };
    Index::build(book(), &job).unwrap();
}

#[test]
fn an_interrupted_build_keeps_the_embeddings_it_made() {
    let folder = tempfile::tempdir().unwrap();
    let chunks: Vec<Chunk> = (0..100)
        .map(|n| chunk("a.html", &format!("H{n}"), &format!("text {n}")))
        .collect();
    let embedder = Arc::new(HashedWords::default());
    let stopping = Job {
        stop: &|| embedder.count() > 0,
        ..job(Some(embedder.clone()), folder.path())
    };
    assert!(Index::build(chunks.clone(), &stopping).is_err());
    let made = embedder.count();
    assert!(made > 0 && made < 100, "{made}");
    build(chunks, folder.path(), Some(embedder.clone()));
    assert_eq!(embedder.count(), 100);
}

/// Every file under `folder`, in order.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.into_path())
        .collect();
    files.sort();
    files
}

#[test]
fn a_damaged_file_is_noticed_and_made_good() {
    let folder = tempfile::tempdir().unwrap();
    let embedder: Arc<dyn Embedder> = Arc::new(HashedWords::default());
    let expected = build(book(), folder.path(), Some(embedder.clone()));
    let expected = expected.search(&query("git dependency")).unwrap();
    type Damage = fn(&Path, Vec<u8>);
    let damages: [(&str, Damage); 5] = [
        ("deleted", |file, _| fs_err::remove_file(file).unwrap()),
        ("emptied", |file, _| fs_err::write(file, b"").unwrap()),
        ("cut", |file, bytes| {
            fs_err::write(file, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("grown", |file, bytes| {
            fs_err::write(file, [bytes, b"more".to_vec()].concat()).unwrap();
        }),
        ("flipped", |file, mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x40;
            fs_err::write(file, bytes).unwrap();
        }),
    ];
    for (name, damage) in damages {
        for number in 0..files(folder.path()).len() {
            let file = files(folder.path()).swap_remove(number);
            let bytes = fs_err::read(&file).unwrap();
            if bytes.is_empty() {
                continue; // the lock
            }
            damage(&file, bytes);
            let index = build(book(), folder.path(), Some(embedder.clone()));
            let hits = index.search(&query("git dependency")).unwrap();
            assert_eq!(hits, expected, "{name}: {}", file.display());
            let job = Job {
                progress: &|progress| panic!("{name}: not repaired: {progress:?}"),
                ..job(Some(embedder.clone()), folder.path())
            };
            Index::build(book(), &job).unwrap();
        }
    }
}

#[test]
fn two_builds_at_once_in_one_folder_agree() {
    let folder = tempfile::tempdir().unwrap();
    let expected = build(book(), folder.path(), None)
        .search(&query("git"))
        .unwrap();
    fs_err::remove_dir_all(folder.path()).unwrap();
    std::thread::scope(|scope| {
        for round in 0..6 {
            let (folder, expected) = (folder.path(), &expected);
            scope.spawn(move || {
                for _ in 0..5 {
                    let mut chunks = book();
                    chunks.truncate(chunks.len() - round % 2);
                    let index = build(chunks, folder, None);
                    let hits = index.search(&query("git")).unwrap();
                    assert_eq!(hits.len(), expected.len());
                }
            });
        }
    });
    let embedder = Arc::new(HashedWords::default());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let embedder = embedder.clone();
            scope.spawn(|| build(book(), folder.path(), Some(embedder)));
        }
    });
    embedder.embedded.store(0, Ordering::Relaxed);
    build(book(), folder.path(), Some(embedder.clone()));
    assert_eq!(embedder.count(), 0);
}

#[test]
fn hostile_queries_are_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(
        book(),
        folder.path(),
        Some(Arc::new(HashedWords::default())),
    );
    for text in [
        "[".repeat(100_000),
        "(\"".repeat(50_000),
        "\0\u{1}\u{7f}".repeat(1000),
        "🦀".repeat(25_000),
        "a".repeat(100_000),
        "git ".repeat(25_000),
        "title:git AND (body:[a TO z]) ^2 ~1 *".to_owned(),
        "--".to_owned(),
        "\u{202e}\u{feff}é\u{301}".to_owned(),
    ] {
        let hits = index.search(&query(&text)).unwrap();
        for hit in &hits {
            index.excerpt(hit, &query(&text)).unwrap();
        }
    }
    let same = found(&index, "title:git AND (body:[git)");
    assert_eq!(same.first().map(String::as_str), Some("Dependencies"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_can_be_searched_for_and_in(
        text in "\\PC{0,400}",
        words in proptest::collection::vec("[a-zé日\\-_:.\"\\[(]{1,12}", 0..20),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let words = words.join(" ");
        let chunks = vec![chunk("a.html", "A", &text), chunk("b.html", "B", &words)];
        let index = build(chunks, folder.path(), Some(Arc::new(HashedWords::default())));
        for text in [&text, &words] {
            let query = query(text);
            for hit in index.search(&query).unwrap() {
                let pieces = index.excerpt(&hit, &query).unwrap();
                let length: usize = pieces.iter().map(|(text, _)| text.chars().count()).sum();
                prop_assert!(length <= 210, "{length}");
            }
        }
    }
}

/// The chunks of a book with this one page.
fn page_chunks(markdown: &str) -> Vec<Chunk> {
    let folder = tempfile::tempdir().unwrap();
    fs_err::create_dir(folder.path().join("content")).unwrap();
    fs_err::write(folder.path().join("book.toml"), "").unwrap();
    fs_err::write(folder.path().join("content/page.md"), markdown).unwrap();
    let (config, _) = docent::pipeline::configure(folder.path()).unwrap();
    let (site, _) = docent::pipeline::check(&config).unwrap();
    let chunks = chunking::chunks(site.searched(), &Counter::ESTIMATE, None);
    chunks.iter().cloned().collect()
}

fn shown(chunks: &[Chunk]) -> Vec<(String, String, String)> {
    let show = |chunk: &Chunk| (chunk.anchor.clone(), chunk.trail.join(" > "), chunk.text());
    chunks.iter().map(show).collect()
}

fn triple(anchor: &str, trail: &str, text: &str) -> (String, String, String) {
    (anchor.to_owned(), trail.to_owned(), text.to_owned())
}

#[test]
fn a_chunk_is_a_headings_worth() {
    let long = "word ".repeat(60);
    let long = long.trim();
    let markdown = format!("# Title\n\n{long}\n\n## A\n\n{long}\n\n### B\n\n{long}\n\n## C\n");
    let chunks = page_chunks(&markdown);
    assert_eq!(chunks[0].title, "Title");
    assert_eq!(chunks[0].page, "page.html");
    let expected = [
        triple("", "", long),
        triple("a", "A", long),
        triple("b", "A > B", long),
    ];
    assert_eq!(shown(&chunks), expected);
    assert_eq!(chunks[2].embed_text(), format!("Title > A > B\n\n{long}"));
}

#[test]
fn small_siblings_share_a_chunk_and_others_do_not() {
    let markdown = "# T\n\n## A\n\n### One\n\n1\n\n### Two\n\n2\n\n## B\n\n### Three\n\n3\n";
    let expected = [
        triple("one", "A", "One\n\n1\n\nTwo\n\n2"),
        triple("three", "B > Three", "3"),
    ];
    assert_eq!(shown(&page_chunks(markdown)), expected);
}

#[test]
fn a_page_of_headings_alone_is_found_by_them() {
    assert_eq!(
        shown(&page_chunks("# T\n\n## Sub\n")),
        [triple("", "", "Sub")]
    );
    assert_eq!(page_chunks("").len(), 1);
}

#[test]
fn code_stays_whole_where_it_fits_and_breaks_between_lines() {
    let prose = "Some words of prose here. ".repeat(20);
    let code = "let value = call();\n".repeat(15);
    let chunks = page_chunks(&format!("# T\n\n{prose}\n\n```rust\n{code}```\n\n{prose}"));
    let blocks: Vec<&Block> = chunks.iter().flat_map(|chunk| &chunk.blocks).collect();
    let kinds: Vec<BlockKind> = blocks.iter().map(|block| block.kind).collect();
    assert_eq!(
        kinds,
        [BlockKind::Paragraph, BlockKind::Code, BlockKind::Paragraph]
    );

    let chunks = page_chunks(&format!("# T\n\n```rust\n{}```", code.repeat(10)));
    assert!(chunks.len() > 1);
    for block in chunks.iter().flat_map(|chunk| &chunk.blocks) {
        assert!(
            block.text.lines().all(|line| line == "let value = call();"),
            "{block:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn chunks_fit_the_embedder_and_lose_no_word(
        parts in proptest::collection::vec(
            ("#{1,4} [a-z]{1,9}", "([a-zA-Zé0-9/_]{1,60}[ .\n]){0,400}"),
            1..8,
        ),
    ) {
        let markdown: String =
            parts.iter().map(|(heading, text)| format!("{heading}\n\n{text}\n\n")).collect();
        let chunks = page_chunks(&format!("# T\n\n{markdown}"));
        let squeezed = |text: &str| -> String {
            text.chars().filter(|character| character.is_alphanumeric()).collect()
        };
        let text: String = chunks.iter().map(|chunk| squeezed(&chunk.text())).collect();
        for (_, part) in &parts {
            prop_assert!(text.contains(&squeezed(part)));
        }
        for chunk in &chunks {
            prop_assert!(estimate(&chunk.embed_text()) <= chunking::MOST + 8, "{chunk:?}");
        }
    }
}

#[test]
fn every_setting_of_chunk_digests_differs() {
    let base = chunk("a.html", "A", "text");
    let digests: HashSet<String> = [
        base.clone(),
        chunk("b.html", "A", "text"),
        chunk("a.html", "B", "text"),
        chunk("a.html", "A", "texts"),
    ]
    .into_iter()
    .map(|chunk| chunk.digest())
    .collect();
    assert_eq!(digests.len(), 4);
}

/// The sections of the Claude documentation as chunks.
#[cfg(feature = "embed")]
pub fn claude_chunks(folder: &Path, count: &(dyn Fn(&str) -> usize + Sync)) -> Vec<Chunk> {
    let counter = Counter {
        name: "",
        count,
        most: chunking::MOST,
    };
    let mut chunks = Vec::new();
    for section in questions::json_lines(&folder.join("chunks.jsonl")) {
        let link = section["chunk_link"].as_str().unwrap();
        let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
        let heading = section["chunk_heading"].as_str().unwrap();
        let text = section["text"].as_str().unwrap().trim_start();
        let text = text.strip_prefix(heading).unwrap_or(text);
        let blocks = text.split("\n\n").filter(|text| !text.trim().is_empty());
        let block = |text: &str| Block {
            kind: BlockKind::Paragraph,
            text: text.trim().to_owned(),
        };
        let name = page
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .replace('-', " ");
        let whole = Chunk::new(
            page.to_owned(),
            anchor.to_owned(),
            name,
            vec![heading.to_owned()],
            None,
            blocks.map(block).collect(),
        );
        chunks.extend(chunking::fitted(&whole, &counter));
    }
    chunks
}

#[cfg(feature = "embed")]
#[test]
fn fused_search_answers_the_claude_questions() {
    let Some(folder) = questions::shared("qa/claude-docs-eval") else {
        return;
    };
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    let chunks = claude_chunks(&folder, &|text| embedder.token_count(text));
    let cache = tempfile::tempdir().unwrap();
    let asked = questions::json_lines(&folder.join("questions.jsonl"));
    let mut fused = 0.0;
    for (name, alpha) in [("words", 1.0), ("vectors", 0.0), ("fused", 0.4)] {
        let search = docent::config::Search {
            alpha: Some(alpha),
            ..docent::config::Search::default()
        };
        let embedder = (alpha < 1.0).then(|| embedder.clone());
        let job = Job {
            config: search,
            ..job(embedder, cache.path())
        };
        let index = Index::build(chunks.clone(), &job).unwrap();
        let mut quality = questions::Quality::default();
        for question in &asked {
            let right = question["correct_chunks"].as_array().unwrap();
            let query = Query {
                limit: 60,
                ..query(question["question"].as_str().unwrap())
            };
            let mut sections: Vec<String> = Vec::new();
            for hit in index.search(&query).unwrap() {
                let url = index.chunks[hit.chunk].url();
                if !sections.contains(&url) {
                    sections.push(url);
                }
            }
            let is_right = |url: &String| right.iter().any(|right| right.as_str() == Some(url));
            let ranking: Vec<bool> = sections.iter().map(is_right).collect();
            quality.add(&ranking, right.len());
        }
        crate::support::say(&format!("claude-docs-eval, {name:7}: {quality}"));
        fused = quality.ndcg_10();
    }
    assert!(fused >= 0.77, "nDCG@10 {fused:.3}");
}

#[cfg(feature = "embed")]
#[test]
fn a_missing_or_damaged_model_is_a_clear_error() {
    if embedders::minilm().is_none() {
        return;
    }
    let (whole, runtime) = embedders::minilm_files();
    let folder = tempfile::tempdir().unwrap();
    let cut = |file: &Path| {
        let bytes = fs_err::read(file).unwrap();
        let place = folder.path().join(file.file_name().unwrap());
        fs_err::write(&place, &bytes[..bytes.len() / 2]).unwrap();
        place
    };
    let none = folder.path().join("none");
    let cases = [
        (
            "ONNX cut",
            EmbedderFiles {
                onnx: cut(&whole.onnx),
                ..whole.clone()
            },
            runtime.clone(),
        ),
        (
            "no ONNX",
            EmbedderFiles {
                onnx: none.clone(),
                ..whole.clone()
            },
            runtime.clone(),
        ),
        (
            "tokenizer cut",
            EmbedderFiles {
                tokenizer: cut(&whole.tokenizer),
                ..whole.clone()
            },
            runtime.clone(),
        ),
        ("runtime cut", whole.clone(), cut(&runtime)),
        ("no runtime", whole.clone(), none),
    ];
    for (name, files, runtime) in cases {
        let error = docent::index::embed::load(&files, &runtime, "en").err();
        let error = error.unwrap_or_else(|| panic!("{name}: no error"));
        let message = format!("{error:#}");
        let place = folder.path().to_string_lossy().into_owned();
        let named = message.contains(&place) || message.contains("minilm-l6-v2-int8");
        assert!(named, "{name}: {message}");
    }
}

#[cfg(feature = "embed")]
#[test]
fn vectors_have_length_one_and_tell_meanings_apart() {
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    let texts = [
        "How do I add a dependency?",
        "Adding a library to a project",
        "The cat sleeps",
    ];
    let texts = texts.map(str::to_owned);
    let vectors = embedder.embed(&texts).unwrap();
    let cosine = |a: usize, b: usize| -> f32 {
        let products = vectors[a].iter().zip(&vectors[b]);
        products.map(|(one, other)| one * other).sum()
    };
    assert!(
        vectors
            .iter()
            .all(|vector| vector.len() == embedder.dimensions())
    );
    assert!((cosine(0, 0) - 1.0).abs() < 1e-4);
    assert!(
        cosine(0, 1) > cosine(0, 2) + 0.2,
        "{} {}",
        cosine(0, 1),
        cosine(0, 2)
    );
    assert_eq!(
        embedder.embed(&texts[1..2]).unwrap()[0],
        vectors[1],
        "alone as in company"
    );
    assert!(embedder.embed(&[]).unwrap().is_empty());
    for text in [
        "",
        "\0",
        "[CLS] [SEP] [PAD]",
        &"🦀é日".repeat(30_000),
        &"a".repeat(100_000),
    ] {
        assert_eq!(embedder.embed(&[text.to_owned()]).unwrap().len(), 1);
    }
}

/// What the embedder makes of `texts` when they are those of a book.
#[cfg(feature = "embed")]
fn each(embedder: &dyn Embedder, texts: &[String]) -> Vec<Vec<f32>> {
    let mut found = vec![Vec::new(); texts.len()];
    let get = |number: usize| texts[number].clone();
    let count = texts.len();
    let mut take = |number: usize, vector| {
        found[number] = vector;
        Ok(())
    };
    embedder
        .embed_each(&Texts { count, get: &get }, &mut take)
        .unwrap();
    found
}

#[cfg(feature = "embed")]
#[test]
fn the_texts_of_a_book_get_the_vectors_that_they_get_alone() {
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    let text = |n: usize| format!("Section {n}\n\n{}", "words of some length ".repeat(n % 40));
    let texts: Vec<String> = (0..80).map(text).collect();
    let alone = embedder.embed(&texts).unwrap();
    assert_eq!(each(&*embedder, &texts), alone);
    assert_eq!(each(&*embedder, &texts[..1]), alone[..1]);
    assert!(each(&*embedder, &[]).is_empty());
    let stopping = Texts {
        count: texts.len(),
        get: &|number| texts[number].clone(),
    };
    let error = embedder.embed_each(&stopping, &mut |_, _| anyhow::bail!("enough"));
    assert_eq!(error.unwrap_err().to_string(), "enough");
}

/// A model whose graph is in two pieces is taken as it is.
#[cfg(feature = "embed")]
#[test]
fn a_model_that_multiplies_bytes_gives_nearly_the_same_vectors() {
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    let (whole, runtime) = embedders::minilm_files();
    let folder = tempfile::tempdir().unwrap();
    let onnx = folder.path().join("model.onnx");
    let bytes = [fs_err::read(&whole.onnx).unwrap(), vec![0x3A, 0x00]].concat();
    fs_err::write(&onnx, bytes).unwrap();
    let files = EmbedderFiles { onnx, ..whole };
    let as_it_is = docent::index::embed::load(&files, &runtime, "en").unwrap();
    let texts = [
        "",
        "Which words?",
        &"How are the words of a table read? ".repeat(30),
    ];
    let texts = texts.map(str::to_owned);
    let by_bytes = embedder.embed(&texts).unwrap();
    let as_numbers = as_it_is.embed(&texts).unwrap();
    assert_ne!(by_bytes, as_numbers);
    for (one, other) in by_bytes.iter().zip(&as_numbers) {
        let cosine: f32 = one.iter().zip(other).map(|(a, b)| a * b).sum();
        assert!(cosine > 0.99, "{cosine}");
    }
    // So they are kept apart, too.
    assert_eq!(embedder.id(), format!("{}-by-bytes", as_it_is.id()));
}

/// The count goes word by word; the tokenizer itself says whether that is
/// right.
#[cfg(all(feature = "embed", feature = "answer"))]
#[test]
fn tokens_are_counted_as_the_tokenizer_counts_them() {
    let Some(embedder) = embedders::minilm() else {
        return;
    };
    let (files, _) = embedders::minilm_files();
    let mut tokenizer = tokenizers::Tokenizer::from_file(files.tokenizer).unwrap();
    tokenizer.with_truncation(None).unwrap().with_padding(None);
    tokenizer.set_encode_special_tokens(true);
    let mut texts: Vec<String> = [
        "",
        "plain words",
        "don't `kubectl get pods -o=jsonpath='{.items[*]}'`",
        "a\0b \u{7f}c\u{200d}d é e\u{301} ﬁ ß İ 日本語 한국어 🦀🦀 [CLS] [SEP] ##ing",
        "C:\\path\\file E0502 0xdeadbeef",
    ]
    .map(str::to_owned)
    .to_vec();
    if let Some(folder) = questions::shared("qa/claude-docs-eval") {
        let sections = questions::json_lines(&folder.join("chunks.jsonl"));
        texts.extend(
            sections
                .iter()
                .map(|section| section["text"].as_str().unwrap().to_owned()),
        );
    }
    for text in texts {
        let exact = tokenizer.encode_fast(text.as_str(), true).unwrap().len();
        assert_eq!(embedder.token_count(&text), exact, "{text}");
    }
}

#[test]
fn the_reasons_of_a_hit_add_up_to_its_score() {
    let folder = tempfile::tempdir().unwrap();
    let embedders: [Option<Arc<dyn Embedder>>; 2] = [None, Some(Arc::new(HashedWords::default()))];
    for embedder in embedders {
        let index = build(book(), folder.path(), embedder);
        for text in [
            "git dependency",
            "instalng the toolchain with --no-prompt",
            "snake_case_name of a::b",
            "optio",
            "nothing of it",
        ] {
            let explained = index.explain(&query(text)).unwrap();
            let hits: Vec<_> = explained.iter().map(|(hit, _)| hit.clone()).collect();
            assert_eq!(hits, index.search(&query(text)).unwrap());
            for (hit, why) in explained {
                let words: f32 = why.matches.iter().map(|one| one.score).sum();
                let score = hit.text.map_or(0.0, |(score, _)| score);
                assert!((words - score).abs() < 1e-4, "{text}: {why:?} {score}");
                let fused = why.alpha * why.words + (1.0 - why.alpha) * why.meaning;
                assert!((fused - hit.score).abs() < 1e-6, "{text}: {why:?}");
                assert_eq!(why.alpha < 1.0, hit.vector.is_some());
            }
        }
        let explained = index.explain(&query("instalng")).unwrap();
        let mut matches = explained.iter().flat_map(|(_, why)| &why.matches);
        assert!(matches.any(|one| {
            let everywhere = one.fields == ["title", "headings", "body"];
            everywhere && one.guessed && one.word == "instalng"
        }));
        assert!(index.explain(&query("?!")).unwrap().is_empty());
    }
}
