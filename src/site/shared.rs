//! What templates see of the site as a whole: its names, its files, its kinds.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Value;

use super::strings::Strings;
use super::theme::Theme;
use super::{Site, images, print, url};
use crate::config::{Config, Scheme};
use crate::content::Kind;

/// The variable `site` of the templates.
#[derive(Serialize)]
pub struct SiteView<'a> {
    title: &'a str,
    description: &'a str,
    language: &'a str,
    direction: &'a str,
    /// What readers see that no author wrote.
    text: &'a BTreeMap<String, String>,
    /// Whether there is a page of all pages.
    print: bool,
    /// The address of the first page.
    home: &'static str,
    repository: Option<&'a str>,
    /// What the repository is called.
    repository_name: &'a str,
    /// Whose the site is, as HTML.
    copyright: Option<Value>,
    logo: Option<Picture>,
    /// The address of the site's icon.
    favicon: Option<String>,
    /// The kinds that the pages have, when there is a choice.
    kinds: Vec<KindView<'a>>,
    /// Published addresses of the theme's files, by name.
    assets: &'a BTreeMap<String, String>,
    /// `light` or `dark` where the book does not leave it to the system.
    scheme: Option<&'static str>,
    /// Whether pages offer a search.
    search: bool,
    /// Whether they can search without a server.
    index: bool,
    css: &'a [String],
    js: &'a [String],
}

/// A picture with its width and height, where they are known.
#[derive(Serialize)]
struct Picture {
    url: String,
    size: Option<images::Size>,
}

/// A kind of page.
#[derive(Serialize, Clone, Copy)]
pub struct KindView<'a> {
    /// Its name in addresses and attributes.
    pub slug: &'static str,
    /// What readers see.
    pub label: &'a str,
}

impl<'a> KindView<'a> {
    /// The kind in the words of the book's language.
    pub fn new(kind: Kind, strings: &'a Strings) -> Self {
        Self {
            slug: kind.slug(),
            label: strings.get(&kind.slug().replace('-', "_")),
        }
    }
}

impl<'a> SiteView<'a> {
    /// The view of this site.
    pub fn new(config: &'a Config, site: &Site, theme: &'a Theme) -> Self {
        let has = |kind: &Kind| site.pages.iter().any(|page| page.kind() == Some(*kind));
        let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(has).collect();
        Self {
            title: &config.book.title,
            description: &config.book.description,
            language: &config.book.language,
            direction: direction(&config.book.text_direction, &config.book.language),
            text: &theme.strings.page,
            print: print::is_wanted(config, site),
            home: "index.html",
            repository: config.html.git_repository_url.as_deref(),
            repository_name: match &config.html.git_repository_name {
                Some(name) => name,
                None => theme.strings.get("source"),
            },
            copyright: config.html.copyright.as_deref().map(Value::safe_string),
            logo: config.html.logo.as_deref().and_then(|path| {
                let asset = site.assets.get(path)?;
                let size = images::size(&asset.file);
                Some(Picture {
                    url: url::encode(path),
                    size,
                })
            }),
            favicon: config.html.favicon.as_deref().and_then(|path| {
                let there = site.assets.contains_key(path);
                there.then(|| url::encode(path))
            }),
            kinds: if kinds.len() > 1 {
                let view = |kind| KindView::new(kind, &theme.strings);
                kinds.into_iter().map(view).collect()
            } else {
                Vec::new()
            },
            scheme: match config.html.scheme() {
                Scheme::System => None,
                Scheme::Light => Some("light"),
                Scheme::Dark => Some("dark"),
            },
            search: config.html.search.enable,
            index: config.has_browser_index(),
            assets: &theme.addresses,
            css: &theme.css,
            js: &theme.js,
        }
    }
}

/// The direction as configured, else that of the language's usual script.
fn direction<'a>(configured: &'a str, language: &str) -> &'a str {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    let leftwards = [
        "ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi",
    ];
    match configured {
        "" if leftwards.contains(&primary) => "rtl",
        "" => "ltr",
        direction => direction,
    }
}

#[cfg(test)]
mod tests {
    use super::direction;

    #[test]
    fn the_language_says_which_way_text_runs() {
        assert_eq!(direction("", "he"), "rtl");
        assert_eq!(direction("", "ar-EG"), "rtl");
        assert_eq!(direction("", "en"), "ltr");
        assert_eq!(direction("ltr", "he"), "ltr");
    }
}
