//! Groups of pages, their order, and the way to each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Page, PageId, Role, url};
use crate::content::Kind;

/// The navigation of the whole book.
#[derive(Debug, Clone, Default)]
pub struct Nav {
    /// Parts of the book, in order.
    pub groups: Vec<NavGroup>,
    /// Every page that can be reached by turning pages, in order.
    pub order: Vec<PageId>,
    /// Pages that stand in no group and still have a place.
    pub(super) outside: BTreeMap<PageId, Outside>,
    place: BTreeMap<PageId, usize>,
    trails: BTreeMap<PageId, Vec<usize>>,
}

/// The place of a page that no group holds.
#[derive(Debug, Clone, Copy)]
pub struct Outside {
    /// The page that it belongs to.
    pub under: PageId,
    /// The page before it.
    pub previous: Option<PageId>,
    /// The page after it.
    pub next: Option<PageId>,
}

/// A part of the book.
#[derive(Debug, Clone, Default)]
pub struct NavGroup {
    /// Its heading.
    pub title: Option<String>,
    /// The kind that all its pages share.
    pub kind: Option<Kind>,
    /// Its pages and folders.
    pub items: Vec<NavItem>,
}

/// A page or a folder of pages.
#[derive(Debug, Clone, Default)]
pub struct NavItem {
    /// What readers see.
    pub title: String,
    /// A number such as `1.2.`, or nothing.
    pub number: String,
    /// The page; nothing for a draft or a folder without a page of its own.
    pub page: Option<PageId>,
    /// What it leads to instead of a page.
    pub link: Option<NavLink>,
    /// What stands under it.
    pub children: Vec<Self>,
}

/// Something in the navigation that is no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NavLink {
    /// A file that is copied, by its path in the content folder.
    File(String),
    /// An address, as written.
    Elsewhere(String),
}

impl Nav {
    /// The navigation over these groups.
    pub fn new(groups: Vec<NavGroup>) -> Self {
        let mut nav = Self::default();
        for (at, group) in groups.iter().enumerate() {
            nav.visit(&group.items, &mut vec![at]);
        }
        nav.groups = groups;
        nav
    }

    fn visit(&mut self, items: &[NavItem], trail: &mut Vec<usize>) {
        for (at, item) in items.iter().enumerate() {
            trail.push(at);
            if let Some(page) = item.page
                && !self.place.contains_key(&page)
            {
                self.place.insert(page, self.order.len());
                self.order.push(page);
                self.trails.insert(page, trail.clone());
            }
            self.visit(&item.children, trail);
            trail.pop();
        }
    }

    /// The pages before and after `page`.
    pub fn neighbours(&self, page: PageId) -> (Option<PageId>, Option<PageId>) {
        if let Some(outside) = self.outside.get(&page) {
            return (outside.previous, outside.next);
        }
        let Some(&at) = self.place.get(&page) else {
            return (None, None);
        };
        let before = at.checked_sub(1).and_then(|at| self.order.get(at));
        (before.copied(), self.order.get(at + 1).copied())
    }

    /// The group that holds `page`.
    pub fn group(&self, page: PageId) -> Option<&NavGroup> {
        self.groups.get(*self.path(page)?.first()?)
    }

    fn path(&self, page: PageId) -> Option<&Vec<usize>> {
        let under = || self.trails.get(&self.outside.get(&page)?.under);
        self.trails.get(&page).or_else(under)
    }

    /// The items from the outermost one to the page itself, or to the page
    /// that it belongs to.
    pub fn trail(&self, page: PageId) -> Vec<&NavItem> {
        let Some(path) = self.path(page) else {
            return Vec::new();
        };
        let mut items = self.groups[path[0]].items.as_slice();
        let mut trail = Vec::new();
        for &at in &path[1..] {
            trail.push(&items[at]);
            items = &items[at].children;
        }
        trail
    }
}

/// A folder of pages while the tree is being made.
#[derive(Default)]
struct Folder {
    index: Option<PageId>,
    pages: Vec<PageId>,
    folders: BTreeMap<String, Self>,
}

/// The navigation of a book without `SUMMARY.md`: folders as they lie, a part
/// for each folder at the top, those of a known kind first.
pub fn from_tree(pages: &[Arc<Page>], missing: Option<&str>) -> Nav {
    let mut root = Folder::default();
    for page in pages {
        if Some(page.url.as_str()) == missing || page.role != Role::Page {
            continue;
        }
        insert(&mut root, page);
    }
    let mut groups = vec![front_group(pages, &root)];
    let mut parts: Vec<(String, Folder)> = root.folders.into_iter().collect();
    parts.sort_by_key(|(name, folder)| rank_of_part(pages, name, folder));
    for (name, folder) in parts {
        let title = folder_title(pages, &name, &folder);
        let kind = Kind::from_folder(&name);
        let mut items: Vec<NavItem> = folder
            .index
            .map(|id| page_item(pages, id))
            .into_iter()
            .collect();
        items.extend(folder_items(pages, folder));
        groups.push(NavGroup {
            title: Some(title),
            kind,
            items,
        });
    }
    groups.retain(|group| !group.items.is_empty());
    Nav::new(groups)
}

fn insert(root: &mut Folder, page: &Page) {
    let (folders, name) = url::split(&page.source.path);
    let mut folder = root;
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        folder = folder.folders.entry(part.to_owned()).or_default();
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // A second one has an address of its own, and is a page like any other.
    let is_first = page.url == url::join(folders, "index.html");
    if url::is_index(stem) && is_first && folder.index.is_none() {
        folder.index = Some(page.id);
    } else {
        folder.pages.push(page.id);
    }
}

/// The pages at the top, the home page first.
fn front_group(pages: &[Arc<Page>], root: &Folder) -> NavGroup {
    let mut ids = root.pages.clone();
    ids.sort_by_key(|id| rank(pages, *id));
    let all = root.index.into_iter().chain(ids);
    NavGroup {
        items: all.map(|id| page_item(pages, id)).collect(),
        ..NavGroup::default()
    }
}

fn folder_items(pages: &[Arc<Page>], folder: Folder) -> Vec<NavItem> {
    let mut items: Vec<((i64, String), NavItem)> = Vec::new();
    for id in folder.pages {
        let (weight, path) = rank(pages, id);
        let name = url::split(&path).1.to_owned();
        items.push(((weight, name), page_item(pages, id)));
    }
    for (name, inner) in folder.folders {
        let weight = inner.index.map_or(i64::MAX, |id| rank(pages, id).0);
        // Only a folder at the top stands for a kind.
        let title = match inner.index {
            Some(id) => pages[id.0].title.clone(),
            None => humane(&name),
        };
        let page = inner.index;
        let children = folder_items(pages, inner);
        items.push((
            (weight, name),
            NavItem {
                title,
                page,
                children,
                ..NavItem::default()
            },
        ));
    }
    items.sort_by(|a, b| a.0.cmp(&b.0));
    items.into_iter().map(|(_, item)| item).collect()
}

fn page_item(pages: &[Arc<Page>], id: PageId) -> NavItem {
    NavItem {
        title: pages[id.0].title.clone(),
        page: Some(id),
        ..NavItem::default()
    }
}

/// Lighter pages first, then by file name.
fn rank(pages: &[Arc<Page>], id: PageId) -> (i64, String) {
    let source = &pages[id.0].source;
    (source.meta.weight.unwrap_or(i64::MAX), source.path.clone())
}

fn rank_of_part(pages: &[Arc<Page>], name: &str, folder: &Folder) -> (usize, i64, String) {
    let kind = Kind::from_folder(name);
    let position = kind.map_or(Kind::ALL.len(), |kind| kind as usize);
    let weight = folder.index.map_or(i64::MAX, |id| rank(pages, id).0);
    (position, weight, name.to_owned())
}

fn folder_title(pages: &[Arc<Page>], name: &str, folder: &Folder) -> String {
    match (folder.index, Kind::from_folder(name)) {
        (Some(id), _) => pages[id.0].title.clone(),
        (None, Some(kind)) => kind.label().to_owned(),
        (None, None) => humane(name),
    }
}

/// A file's or folder's name as a title: `02-first-steps` is "First steps".
pub fn humane(name: &str) -> String {
    let bare = name
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start_matches(['-', '_', '.', ' ']);
    let bare = if bare.is_empty() { name } else { bare };
    let text = bare.replace(['-', '_'], " ");
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::humane;

    #[test]
    fn a_name_is_read_as_a_title() {
        assert_eq!(humane("02-first-steps"), "First steps");
        assert_eq!(humane("2024"), "2024");
        assert_eq!(humane("éclair_au_chocolat"), "Éclair au chocolat");
    }
}
