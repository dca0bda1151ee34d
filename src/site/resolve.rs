//! What a link points at: the one answer for rendering, checking, Markdown
//! twins and citations.

use super::{PageId, Site, url};
use crate::config::UrlStyle;

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A page of the site, with an anchor that exists on it.
    Page {
        /// The page.
        page: PageId,
        /// The id on it, decoded.
        anchor: Option<String>,
    },
    /// A file that is copied, by its path relative to the content folder,
    /// with whatever query or fragment the link has.
    Asset(String),
    /// Something outside the site, as written.
    External(String),
    /// Nothing.
    Broken(Broken),
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// There is no address.
    Empty,
    /// It leads out of the content folder.
    Outside,
    /// Nothing is at this path, relative to the content folder.
    NoSuchPage(String),
    /// The page is there but has no such id.
    NoSuchAnchor(PageId, String),
}

/// What `dest`, written on the page `from`, leads to.
pub fn resolve(site: &Site, from: PageId, dest: &str) -> Target {
    let dest = dest.trim();
    if dest.is_empty() {
        return Target::Broken(Broken::Empty);
    }
    if is_external(dest) {
        return Target::External(dest.to_owned());
    }
    let (path, fragment) = dest
        .split_once('#')
        .map_or((dest, None), |(path, id)| (path, Some(id)));
    let (path, query) = path
        .split_once('?')
        .map_or((path, None), |(path, query)| (path, Some(query)));
    if path.is_empty() {
        return anchored(site, from, fragment);
    }
    let source = &site.page(from).source.path;
    let full = url::normal(url::split(source).0, &url::decode(path));
    let suffix = suffix(query, fragment);
    if let Some(target) = as_browsers_do(site, from, path, full.as_deref(), fragment, &suffix) {
        return target;
    }
    let Some(full) = full else {
        return Target::Broken(Broken::Outside);
    };
    if let Some(target) = locate(site, &full, fragment, &suffix) {
        return target;
    }
    if let Some(target) = from_own_folder(site, source, path, fragment) {
        return target;
    }
    if !path.starts_with('/') || site.base.is_empty() {
        return Target::Broken(Broken::NoSuchPage(full));
    }
    // The book is published in a folder of its host, and `/` is the host's.
    match full.strip_prefix(site.base.as_str()) {
        Some(inside) if inside.is_empty() || inside.starts_with('/') => {
            let inside = inside.trim_start_matches('/');
            locate(site, inside, fragment, &suffix)
                .unwrap_or_else(|| Target::Broken(Broken::NoSuchPage(inside.to_owned())))
        }
        _ => Target::Broken(Broken::Outside),
    }
}

/// What lies at `path`, which is relative to the content folder.
fn locate(site: &Site, path: &str, fragment: Option<&str>, suffix: &str) -> Option<Target> {
    if let Some(page) = find_page(site, path) {
        return Some(anchored(site, page, fragment));
    }
    let path = site.moved_assets.get(path).map_or(path, String::as_str);
    if site.assets.contains_key(path) {
        return Some(Target::Asset(format!("{path}{suffix}")));
    }
    redirected(site, path, fragment).or_else(|| {
        let stem = path.strip_suffix(".md")?;
        redirected(site, &format!("{stem}.html"), fragment)
    })
}

/// Hugo and others publish `a/b.md` at `a/b/`, and their authors write links
/// as seen from there, with a slash at the end.
fn from_own_folder(
    site: &Site,
    source: &str,
    path: &str,
    fragment: Option<&str>,
) -> Option<Target> {
    let folder = source.strip_suffix(".md")?;
    if path.starts_with('/') || !path.ends_with('/') {
        return None;
    }
    let page = find_page(site, &url::normal(folder, &url::decode(path))?)?;
    Some(anchored(site, page, fragment))
}

/// MkDocs rewrites links to files only; others go to where a browser takes
/// them, and with directory addresses that is one folder further down.
fn as_browsers_do(
    site: &Site,
    from: PageId,
    path: &str,
    file: Option<&str>,
    fragment: Option<&str>,
    suffix: &str,
) -> Option<Target> {
    let is_file = |path: &str| {
        let moved = site.moved_assets.contains_key(path);
        moved || site.by_path.contains_key(path) || site.assets.contains_key(path)
    };
    if site.urls != UrlStyle::Directory || path.starts_with('/') || file.is_some_and(is_file) {
        return None;
    }
    let folder = url::split(&site.page(from).url).0;
    let seen = url::normal(folder, &url::decode(path))?;
    locate(site, &seen, fragment, suffix)
}

fn suffix(query: Option<&str>, fragment: Option<&str>) -> String {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let fragment = fragment.map(|id| format!("#{id}")).unwrap_or_default();
    format!("{query}{fragment}")
}

/// Whether `dest` has a scheme or a host.
pub(super) fn is_external(dest: &str) -> bool {
    if dest.starts_with("//") {
        return true;
    }
    let Some((scheme, _)) = dest.split_once(':') else {
        return false;
    };
    let mut chars = scheme.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'))
}

/// The page that `path` means: its file, its address, or either without an
/// ending, as Hugo and MkDocs let people write.
fn find_page(site: &Site, path: &str) -> Option<PageId> {
    let by_path = |path: &str| site.by_path.get(path).copied();
    let by_url = |path: &str| site.by_url.get(path).copied();
    by_path(path)
        .or_else(|| by_url(path))
        .or_else(|| by_url(&url::join(path, "index.html")))
        .or_else(|| by_path(&format!("{path}.md")))
        .or_else(|| by_url(&of_index(path)?))
}

/// `a/README.md` and `a/index.md` both mean the page of the folder `a`.
fn of_index(path: &str) -> Option<String> {
    let (folder, name) = url::split(path);
    let stem = name
        .strip_suffix(".md")
        .or_else(|| name.strip_suffix(".html"))?;
    url::is_index(stem).then(|| url::join(folder, "index.html"))
}

fn anchored(site: &Site, page: PageId, fragment: Option<&str>) -> Target {
    let anchor = fragment
        .map(|id| url::decode(without_text_directive(id)))
        .filter(|id| !id.is_empty() && !id.eq_ignore_ascii_case("top"));
    let Some(anchor) = anchor else {
        return Target::Page { page, anchor: None };
    };
    if site.page(page).document.ids.contains(&anchor) || site.tags.has(page, &anchor) {
        return Target::Page {
            page,
            anchor: Some(anchor),
        };
    }
    let url = &site.page(page).url;
    let moved = site.redirects.get(&format!("{url}#{anchor}"));
    moved
        .and_then(|to| follow(site, url, to))
        .unwrap_or(Target::Broken(Broken::NoSuchAnchor(page, anchor)))
}

/// Browsers take `:~:text=words` at the end of a fragment for themselves.
fn without_text_directive(fragment: &str) -> &str {
    fragment
        .split_once(":~:")
        .map_or(fragment, |(fragment, _)| fragment)
}

/// Where the book's redirects send `path` or `path#fragment`.
fn redirected(site: &Site, path: &str, fragment: Option<&str>) -> Option<Target> {
    let with = fragment.map(|id| format!("{path}#{}", url::decode(id)));
    let to = with
        .as_ref()
        .and_then(|with| site.redirects.get(with))
        .or_else(|| site.redirects.get(path))?;
    follow(site, path, to)
}

/// What `to`, the redirect from `path`, leads to. A redirect that leads to
/// another redirect is not followed further.
fn follow(site: &Site, path: &str, to: &str) -> Option<Target> {
    if is_external(to) {
        return Some(Target::External(to.to_owned()));
    }
    let (to_path, id) = to
        .split_once('#')
        .map_or((to, None), |(to, id)| (to, Some(id)));
    let full = if to_path.is_empty() {
        path.to_owned()
    } else {
        url::normal(url::split(path).0, &url::decode(to_path))?
    };
    if let Some(page) = find_page(site, &full) {
        let anchor = id.map(url::decode);
        return Some(Target::Page { page, anchor });
    }
    let asset = site.assets.contains_key(&full);
    asset.then(|| Target::Asset(format!("{full}{}", suffix(None, id))))
}
