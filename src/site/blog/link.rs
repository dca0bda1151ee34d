//! From the paths of a plan to pages: posts with what they name, lists with
//! their posts, and the blog's parts in the navigation.

use super::plan::{self, Of, Planned};
use super::post::Draft;
use super::{Blogs, List, Post};
use crate::config::Blog;
use crate::content::place_of;
use crate::diagnostic::Diagnostic;
use crate::markdown::excerpt;
use crate::site::nav::{NavItem, Outside};
use crate::site::{Page, PageId, Site, Target, resolve};

/// Adds a blog, which stands at `at` in the configuration; gives what is wrong
/// with its posts.
pub fn link(
    blogs: &mut Blogs,
    site: &Site,
    at: usize,
    blog: &Blog,
    planned: &Planned,
) -> Vec<Diagnostic> {
    let linker = Linker {
        at,
        blog,
        planned,
        site,
    };
    let Some(index) = linker.page(&blog.index()) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let ids: Vec<Option<PageId>> = planned
        .posts
        .iter()
        .map(|post| linker.page(&post.path))
        .collect();
    for (place, post) in planned.posts.iter().enumerate() {
        let Some(id) = ids[place] else {
            continue;
        };
        let outside = Outside {
            under: index,
            previous: ids.get(place + 1).copied().flatten(),
            next: place.checked_sub(1).and_then(|place| ids[place]),
        };
        blogs.outside.insert(id, outside);
        let post = linker.post(post, site.page(id), &mut problems);
        blogs.posts.insert(id, post);
    }
    for list in &planned.lists {
        let posts: Vec<PageId> = list.posts.iter().filter_map(|post| ids[*post]).collect();
        linker.list(list, &posts, blogs);
    }
    blogs.parts.push((index, linker.parts()));
    problems
}

struct Linker<'a> {
    at: usize,
    blog: &'a Blog,
    planned: &'a Planned,
    site: &'a Site,
}

impl Linker<'_> {
    fn page(&self, path: &str) -> Option<PageId> {
        self.site.by_path.get(path).copied()
    }

    fn post(&self, post: &Draft, page: &Page, problems: &mut Vec<Diagnostic>) -> Post {
        let author = |id: &String| {
            let known = self.blog.author.get(id);
            let name = known.map_or_else(|| id.clone(), |author| author.name.clone());
            let url = known.and_then(|author| author.url.clone());
            let own = || self.of(&Of::Author(id.clone()));
            (name, url.map(Target::External).or_else(own))
        };
        let category = |name: &String| (name.clone(), self.of(&Of::Category(name.clone())));
        let authors = post.authors.iter().filter(|_| self.blog.authors);
        let speed = self.blog.post_readtime_words_per_minute.max(1);
        let minutes = || excerpt::minutes(&page.document, speed);
        let mut links = Vec::new();
        for (title, to) in &post.links {
            match self.named(page, title.as_deref(), to) {
                Some(link) => links.push(link),
                None => problems.push(broken(page, to)),
            }
        }
        Post {
            blog: self.at,
            date: post.date,
            updated: post.updated,
            authors: authors.map(author).collect(),
            categories: post.categories.iter().map(category).collect(),
            links,
            pinned: post.pinned,
            minutes: post
                .minutes
                .or_else(|| self.blog.post_readtime.then(minutes)),
        }
    }

    /// The list of posts that share this.
    fn of(&self, of: &Of) -> Option<Target> {
        let list = self.planned.lists.iter().find(|list| list.of == *of)?;
        let page = self.page(&list.pages[0])?;
        Some(Target::Page { page, anchor: None })
    }

    /// What a post names for further reading, with its title; nothing when it
    /// is not there. Paths count from the content folder.
    fn named(
        &self,
        page: &Page,
        title: Option<&str>,
        to: &str,
    ) -> Option<(String, Option<Target>)> {
        let from_top = resolve(
            self.site,
            page.id,
            &format!("/{}", to.trim_start_matches('/')),
        );
        let target = match resolve(self.site, page.id, to) {
            target @ Target::External(_) => target,
            _ => from_top,
        };
        let own = match &target {
            Target::Broken(_) => return None,
            Target::External(_) | Target::Asset(_) => to.to_owned(),
            Target::Page { page, anchor } => {
                let page = self.site.page(*page);
                let mut sections = page.document.sections.iter();
                let section = sections.find(|section| Some(&section.anchor) == anchor.as_ref());
                match section.filter(|section| section.title != page.title) {
                    Some(section) => format!("{}: {}", page.title, section.title),
                    None => page.title.clone(),
                }
            }
        };
        Some((title.map_or(own, str::to_owned), Some(target)))
    }

    fn list(&self, list: &plan::List, posts: &[PageId], blogs: &mut Blogs) {
        let pages: Vec<PageId> = list
            .pages
            .iter()
            .filter_map(|path| self.page(path))
            .collect();
        let mut parts = posts.chunks(list.each.max(1));
        for page in &pages {
            let posts = parts.next().unwrap_or_default().to_vec();
            let list = List {
                blog: self.at,
                posts,
                pages: pages.clone(),
            };
            blogs.lists.insert(*page, list);
        }
    }

    /// Authors, categories and times, as far as there are any.
    fn parts(&self) -> Vec<NavItem> {
        let is_author = |of: &Of| matches!(of, Of::Author(_));
        let is_category = |of: &Of| matches!(of, Of::Category(_));
        let is_time = |of: &Of| matches!(of, Of::Time);
        let kinds: [fn(&Of) -> bool; 3] = [is_author, is_category, is_time];
        let part = |(heading, is_of): (&String, fn(&Of) -> bool)| {
            let lists = self.planned.lists.iter().filter(|list| is_of(&list.of));
            let pages = lists.filter_map(|list| self.page(&list.pages[0]));
            let children = pages.map(|page| NavItem {
                title: self.site.page(page).title.clone(),
                page: Some(page),
                ..NavItem::default()
            });
            NavItem {
                title: heading.clone(),
                children: children.collect(),
                ..NavItem::default()
            }
        };
        let all = self.planned.headings.iter().zip(kinds).map(part);
        all.filter(|part| !part.children.is_empty()).collect()
    }
}

fn broken(page: &Page, to: &str) -> Diagnostic {
    let message = format!("`links` names `{to}`, which does not exist");
    Diagnostic::warning("blog/link", message)
        .at(place_of(&page.source, "links"))
        .help("write the path of a file as seen from the content folder, or a whole address")
}
