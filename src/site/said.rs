//! What the pages' Markdown has wrong: at its place, or once for all pages.

use std::sync::Arc;

use super::Page;
use crate::diagnostic::{Diagnostic, Span};

/// The problems of each page, placed.
pub fn in_markdown(pages: &[Arc<Page>]) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for page in pages {
        let place =
            |(problem, span): &(Diagnostic, Span)| problem.clone().at(page.source.place(*span));
        all.extend(page.document.problems.iter().map(place));
    }
    all
}

/// One warning for all icons that are left out, at the first.
pub fn icons(pages: &[Arc<Page>]) -> Option<Diagnostic> {
    let with_any = || pages.iter().filter(|page| !page.document.icons.is_empty());
    let count: usize = with_any().map(|page| page.document.icons.len()).sum();
    let first = with_any().next()?;
    let (name, span) = first.document.icons.first()?;
    let message = match count {
        1 => format!("the icon `:{name}:` is left out"),
        _ => format!(
            "{count} icons are left out in {} pages, the first is `:{name}:`",
            with_any().count()
        ),
    };
    let help = "docent bundles no sets of icons; an emoji such as `:rocket:` or an image stays";
    Some(
        Diagnostic::warning("markdown/icon", message)
            .at(first.source.place(*span))
            .help(help),
    )
}
