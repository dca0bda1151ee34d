//! Pages of the other kinds that belong to a page, from the links between
//! them and from what they are about: the reference for a guide, the guide for
//! a reference.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::near::{Digest, Near};
use super::{Page, PageId, Site, Target};

/// So many pages of each other kind are named.
const EACH: usize = 2;
/// So many more are named that are near by their words alone.
const NEAR: usize = 3;

/// For each page, by its number, the pages that belong to it.
#[derive(Debug, Default)]
pub struct Related {
    pages: Vec<Vec<PageId>>,
}

impl Related {
    /// Reads the links and the headings of all pages. Nothing when the book has no kinds.
    pub fn of(site: &Site) -> Self {
        if site.pages.iter().all(|page| page.kind().is_none()) {
            return Self::default();
        }
        let out: Vec<Vec<PageId>> = site
            .pages
            .par_iter()
            .map(|page| linked(site, page))
            .collect();
        let mut ties: Vec<BTreeMap<PageId, u32>> = vec![BTreeMap::new(); site.pages.len()];
        for (from, targets) in out.iter().enumerate() {
            for to in targets {
                *ties[from].entry(*to).or_default() += 1;
                *ties[to.0].entry(PageId(from)).or_default() += 1;
            }
        }
        let digests: Vec<Digest> = site.pages.par_iter().map(|page| Digest::of(page)).collect();
        let near = Near::of(&digests);
        let pages = ties.into_par_iter().enumerate();
        let all = |(at, ties): (usize, BTreeMap<PageId, u32>)| {
            let page = PageId(at);
            let mut all = best(site, page, &ties);
            let known = |other| ties.contains_key(&other) || is_beside(site, page, other);
            all.extend(near.to(page, &all, &known, NEAR));
            all
        };
        Self {
            pages: pages.map(all).collect(),
        }
    }

    /// The pages that belong to `page`.
    pub fn to(&self, page: PageId) -> &[PageId] {
        self.pages.get(page.0).map_or(&[], Vec::as_slice)
    }
}

/// The pages of another kind that the page leads to, each once.
pub(super) fn linked(site: &Site, page: &Page) -> Vec<PageId> {
    let mut targets: Vec<PageId> = page
        .document
        .links
        .iter()
        .filter_map(|link| match site.target(page, link) {
            Target::Page { page: to, .. } if differ(page, site.page(*to)) => Some(*to),
            _ => None,
        })
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}

fn differ(page: &Page, other: &Page) -> bool {
    page.kind().is_some() && other.kind().is_some() && page.kind() != other.kind()
}

/// Whether a page is the one before or behind another.
fn is_beside(site: &Site, page: PageId, other: PageId) -> bool {
    let (previous, next) = site.nav.neighbours(page);
    Some(other) == previous || Some(other) == next
}

/// The pages with the strongest ties, some of each kind, kind after kind. A
/// page that few others are tied to says more than one that all lead to.
fn best(site: &Site, page: PageId, ties: &BTreeMap<PageId, u32>) -> Vec<PageId> {
    let mut all: Vec<(PageId, u32)> = ties.iter().map(|(other, count)| (*other, *count)).collect();
    all.retain(|(other, _)| !is_beside(site, page, *other));
    all.sort_by_key(|(other, count)| {
        let page = site.page(*other);
        (
            page.kind(),
            u32::MAX - count,
            page.document.links.len(),
            *other,
        )
    });
    let mut taken = BTreeMap::new();
    all.retain(|(other, _)| {
        let count: &mut usize = taken.entry(site.page(*other).kind()).or_default();
        *count += 1;
        *count <= EACH
    });
    all.into_iter().map(|(other, _)| other).collect()
}
