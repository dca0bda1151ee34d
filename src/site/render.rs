//! The site as HTML: its pages, the page for addresses that do not exist,
//! the first page, and a page for each old address.
//!
//! Takes what was assembled and a theme, gives text by output path. Nothing
//! is written here, and a mistake in a template fails the pages that meet it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tera::{Context, Value};

use super::around;
use super::images::{self, Size};
use super::moved::Moved;
use super::press::{self, Digested, Press};
use super::shelf::Shelf;
use super::strings::Strings;
use super::write::Body;
use super::{Page, PageId, Site, Target, resolve, url};
use super::{blog, outline, print, twins};
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::markdown::{Document, Link, html};

/// A page as it was rendered, with all that it was rendered from.
#[derive(Debug, Clone)]
pub struct Made {
    document: Arc<Document>,
    /// The digest of everything else that the page shows.
    key: Digested,
    html: Arc<[u8]>,
}

/// Finds what an earlier build made of the page at an address.
pub type Before<'a> = dyn Fn(&str) -> Option<&'a Made> + Sync + 'a;

/// The site's HTML.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The files by output path.
    pub files: BTreeMap<String, Body>,
    /// For each page, by its number, what a later build may take over.
    pub made: Vec<Option<Made>>,
    /// What is wrong with the theme and the redirects.
    pub problems: Vec<Diagnostic>,
}

/// Renders the site onto the shelf. A page that was made `before` from the
/// same is taken over as it is.
pub fn pages(
    config: &Config,
    site: &Site,
    press: &Press,
    before: &Before<'_>,
    shelf: &Shelf,
) -> Rendered {
    let desk = Desk {
        config,
        site,
        press,
    };
    let mut jobs: Vec<(String, Job<'_>)> = site
        .pages
        .iter()
        .map(|page| (page.url.clone(), Job::Page(page)))
        .collect();
    jobs.extend(desk.first());
    let missing = site.missing.as_ref();
    if let Some(path) = missing.filter(|path| !site.by_url.contains_key(*path)) {
        jobs.push((path.clone(), Job::Missing));
    }
    if print::is_wanted(config, site) {
        jobs.push((print::PATH.to_owned(), Job::Print));
    }
    let moved = press.moved.iter();
    let moved = moved.filter(|(path, _)| !site.by_url.contains_key(*path));
    jobs.extend(moved.map(|(path, to)| (path.clone(), Job::Moved(to))));
    desk.work(jobs, before, shelf)
}

/// Renders anew what shows the text of one page and nothing else that changed:
/// the page, the first page where that is a copy of it, and the page of all
/// pages.
pub fn page(config: &Config, site: &Site, press: &Press, page: &Page) -> Rendered {
    let desk = Desk {
        config,
        site,
        press,
    };
    let mut jobs = vec![(page.url.clone(), Job::Page(page))];
    let is_copy =
        |(_, job): &(String, Job<'_>)| matches!(job, Job::Page(first) if first.id == page.id);
    jobs.extend(desk.first().filter(is_copy));
    if print::is_wanted(config, site) {
        jobs.push((print::PATH.to_owned(), Job::Print));
    }
    desk.work(jobs, &|_| None, &Shelf::Memory)
}

/// Whether both states of a site have the same files for all pages together.
pub fn same_extent(config: &Config, before: &Site, after: &Site) -> bool {
    print::is_wanted(config, before) == print::is_wanted(config, after)
        && twins::has_full(before) == twins::has_full(after)
}

/// A file to render.
enum Job<'a> {
    Page(&'a Page),
    Landing,
    Missing,
    Moved(&'a Moved),
    /// All pages on one.
    Print,
}

/// Where pages are put together.
pub(super) struct Desk<'a> {
    pub(super) config: &'a Config,
    pub(super) site: &'a Site,
    pub(super) press: &'a Press,
}

/// What is written for a link or a picture.
struct Shown {
    address: Option<String>,
    size: Option<Size>,
}

#[derive(Serialize)]
pub(super) struct LinkView<'a> {
    pub title: &'a str,
    pub url: Option<String>,
}

impl<'a> Desk<'a> {
    fn work(&self, jobs: Vec<(String, Job<'_>)>, before: &Before<'_>, shelf: &Shelf) -> Rendered {
        let rendered: Vec<_> = jobs
            .into_par_iter()
            .map(|(path, job)| {
                let made = match job {
                    Job::Page(page) => self.page(page, &path, before(&path), shelf),
                    _ => self.other(&path, &job),
                };
                let page = match job {
                    Job::Page(page) if page.url == path => Some(page.id),
                    _ => None,
                };
                (path, page, made)
            })
            .collect();
        let mut out = Rendered {
            made: vec![None; self.site.pages.len()],
            problems: self.press.problems.clone(),
            ..Rendered::default()
        };
        for (path, page, made) in rendered {
            match made {
                Ok((html, made)) => {
                    out.files.insert(path, html);
                    if let Some(page) = page {
                        out.made[page.0] = made;
                    }
                }
                Err(error) => out.problems.extend(self.press.theme.diagnose(&error)),
            }
        }
        diagnostic::sort(&mut out.problems);
        out
    }

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
        Some((address, Job::Page(self.site.page(*first))))
    }

    fn context(&self, path: &str) -> Context {
        let mut context = Context::new();
        context.insert("path", path);
        // The page for missing addresses is shown at any of them, so nothing
        // in it can be relative.
        let root = if self.is_missing(path) {
            self.press.home.clone()
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
            "status",
        ] {
            context.insert_value(absent, Value::none());
        }
        for none in [
            "posts",
            "turn",
            "moved",
            "hide",
            "tags",
            "tag_list",
            "questions",
        ] {
            context.insert_value(none, Value::from(Vec::<Value>::new()));
        }
        context
    }

    fn other(&self, path: &str, job: &Job<'_>) -> tera::TeraResult<(Body, Option<Made>)> {
        let mut context = self.context(path);
        let template = match job {
            Job::Page(_) | Job::Landing => {
                self.landing(&mut context);
                "landing.html"
            }
            Job::Missing => {
                context.insert("title", self.strings().get("missing"));
                context.insert("listing", &self.press.listing);
                "404.html"
            }
            Job::Print => {
                context.insert("title", &self.config.book.title);
                let words = self.strings().words();
                context.insert("chapters", &print::chapters(self.site, words));
                context.insert("page_break", &self.config.html.print.page_break);
                "print.html"
            }
            Job::Moved(moved) => {
                context.insert("title", self.strings().get("moved"));
                context.insert("to", &moved.to);
                context.insert("moved", &moved.sections);
                "redirect.html"
            }
        };
        let html = self.press.tera.render(template, &context)?;
        Ok((Body::Bytes(html.into_bytes().into()), None))
    }

    fn page(
        &self,
        page: &Page,
        path: &str,
        before: Option<&Made>,
        shelf: &Shelf,
    ) -> tera::TeraResult<(Body, Option<Made>)> {
        let mut context = self.context(path);
        self.around(page, path, &mut context);
        let links: Vec<Shown> = page
            .document
            .links
            .iter()
            .map(|link| Shown {
                address: self.address(path, self.site.target(page, link)),
                size: images::of(&self.press.sizes, self.site.target(page, link)),
            })
            .collect();
        let blog = blog::view::Show {
            config: self.config,
            site: self.site,
            strings: self.strings(),
        };
        let excerpt = |page: &Page, part: &Document| self.excerpt(page, part, path);
        blog.put(page, path, &excerpt, &mut context);
        let key = shelf.is_kept().then(|| self.key(&context, &links));
        let same =
            |made: &&Made| Some(made.key) == key && Arc::ptr_eq(&made.document, &page.document);
        if let Some(made) = before.filter(same) {
            return Ok((Body::Bytes(made.html.clone()), Some(made.clone())));
        }
        let shown = |link: &Link| links.get(page.document.links.element_offset(link)?);
        let body = html::render_in(
            self.strings().words(),
            &page.document,
            &|link| shown(link)?.address.clone(),
            &|link| shown(link)?.size,
        );
        context.insert(
            "needs_title",
            &(outline::heading(page).is_none() && !body.contains("<h1")),
        );
        context.insert_value("body", Value::safe_string(&body));
        let html = self.press.tera.render("page.html", &context)?;
        let Some(key) = key else {
            return Ok((shelf.put(path, html.into_bytes()), None));
        };
        let html: Arc<[u8]> = html.into_bytes().into();
        let made = Made {
            document: page.document.clone(),
            key,
            html: html.clone(),
        };
        Ok((Body::Bytes(html), Some(made)))
    }

    /// A part of the text of `page`, as it stands in the output file `path`.
    fn excerpt(&self, page: &Page, part: &Document, path: &str) -> String {
        let target = |link: &Link| resolve(self.site, page.id, &link.dest);
        html::render_in(
            self.strings().words(),
            part,
            &|link| self.address(path, &target(link)),
            &|link| images::of(&self.press.sizes, &target(link)),
        )
    }

    /// The digest of all that a page shows besides its own text.
    fn key(&self, context: &Context, links: &[Shown]) -> Digested {
        let mut all = Vec::with_capacity(16 * 1024);
        all.extend(self.press.digest);
        press::write_values(context, around::AROUND, &mut all);
        for link in links {
            let (width, height) = link.size.unwrap_or_default();
            all.extend([width, height].map(usize::to_le_bytes).concat());
            let address = link.address.as_deref();
            let length = address.map_or(u64::MAX, |text| text.len() as u64);
            all.extend(length.to_le_bytes());
            all.extend(address.unwrap_or_default().bytes());
        }
        Sha256::digest(all).into()
    }

    /// Where a link leads from the output file `path`.
    fn address(&self, path: &str, target: &Target) -> Option<String> {
        match target {
            Target::Page { page: to, anchor } => {
                let to = &self.site.page(*to).url;
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

    pub(super) fn strings(&self) -> &'a Strings {
        self.press.strings()
    }

    pub(super) fn is_missing(&self, path: &str) -> bool {
        self.site.missing.as_deref() == Some(path)
    }

    fn way(&self, path: &str, to: &str) -> String {
        let way = url::way(path, to, self.site.urls);
        if self.is_missing(path) && !way.starts_with('#') {
            format!("{}{way}", self.press.home)
        } else {
            way
        }
    }

    pub(super) fn link<'t>(&self, title: &'t str, page: Option<PageId>) -> LinkView<'t> {
        LinkView {
            title,
            url: page.map(|page| url::encode(&self.site.page(page).address)),
        }
    }
}
