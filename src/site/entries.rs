//! The navigation of a book of MkDocs: as `nav` lists it, else as the files
//! lie.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::nav::{Nav, NavGroup, NavItem, NavLink};
use super::nearest::Paths;
use super::resolve::is_external;
use super::{PageId, Role, Site, url};
use crate::config::{Layout, Leads, Level, NavEntry, Navigation};
use crate::content::Matcher;
use crate::diagnostic::Diagnostic;

/// The titles that the entries give to pages, by path.
pub fn titles(layout: &Layout) -> BTreeMap<String, String> {
    fn visit(entries: &[NavEntry], out: &mut BTreeMap<String, String>) {
        for entry in entries {
            match (&entry.leads, &entry.title) {
                (Leads::Section(inner), _) => visit(inner, out),
                (Leads::To(path), Some(title)) => {
                    let path = path.trim_start_matches("./").to_owned();
                    out.entry(path).or_insert_with(|| title.clone());
                }
                (Leads::To(_), None) => {}
            }
        }
    }
    let mut out = BTreeMap::new();
    if let Navigation::Listed(entries) = &layout.navigation {
        visit(entries, &mut out);
    }
    out
}

/// The navigation, and what is wrong with it.
pub fn navigation(layout: &Layout, site: &Site) -> (Nav, Vec<Diagnostic>) {
    let mut linker = Linker {
        layout,
        site,
        paths: OnceCell::new(),
        listed: BTreeSet::new(),
        problems: Vec::new(),
    };
    let (not_in_nav, problems) = Matcher::new(&[], &layout.not_in_nav);
    linker.problems.extend(problems);
    let items = match &layout.navigation {
        Navigation::Listed(entries) => linker.items(entries),
        _ => linker.tree(&not_in_nav),
    };
    linker.omitted(&not_in_nav);
    (Nav::new(groups(items)), linker.problems)
}

/// Sections at the top become parts of the book, and what stands between them
/// parts without a heading.
fn groups(items: Vec<NavItem>) -> Vec<NavGroup> {
    let mut groups: Vec<NavGroup> = Vec::new();
    for mut item in items {
        if item.children.is_empty() {
            match groups.last_mut() {
                Some(group) if group.title.is_none() => group.items.push(item),
                _ => groups.push(NavGroup {
                    items: vec![item],
                    ..NavGroup::default()
                }),
            }
            continue;
        }
        let children = std::mem::take(&mut item.children);
        let front = item.page.map(|_| NavItem {
            title: item.title.clone(),
            page: item.page,
            ..NavItem::default()
        });
        groups.push(NavGroup {
            title: Some(item.title),
            kind: None,
            items: front.into_iter().chain(children).collect(),
        });
    }
    groups
}

struct Linker<'a> {
    layout: &'a Layout,
    site: &'a Site,
    /// Filled when the first page is missing.
    paths: OnceCell<Paths>,
    listed: BTreeSet<PageId>,
    problems: Vec<Diagnostic>,
}

impl Linker<'_> {
    fn items(&mut self, entries: &[NavEntry]) -> Vec<NavItem> {
        entries
            .iter()
            .filter_map(|entry| self.item(entry))
            .collect()
    }

    fn item(&mut self, entry: &NavEntry) -> Option<NavItem> {
        match &entry.leads {
            Leads::Section(entries) => {
                let title = entry.title.clone().unwrap_or_default();
                let children = self.items(entries);
                (!children.is_empty()).then(|| self.section(title, children))
            }
            Leads::To(path) => self.leaf(entry, path),
        }
    }

    /// A section; its index page may stand for it.
    fn section(&self, title: String, mut children: Vec<NavItem>) -> NavItem {
        let is_index = |item: &NavItem| {
            let page = item.page.filter(|_| item.children.is_empty());
            page.is_some_and(|id| is_index(&self.site.page(id).source.path))
        };
        let index = children
            .iter()
            .position(is_index)
            .filter(|_| self.layout.section_indexes && children.len() > 1);
        let page = index.and_then(|at| children.remove(at).page);
        NavItem {
            title,
            page,
            children,
            ..NavItem::default()
        }
    }

    fn leaf(&mut self, entry: &NavEntry, path: &str) -> Option<NavItem> {
        let inside = url::normal("", path).filter(|_| !is_external(path));
        let known = inside.as_ref().and_then(|path| self.site.by_path.get(path));
        if let Some(&id) = known {
            self.listed.insert(id);
            let own = || self.site.page(id).title.clone();
            return Some(NavItem {
                title: entry.title.clone().unwrap_or_else(own),
                page: Some(id),
                ..NavItem::default()
            });
        }
        let inside = inside.unwrap_or_default();
        // A draft is meant, and a page that cannot be read has its message.
        if self.site.drafts.contains(&inside) || self.site.unread.contains(&inside) {
            return None;
        }
        let title = entry.title.clone().unwrap_or_else(|| path.to_owned());
        let link = if is_external(path) {
            path.to_owned()
        } else if self.site.assets.contains_key(&inside) {
            return Some(NavItem {
                title,
                link: Some(NavLink::File(inside)),
                ..NavItem::default()
            });
        } else if path.starts_with('/') {
            path.to_owned()
        } else {
            self.missing(entry, path);
            return None;
        };
        Some(NavItem {
            title,
            link: Some(NavLink::Elsewhere(link)),
            ..NavItem::default()
        })
    }

    fn missing(&mut self, entry: &NavEntry, path: &str) {
        let pages = || Paths::new(self.site.pages.iter().map(|page| page.source.path.as_str()));
        let near = self.paths.get_or_init(pages).nearest(path);
        let message = format!("the navigation lists `{path}`, which does not exist");
        let diagnostic = match self.layout.checks.entries {
            Level::Error => Diagnostic::error("nav/no-such-page", message),
            Level::Warning => Diagnostic::warning("nav/no-such-page", message),
            Level::Ignore => return,
        };
        let diagnostic = diagnostic.at(entry.place.clone());
        self.problems.push(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("write the page, or take the entry away"),
        });
    }

    /// The files as they lie: in each folder its index page first, then its
    /// pages, then its folders.
    fn tree(&mut self, not_in_nav: &Matcher) -> Vec<NavItem> {
        let pages = self.site.pages.iter();
        let pages = pages.filter(|page| page.role == Role::Page);
        let mut pages: Vec<PageId> = pages.map(|page| page.id).collect();
        pages.retain(|id| !not_in_nav.matches(&self.site.page(*id).source.path));
        pages.sort_by_cached_key(|id| {
            let path = &self.site.page(*id).source.path;
            let (folder, name) = url::split(path);
            let folders: Vec<String> = folder.split('/').map(str::to_owned).collect();
            (folders, !is_index(path), name.to_owned())
        });
        let mut root = Branch::default();
        for id in pages {
            self.listed.insert(id);
            let path = &self.site.page(id).source.path;
            let mut branch = &mut root;
            for part in url::split(path)
                .0
                .split('/')
                .filter(|part| !part.is_empty())
            {
                branch = branch.folders.entry(part.to_owned()).or_default();
            }
            branch.pages.push(id);
        }
        self.branch(root)
    }

    fn branch(&self, branch: Branch) -> Vec<NavItem> {
        let page = |id: PageId| NavItem {
            title: self.site.page(id).title.clone(),
            page: Some(id),
            ..NavItem::default()
        };
        let mut items: Vec<NavItem> = branch.pages.into_iter().map(page).collect();
        for (name, inner) in branch.folders {
            items.push(self.section(humane(&name), self.branch(inner)));
        }
        items
    }

    /// Says once which pages the navigation leaves out.
    fn omitted(&mut self, not_in_nav: &Matcher) {
        let left_out = self.site.pages.iter().filter(|page| {
            let listed = self.listed.contains(&page.id) || page.role != Role::Page;
            !listed && !not_in_nav.matches(&page.source.path)
        });
        let paths: Vec<String> = left_out
            .map(|page| format!("`{}`", page.source.path))
            .collect();
        if paths.is_empty() || self.layout.checks.omitted == Level::Ignore {
            return;
        }
        let shown = paths.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let more = match paths.len().saturating_sub(5) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!("the navigation leaves out {shown}{more}");
        self.problems.push(
            Diagnostic::warning("nav/omitted", message)
                .help("list them in `nav`, or in `not_in_nav` when that is meant"),
        );
    }
}

/// A folder while the tree is being made.
#[derive(Default)]
struct Branch {
    pages: Vec<PageId>,
    folders: BTreeMap<String, Self>,
}

fn is_index(path: &str) -> bool {
    let name = url::split(path).1;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    matches!(stem, "index" | "README")
}

/// A file's or folder's name as MkDocs makes a title of it.
pub fn humane(name: &str) -> String {
    let text = name.replace(['-', '_'], " ");
    if text.to_lowercase() != text {
        return text;
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
