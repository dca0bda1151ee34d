//! The whole book on one page, as mdBook has it: ids made unique, links between
//! pages turned into fragments.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use tera::Value;

use super::{Page, PageId, Role, Site, Target, outline, url};
use crate::config::Config;
use crate::markdown::{Link, Words, alone, html};

/// Where the page is.
pub const PATH: &str = "print.html";
/// Unless the book asks for it, a longer text than this, in bytes, gets no
/// such page: no browser prints it with joy, and a site would be half as large
/// again.
const LIMIT: usize = 2 * 1024 * 1024;

/// Whether the book gets the page.
pub fn is_wanted(config: &Config, site: &Site) -> bool {
    let size = || -> usize { site.pages.iter().map(|page| page.source.text.len()).sum() };
    let taken = site.by_url.contains_key(PATH) || site.assets.contains_key(PATH);
    let wanted = config.html.print.enable;
    !taken && !site.pages.is_empty() && wanted.unwrap_or_else(|| size() <= LIMIT)
}

/// One page of the book on the page of all.
#[derive(Serialize)]
pub struct Chapter<'a> {
    id: String,
    title: &'a str,
    needs_title: bool,
    body: Value,
}

/// The pages in the order of reading.
pub fn chapters<'a>(site: &'a Site, words: Words<'_>) -> Vec<Chapter<'a>> {
    let names = names(site);
    let written = |page: &PageId| site.page(*page).role != Role::List;
    let order: Vec<PageId> = site.nav.order.iter().copied().filter(written).collect();
    order
        .into_par_iter()
        .map(|id| chapter(site, &names, words, site.page(id)))
        .collect()
}

fn chapter<'a>(site: &Site, names: &[String], words: Words<'_>, page: &'a Page) -> Chapter<'a> {
    let name = &names[page.id.0];
    let to = |link: &Link| address(site, names, page, link);
    let body = html::render_in(words, &page.document, &to, &|_| None);
    let body = alone::with_prefix(&body, &format!("{name}--"));
    Chapter {
        id: name.clone(),
        title: &page.title,
        needs_title: outline::heading(page).is_none() && !body.contains("<h1"),
        body: Value::safe_string(&body),
    }
}

/// Where a link of `page` leads on the page of all pages.
fn address(site: &Site, names: &[String], page: &Page, link: &Link) -> Option<String> {
    match site.target(page, link) {
        Target::Page { page: to, anchor } => {
            let name = &names[to.0];
            let id = anchor
                .as_ref()
                .map_or_else(|| name.clone(), |anchor| format!("{name}--{anchor}"));
            Some(format!("{}{}", alone::FINAL, url::encode(&id)))
        }
        Target::Asset(to) => {
            let end = to.find(['?', '#']).unwrap_or(to.len());
            Some(format!("{}{}", url::relative(PATH, &to[..end]), &to[end..]))
        }
        Target::Broken(_) => Some(url::at_root(&page.url, &link.dest)),
        Target::External(_) => None,
    }
}

/// The id of each page on the page of all pages: its address in one word.
fn names(site: &Site) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let name = |page: &Arc<Page>| {
        let stem = page.url.strip_suffix(".html").unwrap_or(&page.url);
        let stem = stem.replace(['/', ' '], "-");
        let mut name = stem.clone();
        let mut count = 1;
        while !taken.insert(name.clone()) {
            count += 1;
            name = format!("{stem}-{count}");
        }
        name
    };
    site.pages.iter().map(name).collect()
}
