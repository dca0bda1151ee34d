//! Which of the files are pages of the book: with a `SUMMARY.md` those that it
//! lists, as in mdBook, and the page for addresses that do not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::Config;
use crate::content::{FrontMatter, Kind, Source};
use crate::diagnostic::{Diagnostic, Span};

/// The page that is shown at addresses that do not exist, when it is not
/// named in `book.toml`.
const MISSING: &str = "404";

/// The file of that page, which the author may have written.
pub fn missing_source(config: &Config) -> String {
    let named = config.html.input_404.clone();
    named.unwrap_or_else(|| format!("{MISSING}.md"))
}

/// The address of that page; nothing when there is to be none.
pub fn missing_page(config: &Config) -> Option<String> {
    let source = missing_source(config);
    let stem = source.strip_suffix(".md").unwrap_or(&source);
    (!stem.is_empty()).then(|| format!("{stem}.html"))
}

/// Takes the sources that the summary does not list out of `sources`.
pub fn unlisted(
    config: &Config,
    sources: &mut Vec<Arc<Source>>,
    listed: &BTreeMap<String, String>,
) -> BTreeSet<String> {
    let missing = missing_source(config);
    let in_blog = |path: &str| config.blogs.iter().any(|blog| blog.holds(path));
    let is_in = |path: &str| listed.contains_key(path) || path == missing || in_blog(path);
    let (inside, outside): (Vec<_>, Vec<_>) = std::mem::take(sources)
        .into_iter()
        .partition(|source| is_in(&source.path));
    *sources = inside;
    outside.iter().map(|source| source.path.clone()).collect()
}

/// Makes the pages that the summary lists and nobody wrote, of their titles,
/// for a book that asks for it. mdBook would write the files, too.
pub fn create_missing(
    config: &Config,
    summary: &Source,
    sources: &mut Vec<Arc<Source>>,
    listed: &BTreeMap<String, String>,
    is_known: &dyn Fn(&str) -> bool,
) -> Vec<Diagnostic> {
    if !config.build.create_missing {
        return Vec::new();
    }
    let there: BTreeSet<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    let made: Vec<Arc<Source>> = listed
        .iter()
        .filter(|(path, _)| path.ends_with(".md"))
        .filter(|(path, _)| !there.contains(path.as_str()) && !is_known(path))
        .map(|(path, title)| Arc::new(stub(path, title, &summary.shown)))
        .collect();
    let say = |source: &Arc<Source>| {
        let message = format!("the summary lists `{}`, which does not exist", source.path);
        Diagnostic::warning("nav/made-page", message)
            .at(summary.place(Span::new(0, 0)))
            .help("write the page; until then one with nothing but its title stands in")
    };
    let problems = made.iter().map(say).collect();
    sources.extend(made);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    problems
}

/// A page of nothing but its title.
pub(super) fn stub(path: &str, title: &str, summary: &str) -> Source {
    let escaped: String = title
        .chars()
        .flat_map(|c| {
            c.is_ascii_punctuation()
                .then_some('\\')
                .into_iter()
                .chain([c])
        })
        .collect();
    let folder = summary.strip_suffix("SUMMARY.md").unwrap_or_default();
    Source {
        path: path.to_owned(),
        shown: format!("{folder}{path}"),
        text: format!("# {escaped}\n").into(),
        body: 0,
        meta: FrontMatter::default(),
        kind: Kind::from_path(path),
        pieces: Vec::new(),
        problems: Vec::new(),
    }
}
