//! Where the site is published, when `output.html.site-url` says so with a
//! host, and where its pages can be edited.

use super::{Page, url};
use crate::config::Config;

/// Where the file of a page can be edited, when the book says so.
pub fn edit_url(config: &Config, page: &Page) -> Option<String> {
    let template = config.html.edit_url_template.as_deref()?;
    let source = page.source.path.as_str();
    let stem = source.rsplit_once('.').map_or(source, |(stem, _)| stem);
    let url = template
        .replace("{path}", &url::encode(&page.source.shown))
        .replace("{source}", &url::encode(source))
        .replace("{stem}", &url::encode(stem));
    (!page.made).then_some(url)
}

/// The address of the site on the web, or nothing.
#[derive(Debug, Clone, Default)]
pub struct Published {
    base: Option<String>,
}

impl Published {
    /// As the book's configuration has it.
    pub fn of(config: &Config) -> Self {
        let given = config.html.site_url.as_deref().unwrap_or_default();
        let is_whole = given.starts_with("https://") || given.starts_with("http://");
        Self {
            base: is_whole.then(|| given.trim_end_matches('/').to_owned()),
        }
    }

    /// The whole address of `address`, which is relative to the site's root
    /// and not encoded.
    pub fn absolute(&self, address: &str) -> Option<String> {
        let base = self.base.as_ref()?;
        Some(format!("{base}/{}", url::encode(address)))
    }

    /// The one address of a page: that of its folder rather than of the
    /// `index.html` in it.
    pub fn canonical(&self, page: &Page) -> Option<String> {
        let address = match page.url.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ => &page.url,
        };
        self.absolute(address)
    }

    /// How `to` is written in the file at `from`: whole when the host is
    /// known, else relative. A fragment of `to` stays.
    pub fn way(&self, from: &str, to: &str) -> String {
        let (path, fragment) = to
            .split_once('#')
            .map_or((to, None), |(path, fragment)| (path, Some(fragment)));
        match (self.absolute(path), fragment) {
            (Some(whole), Some(fragment)) => format!("{whole}#{}", url::encode(fragment)),
            (Some(whole), None) => whole,
            (None, _) => url::relative(from, to),
        }
    }
}
