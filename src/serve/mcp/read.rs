//! The Markdown of a page or of one of its sections, by an address as people
//! and programs write it.

use serde::Serialize;

use crate::site::{Page, Site, twins, url};

/// The longest text, in bytes: more fills the context of whoever reads it.
const MOST: usize = 64 * 1024;

/// A page or a section of it.
#[derive(Debug, Serialize)]
pub(super) struct Text {
    /// The page's address, with the anchor of the section.
    pub(super) url: String,
    title: String,
    pub(super) markdown: String,
    pub(super) truncated: bool,
    /// The headings of the whole page.
    pub(super) sections: Vec<Heading>,
}

/// A heading with its address.
#[derive(Debug, Serialize)]
pub(super) struct Heading {
    level: u8,
    pub(super) heading: String,
    pub(super) url: String,
}

/// The text at `given`: relative to the site's root, or whole, with `base` or
/// another host in front.
///
/// # Errors
/// In words, when no page is there.
pub(super) fn read(site: &Site, base: &str, given: &str) -> Result<Text, String> {
    let (path, anchor) = parts(base, given.trim());
    let page = find(site, &path).ok_or_else(|| {
        format!("no page is at `{path}`; `search` gives addresses, such as `how-to/install.html`")
    })?;
    let anchor = anchor.filter(|anchor| {
        let mut sections = page.document.sections.iter();
        sections.any(|section| section.anchor == *anchor)
    });
    let mut markdown = twins::read(site, page, anchor.as_deref());
    let truncated = markdown.len() > MOST;
    if truncated {
        let end = (0..=MOST).rev().find(|end| markdown.is_char_boundary(*end));
        markdown.truncate(end.unwrap_or_default());
    }
    let with = |anchor: &str| format!("{}#{}", url::encode(&page.address), url::encode(anchor));
    let titled = page.document.sections.iter();
    let titled = titled.filter(|section| section.level > 0 && !section.anchor.is_empty());
    let sections = titled.map(|section| Heading {
        level: section.level,
        heading: section.title.clone(),
        url: with(&section.anchor),
    });
    Ok(Text {
        url: anchor.map_or_else(|| url::encode(&page.address), |anchor| with(&anchor)),
        title: page.title.clone(),
        markdown,
        truncated,
        sections: sections.collect(),
    })
}

/// The path relative to the site's root and the anchor, both decoded.
fn parts(base: &str, given: &str) -> (String, Option<String>) {
    let rest = given.strip_prefix(base).unwrap_or(given);
    let rest = match rest.split_once("://") {
        Some((_, host)) => host.split_once('/').map_or("", |(_, path)| path),
        None => rest,
    };
    let (path, anchor) = rest.split_once('#').unwrap_or((rest, ""));
    let path = path.split('?').next().unwrap_or_default();
    let path = url::decode(path.trim_start_matches('/'));
    (path, (!anchor.is_empty()).then(|| url::decode(anchor)))
}

fn find<'a>(site: &'a Site, path: &str) -> Option<&'a Page> {
    let stem = path.strip_suffix(".md").unwrap_or(path);
    let folder = stem.trim_end_matches('/');
    let index = if folder.is_empty() {
        "index.html".to_owned()
    } else {
        format!("{folder}/index.html")
    };
    let candidates = [path.to_owned(), format!("{stem}.html"), index];
    let found = candidates.iter().find_map(|url| site.by_url.get(url));
    found.map(|id| site.page(*id))
}
