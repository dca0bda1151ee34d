//! What the rendering of all pages shares: made once for a build, and kept for
//! a later one that differs in the text of some pages only.
//!
//! Takes the site and its theme, gives what [`super::render`] reads. Nothing is
//! rendered here.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tera::{Context, Tera, Value};

use super::images::{self, Sizes};
use super::moved::{self, Moved};
use super::published::Published;
use super::related::Related;
use super::shared::SiteView;
use super::strings::Strings;
use super::theme::Theme;
use super::view::Menu;
use super::{Site, listing, url};
use crate::config::Config;
use crate::content::History;
use crate::diagnostic::Diagnostic;

/// The SHA-256 of something.
pub type Digested = [u8; 32];

/// What all pages of one build are rendered with.
pub struct Press {
    /// The theme's words and files.
    pub(super) theme: Arc<Theme>,
    /// The templates, with what is the same on every page.
    pub(super) tera: Tera,
    pub(super) menu: Menu,
    /// The path of the site on its host.
    pub(super) home: String,
    pub(super) published: Published,
    pub(super) related: Related,
    pub(super) history: Arc<History>,
    pub(super) sizes: Sizes,
    /// Where the list of all pages is published.
    pub(super) listing: String,
    pub(super) moved: BTreeMap<String, Moved>,
    /// What is wrong with the redirects.
    pub(super) problems: Vec<Diagnostic>,
    /// Of the templates and of all that is the same on every page.
    pub(super) digest: Digested,
}

impl Press {
    /// The press of this site.
    pub fn new(config: &Config, site: &Site, theme: Arc<Theme>, history: Arc<History>) -> Self {
        let (moved, problems) = moved::collect(site);
        let mut tera = theme.tera.clone();
        let global = tera.global_context();
        global.insert("site", &SiteView::new(config, site, &theme));
        let own = [
            ("own_head", &theme.mdbook.head),
            ("own_header", &theme.mdbook.header),
        ];
        for (name, html) in own {
            global.insert_value(name, Value::safe_string(html));
        }
        global.insert("text", &theme.strings.page);
        let mut all = theme.digest().to_vec();
        write_values(
            global,
            &["site", "own_head", "own_header", "text"],
            &mut all,
        );
        let strings = &theme.strings;
        let ((related, sizes), menu) = rayon::join(
            || rayon::join(|| Related::of(site), || images::sizes(site)),
            || Menu::new(site, config.html.fold, strings),
        );
        Self {
            tera,
            menu,
            home: match site.base.as_str() {
                "" => "/".to_owned(),
                base => format!("/{base}/"),
            },
            published: Published::of(config),
            related,
            history,
            sizes,
            listing: url::encode(&listing::file(site).0),
            moved,
            problems,
            digest: Sha256::digest(all).into(),
            theme,
        }
    }

    /// The theme that pages are rendered with.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// When each file last changed.
    pub fn history(&self) -> &History {
        &self.history
    }

    pub(super) fn strings(&self) -> &Strings {
        &self.theme.strings
    }
}

/// Writes the values of these names, where they are there, so that two contexts
/// with the same values give the same bytes.
pub(super) fn write_values(context: &Context, names: &[&str], out: &mut Vec<u8>) {
    for name in names {
        out.push(0xff);
        if let Some(value) = context.get(name) {
            // JSON has no way to write what a value cannot hold either.
            let _ = serde_json::to_writer(&mut *out, value);
        }
    }
}
