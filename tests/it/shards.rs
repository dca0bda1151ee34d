//! An index that follows a book's changes: the same as one made at once, with
//! nothing made again that did not change.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use docent::index::chunk::{self, Counter};
use docent::index::{Chunk, Chunks, Index, Job, Progress, Query};
use docent::markdown::{Block, BlockKind};
use docent::pipeline;
use proptest::prelude::*;

use crate::support::book::Book;
use crate::support::embedders::HashedWords;
use crate::support::indexing::{build, job};

/// Pages by address, each a list of texts.
type Pages = BTreeMap<String, Vec<String>>;

fn chunks(pages: &Pages, backwards: bool) -> Chunks {
    let of_page = |(address, texts): (&String, &Vec<String>)| {
        let chunk = |(number, text): (usize, &String)| {
            let kind = BlockKind::Paragraph;
            let text = text.clone();
            Chunk::new(
                address.clone(),
                format!("part-{number}"),
                format!("Page {address}"),
                vec![format!("Part {number}")],
                None,
                vec![Block { kind, text }],
            )
        };
        texts.iter().enumerate().map(chunk).collect::<Vec<_>>()
    };
    let mut chunks: Vec<Vec<Chunk>> = pages.iter().map(of_page).collect();
    if backwards {
        chunks.reverse();
    }
    chunks.concat().into()
}

/// Enough chunks for several shards.
fn large() -> Pages {
    let text = |page: usize, part: usize| format!("needle{page} straw{part} of page");
    let texts = |page| (0..60).map(|part| text(page, part)).collect();
    let page = |page: usize| (format!("p{page}.html"), texts(page));
    (0..20).map(page).collect()
}

fn kept(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs_err::read_dir(folder.join("index")).unwrap();
    let file = |entry: std::io::Result<fs_err::DirEntry>| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs_err::read(entry.path()).unwrap())
    };
    files.map(file).collect()
}

const QUERIES: &[&str] = &[
    "needle3",
    "straw7 of page",
    "needles",
    "part 12",
    "\"straw1 of\" needle",
    "stra",
    "needel3",
    "--new flag_name",
    "edited",
];

#[track_caller]
fn assert_same(one: &Index, other: &Index) {
    assert_finds_the_same(one, other, QUERIES);
}

/// Fails unless both find the same in the same chunks, and browsers get the
/// same files.
#[track_caller]
pub fn assert_finds_the_same(one: &Index, other: &Index, queries: &[&str]) {
    assert_eq!(one.chunks.len(), other.chunks.len());
    assert_eq!((one.waiting(), other.waiting()), (0, 0));
    let (files, others) = (one.browser_files().unwrap(), other.browser_files().unwrap());
    assert!(files == others, "browsers get other files");
    for text in queries {
        let query = Query {
            text: (*text).to_owned(),
            kind: None,
            limit: 30,
        };
        let hits = one.search(&query).unwrap();
        assert_eq!(hits, other.search(&query).unwrap(), "{text}");
        for hit in hits.iter().take(3) {
            assert_eq!(one.chunks[hit.chunk], other.chunks[hit.chunk]);
            let excerpt = one.excerpt(hit, &query).unwrap();
            assert_eq!(excerpt, other.excerpt(hit, &query).unwrap(), "{text}");
        }
    }
}

/// The index that follows `before`, with how many chunks' words were made.
fn follow(chunks: Chunks, before: Option<&Index>, folder: &Path) -> (Index, usize) {
    let made = AtomicUsize::new(0);
    let job = Job {
        before,
        progress: &|progress| {
            if let Progress::Words(count) = progress {
                made.fetch_add(count, Ordering::Relaxed);
            }
        },
        ..job(None, folder)
    };
    let index = Index::build(chunks, &job).unwrap();
    (index, made.into_inner())
}

#[derive(Debug, Clone)]
enum Edit {
    Add(usize, usize),
    Change(usize),
    Remove(usize),
    Rename(usize),
    Turn,
    Forget,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let one = prop_oneof![
        2 => (0..40_usize, prop_oneof![4 => 1..40_usize, 1 => Just(1_500)])
            .prop_map(|(page, size)| Edit::Add(page, size)),
        3 => (0..20_usize).prop_map(Edit::Change),
        2 => (0..20_usize).prop_map(Edit::Remove),
        2 => (0..20_usize).prop_map(Edit::Rename),
        1 => Just(Edit::Turn),
        1 => Just(Edit::Forget),
    ];
    prop::collection::vec(one, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn an_index_that_followed_every_edit_is_the_one_made_at_once(edits in edits()) {
        let (followed, mut pages, mut backwards) = (tempfile::tempdir().unwrap(), large(), false);
        let mut before = Some(follow(chunks(&pages, false), None, followed.path()).0);
        for edit in edits {
            let some = |place: usize| pages.keys().nth(place % pages.len().max(1)).cloned();
            match edit {
                Edit::Add(page, size) => {
                    let text = |part: usize| format!("needle{page} new straw{part} `--new` flag_name");
                    pages.insert(format!("new/{page}.html"), (0..size).map(text).collect());
                }
                Edit::Change(place) => if let Some(address) = some(place) {
                    pages.entry(address).or_default()[0].push_str(" edited");
                }
                Edit::Remove(place) => if let Some(address) = some(place) {
                    pages.remove(&address);
                }
                Edit::Rename(place) => if let Some(address) = some(place) {
                    let texts = pages.remove(&address).unwrap_or_default();
                    pages.insert(format!("moved-{address}"), texts);
                }
                Edit::Turn => backwards = !backwards,
                // Another process: what is on disk is all there is.
                Edit::Forget => before = None,
            }
            let now = follow(chunks(&pages, backwards), before.as_ref(), followed.path()).0;
            let clean = tempfile::tempdir().unwrap();
            let at_once = build(chunks(&pages, backwards), clean.path(), None);
            assert_same(&now, &at_once);
            prop_assert!(kept(followed.path()) == kept(clean.path()), "other files");
            before = Some(now);
        }
    }
}

#[test]
fn a_changed_page_costs_one_shard_and_leaves_the_other_files_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut pages = large();
    let (index, made) = follow(chunks(&pages, false), None, folder.path());
    assert_eq!(made, index.chunks.len());
    let files = kept(folder.path());
    assert!(files.len() > 1, "{} files", files.len());
    let written = |name: &String| {
        let metadata = fs_err::metadata(folder.path().join("index").join(name));
        metadata.unwrap().modified().unwrap()
    };
    let times: Vec<_> = files.keys().map(|name| (name, written(name))).collect();

    pages.entry("p3.html".to_owned()).or_default()[0].push_str(" edited");
    let (index, made) = follow(chunks(&pages, false), Some(&index), folder.path());
    assert!((1..index.chunks.len()).contains(&made), "{made}");
    let now = kept(folder.path());
    assert_eq!(now.len(), files.len());
    let others = times.iter().filter(|(name, _)| now.contains_key(*name));
    let others: Vec<_> = others.collect();
    assert_eq!(others.len(), files.len() - 1);
    for (name, time) in others {
        assert_eq!(written(name), *time);
    }
}

#[test]
fn the_order_of_the_pages_is_not_indexed() {
    let folder = tempfile::tempdir().unwrap();
    let pages = large();
    let (index, _) = follow(chunks(&pages, false), None, folder.path());
    let (turned, made) = follow(chunks(&pages, true), None, folder.path());
    assert_eq!(made, 0);
    let query = Query {
        text: "needle7".to_owned(),
        kind: None,
        limit: 1,
    };
    for index in [index, turned] {
        let hits = index.search(&query).unwrap();
        assert_eq!(index.chunks[hits[0].chunk].page, "p7.html");
    }
}

#[test]
fn an_index_in_memory_needs_no_files_and_brings_them_back() {
    let folder = tempfile::tempdir().unwrap();
    let embedder = Arc::new(HashedWords::default());
    let chunks = chunks(&large(), false);
    let before = build(chunks.clone(), folder.path(), Some(embedder.clone()));
    let (files, embedded) = (kept(folder.path()), embedder.count());
    fs_err::remove_dir_all(folder.path()).unwrap();
    let job = Job {
        before: Some(&before),
        progress: &|progress| panic!("made again: {progress:?}"),
        ..job(Some(embedder.clone()), folder.path())
    };
    let after = Index::build(chunks, &job).unwrap();
    assert_eq!(embedder.count(), embedded);
    assert!(kept(folder.path()) == files);
    assert_same(&before, &after);
}

#[test]
fn shards_of_equal_pages_are_told_apart() {
    let texts = |page: usize| {
        (
            format!("p{page}.html"),
            vec!["the same text".to_owned(); 60],
        )
    };
    let pages: Pages = (0..40).map(texts).collect();
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = follow(chunks(&pages, false), None, folder.path());
    let query = Query {
        text: "same".to_owned(),
        kind: None,
        limit: 3_000,
    };
    assert_eq!(index.search(&query).unwrap().len(), 2_400);
}

#[test]
fn only_what_changed_is_cut_again() {
    let book = Book::of(&[
        ("content/a.md", "# A\n\nOne.\n"),
        ("content/b.md", "# B\n\nTwo.\n\n## C\n\nThree.\n"),
    ]);
    let built = |before: Option<&pipeline::Build>| {
        let (config, _) = pipeline::configure(book.root()).unwrap();
        match before {
            Some(before) => pipeline::rebuild(config, before).unwrap(),
            None => pipeline::build(config).unwrap(),
        }
    };
    let counted = AtomicUsize::new(0);
    let count = |text: &str| {
        counted.fetch_add(1, Ordering::Relaxed);
        text.len()
    };
    let counter = |name| Counter {
        name,
        count: &count,
        most: chunk::MOST,
    };
    let first = built(None);
    let whole = chunk::chunks(first.site.searched(), &counter("bytes"), None);
    counted.store(0, Ordering::Relaxed);
    let same = built(Some(&first));
    let again = chunk::chunks(same.site.searched(), &counter("bytes"), Some(&whole));
    assert_eq!(counted.load(Ordering::Relaxed), 0);
    let texts = |chunks: &Chunks| chunks.iter().map(Chunk::embed_text).collect::<Vec<_>>();
    assert_eq!(texts(&again), texts(&whole));

    chunk::chunks(same.site.searched(), &counter("others"), Some(&whole));
    assert_ne!(
        counted.load(Ordering::Relaxed),
        0,
        "another counter cuts anew"
    );

    book.write("content/a.md", "---\ntitle: Z\n---\n# A\n\nOne more.\n");
    let edited = built(Some(&same));
    let edited = chunk::chunks(edited.site.searched(), &counter("bytes"), Some(&again));
    assert_eq!(
        texts(&edited),
        ["Z > A\n\nOne more.", "B\n\nTwo.", "B > C\n\nThree."]
    );
}

#[test]
fn browsers_get_the_same_files_however_many_threads_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let index = build(chunks(&large(), false), folder.path(), None);
    let files = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        pool.install(|| index.browser_files()).unwrap()
    };
    let alone = files(1);
    assert!(alone.len() > 5, "{} files", alone.len());
    assert!(alone.contains_key("index.js"));
    assert_eq!(alone, files(2));
    assert_eq!(alone, files(7));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn browsers_get_the_same_files_of_an_index_that_was_made_and_one_that_was_read(
        texts in prop::collection::vec(
            prop::collection::vec("(Running|runs|İZMİR|naïveté|Größen|日本語|DIES|don't|x_y|ﬃ|Σας| |\n){1,12}", 1..4),
            1..6,
        ),
        language in prop::sample::select(vec!["en", "de", "tr", "xx"]),
    ) {
        let pages = (0..).zip(texts).map(|(page, texts)| (format!("p{page}.html"), texts));
        let pages: Pages = pages.collect();
        let folder = tempfile::tempdir().unwrap();
        let files = || {
            let job = Job { language, ..job(None, folder.path()) };
            let index = Index::build(chunks(&pages, false), &job).unwrap();
            index.browser_files().unwrap()
        };
        let made = files();
        prop_assert_eq!(made, files());
    }
}
