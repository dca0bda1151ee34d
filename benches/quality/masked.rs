//! Pairs that the pages of a book give themselves, with the words of the
//! question hidden where it was taken from: a heading that asks, a title, the
//! page whose link has that text.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use docent::answer::words;
use docent::index::{Chunk, Language};
use docent::markdown::BlockKind;

use crate::book::Maker;
use crate::sets::{Asked, Set, lines, text};

/// The pairs of the book `name`, and its index without the headings and titles
/// that they are made of.
pub fn set(maker: &Maker, name: &'static str) -> Result<Set> {
    let (site, mut chunks) = maker.book(name, None)?;
    let pages = site.pages.iter();
    let pages: HashMap<&str, &str> = pages
        .map(|page| (page.source.path.as_str(), page.address.as_str()))
        .collect();
    let mut asked = Vec::new();
    let mut hidden = HashSet::new();
    for line in lines(&maker.shared.join(format!("qa/mined/{name}.jsonl")))? {
        let query = text(&line, "query");
        // A page that search leaves out, such as the summary, is no target.
        let Some(page) = pages.get(text(&line, "page")) else {
            continue;
        };
        hidden.insert(((*page).to_owned(), even(query)));
        asked.push(Asked {
            question: unquoted(query),
            right: vec![(*page).to_owned()],
            hidden: pages.get(text(&line, "src")).map(|page| (*page).to_owned()),
            group: text(&line, "type").to_owned(),
            ..Asked::default()
        });
    }
    chunks.iter_mut().for_each(|chunk| hide(chunk, &hidden));
    let name = if name == "cargo-book" {
        "cargo-masked"
    } else {
        "rust-masked"
    };
    Set::new(maker, name, chunks, asked, true)
}

/// A link text without its quotation marks: to docent they ask for sections that
/// hold these very words, and the heading that does is hidden.
fn unquoted(query: &str) -> String {
    query.replace(['“', '”', '"'], "")
}

/// Takes the title and the headings that are questions themselves out.
fn hide(chunk: &mut Chunk, hidden: &HashSet<(String, String)>) {
    let page = chunk.page.clone();
    let is_hidden = |text: &str| hidden.contains(&(page.clone(), even(text)));
    if is_hidden(&chunk.title) {
        chunk.title.clear();
    }
    chunk.trail.retain(|heading| !is_hidden(heading));
    chunk
        .blocks
        .retain(|block| block.kind != BlockKind::Heading || !is_hidden(&block.text));
}

/// What is compared of a heading and a question: the words, whatever their
/// endings and the signs around them.
fn even(text: &str) -> String {
    let words = words::content(text, &Language::of("en"));
    if words.is_empty() {
        text.to_lowercase()
    } else {
        words.join(" ")
    }
}
