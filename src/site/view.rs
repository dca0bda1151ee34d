//! What templates see of the navigation: cut down to what one page needs.
//!
//! The navigation's values are made once and shared, because a whole tree in
//! every page costs the square of the number of pages.

use std::sync::OnceLock;

use tera::{Map, Value};

use super::shared::KindView;
use super::strings::Strings;
use super::{NavGroup, NavItem, NavLink, PageId, Site, url};
use crate::config::Fold;
use crate::content::Kind;

/// Up to this many items the whole navigation stands in every page.
const WHOLE: usize = 120;
/// Up to this many items every branch stands open.
const OPEN: usize = 40;
/// So many neighbours of the current item are shown on each side.
const NEAR: usize = 12;
/// On pages that lie deeper than this, items are not written ahead.
const DEEP: usize = 6;

/// How the page lies whose navigation is made, and what writes an item.
pub struct Way<'a> {
    /// The page.
    pub page: PageId,
    /// In how many folders its file lies; nothing when its links lead from the
    /// root of the host.
    pub depth: Option<usize>,
    /// An item as HTML for pages that lie as deep; nothing when the theme has
    /// its own way to write items.
    pub write: &'a dyn Fn(&Value) -> Option<Value>,
}

/// The navigation, made once for the site.
pub struct Menu {
    groups: Vec<Group>,
    /// How many items all groups have together.
    size: usize,
}

/// A part of the book.
struct Group {
    title: Option<String>,
    kind: Option<Kind>,
    nodes: Vec<Node>,
}

/// An item with the value it has on pages that are not under it.
struct Node {
    closed: Value,
    /// The same with its HTML for pages of each depth: most of a page's
    /// navigation is what its neighbours show, too.
    written: [OnceLock<Value>; DEEP],
    children: Vec<Self>,
}

impl Node {
    fn on(&self, way: &Way<'_>) -> Value {
        let Some(written) = way.depth.and_then(|depth| self.written.get(depth)) else {
            return self.closed.clone();
        };
        let with_html = || {
            let html = (way.write)(&self.closed)?;
            let mut map = self.closed.as_map()?.clone();
            put(&mut map, "html", html);
            Some(Value::from(map))
        };
        let value = written.get_or_init(|| with_html().unwrap_or_else(|| self.closed.clone()));
        value.clone()
    }
}

impl Menu {
    /// The menu of the site, folded as the book wants it.
    pub fn new(site: &Site, fold: Fold, strings: &Strings) -> Self {
        let groups = &site.nav.groups;
        let size = groups.iter().map(|group| count(&group.items)).sum();
        let shape = Shape { size, fold };
        let group = |group: &NavGroup| Group {
            title: title(group, strings).map(str::to_owned),
            kind: group.kind,
            nodes: group
                .items
                .iter()
                .map(|item| node(site, strings, item, shape, 1))
                .collect(),
        };
        Self {
            groups: groups.iter().map(group).collect(),
            size,
        }
    }

    /// The navigation for one page: the branch that leads to it open, of all
    /// other branches only the first level.
    pub fn on(&self, site: &Site, strings: &Strings, way: &Way<'_>) -> Value {
        let page = way.page;
        let items = site.nav.trail(page);
        let is_listed = items.last().is_some_and(|item| item.page == Some(page));
        let here = site.nav.group(page);
        let whole = self.size <= WHOLE;
        let groups = site.nav.groups.iter().zip(&self.groups);
        let groups = groups.map(|(group, shown)| {
            let inside = here.is_some_and(|here| std::ptr::eq(here, group));
            let trail = Trail {
                items: if inside { items.as_slice() } else { &[] },
                is_listed,
            };
            let mut map = Map::new();
            put(&mut map, "title", shown.title.as_deref());
            put(&mut map, "kind", shown.kind.map(Kind::slug));
            let front = usize::from(front_page(group).is_some());
            if let Some(front) = front_page(group) {
                put(&mut map, "url", url::encode(&site.page(front).address));
                put(&mut map, "current", front == page);
                let last = items.last().and_then(|item| item.page);
                put(&mut map, "within", !is_listed && last == Some(front));
            }
            // Of a large book's other parts only the headings are there, and
            // lead to their first pages.
            let first = group.items.first().and_then(first_page);
            if let Some(first) = first.filter(|_| !whole && !inside && group.title.is_some()) {
                put(&mut map, "url", url::encode(&site.page(first).address));
                put(&mut map, "items", Vec::<Value>::new());
            } else {
                let items = level(
                    site,
                    strings,
                    &group.items[front..],
                    &shown.nodes[front..],
                    trail,
                    way,
                );
                put(&mut map, "items", items);
            }
            Value::from(map)
        });
        Value::from(groups.collect::<Vec<_>>())
    }
}

/// The heading of a group; of one that is only a kind, in the words of the
/// book's language.
pub fn title<'a>(group: &'a NavGroup, strings: &'a Strings) -> Option<&'a str> {
    let title = group.title.as_deref()?;
    let kind = group.kind.filter(|kind| kind.label() == title);
    Some(kind.map_or(title, |kind| KindView::new(kind, strings).label))
}

/// The first page of a group when it has the group's own title: the heading
/// then leads to it, and it is not listed once more.
pub fn front_page(group: &NavGroup) -> Option<PageId> {
    let first = group.items.first()?;
    let same = group.title.as_ref() == Some(&first.title);
    first.page.filter(|_| same && first.children.is_empty())
}

fn count(items: &[NavItem]) -> usize {
    items.iter().map(|item| 1 + count(&item.children)).sum()
}

/// What decides which branches stand open on every page.
#[derive(Clone, Copy)]
struct Shape {
    /// How many items there are.
    size: usize,
    fold: Fold,
}

impl Shape {
    /// Whether an item of this level, 1 for the outermost, stands open.
    fn is_open(self, level: usize) -> bool {
        if self.fold.enable {
            level <= self.fold.level
        } else {
            self.size <= OPEN
        }
    }
}

fn node(site: &Site, strings: &Strings, item: &NavItem, shape: Shape, depth: usize) -> Node {
    let children: Vec<Node> = item
        .children
        .iter()
        .map(|child| node(site, strings, child, shape, depth + 1))
        .collect();
    let mut map = head(site, item);
    if !children.is_empty() && shape.size <= WHOLE {
        let shown: Vec<Value> = children.iter().map(|child| child.closed.clone()).collect();
        put(&mut map, "children", shown);
        put(&mut map, "open", shape.is_open(depth));
        put(&mut map, "label", under(strings, item));
    } else if !children.is_empty() {
        put(&mut map, "more", true);
        let first = first_page(item).map(|page| url::encode(&site.page(page).address));
        put(&mut map, "url", first);
    }
    Node {
        closed: Value::from(map),
        written: Default::default(),
        children,
    }
}

/// What the button that opens an item is called.
fn under(strings: &Strings, item: &NavItem) -> String {
    strings.get("under").replace("{title}", &item.title)
}

/// What an item says wherever it stands.
fn head(site: &Site, item: &NavItem) -> Map {
    let mut map = Map::new();
    put(&mut map, "title", item.title.as_str());
    put(&mut map, "number", item.number.as_str());
    let address = match (&item.link, item.page) {
        (Some(NavLink::File(path)), _) => Some(url::encode(path)),
        (_, page) => page.map(|page| url::encode(&site.page(page).address)),
    };
    put(&mut map, "url", address);
    if let Some(NavLink::Elsewhere(address)) = &item.link {
        put(&mut map, "elsewhere", address.as_str());
    }
    map
}

fn put(map: &mut Map, key: &'static str, value: impl Into<Value>) {
    map.insert(key.into(), value.into());
}

/// The first page of an item: its own, else the first under it.
pub fn first_page(item: &NavItem) -> Option<PageId> {
    item.page
        .or_else(|| item.children.iter().find_map(first_page))
}

/// The items that are open, from the outermost one on.
#[derive(Clone, Copy)]
struct Trail<'a> {
    items: &'a [&'a NavItem],
    /// Whether the last is the page itself, not one that it belongs to.
    is_listed: bool,
}

/// The items of one level, of which the first of `trail` is open.
fn level(
    site: &Site,
    strings: &Strings,
    items: &[NavItem],
    nodes: &[Node],
    trail: Trail<'_>,
    way: &Way<'_>,
) -> Value {
    let current = trail.items.first().and_then(|wanted| {
        let same = |item: &NavItem| std::ptr::eq(item, *wanted);
        items.iter().position(same)
    });
    let around = current.unwrap_or_default();
    let (from, to) = window(around, items.len());
    let mut shown = Vec::with_capacity(to - from + 2);
    shown.extend(skipped(site, strings, &items[..from], from.checked_sub(1)));
    for at in from..to {
        shown.push(match current {
            Some(current) if current == at => {
                open(site, strings, &items[at], &nodes[at], trail, way)
            }
            _ => nodes[at].on(way),
        });
    }
    shown.extend(skipped(site, strings, &items[to..], Some(0)));
    Value::from(shown)
}

/// Which items of a long level are shown: those near the current one.
fn window(current: usize, length: usize) -> (usize, usize) {
    if length <= 3 * NEAR {
        return (0, length);
    }
    let from = current.saturating_sub(NEAR).min(length - 2 * NEAR);
    (from, (from + 2 * NEAR).min(length))
}

/// The sign that items were left out, leading to one of them.
fn skipped(
    site: &Site,
    strings: &Strings,
    left_out: &[NavItem],
    nearest: Option<usize>,
) -> Option<Value> {
    let page = first_page(left_out.get(nearest?)?)?;
    let mut map = Map::new();
    let count = left_out.len();
    put(&mut map, "skipped", count);
    let label = strings.get("more").replace("{count}", &count.to_string());
    put(&mut map, "label", label);
    put(&mut map, "url", url::encode(&site.page(page).address));
    Some(Value::from(map))
}

fn open(
    site: &Site,
    strings: &Strings,
    item: &NavItem,
    node: &Node,
    trail: Trail<'_>,
    way: &Way<'_>,
) -> Value {
    let mut map = head(site, item);
    let is_last = trail.items.len() == 1;
    put(&mut map, "current", trail.is_listed && is_last);
    put(&mut map, "within", !trail.is_listed && is_last);
    if !item.children.is_empty() {
        put(&mut map, "open", true);
        put(&mut map, "label", under(strings, item));
        let below = Trail {
            items: &trail.items[1..],
            ..trail
        };
        let children = level(site, strings, &item.children, &node.children, below, way);
        put(&mut map, "children", children);
    }
    Value::from(map)
}

#[cfg(test)]
mod tests {
    use super::{NEAR, window};

    #[test]
    fn a_long_level_shows_the_neighbours_of_the_current_item() {
        assert_eq!(window(0, 3 * NEAR), (0, 3 * NEAR));
        assert_eq!(window(0, 339), (0, 2 * NEAR));
        assert_eq!(window(100, 339), (100 - NEAR, 100 + NEAR));
        assert_eq!(window(338, 339), (339 - 2 * NEAR, 339));
    }
}
