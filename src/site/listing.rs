//! The list of all pages that scripts read: one file for the whole site,
//! fetched only where it is needed.

use super::{Site, theme};

/// The path of the list and its text: a pair of address and title for each
/// page, in JSON.
pub fn file(site: &Site) -> (String, String) {
    let pages: Vec<(&str, &str)> = site
        .pages
        .iter()
        .map(|page| (page.url.as_str(), page.title.as_str()))
        .collect();
    let json = serde_json::to_string(&pages).unwrap_or_else(|_| "[]".to_owned());
    (theme::fingerprinted("pages.json", json.as_bytes()), json)
}
