//! What one build leaves for the next of the same book.
//!
//! Takes a build and what is asked for, gives what was made from the very
//! same. Whether it is the same is always compared, never guessed from times
//! of files.

use std::fmt;
use std::sync::Arc;

use super::Build;
use crate::config::Config;
use crate::content::Source;
use crate::site::Page;
use crate::site::press::Press;
use crate::site::render::Made;

/// The parts of a build that nobody but a later build needs.
#[derive(Clone, Default)]
pub(super) struct Kept {
    /// Nothing when the theme could not be read.
    pub press: Option<Arc<Press>>,
    /// What was rendered, for each page by its number.
    pub made: Vec<Option<Made>>,
}

impl Kept {
    pub fn new(press: Press, made: Vec<Option<Made>>) -> Self {
        Self {
            press: Some(Arc::new(press)),
            made,
        }
    }

    /// What `build`, whose this is, made of the page at `path`.
    pub fn made<'k>(&'k self, build: &Build, path: &str) -> Option<&'k Made> {
        let page = build.site.by_url.get(path)?;
        self.made.get(page.0)?.as_ref()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

/// Whether anything of `before` may be taken over under `config`. What
/// programs make of the pages depends on more than the pages.
pub(super) fn is_of_use(before: &Build, config: &Config) -> bool {
    config.preprocessors.is_empty() && same(&before.config, config)
}

/// Whether two configurations say the same.
pub(super) fn same(one: &Config, other: &Config) -> bool {
    format!("{one:?}") == format!("{other:?}")
}

/// The source of the page at `path`, as `before` read it.
pub(super) fn source(before: &Build, path: &str) -> Option<Arc<Source>> {
    let page = before.site.by_path.get(path)?;
    Some(before.site.page(*page).source.clone())
}

/// The page of `source` in `before`, with a document that is the same now.
pub(super) fn page<'b>(before: &'b Build, source: &Source) -> Option<&'b Page> {
    let page = before.site.by_path.get(&source.path)?;
    let page = before.site.page(*page);
    let same = page.source.body == source.body && page.source.text == source.text;
    same.then_some(page)
}
