//! The first page of a book with kinds: a quarter for each of them.

use serde::Serialize;
use tera::Context;

use super::render::{Desk, LinkView};
use super::shared::KindView;
use super::view;
use super::{NavGroup, NavItem};
use crate::content::Kind;

/// How many pages a quarter names.
const QUARTER: usize = 6;

#[derive(Serialize)]
struct Quarter<'a> {
    kind: KindView<'a>,
    title: &'a str,
    url: Option<String>,
    purpose: &'a str,
    links: Vec<LinkView<'a>>,
    more: Option<More>,
}

#[derive(Serialize)]
struct More {
    count: usize,
    url: Option<String>,
}

impl<'a> Desk<'a> {
    /// Says what the template needs.
    pub(super) fn landing(&self, context: &mut Context) {
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
        let kind = KindView::new(kind, self.strings());
        let title = view::title(group, self.strings()).unwrap_or(kind.label);
        let count = hidden.len();
        Quarter {
            purpose: self
                .strings()
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
