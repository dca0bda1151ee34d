//! A page whose text was made anew by a program.

use std::sync::Arc;

use super::include;
use super::roots::Roots;
use super::{FrontMatter, Kind, Source, front_matter};
use crate::config::Config;

/// The text of the page as it stands in its file, directives unreplaced,
/// without the front matter.
pub fn raw_body(config: &Config, source: &Source) -> String {
    let bytes = fs_err::read(config.src.join(&source.path)).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    text[front_matter::split(&text).body..].to_owned()
}

/// A page without a file and, for now, without text.
pub fn made(path: &str) -> Source {
    Source {
        path: path.to_owned(),
        shown: path.to_owned(),
        text: "".into(),
        body: 0,
        meta: FrontMatter::default(),
        kind: Kind::from_path(path),
        pieces: Vec::new(),
        problems: Vec::new(),
    }
}

/// Gives the page the text `body` behind its front matter; `expand` says that
/// it may hold directives. Messages then show this text, because which line of
/// a file it came from is not known any more.
pub fn rework(config: &Config, source: &mut Source, body: &str, expand: bool) {
    let text: Arc<str> = format!("{}{body}", &source.text[..source.body]).into();
    source.pieces = Vec::new();
    source.text = text;
    if !expand {
        return;
    }
    source
        .problems
        .retain(|problem| !problem.code.starts_with("include/"));
    let roots = Roots::of(config);
    let file = config.src.join(&source.path);
    if let Some(expanded) = include::expand(&roots, &file, &source.text) {
        source.text = expanded.text.into();
        source.pieces = expanded.pieces;
        source.problems.extend(expanded.diagnostics);
        if let Some(title) = expanded.title {
            source.meta.title.get_or_insert(title);
        }
    }
}
