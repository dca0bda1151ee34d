//! What a page's text says about the page: which heading is its title, what
//! its table of contents holds, and how it is described.
//!
//! Takes a parsed page, gives values for templates. No address is known here.

use serde::Serialize;

use super::{Page, url};
use crate::content::Source;
use crate::markdown::{BlockKind, Document, Section, text};

/// A table of contents shorter than this says nothing.
const CONTENTS: usize = 2;
/// A longer one than this leaves the third level out.
const LONG_CONTENTS: usize = 80;
/// The longest description taken from a page's text, in characters.
const DESCRIPTION: usize = 160;

/// A heading in the table of contents.
#[derive(Serialize)]
pub struct Entry<'a> {
    level: u8,
    title: &'a str,
    anchor: String,
}

/// The section whose heading is the page's title: the first of the first
/// level, or one of a lower level that the page starts with. Some books begin
/// their pages with `##`.
pub fn heading(page: &Page) -> Option<&Section> {
    let sections = &page.document.sections;
    let top = sections.iter().find(|section| section.level == 1);
    top.or_else(|| {
        let first = sections.first().filter(|section| section.level > 0)?;
        let same = first.title.eq_ignore_ascii_case(&page.title);
        same.then_some(first)
    })
}

/// The headings of the two levels below the page's title. Other headings of
/// the title's own level count as the first of them.
pub fn contents(page: &Page) -> Vec<Entry<'_>> {
    let title = heading(page);
    let base = title.map_or(1, |section| section.level);
    let sections = page.document.sections.iter();
    let parts = sections.filter(|section| {
        let is_title = title.is_some_and(|title| std::ptr::eq(title, *section));
        !is_title && !section.anchor.is_empty() && section.level <= base + 2
    });
    let mut entries: Vec<Entry<'_>> = parts
        .map(|section| Entry {
            level: if section.level == base + 2 { 3 } else { 2 },
            title: &section.title,
            anchor: url::encode(&section.anchor),
        })
        .collect();
    if entries.len() > LONG_CONTENTS {
        entries.retain(|entry| entry.level == 2);
    }
    if entries.len() < CONTENTS {
        entries.clear();
    }
    entries
}

/// The page's own description, else the start of its first paragraph.
pub fn describe(source: &Source, document: &Document) -> Option<String> {
    if let Some(description) = &source.meta.description {
        return Some(description.clone());
    }
    let sections = document.sections.iter().take(2);
    let blocks = sections.flat_map(|section| text::blocks(document, section.events.clone()));
    let first = blocks
        .into_iter()
        .find(|block| block.kind == BlockKind::Paragraph)?;
    let words = first.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= DESCRIPTION {
        return Some(words);
    }
    let cut: String = words.chars().take(DESCRIPTION).collect();
    let cut = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(whole, _)| whole);
    Some(format!("{cut}…"))
}
