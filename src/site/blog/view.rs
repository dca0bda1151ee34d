//! What templates see of a post and of a list of posts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;
use tera::{Context, Value};

use super::{Date, Post};
use crate::config::{Blog, Config};
use crate::markdown::{Document, alone, anchor, excerpt, html, raw_html};
use crate::site::strings::Strings;
use crate::site::{Page, PageId, Site, Target, url};

/// So many pages of a list are named on each side of the one being read.
const NEAR: usize = 2;

/// What all pages share.
pub struct Show<'a> {
    /// The book's configuration.
    pub config: &'a Config,
    /// The site.
    pub site: &'a Site,
    /// The words of its language.
    pub strings: &'a Strings,
}

/// The variable `post`.
#[derive(Serialize)]
struct PostView {
    date: DateView,
    updated: Option<DateView>,
    authors: Vec<Named>,
    categories: Vec<Named>,
    links: Vec<Named>,
    /// In words, like the next.
    pinned: Option<String>,
    minutes: Option<String>,
}

#[derive(Serialize)]
struct DateView {
    iso: String,
    shown: String,
}

#[derive(Serialize)]
struct Named {
    title: String,
    url: Option<String>,
}

/// One of the variable `posts`.
#[derive(Serialize)]
struct ExcerptView {
    id: String,
    /// As HTML.
    title: Value,
    url: String,
    post: PostView,
    body: Value,
    goes_on: bool,
}

/// One of the variable `turn`: a page of a list, or a gap between pages.
#[derive(Serialize)]
struct Turn {
    number: usize,
    url: Option<String>,
    current: bool,
}

impl Show<'_> {
    /// Gives `page`, which is shown at `path`, what it needs of a blog. `body`
    /// writes a document of a page as it stands there.
    pub fn put(
        &self,
        page: &Page,
        path: &str,
        body: &dyn Fn(&Page, &Document) -> String,
        context: &mut Context,
    ) {
        let blogs = &self.site.blogs;
        if let Some(post) = blogs.posts.get(&page.id) {
            context.insert("post", &self.post(post, path, usize::MAX, usize::MAX));
        }
        let Some(list) = blogs.lists.get(&page.id) else {
            return;
        };
        let blog = &self.config.blogs[list.blog];
        // Ids of two posts may be the same.
        let mut taken = page.document.ids.clone();
        let posts = list.posts.iter().filter_map(|id| {
            let post = self.site.page(*id);
            self.excerpt(blog, post, path, body, &mut taken)
        });
        let posts: Vec<ExcerptView> = posts.collect();
        context.insert("no_posts", &posts.is_empty());
        context.insert("posts", &posts);
        if list.pages.len() > 1 {
            context.insert("turn", &self.turn(&list.pages, page.id, path));
        }
    }

    fn post(&self, post: &Post, path: &str, authors: usize, categories: usize) -> PostView {
        let blog = &self.config.blogs[post.blog];
        let date = |date: Date| DateView {
            iso: date.iso(),
            shown: date.shown(&blog.post_date_format, self.strings),
        };
        let named = |all: &[(String, Option<Target>)], most: usize| {
            let all = all.iter().take(most);
            let named = all.map(|(title, to)| Named {
                title: title.clone(),
                url: to.as_ref().and_then(|to| self.way(path, to)),
            });
            named.collect()
        };
        let minutes = |minutes: usize| match minutes {
            1 => self.strings.get("readtime_one").to_owned(),
            more => {
                let words = self.strings.get("readtime");
                words.replace("{count}", &more.to_string())
            }
        };
        PostView {
            date: date(post.date),
            updated: post.updated.map(|updated| {
                let updated = date(updated);
                let words = self.strings.get("updated");
                DateView {
                    shown: words.replace("{date}", &updated.shown),
                    ..updated
                }
            }),
            authors: named(&post.authors, authors),
            categories: named(&post.categories, categories),
            links: named(&post.links, usize::MAX),
            pinned: post.pinned.then(|| self.strings.get("pinned").to_owned()),
            minutes: post.minutes.map(minutes),
        }
    }

    fn way(&self, path: &str, to: &Target) -> Option<String> {
        let way = |to: &str| Some(url::way(path, to, self.site.urls));
        match to {
            Target::Page { page, anchor } => {
                let to = &self.site.page(*page).url;
                match anchor {
                    Some(anchor) => way(&format!("{to}#{anchor}")),
                    None => way(to),
                }
            }
            Target::Asset(to) => way(to),
            Target::External(to) => Some(to.clone()),
            Target::Broken(_) => None,
        }
    }

    fn excerpt(
        &self,
        blog: &Blog,
        page: &Page,
        path: &str,
        body: &dyn Fn(&Page, &Document) -> String,
        taken: &mut BTreeSet<String>,
    ) -> Option<ExcerptView> {
        let post = self.site.blogs.posts.get(&page.id)?;
        let part = excerpt::excerpt(&page.document, &blog.post_excerpt_separator);
        let (title, mut id) = match &part.heading {
            Some((heading, id)) => {
                let html = html::render(heading, &|_| None);
                (Value::safe_string(&html), id.clone())
            }
            None => {
                let id = anchor::slug(&page.title, self.config.dialect.slugs);
                (Value::from(page.title.as_str()), id)
            }
        };
        let mut text = body(page, &part.document);
        let mut ids = raw_html::scan(&text).ids;
        let twice = ids.contains(&id) || taken.contains(&id);
        if twice || ids.iter().any(|id| taken.contains(id)) {
            let prefix = format!("{}--", url::encode(&page.address).replace('/', "-"));
            text = alone::with_prefix(&text, &prefix);
            ids = raw_html::scan(&text).ids;
            if taken.contains(&id) {
                id = format!("{prefix}{id}");
            }
        }
        taken.extend(ids);
        taken.insert(id.clone());
        let most = (
            blog.post_excerpt_max_authors,
            blog.post_excerpt_max_categories,
        );
        Some(ExcerptView {
            id,
            title,
            url: url::way(path, &page.url, self.site.urls),
            post: self.post(post, path, most.0, most.1),
            body: Value::safe_string(&text),
            goes_on: part.goes_on,
        })
    }

    /// The pages of a list: the first, the last, and those near this one.
    fn turn(&self, pages: &[PageId], here: PageId, path: &str) -> Vec<Turn> {
        let at = pages.iter().position(|page| *page == here).unwrap_or(0);
        let mut turn: Vec<Turn> = Vec::new();
        for (place, page) in pages.iter().enumerate() {
            let is_end = place == 0 || place + 1 == pages.len();
            if !is_end && place.abs_diff(at) > NEAR {
                continue;
            }
            if turn.last().is_some_and(|last| last.number < place) {
                turn.push(Turn {
                    number: 0,
                    url: None,
                    current: false,
                });
            }
            let to = &self.site.page(*page).url;
            turn.push(Turn {
                number: place + 1,
                url: Some(url::way(path, to, self.site.urls)),
                current: place == at,
            });
        }
        turn
    }
}

/// The posts of a list as Markdown, for programs that read; `way` gives the
/// address of a page.
pub fn markdown(site: &Site, page: &Page, way: &dyn Fn(&Page) -> String) -> String {
    let mut out = String::new();
    let list = site.blogs.lists.get(&page.id);
    for id in list.into_iter().flat_map(|list| &list.posts) {
        let (post, page) = (site.blogs.posts.get(id), site.page(*id));
        let title = page.title.replace(['[', ']', '\n'], "");
        let date = post.map_or_else(String::new, |post| post.date.iso());
        let _ = writeln!(out, "- {date}: [{title}]({})", way(page));
    }
    out
}
