//! Old addresses: where each leads now, from the page that stands in for it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::resolve::is_external;
use super::{Site, url};
use crate::config::UrlStyle;
use crate::diagnostic::Diagnostic;

/// What has moved away from one address.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Where the page itself went.
    pub to: Option<String>,
    /// Where some of its sections went.
    pub sections: Vec<Move>,
}

/// A section that is elsewhere now.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Move {
    /// Its old id, percent-encoded.
    pub anchor: String,
    /// Its new address, relative to the old page.
    pub to: String,
}

/// The redirects of the book by the path of the old page, which may still
/// have a page of its own.
pub fn collect(site: &Site) -> (BTreeMap<String, Moved>, Vec<Diagnostic>) {
    let mut all: BTreeMap<String, Moved> = BTreeMap::new();
    let mut problems = Vec::new();
    for (from, to) in site.redirects.iter() {
        let (old, anchor) = from
            .split_once('#')
            .map_or((from.as_str(), None), |(old, anchor)| (old, Some(anchor)));
        let Some(path) = file(old) else {
            let message = format!("the redirect from `{from}` leads out of the site");
            problems.push(Diagnostic::warning("site/redirect", message));
            continue;
        };
        let taken = site.by_url.contains_key(&path) || site.assets.contains_key(&path);
        let to = address(old, &path, to, site.urls);
        match anchor {
            Some(anchor) => all.entry(path).or_default().sections.push(Move {
                anchor: url::encode(anchor),
                to,
            }),
            None if taken => {
                let message = format!("the redirect from `{from}` has no effect: a page is there");
                problems.push(
                    Diagnostic::warning("site/redirect", message)
                        .help("remove the redirect or the page"),
                );
            }
            None => all.entry(path).or_default().to = Some(to),
        }
    }
    (all, problems)
}

/// The file that answers for an old address.
fn file(old: &str) -> Option<String> {
    let path = url::normal("", &url::decode(old))?;
    let is_folder = old.ends_with('/') || path.is_empty();
    let named = url::split(&path).1.contains('.');
    Some(if is_folder || !named {
        url::join(&path, "index.html")
    } else {
        path
    })
}

/// The new address, written on the page at `path`; `to` is relative to the
/// old address or, with a leading `/`, to the site's root.
fn address(old: &str, path: &str, to: &str, urls: UrlStyle) -> String {
    if is_external(to) {
        return to.to_owned();
    }
    let (target, anchor) = to
        .split_once('#')
        .map_or((to, None), |(target, anchor)| (target, Some(anchor)));
    let full = if target.is_empty() {
        Some(path.to_owned())
    } else {
        url::normal(url::split(old).0, &url::decode(target))
    };
    let Some(full) = full else {
        return to.to_owned();
    };
    match anchor {
        Some(anchor) => url::way(path, &format!("{full}#{}", url::decode(anchor)), urls),
        None => url::way(path, &full, urls),
    }
}

#[cfg(test)]
mod tests {
    use super::{address, file};
    use crate::config::UrlStyle;

    #[test]
    fn an_old_address_has_a_file_that_answers_for_it() {
        assert_eq!(file("a/b.html").as_deref(), Some("a/b.html"));
        assert_eq!(file("a/").as_deref(), Some("a/index.html"));
        assert_eq!(file("a/old").as_deref(), Some("a/old/index.html"));
        assert_eq!(file("../x.html"), None);
    }

    #[test]
    fn the_new_address_is_written_as_seen_from_the_old_one() {
        let from = |old: &str, to: &str| address(old, &file(old).unwrap(), to, UrlStyle::File);
        assert_eq!(from("a/b.html", "../c/d.html"), "../c/d.html");
        assert_eq!(from("a/b.html", "/c/d.html#x"), "../c/d.html#x");
        assert_eq!(from("a/b.html", "#x"), "#x");
        assert_eq!(from("a/old", "new.html"), "../new.html");
        assert_eq!(
            from("a/b.html", "https://example.org/"),
            "https://example.org/"
        );
    }
}
