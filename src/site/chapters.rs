//! From the chapters of a summary to the navigation between pages.

use std::cell::OnceCell;

use super::nav::{NavGroup, NavItem};
use super::nearest::Paths;
use super::summary::{Chapter, Part};
use super::{PageId, Site};
use crate::content::Source;
use crate::diagnostic::Diagnostic;

/// Turns parts into groups of the site's pages. Entries without a page become
/// drafts; those whose page should be there are reported.
pub fn groups(source: &Source, parts: &[Part], site: &Site) -> (Vec<NavGroup>, Vec<Diagnostic>) {
    let mut linker = Linker {
        source,
        site,
        paths: OnceCell::new(),
        diagnostics: Vec::new(),
    };
    let groups = parts
        .iter()
        .map(|part| NavGroup {
            title: part.title.clone(),
            kind: None,
            items: linker.items(&part.chapters),
        })
        .collect();
    (groups, linker.diagnostics)
}

struct Linker<'a> {
    source: &'a Source,
    site: &'a Site,
    /// Filled when the first page is missing.
    paths: OnceCell<Paths>,
    diagnostics: Vec<Diagnostic>,
}

impl Linker<'_> {
    fn items(&mut self, chapters: &[Chapter]) -> Vec<NavItem> {
        chapters.iter().map(|chapter| self.item(chapter)).collect()
    }

    fn item(&mut self, chapter: &Chapter) -> NavItem {
        let page = chapter.path.as_deref().and_then(|path| {
            let page: Option<PageId> = self.site.by_path.get(path).copied();
            // A draft is meant, and a page that cannot be read has its message.
            if page.is_none()
                && !self.site.drafts.contains(path)
                && !self.site.unread.contains(path)
            {
                self.missing(chapter, path);
            }
            page
        });
        NavItem {
            title: chapter.title.clone(),
            number: chapter.number.clone(),
            page,
            children: self.items(&chapter.children),
            ..NavItem::default()
        }
    }

    fn missing(&mut self, chapter: &Chapter, path: &str) {
        let all = || {
            let listed = self.site.pages.iter().map(|page| &page.source.path);
            Paths::new(listed.chain(self.site.unlisted.iter()).map(String::as_str))
        };
        let help = match self.paths.get_or_init(all).nearest(path) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "write the page, or leave its address empty while it is a draft: `[{}]()`",
                chapter.title
            ),
        };
        let message = format!("the summary lists `{path}`, which does not exist");
        self.diagnostics.push(
            Diagnostic::error("nav/no-such-page", message)
                .at(self.source.place(chapter.span))
                .help(help),
        );
    }
}
