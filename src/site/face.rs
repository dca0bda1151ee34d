//! What other pages show of a page or read from it.
//!
//! Takes two states of a site that differ in the text of a page, says whether
//! anything but the page itself can look different. When in doubt it can.

use std::collections::BTreeSet;

use super::{Broken, Page, PageId, Role, Site, Target, near, related};
use crate::content::{Source, shortcode};

/// Whether `page` shows all others the same in both states of the site.
pub fn is_same(before: &Site, after: &Site, page: PageId) -> bool {
    let (old, new) = (before.page(page), after.page(page));
    // What is in a blog shows on its lists.
    new.role == Role::Page
        && same_source(&old.source, &new.source)
        && same_document(old, new)
        && outside(before, old) == outside(after, new)
        && same_ties(before, after, page)
}

fn same_source(old: &Source, new: &Source) -> bool {
    let files = |source: &Source| -> BTreeSet<String> {
        let pieces = source.pieces.iter();
        pieces.map(|piece| piece.file.clone()).collect()
    };
    // Problems and shortcodes are said once for all pages.
    new.problems.is_empty()
        && old.problems.is_empty()
        && old.path == new.path
        && old.shown == new.shown
        && old.kind == new.kind
        && old.meta == new.meta
        && files(old) == files(new)
        && shortcode::names(old) == shortcode::names(new)
}

fn same_document(old: &Page, new: &Page) -> bool {
    let (before, after) = (&old.document, &new.document);
    let first = |page: &Page| {
        let titled = |section: &&crate::markdown::Section| !section.title.is_empty();
        let first = page.document.sections.iter().find(titled);
        first.map(|section| section.title.clone())
    };
    before.icons.is_empty()
        && after.icons.is_empty()
        && before.ids == after.ids
        && first(old) == first(new)
}

/// Where the page's links out of the book lead: those are counted for all
/// pages.
fn outside<'p>(site: &Site, page: &'p Page) -> Vec<&'p str> {
    let links = page.document.links.iter();
    let outside = links.filter(|link| *site.target(page, link) == Target::Broken(Broken::Outside));
    outside.map(|link| link.dest.as_str()).collect()
}

/// Whether the page is tied to the same pages of other kinds, as strongly,
/// and about the same.
fn same_ties(before: &Site, after: &Site, page: PageId) -> bool {
    let (old, new) = (before.page(page), after.page(page));
    if before.pages.iter().all(|page| page.kind().is_none()) {
        return true;
    }
    old.document.links.len() == new.document.links.len()
        && related::linked(before, old) == related::linked(after, new)
        && near::Digest::of(old) == near::Digest::of(new)
}
