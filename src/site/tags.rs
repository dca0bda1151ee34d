//! Tags of pages, and the page that lists all pages by tag.
//!
//! Takes parsed pages, gives the tags with their pages. A page with the mark
//! `<!-- material/tags -->` is that list, as in Material for MkDocs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::{Page, PageId, Role, Site};
use crate::config::{Config, Slugs, Tags as Shown};
use crate::markdown::anchor;

/// What makes a page the list of tags.
const MARK: &str = "<!-- material/tags";

/// The tags of a site.
#[derive(Debug, Clone, Default)]
pub struct Tags {
    /// The page that lists them, when there is one.
    pub page: Option<PageId>,
    /// The tags in the order of their names, with what they are of.
    pub all: Vec<Tag>,
    ids: BTreeSet<String>,
}

/// A tag.
#[derive(Debug, Clone)]
pub struct Tag {
    /// Its name as first written.
    pub name: String,
    /// Its id on the page that lists it.
    pub id: String,
    /// The pages that have it, by title.
    pub pages: Vec<PageId>,
}

impl Tags {
    /// The tags of these pages, as far as the book shows them.
    pub fn of(config: &Config, pages: &[Arc<Page>]) -> Self {
        let rules = &config.layout.tags;
        let mut all: BTreeMap<String, Tag> = BTreeMap::new();
        for page in pages.iter().filter(|_| rules.shown) {
            for name in names(rules, page) {
                let tag = all.entry(name.to_lowercase()).or_insert_with(|| Tag {
                    name: name.to_owned(),
                    id: format!("tag:{}", anchor::slug(name, Slugs::Pymdownx)),
                    pages: Vec::new(),
                });
                tag.pages.push(page.id);
            }
        }
        if all.is_empty() {
            return Self::default();
        }
        let title = |id: &PageId| pages[id.0].title.to_lowercase();
        let mut all: Vec<Tag> = all.into_values().collect();
        for tag in &mut all {
            tag.pages.sort_by_cached_key(title);
        }
        let is_list = |page: &&Arc<Page>| {
            let named = rules.page.as_ref() == Some(&page.source.path);
            page.role == Role::Page && (named || page.source.text.contains(MARK))
        };
        Self {
            page: pages.iter().find(is_list).map(|page| page.id),
            ids: all.iter().map(|tag| tag.id.clone()).collect(),
            all,
        }
    }

    /// Whether `page` has the id of a tag.
    pub fn has(&self, page: PageId, id: &str) -> bool {
        self.page == Some(page) && self.ids.contains(id)
    }

    /// The tags of a page: their names, and their ids on the list.
    pub fn of_page<'a>(&'a self, config: &Config, page: &Page) -> Vec<&'a Tag> {
        let names = names(&config.layout.tags, page).map(str::to_lowercase);
        let names: BTreeSet<String> = names.collect();
        let shown = self.all.iter();
        shown
            .filter(|tag| names.contains(&tag.name.to_lowercase()))
            .collect()
    }

    /// The list as Markdown, for programs that read; nothing on other pages.
    pub fn markdown(&self, site: &Site, page: &Page, way: &dyn Fn(&Page) -> String) -> String {
        let mut out = String::new();
        for tag in self.all.iter().filter(|_| self.page == Some(page.id)) {
            let _ = write!(out, "## {}\n\n", tag.name);
            for page in tag.pages.iter().map(|id| site.page(*id)) {
                let title = page.title.replace(['[', ']', '\n'], "");
                let _ = writeln!(out, "- [{title}]({})", way(page));
            }
            out.push('\n');
        }
        out
    }
}

/// The tags that a page has and the book shows.
fn names<'p>(rules: &'p Shown, page: &'p Page) -> impl Iterator<Item = &'p str> {
    let is_hidden = |name: &str| {
        rules.hidden.iter().any(|hidden| {
            match (hidden.strip_suffix('*'), hidden.strip_prefix('*')) {
                (Some(start), _) => name.starts_with(start),
                (None, Some(end)) => name.ends_with(end),
                (None, None) => name == hidden,
            }
        })
    };
    let all = page.source.meta.tags.iter().map(String::as_str);
    all.filter(move |name| !is_hidden(name))
}
