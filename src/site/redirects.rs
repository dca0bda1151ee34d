//! The book's redirects by address. A page's file may stand for its address,
//! old or new.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::resolve::is_external;
use super::{Site, url};
use crate::config::{Config, UrlStyle};
use crate::diagnostic::Diagnostic;

/// Old addresses without their leading `/`.
pub fn of(config: &Config) -> BTreeMap<String, String> {
    let urls = config.layout.urls;
    let bare = |from: &String| from.trim_start_matches('/').to_owned();
    config
        .html
        .redirect
        .iter()
        .map(|(from, to)| match from.strip_suffix(".md") {
            Some(_) => (url::of_source(&bare(from), urls), moved_to(to, urls)),
            None => (bare(from), to.clone()),
        })
        .collect()
}

/// Takes out the redirects to pages that do not exist.
pub fn dead(config: &Config, site: &mut Site) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (from, to) in &config.html.redirect {
        let path = to.split('#').next().unwrap_or_default();
        let is_page = from.ends_with(".md") && path.ends_with(".md") && !is_external(to);
        if !is_page || site.by_path.contains_key(path.trim_start_matches('/')) {
            continue;
        }
        let old = url::of_source(from.trim_start_matches('/'), site.urls);
        Arc::make_mut(&mut site.redirects).remove(&old);
        let message = format!("the redirect from `{from}` leads to `{to}`, which does not exist");
        problems.push(
            Diagnostic::warning("site/redirect", message).help("name a page, or take it away"),
        );
    }
    problems
}

/// Where a page's file went: like the old place, the new one is named by the
/// path of its source.
fn moved_to(to: &str, urls: UrlStyle) -> String {
    let (path, fragment) = match to.find('#') {
        Some(at) => to.split_at(at),
        None => (to, ""),
    };
    if is_external(to) || !path.ends_with(".md") {
        return to.to_owned();
    }
    let path = url::of_source(path.trim_start_matches('/'), urls);
    format!("/{path}{fragment}")
}
