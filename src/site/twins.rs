//! The pages as Markdown, for programs that read: each beside its HTML, a list
//! of all of them in `llms.txt`, and their whole text in `llms-full.txt`
//! (<https://llmstxt.org>).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::published::Published;
use super::shelf::Shelf;
use super::write::Body;
use super::{NavItem, Page, PageId, Role, Site, Target, blog, outline, url};
use crate::config::Config;
use crate::markdown::{Document, Link, Section, twin};

/// The list of all pages.
pub const LIST: &str = "llms.txt";
/// The text of all pages.
pub const FULL: &str = "llms-full.txt";
/// A longer text of all pages, in bytes, fits into no model's context: it is
/// not written, and the list has to do.
pub const FULL_LIMIT: usize = 4 * 1024 * 1024;

/// The address of the Markdown of the page at `address`.
pub fn address(address: &str) -> String {
    format!("{}.md", address.strip_suffix(".html").unwrap_or(address))
}

/// All of these files by their path, put on the shelf.
pub fn files(
    config: &Config,
    site: &Site,
    published: &Published,
    shelf: &Shelf,
) -> BTreeMap<String, Body> {
    let writer = Writer { site, published };
    let twin = |page: &Arc<Page>| {
        let path = address(&page.url);
        let text = writer.text(page, &path);
        let body = shelf.put(&path, text.into_bytes());
        (path, body)
    };
    if site.pages.is_empty() {
        return BTreeMap::new();
    }
    let (mut files, others) = rayon::join(
        || -> BTreeMap<String, Body> { site.pages.par_iter().map(twin).collect() },
        || {
            let full = writer.full().map(|text| (FULL.to_owned(), text));
            lists(config, site, published).into_iter().chain(full)
        },
    );
    files.extend(others.map(|(path, text)| (path, Body::of(text))));
    files
}

/// The files that name all pages with their descriptions.
pub fn lists(config: &Config, site: &Site, published: &Published) -> Vec<(String, String)> {
    let writer = Writer { site, published };
    let is_first = !site.by_url.contains_key("index.html");
    let paths = is_first.then_some("index.md").into_iter().chain([LIST]);
    let list = |path: &str| (path.to_owned(), writer.list(config, path));
    paths.map(list).collect()
}

/// The files that show the text of one page.
pub fn of_page(site: &Site, published: &Published, page: &Page) -> Vec<(String, String)> {
    let writer = Writer { site, published };
    let path = address(&page.url);
    let full = writer.full().map(|text| (FULL.to_owned(), text));
    let text = writer.text(page, &path);
    [(path, text)].into_iter().chain(full).collect()
}

/// Whether the book is short enough for the text of all pages.
pub fn has_full(site: &Site) -> bool {
    let sizes = site.pages.iter().map(|page| page.source.text.len());
    sizes.sum::<usize>() <= FULL_LIMIT
}

/// The Markdown of a page, or of the section under `anchor` down to the next
/// heading that is not below its own. Links are relative to the site's root.
pub fn read(site: &Site, page: &Page, anchor: Option<&str>) -> String {
    let published = Published::default();
    let writer = Writer {
        site,
        published: &published,
    };
    match anchor.and_then(|anchor| section(page, anchor)) {
        Some(part) => {
            let text = &page.source.text;
            let rewrite = |link: &Link| writer.rewritten(page, FULL, link);
            let text = twin::write(&page.document, text, part, &rewrite);
            format!("{}\n", text.trim())
        }
        None => writer.text(page, FULL),
    }
}

/// Where a section stands in its page's text.
fn section(page: &Page, anchor: &str) -> Option<Range<usize>> {
    let Document {
        sections, events, ..
    } = &*page.document;
    let at = sections
        .iter()
        .position(|section| section.anchor == anchor)?;
    let start = |section: &Section| events.get(section.events.start).map(|(_, span)| span.start);
    let level = sections[at].level;
    let next = sections[at + 1..]
        .iter()
        .find(|section| section.level <= level);
    let end = next
        .and_then(start)
        .unwrap_or_else(|| page.source.text.len());
    let start = start(&sections[at])?;
    (start <= end).then_some(start..end)
}

struct Writer<'a> {
    site: &'a Site,
    published: &'a Published,
}

impl Writer<'_> {
    /// The page's Markdown with the addresses that it has in the file `path`.
    fn text(&self, page: &Page, path: &str) -> String {
        let Page {
            source, document, ..
        } = page;
        let whole = source.body..source.text.len();
        let text = twin::write(document, &source.text, whole, &|link| {
            self.rewritten(page, path, link)
        });
        let text = text.trim();
        let way = |page: &Page| self.published.way(path, &address(&page.url));
        let posts = blog::view::markdown(self.site, page, &way);
        let tags = self.site.tags.markdown(self.site, page, &way);
        let text = format!("{text}\n\n{posts}{tags}");
        let text = text.trim();
        let titled = outline::heading(page).is_some() || text.contains("<h1");
        if titled {
            format!("{text}\n")
        } else {
            format!("# {}\n\n{text}\n", page.title)
        }
    }

    fn rewritten(&self, page: &Page, path: &str, link: &Link) -> Option<String> {
        match self.site.target(page, link) {
            Target::Page { page: to, anchor } => {
                let to = address(&self.site.page(*to).url);
                let to = anchor
                    .as_ref()
                    .map_or_else(|| to.clone(), |anchor| format!("{to}#{anchor}"));
                Some(self.published.way(path, &to))
            }
            Target::Asset(to) => {
                let end = to.find(['?', '#']).unwrap_or(to.len());
                let way = self.published.way(path, &to[..end]);
                Some(format!("{way}{}", &to[end..]))
            }
            Target::Broken(_) if path == FULL => Some(url::at_root(&page.url, &link.dest)),
            Target::External(_) | Target::Broken(_) => None,
        }
    }

    /// The list, as it stands in the file `path`: parts of the book with
    /// their pages.
    fn list(&self, config: &Config, path: &str) -> String {
        let mut out = format!("# {}\n", one_line(&config.book.title));
        if !config.book.description.is_empty() {
            let _ = write!(out, "\n> {}\n", one_line(&config.book.description));
        }
        let mut seen = BTreeSet::new();
        for group in &self.site.nav.groups {
            let mut pages = Vec::new();
            collect(&group.items, &mut seen, &mut pages);
            pages.retain(|page| self.is_written(*page));
            let title = group.title.as_deref().unwrap_or("Pages");
            self.part(&mut out, path, title, &pages);
        }
        let pages = self.site.pages.iter().map(|page| page.id);
        let pages = pages.filter(|page| self.is_written(*page));
        let rest: Vec<PageId> = pages.filter(|page| seen.insert(*page)).collect();
        self.part(&mut out, path, "Optional", &rest);
        out
    }

    /// Whether a page says something that no other one does.
    fn is_written(&self, page: PageId) -> bool {
        self.site.page(page).role != Role::List
    }

    fn part(&self, out: &mut String, path: &str, title: &str, pages: &[PageId]) {
        if pages.is_empty() {
            return;
        }
        let _ = write!(out, "\n## {}\n\n", one_line(title));
        for page in pages {
            let page = self.site.page(*page);
            let way = self.published.way(path, &address(&page.url));
            let title = one_line(&page.title).replace(['[', ']'], "");
            let _ = write!(out, "- [{title}]({way})");
            if let Some(description) = &page.description {
                let _ = write!(out, ": {}", one_line(description));
            }
            out.push('\n');
        }
    }

    /// The text of all pages in the order of reading, unless it is too long.
    fn full(&self) -> Option<String> {
        if !has_full(self.site) {
            return None;
        }
        let listed: BTreeSet<PageId> = self.site.nav.order.iter().copied().collect();
        let pages = self.site.pages.iter().map(|page| page.id);
        let rest = pages.filter(|page| !listed.contains(page));
        let order = self.site.nav.order.iter().copied().chain(rest);
        let order: Vec<PageId> = order.filter(|page| self.is_written(*page)).collect();
        let texts: Vec<String> = order
            .into_par_iter()
            .map(|page| {
                let page = self.site.page(page);
                let way = self.published.way(FULL, &address(&page.url));
                format!("<!-- {way} -->\n\n{}", self.text(page, FULL))
            })
            .collect();
        Some(texts.join("\n"))
    }
}

/// The pages of a part, in order, each once.
fn collect(items: &[NavItem], seen: &mut BTreeSet<PageId>, pages: &mut Vec<PageId>) {
    for item in items {
        pages.extend(item.page.filter(|page| seen.insert(*page)));
        collect(&item.children, seen, pages);
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
