//! The site as HTML: its pages, the page for addresses that do not exist,
//! the first page, and a page for each old address.
//!
//! Takes what was assembled and a theme, gives text by output path. Nothing
//! is written here, and a mistake in a template fails the pages that meet it.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::Serialize;
use tera::{Context, Tera, Value};

use super::images::{self, Size};
use super::moved::{self, Move, Moved};
use super::published::{self, Published};
use super::related::Related;
use super::strings::Strings;
use super::theme::Theme;
use super::view::{self, KindView, Menu, SiteView};
use super::{NavGroup, NavItem, Page, PageId, Site, Target, resolve, url};
use super::{blog, listing, outline, print, twins};
use crate::config::Config;
use crate::content::{History, Kind};
use crate::diagnostic::{self, Diagnostic};
use crate::markdown::{Document, Link, html};

/// How many pages a quarter of the landing page names.
const QUARTER: usize = 6;

/// Every page of the site by output path, and what is wrong with the theme.
pub fn pages(
    config: &Config,
    site: &Site,
    theme: &Theme,
    history: &History,
) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
    let (mut moved, mut problems) = moved::collect(site);
    let mut tera = theme.tera.clone();
    let shared = SiteView::new(config, site, theme);
    tera.global_context().insert("site", &shared);
    let own = [
        ("own_head", &theme.mdbook.head),
        ("own_header", &theme.mdbook.header),
    ];
    for (name, html) in own {
        tera.global_context()
            .insert_value(name, Value::safe_string(html));
    }
    tera.global_context().insert("text", &theme.strings.page);
    let press = Press {
        config,
        site,
        tera,
        menu: Menu::new(site, config.html.fold, &theme.strings),
        strings: &theme.strings,
        home: match site.base.as_str() {
            "" => "/".to_owned(),
            base => format!("/{base}/"),
        },
        published: Published::of(config),
        related: Related::of(site),
        history,
        sizes: images::sizes(site),
    };
    let mut jobs: Vec<(String, Job<'_>)> = site
        .pages
        .iter()
        .map(|page| {
            let sections = moved.remove(&page.url).unwrap_or_default().sections;
            (page.url.clone(), Job::Page(page, sections))
        })
        .collect();
    jobs.extend(press.first());
    let missing = site.missing.as_ref();
    if let Some(path) = missing.filter(|path| !site.by_url.contains_key(*path)) {
        jobs.push((path.clone(), Job::Missing));
    }
    if print::is_wanted(config, site) {
        jobs.push((print::PATH.to_owned(), Job::Print));
    }
    jobs.extend(moved.into_iter().map(|(path, to)| (path, Job::Moved(to))));
    let rendered: Vec<_> = jobs
        .into_par_iter()
        .map(|(path, job)| (press.render(&path, &job), path))
        .collect();
    let mut out = BTreeMap::new();
    for (result, path) in rendered {
        match result {
            Ok(html) => {
                out.insert(path, html);
            }
            Err(error) => problems.extend(theme.diagnose(&error)),
        }
    }
    diagnostic::sort(&mut problems);
    (out, problems)
}

/// A file to render.
enum Job<'a> {
    Page(&'a Page, Vec<Move>),
    Landing,
    Missing,
    Moved(Moved),
    /// All pages on one.
    Print,
}

/// What all jobs share.
struct Press<'a> {
    config: &'a Config,
    site: &'a Site,
    tera: Tera,
    menu: Menu,
    /// The path of the site on its host.
    home: String,
    published: Published,
    related: Related,
    strings: &'a Strings,
    history: &'a History,
    sizes: HashMap<&'a str, Size>,
}

#[derive(Serialize)]
struct LinkView<'a> {
    title: &'a str,
    url: Option<String>,
}

#[derive(Serialize)]
struct Quarter<'a> {
    kind: KindView<'a>,
    title: &'a str,
    url: Option<String>,
    purpose: &'a str,
    links: Vec<LinkView<'a>>,
    more: Option<More>,
}

/// A page of another kind that belongs to a page.
#[derive(Serialize)]
struct RelatedView<'a> {
    kind: KindView<'a>,
    link: LinkView<'a>,
}

#[derive(Serialize)]
struct More {
    count: usize,
    url: Option<String>,
}

impl<'a> Press<'a> {
    /// `index.html` for a book without a page there: a landing page when the
    /// book has kinds, else its first page once more, as mdBook does.
    fn first(&self) -> Option<(String, Job<'a>)> {
        let address = "index.html".to_owned();
        let taken =
            self.site.by_url.contains_key(&address) || self.site.assets.contains_key(&address);
        let groups = &self.site.nav.groups;
        if taken || self.site.pages.is_empty() {
            return None;
        }
        if groups.iter().any(|group| group.kind.is_some()) {
            return Some((address, Job::Landing));
        }
        let first = self.site.nav.order.first()?;
        Some((address, Job::Page(self.site.page(*first), Vec::new())))
    }

    fn render(&self, path: &str, job: &Job<'_>) -> tera::TeraResult<String> {
        let mut context = Context::new();
        context.insert("path", path);
        // The page for missing addresses is shown at any of them, so nothing
        // in it can be relative.
        let root = if self.is_missing(path) {
            self.home.clone()
        } else {
            url::root(path)
        };
        context.insert("root", &root);
        for absent in [
            "kind",
            "canonical",
            "description",
            "markdown",
            "post",
            "no_posts",
        ] {
            context.insert_value(absent, Value::none());
        }
        for none in ["posts", "turn", "moved"] {
            context.insert_value(none, Value::from(Vec::<Value>::new()));
        }
        let template = match job {
            Job::Page(page, sections) => {
                self.page(page, path, sections, &mut context);
                "page.html"
            }
            Job::Landing => {
                self.landing(&mut context);
                "landing.html"
            }
            Job::Missing => {
                context.insert("title", self.strings.get("missing"));
                context.insert("listing", &url::encode(&listing::file(self.site).0));
                "404.html"
            }
            Job::Print => {
                context.insert("title", &self.config.book.title);
                context.insert("chapters", &print::chapters(self.site));
                context.insert("page_break", &self.config.html.print.page_break);
                "print.html"
            }
            Job::Moved(moved) => {
                context.insert("title", self.strings.get("moved"));
                context.insert("to", &moved.to);
                context.insert("moved", &moved.sections);
                "redirect.html"
            }
        };
        self.tera.render(template, &context)
    }

    fn page(&self, page: &Page, path: &str, moved: &[Move], context: &mut Context) {
        let body = self.body(page, &page.document, path);
        let blog = blog::view::Show {
            config: self.config,
            site: self.site,
            strings: self.strings,
        };
        let inside = |page: &Page, part: &Document| self.body(page, part, path);
        blog.put(page, path, &inside, context);
        let (previous, next) = self.site.nav.neighbours(page.id);
        let turn = |id: Option<PageId>| id.map(|id| self.link(&self.site.page(id).title, Some(id)));
        context.insert("title", &page.title);
        context.insert("description", &outline::describe(page));
        let kind = page.kind().map(|kind| KindView::new(kind, self.strings));
        context.insert("kind", &kind);
        context.insert("canonical", &self.published.canonical(page));
        context.insert("markdown", &url::encode(&twins::address(&page.url)));
        context.insert("last_change", &self.history.day(&page.source));
        context.insert("moved", moved);
        context.insert_value("nav", self.menu.on(self.site, self.strings, page.id));
        context.insert("crumbs", &self.crumbs(page));
        context.insert("toc", &outline::contents(page));
        context.insert(
            "needs_title",
            &(outline::heading(page).is_none() && !body.contains("<h1")),
        );
        context.insert_value("body", Value::safe_string(&body));
        context.insert("related", &self.related(page));
        context.insert("previous", &turn(previous));
        context.insert("next", &turn(next));
        context.insert("edit_url", &published::edit_url(self.config, page));
    }

    /// A document of `page` as HTML of the output file `path`.
    fn body(&self, page: &Page, document: &Document, path: &str) -> String {
        self.worded(html::render_with_sizes(
            document,
            &|link| self.address(page, path, link),
            &|link| images::of(&self.sizes, self.site, page.id, link),
        ))
    }

    /// Where a link of `page` leads from the output file `path`.
    fn address(&self, page: &Page, path: &str, link: &Link) -> Option<String> {
        match resolve(self.site, page.id, &link.dest) {
            Target::Page { page: to, anchor } => {
                let to = &self.site.page(to).url;
                Some(match anchor {
                    Some(anchor) => self.way(path, &format!("{to}#{anchor}")),
                    None => self.way(path, to),
                })
            }
            Target::Asset(to) => {
                let end = to.find(['?', '#']).unwrap_or(to.len());
                Some(format!("{}{}", self.way(path, &to[..end]), &to[end..]))
            }
            Target::External(_) | Target::Broken(_) => None,
        }
    }

    fn is_missing(&self, path: &str) -> bool {
        self.site.missing.as_deref() == Some(path)
    }

    /// The body with the words that it has of ours in the book's language.
    fn worded(&self, body: String) -> String {
        match self.strings.get("section") {
            html::SECTION_LINK | "" => body,
            words => {
                let label = |words: &str| format!("aria-label=\"{words}\"");
                let words = words.replace('&', "&amp;").replace('"', "&quot;");
                body.replace(&label(html::SECTION_LINK), &label(&words))
            }
        }
    }

    fn way(&self, path: &str, to: &str) -> String {
        let way = url::way(path, to, self.site.urls);
        if self.is_missing(path) && !way.starts_with('#') {
            format!("{}{way}", self.home)
        } else {
            way
        }
    }

    fn link<'t>(&self, title: &'t str, page: Option<PageId>) -> LinkView<'t> {
        LinkView {
            title,
            url: page.map(|page| url::encode(&self.site.page(page).address)),
        }
    }

    /// The pages of other kinds that belong to this one.
    fn related(&self, page: &Page) -> Vec<RelatedView<'a>> {
        let pages = self
            .related
            .to(page.id)
            .iter()
            .map(|id| self.site.page(*id));
        let view = |page: &'a Page| {
            let kind = KindView::new(page.kind()?, self.strings);
            let link = self.link(&page.title, Some(page.id));
            Some(RelatedView { kind, link })
        };
        pages.filter_map(view).collect()
    }

    /// The folders above the page; the kind, where it has one, goes in front
    /// and is not said twice.
    fn crumbs(&self, page: &Page) -> Vec<LinkView<'a>> {
        let mut trail = self.site.nav.trail(page.id);
        if trail.last().is_some_and(|item| item.page == Some(page.id)) {
            trail.pop();
        }
        let group = self.site.nav.group(page.id);
        let title = group.and_then(|group| view::title(group, self.strings));
        let kind = page.kind().map(|kind| KindView::new(kind, self.strings));
        let first = trail.first().map(|item| item.title.as_str());
        let part = title.filter(|title| kind.is_none_or(|kind| kind.label != *title));
        let part = part.filter(|title| first != Some(*title));
        let part = part.map(|title| self.link(title, None));
        let items = trail
            .into_iter()
            .map(|item| self.link(&item.title, item.page));
        part.into_iter().chain(items).collect()
    }

    fn landing(&self, context: &mut Context) {
        let mut quarters = Vec::new();
        let mut others = Vec::new();
        for group in &self.site.nav.groups {
            match group.kind {
                Some(kind) => quarters.push(self.quarter(kind, group)),
                None => others.extend(self.links(&group.items)),
            }
        }
        context.insert("title", &self.config.book.title);
        context.insert("description", &self.config.book.description);
        context.insert("quarters", &quarters);
        context.insert("others", &others);
    }

    fn quarter(&self, kind: Kind, group: &'a NavGroup) -> Quarter<'a> {
        let front = view::front_page(group);
        let items = &group.items[usize::from(front.is_some())..];
        let mut links: Vec<LinkView<'a>> = self.links(items).collect();
        let hidden = links.split_off(links.len().min(QUARTER));
        let kind = KindView::new(kind, self.strings);
        let title = view::title(group, self.strings).unwrap_or(kind.label);
        let count = hidden.len();
        Quarter {
            purpose: self
                .strings
                .get(&format!("{}_purpose", kind.slug.replace('-', "_"))),
            kind,
            title,
            url: self.link(title, front).url,
            links,
            more: hidden.into_iter().next().map(|first| More {
                count,
                url: first.url,
            }),
        }
    }

    /// The items that lead somewhere.
    fn links(&self, items: &'a [NavItem]) -> impl Iterator<Item = LinkView<'a>> {
        items.iter().filter_map(|item| {
            let page = view::first_page(item)?;
            Some(self.link(&item.title, Some(page)))
        })
    }
}
