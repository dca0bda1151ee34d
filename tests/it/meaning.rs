//! Search while embeddings are still being made: nothing is hidden, nothing
//! is preferred.

use std::cell::RefCell;
use std::sync::Arc;

use docent::config::Search;
use docent::index::{Chunk, Embedder, Index, Job, Query};
use docent::markdown::{Block, BlockKind};

use crate::support::embedders::HashedWords;
use crate::support::indexing::job;

const WORDS: [&str; 5] = ["heron", "egret", "bittern", "stork", "ibis"];

/// A page of ten sections, each with some of the words.
fn page(number: usize) -> Vec<Chunk> {
    let section = |section: usize| {
        let words = (0..=section % 4).map(|place| WORDS[(number * 3 + section + place) % 5]);
        let words: Vec<&str> = words.collect();
        Chunk::new(
            format!("page-{number}.html"),
            format!("s{section}"),
            format!("Page {number}"),
            vec![format!("Section {section}")],
            None,
            vec![Block {
                kind: BlockKind::Paragraph,
                text: format!("Here the {} stands.", words.join(" and the ")),
            }],
        )
    };
    (0..10).map(section).collect()
}

fn book(pages: usize) -> Vec<Chunk> {
    (0..pages).flat_map(page).collect()
}

fn search(index: &Index, text: &str) -> Vec<(String, f32, bool)> {
    let query = Query {
        text: text.to_owned(),
        kind: None,
        limit: 12,
    };
    let hits = index.search(&query).unwrap();
    let hit = |hit: &docent::index::Hit| {
        let chunk = &index.chunks[hit.chunk];
        (chunk.url(), hit.score, hit.vector.is_some())
    };
    hits.iter().map(hit).collect()
}

#[test]
fn what_is_there_of_the_meaning_is_handed_on_step_by_step() {
    let folder = tempfile::tempdir().unwrap();
    let seen: RefCell<Vec<Index>> = RefCell::default();
    let embedder: Arc<dyn Embedder> = Arc::new(HashedWords::default());
    let given = |index: Index| seen.borrow_mut().push(index);
    let watched = Job {
        meanwhile: Some(&given),
        ..job(Some(embedder.clone()), folder.path())
    };
    let whole = Index::build(book(20), &watched).unwrap();
    let waiting = |index: &Index| index.waiting();
    let seen = seen.into_inner();
    let steps: Vec<usize> = seen.iter().map(waiting).collect();
    assert_eq!((steps, whole.waiting()), (vec![200, 136, 72, 8], 0));

    // At first it is as without embeddings, at the end as ever.
    let words = tempfile::tempdir().unwrap();
    let words = Index::build(book(20), &job(None, words.path())).unwrap();
    let again = tempfile::tempdir().unwrap();
    let again = Index::build(book(20), &job(Some(embedder), again.path())).unwrap();
    for query in ["heron", "the ibis and the stork", "hern stands", "Page 7"] {
        assert_eq!(search(&seen[0], query), search(&words, query), "{query}");
        assert_eq!(search(&whole, query), search(&again, query), "{query}");
    }
}

#[test]
fn only_the_changed_page_waits_and_its_words_place_it() {
    let folder = tempfile::tempdir().unwrap();
    let embedder: Arc<dyn Embedder> = Arc::new(HashedWords::default());
    let first: docent::index::Chunks = book(20).into();
    let before = Index::build(first, &job(Some(embedder.clone()), folder.path())).unwrap();
    let mut pages = before.chunks.pages().map(|(page, _)| page.clone());
    let mut kept: Vec<_> = pages.by_ref().take(19).collect();
    let changed = page(19).into_iter().map(|mut chunk| {
        chunk.blocks[0].text = "Here the shoebill stands. The shoebill waits.".to_owned();
        chunk
    });
    let changed: docent::index::Chunks = changed.collect::<Vec<_>>().into();
    kept.extend(changed.pages().map(|(page, _)| page.clone()));
    let seen: RefCell<Vec<Index>> = RefCell::default();
    let given = |index: Index| seen.borrow_mut().push(index);
    let after = Job {
        before: Some(&before),
        meanwhile: Some(&given),
        ..job(Some(embedder), folder.path())
    };
    let whole = Index::build(docent::index::Chunks::new(kept, ""), &after).unwrap();
    let seen = seen.into_inner();
    assert_eq!(seen.iter().map(Index::waiting).collect::<Vec<_>>(), [10]);
    assert_eq!(whole.waiting(), 0);

    let hits = search(&seen[0], "where the shoebill stands");
    assert!(hits[0].0.starts_with("page-19.html"), "{hits:?}");
    assert!(!hits[0].2, "by words alone");
    let others = hits.iter().filter(|hit| !hit.0.starts_with("page-19.html"));
    assert!(others.clone().count() > 0 && others.clone().all(|hit| hit.2));
    assert!(
        hits.iter().all(|hit| (0.0..=1.0).contains(&hit.1)),
        "{hits:?}"
    );
    // What its words do not say does not bring the page in front of others.
    let hits = search(&seen[0], "heron and egret");
    assert!(!hits[0].0.starts_with("page-19.html"), "{hits:?}");
}

#[test]
fn a_book_that_wants_no_embeddings_waits_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let never = |_: Index| panic!("there is nothing to wait for");
    let job = Job {
        config: Search {
            embeddings: false,
            ..Search::default()
        },
        meanwhile: Some(&never),
        ..job(Some(Arc::new(HashedWords::default())), folder.path())
    };
    assert_eq!(Index::build(book(2), &job).unwrap().waiting(), 0);
}
