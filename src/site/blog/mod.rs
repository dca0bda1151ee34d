//! Blogs: posts at addresses with their date, and lists of them by category,
//! author and time, as Material for MkDocs' plugin `blog` makes them.
//!
//! `plan` runs before the pages are parsed and gives paths; [`Blogs`] knows
//! the pages; `view` gives values to the templates. Nothing is written here.

mod date;
mod link;
mod plan;
mod post;
pub mod view;

use std::collections::BTreeMap;

pub use date::Date;
pub use plan::Plan;

use super::nav::{Nav, NavGroup, NavItem, Outside};
use super::resolve::Target;
use super::{PageId, Site};
use crate::config::{Config, Slugs};
use crate::content::Asset;
use crate::diagnostic::Diagnostic;
use crate::markdown::anchor;

/// The posts and lists of a site.
#[derive(Debug, Clone, Default)]
pub struct Blogs {
    /// The posts.
    pub posts: BTreeMap<PageId, Post>,
    /// What each page of a list shows.
    pub lists: BTreeMap<PageId, List>,
    /// For each blog the page that lists all of it, and its parts in the
    /// navigation.
    parts: Vec<(PageId, Vec<NavItem>)>,
    outside: BTreeMap<PageId, Outside>,
}

/// A post.
#[derive(Debug, Clone)]
pub struct Post {
    /// Its blog's place in the configuration.
    pub blog: usize,
    /// When it was written.
    pub date: Date,
    /// When it was changed.
    pub updated: Option<Date>,
    /// Those who wrote it: what readers see, and where it leads.
    pub authors: Vec<(String, Option<Target>)>,
    /// Its categories, likewise.
    pub categories: Vec<(String, Option<Target>)>,
    /// What it names for further reading, likewise.
    pub links: Vec<(String, Option<Target>)>,
    /// Whether it stays on top.
    pub pinned: bool,
    /// How long it takes to read.
    pub minutes: Option<usize>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct List {
    /// Its blog's place in the configuration.
    pub blog: usize,
    /// The posts on it.
    pub posts: Vec<PageId>,
    /// All pages of the list, itself included.
    pub pages: Vec<PageId>,
}

impl Blogs {
    /// The blogs of the plan, now that the site has pages.
    pub fn of(config: &Config, plan: &Plan, site: &Site) -> (Self, Vec<Diagnostic>) {
        let mut blogs = Self::default();
        let mut problems = Vec::new();
        let all = config.blogs.iter().zip(&plan.blogs).enumerate();
        for (at, (blog, planned)) in all {
            problems.extend(link::link(&mut blogs, site, at, blog, planned));
        }
        (blogs, problems)
    }

    /// The navigation with the parts of each blog beside the page of all its
    /// posts.
    pub fn attach(&self, nav: Nav) -> Nav {
        if self.parts.is_empty() {
            return nav;
        }
        let mut groups = nav.groups;
        for (index, parts) in &self.parts {
            attach_to(&mut groups, *index, parts);
        }
        let mut nav = Nav::new(groups);
        let mut outside = self.outside.clone();
        for list in self.lists.values() {
            let under = list.pages[0];
            let (previous, next) = nav.neighbours(under);
            let place = Outside {
                under,
                previous,
                next,
            };
            outside.extend(list.pages[1..].iter().map(|page| (*page, place)));
        }
        nav.outside = outside;
        nav
    }
}

/// Puts the parts where the page `index` is; a part of the book each, when it
/// stands in none.
fn attach_to(groups: &mut Vec<NavGroup>, index: PageId, parts: &[NavItem]) {
    let is_index = |item: &NavItem| item.page == Some(index);
    for group in groups.iter_mut() {
        let outermost = group.title.is_none() && group.items.iter().any(is_index);
        if outermost
            && group
                .items
                .iter()
                .any(|item| is_index(item) && item.children.is_empty())
        {
            break;
        }
        if attach_beside(&mut group.items, index, parts) {
            return;
        }
    }
    if groups.iter().any(|group| group.items.iter().any(is_index)) {
        groups.extend(parts.iter().map(|part| NavGroup {
            title: Some(part.title.clone()),
            items: part.children.clone(),
            ..NavGroup::default()
        }));
    }
}

fn attach_beside(items: &mut Vec<NavItem>, index: PageId, parts: &[NavItem]) -> bool {
    let found = items.iter().position(|item| item.page == Some(index));
    match found {
        Some(at) if items[at].children.is_empty() => items.extend_from_slice(parts),
        Some(at) => items[at].children.extend_from_slice(parts),
        None => {
            let mut below = items.iter_mut();
            return below.any(|item| attach_beside(&mut item.children, index, parts));
        }
    }
    true
}

/// Files that lie beside posts are published as if they lay in the blog's own
/// folder. Gives where each went.
pub fn move_assets(config: &Config, assets: &mut [Asset]) -> BTreeMap<String, String> {
    let mut moved = BTreeMap::new();
    for blog in &config.blogs {
        let posts = blog.posts();
        for asset in assets.iter_mut().filter(|asset| blog.holds(&asset.path)) {
            let inside = asset.path.strip_prefix(&posts).unwrap_or(&asset.path);
            let to = blog.within(inside);
            moved.insert(std::mem::replace(&mut asset.path, to.clone()), to);
        }
    }
    moved
}

/// `text` in an address: lower case, letters and digits of any script.
fn slug(text: &str, separator: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    // As elements go, so does what only looks like one.
    while let Some((before, tag)) = rest.split_once('<')
        && let Some((_, after)) = tag.split_once('>')
    {
        plain.push_str(before);
        rest = after;
    }
    plain.push_str(rest);
    let words = plain.trim().split(' ');
    let words: Vec<String> = words
        .map(|word| anchor::slug(word, Slugs::Pymdownx))
        .collect();
    words.join(separator)
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_title_in_an_address_keeps_letters_of_any_script() {
        assert_eq!(
            slug("Using `git` for <b>faster</b> builds", "-"),
            "using-git-for-faster-builds"
        );
        assert_eq!(slug("How we're  doing: 1 < 2", "-"), "how-were--doing-1--2");
        assert_eq!(slug("搜索 ½ Über", "_"), "搜索_½_über");
    }
}
