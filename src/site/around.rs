//! What stands around the text of a page: navigation, neighbours, related
//! pages, links of its own. A page is rendered anew when any of it changes.

use serde::Serialize;
use tera::{Context, Value};

use super::render::{Desk, LinkView};
use super::shared::KindView;
use super::view;
use super::{Page, PageId, outline, published, twins, url};

/// The variables of a page's template that are not made of its text alone.
pub(super) const AROUND: &[&str] = &[
    "path",
    "root",
    "title",
    "description",
    "kind",
    "canonical",
    "markdown",
    "last_change",
    "moved",
    "nav",
    "crumbs",
    "toc",
    "related",
    "previous",
    "next",
    "edit_url",
    "post",
    "no_posts",
    "posts",
    "turn",
    "hide",
    "status",
    "tags",
    "tag_list",
    "questions",
];

/// A tag on the page that lists them.
#[derive(Serialize)]
struct TagView<'a> {
    id: &'a str,
    title: &'a str,
    pages: Vec<LinkView<'a>>,
}

/// A page of another kind that belongs to a page.
#[derive(Serialize)]
struct RelatedView<'a> {
    kind: KindView<'a>,
    link: LinkView<'a>,
}

impl<'a> Desk<'a> {
    /// Everything that stands around the text of the page.
    pub(super) fn around(&self, page: &Page, path: &str, context: &mut Context) {
        let (previous, next) = self.site.nav.neighbours(page.id);
        let turn = |id: Option<PageId>| id.map(|id| self.link(&self.site.page(id).title, Some(id)));
        context.insert("title", &page.title);
        context.insert("description", &page.description);
        let kind = page.kind().map(|kind| KindView::new(kind, self.strings()));
        context.insert("kind", &kind);
        context.insert("canonical", &self.press.published.canonical(page));
        context.insert("markdown", &url::encode(&twins::address(&page.url)));
        context.insert("last_change", &self.press.history.day(&page.source));
        let moved = self.press.moved.get(path);
        if let Some(moved) = moved.filter(|_| path == page.url) {
            context.insert("moved", &moved.sections);
        }
        context.insert_value("nav", self.nav(page, path));
        context.insert("crumbs", &self.crumbs(page));
        context.insert("toc", &outline::contents(page));
        context.insert("related", &self.related(page));
        context.insert("previous", &turn(previous));
        context.insert("next", &turn(next));
        context.insert("edit_url", &published::edit_url(self.config, page));
        self.said(page, context);
    }

    /// The navigation as it stands in the output file `path` of the page.
    fn nav(&self, page: &Page, path: &str) -> Value {
        let root = url::root(path);
        let write = |item: &Value| {
            let template = self.press.theme.nav_item()?;
            let mut context = Context::new();
            context.insert("root", &root);
            context.insert_value("item", item.clone());
            // A mistake is met again, and reported, where the page is rendered.
            let html = self.press.tera.render(template, &context).ok()?;
            Some(Value::safe_string(&html))
        };
        let way = view::Way {
            page: page.id,
            depth: (!self.is_missing(path)).then(|| path.matches('/').count()),
            write: &write,
        };
        self.press.menu.on(self.site, self.strings(), &way)
    }

    /// What the page's front matter says about how it is shown.
    fn said(&self, page: &Page, context: &mut Context) {
        let meta = &page.source.meta;
        context.insert("hide", &meta.hide);
        context.insert("questions", &meta.questions);
        let status = meta.status.as_deref().map(|status| {
            let named = self.config.html.status.get(status).map(String::as_str);
            let ours = || match self.strings().get(&format!("status_{status}")) {
                "" => status,
                words => words,
            };
            named.unwrap_or_else(ours)
        });
        context.insert("status", &status);
        let site = self.site;
        let tags = site.tags.of_page(self.config, page);
        let tags = tags.into_iter().map(|tag| LinkView {
            title: &tag.name,
            url: site.tags.page.map(|list| {
                let list = &site.page(list).address;
                format!("{}#{}", url::encode(list), url::encode(&tag.id))
            }),
        });
        context.insert("tags", &tags.collect::<Vec<_>>());
        let listed = site.tags.all.iter();
        let listed = listed.filter(|_| site.tags.page == Some(page.id));
        let listed = listed.map(|tag| TagView {
            id: &tag.id,
            title: &tag.name,
            pages: tag
                .pages
                .iter()
                .map(|id| self.link(&site.page(*id).title, Some(*id)))
                .collect(),
        });
        context.insert("tag_list", &listed.collect::<Vec<_>>());
    }

    /// The pages of other kinds that belong to this one.
    fn related(&self, page: &Page) -> Vec<RelatedView<'a>> {
        let pages = self
            .press
            .related
            .to(page.id)
            .iter()
            .map(|id| self.site.page(*id));
        let view = |page: &'a Page| {
            let kind = KindView::new(page.kind()?, self.strings());
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
        let title = group.and_then(|group| view::title(group, self.strings()));
        let kind = page.kind().map(|kind| KindView::new(kind, self.strings()));
        let first = trail.first().map(|item| item.title.as_str());
        let part = title.filter(|title| kind.is_none_or(|kind| kind.label != *title));
        let part = part.filter(|title| first != Some(*title));
        let part = part.map(|title| self.link(title, None));
        let items = trail
            .into_iter()
            .map(|item| self.link(&item.title, item.page));
        part.into_iter().chain(items).collect()
    }
}
