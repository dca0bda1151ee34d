//! Sections that say the same on several pages: the best of them in front, the
//! others still to be found.

use std::sync::Arc;

use docent::index::{Behind, Chunk, Embedder, Index, Query};
use docent::markdown::{Block, BlockKind};

use crate::support::embedders::HashedWords;
use crate::support::indexing::build;

fn section(page: &str, title: &str, heading: &str, text: &str) -> Chunk {
    Chunk::new(
        page.to_owned(),
        heading.to_lowercase(),
        title.to_owned(),
        vec![heading.to_owned()],
        None,
        vec![Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
        }],
    )
}

const PODS: &str = "A pod is scheduled on a node that has room for it, and it stays there until \
    it ends or is evicted, whatever happens to the other nodes of the cluster meanwhile.";

/// A page in so many versions, of which each was edited a little, and pages
/// that mention a pod.
fn versions(count: usize) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = (0..count)
        .map(|version| {
            let page = format!("v{version}/pods.html");
            let text = format!("{PODS} Since release {}.", version / 30);
            section(&page, "Pods", "Scheduling", &text)
        })
        .collect();
    for number in 0..8 {
        let page = format!("other-{number}.html");
        let text = format!(
            "Thing {number} has a pod of its own, among many other things, number {number}."
        );
        chunks.push(section(&page, "Other", &format!("Thing {number}"), &text));
    }
    chunks
}

fn searched(index: &Index, text: &str, limit: usize) -> Vec<String> {
    let query = Query {
        text: text.to_owned(),
        kind: None,
        limit,
    };
    let hits = index.search(&query).unwrap();
    let explained = index.explain(&query).unwrap();
    let same: Vec<_> = explained.iter().map(|(hit, _)| hit.clone()).collect();
    assert_eq!(hits, same, "{text}");
    hits.iter()
        .map(|hit| index.chunks[hit.chunk].page.clone())
        .collect()
}

fn each(chunks: &[Chunk], test: impl Fn(&Index)) {
    let embedders: [Option<Arc<dyn Embedder>>; 2] = [None, Some(Arc::new(HashedWords::default()))];
    for embedder in embedders {
        let folder = tempfile::tempdir().unwrap();
        test(&build(chunks.to_vec(), folder.path(), embedder));
    }
}

#[test]
fn the_versions_of_a_section_stand_behind_all_that_says_something_else() {
    // More copies than are compared when all chunks differ.
    each(&versions(300), |index| {
        let pages = searched(index, "where a pod is scheduled", 30);
        assert_eq!(pages.len(), 30);
        assert!(pages[0].ends_with("pods.html"), "{pages:?}");
        let others = pages[1..9].iter().filter(|page| page.starts_with("other-"));
        assert_eq!(others.count(), 8, "{pages:?}");
        assert!(pages[9..].iter().all(|page| page.ends_with("pods.html")));
    });
}

#[test]
fn a_list_without_anything_else_is_filled_with_copies() {
    each(&versions(12)[..12], |index| {
        let mut pages = searched(index, "scheduled", 12);
        pages.sort_unstable();
        pages.dedup();
        assert_eq!(pages.len(), 12);
    });
}

#[test]
fn a_hit_says_that_it_is_a_copy() {
    each(&versions(3), |index| {
        let query = Query {
            text: "where a pod is scheduled".to_owned(),
            kind: None,
            limit: 20,
        };
        let explained = index.explain(&query).unwrap();
        let behind: Vec<_> = explained.iter().map(|(_, why)| why.behind).collect();
        assert_eq!(behind.len(), 11);
        assert!(behind[..9].iter().all(Option::is_none), "{behind:?}");
        assert_eq!(behind[9..], [Some(Behind::Copy); 2]);
    });
}

#[test]
fn what_differs_in_what_it_is_about_is_no_copy() {
    let registry = |name: &str, title: &str| {
        let text = format!("{PODS} Publish to {name}.");
        section(&format!("{name}.html"), title, "Publishing", &text)
    };
    let all = |chunks: Vec<Chunk>, expected: [Option<Behind>; 2]| {
        each(&chunks, |index| {
            let query = Query {
                text: "publishing".to_owned(),
                kind: None,
                limit: 10,
            };
            let explained = index.explain(&query).unwrap();
            let behind: Vec<_> = explained.iter().map(|(_, why)| why.behind).collect();
            assert_eq!(behind, expected);
        });
    };
    all(
        vec![registry("azure", "Azure"), registry("google", "Google")],
        [None, None],
    );
    all(
        vec![registry("v1", "Registry"), registry("v2", "Registry")],
        [None, Some(Behind::Copy)],
    );
    // Word for word the same is the same under any title.
    let same = |page: &str, title: &str| section(page, title, "Publishing", PODS);
    all(
        vec![same("a.html", "A"), same("b.html", "B")],
        [None, Some(Behind::Copy)],
    );
    // Another heading makes it another section.
    let other = section("b.html", "A", "How to publish, publishing", PODS);
    all(vec![same("a.html", "A"), other], [None, None]);
}
