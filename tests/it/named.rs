//! Whoever types the title of a page or a heading wants to go there, though other
//! sections say its words more often. And a page is found by what it says of itself.

use docent::index::{Chunk, Index, Named, Query};
use docent::markdown::{Block, BlockKind};
use docent::pipeline;
use tempfile::TempDir;

use crate::support::book::Book;
use crate::support::indexing::build;

fn part(page: &str, title: &str, trail: &[&str], text: &str) -> Chunk {
    let anchor = trail.last().map(|heading| heading.to_lowercase());
    Chunk::new(
        format!("{page}.html"),
        anchor.unwrap_or_default().replace(' ', "-"),
        title.to_owned(),
        trail.iter().map(|heading| (*heading).to_owned()).collect(),
        None,
        vec![Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
        }],
    )
}

/// A book in which the page about pods says the word less often than others do.
fn book() -> Vec<Chunk> {
    let often = "Pods, pods and pods: what a pod does with pods.";
    let mut chunks = vec![
        part(
            "pods",
            "Pods",
            &[],
            "They are the smallest units that can be deployed.",
        ),
        part("pods", "Pods", &["Lifetime"], "None of them lives forever."),
        part("debug", "Debug Running Pods", &[], often),
        part("debug", "Debug Running Pods", &["Copies"], often),
        part(
            "images",
            "Images",
            &["Pulling", "Deleting an image"],
            "Do it by hand, when nothing at all needs it any more, and then delete what else of it is left.",
        ),
        part(
            "cleaning",
            "Cleaning",
            &["Order"],
            "Deleting an image deletes the image's layers: delete any image so.",
        ),
        part("how-to", "How to", &[], "This and that."),
    ];
    for number in 0..20 {
        let text =
            format!("Thing {number} has a step of its own. How to do it is said, with an image.");
        chunks.push(part(
            &format!("thing-{number}"),
            &format!("Thing {number}"),
            &[],
            &text,
        ));
    }
    chunks
}

fn index(folder: &TempDir) -> Index {
    build(book(), folder.path(), None)
}

/// The address of the first hit, and what of it is called what was typed.
fn first(index: &Index, text: &str) -> (String, Option<Named>) {
    let query = Query {
        text: text.to_owned(),
        kind: None,
        limit: 5,
    };
    let explained = index.explain(&query).unwrap();
    let hits = index.search(&query).unwrap();
    assert_eq!(
        hits,
        explained
            .iter()
            .map(|(hit, _)| hit.clone())
            .collect::<Vec<_>>()
    );
    let (hit, why) = explained.into_iter().next().unwrap();
    (index.chunks[hit.chunk].url(), why.named)
}

#[test]
fn a_page_is_first_when_its_title_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    for text in ["Pods", "pods ", "pod", "What is a pod?", "the \"pods\""] {
        let (page, named) = first(&index, text);
        assert_eq!(named, Some(Named::Title), "{text}");
        assert_eq!(page, "pods.html", "{text}");
    }
    assert_eq!(first(&index, "how to").1, Some(Named::Title));
}

#[test]
fn a_section_is_first_when_its_heading_is_typed_in_whatever_endings_and_order() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    for text in [
        "Deleting an image",
        "delete images",
        "How do I delete an image?",
        "image deleting",
    ] {
        let found = first(&index, text);
        let expected = (
            "images.html#deleting-an-image".to_owned(),
            Some(Named::Heading),
        );
        assert_eq!(found, expected, "{text}");
    }
    // Without its name it would not be.
    let hits = index.search(&Query {
        text: "Deleting an image ".to_owned(),
        kind: None,
        limit: 2,
    });
    let scores: Vec<f32> = hits.unwrap().iter().map(|hit| hit.score).collect();
    assert!(scores[0] < scores[1], "{scores:?}");
}

#[test]
fn a_name_that_says_more_or_less_than_what_was_typed_is_not_meant() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    for text in [
        "pods forever",
        "running pods",
        "delete",
        "delete image layers",
    ] {
        assert_eq!(first(&index, text).1, None, "{text}");
    }
}

#[test]
fn only_the_start_of_the_page_stands_before_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(&folder);
    let query = Query {
        text: "pods ".to_owned(),
        kind: None,
        limit: 10,
    };
    let hits = index.explain(&query).unwrap();
    let named: Vec<_> = hits.iter().map(|(_, why)| why.named.is_some()).collect();
    assert!(named[0] && !named[1..].contains(&true), "{named:?}");
    // Its score is what it was; the others keep their order.
    assert!(hits[0].0.score < hits[1].0.score, "{hits:?}");
    let rest = hits[1..].iter().map(|(hit, _)| hit.score);
    assert!(rest.is_sorted_by(|one, next| one >= next));
}

#[test]
fn a_title_without_spaces_between_its_words_is_typed_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let mut chunks = book();
    chunks.push(part("zh", "容器", &[], "应用在这里运行。"));
    chunks.push(part("zh-2", "别的", &[], "容器 容器 容器 容器"));
    let index = build(chunks, folder.path(), None);
    assert_eq!(
        first(&index, "容器"),
        ("zh.html".to_owned(), Some(Named::Title))
    );
}

#[test]
fn a_page_is_found_by_its_description_tags_and_questions_and_not_quoted_by_them() {
    let book = Book::of(&[
        ("content/index.md", "# Home\n\nAbout tea.\n"),
        (
            "content/brew.md",
            "---\ndescription: From leaf to infusion.\ntags: [Samovar]\n\
             questions: [How long does Darjeeling steep?]\n---\n# Brew\n\nPour water.\n\n\
             ## Later\n\nWait.\n",
        ),
    ]);
    let (site, problems) = book.assemble();
    assert!(problems.is_empty(), "{problems:?}");
    let chunks = pipeline::chunks(site.searched(), None, None);
    let texts: Vec<String> = chunks.iter().map(Chunk::embed_text).collect();
    let folder = tempfile::tempdir().unwrap();
    let index = build(chunks, folder.path(), None);
    for text in ["infusion ", "samovar ", "darjeeling steep "] {
        let (url, _) = first(&index, text);
        assert_eq!(url, "brew.html", "{text}");
    }
    for unseen in ["infusion", "Samovar", "Darjeeling"] {
        assert!(!texts.concat().contains(unseen), "{texts:?}");
    }
}
