//! The walk over the content folder.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use rayon::prelude::*;

use super::include::{self, Expanded};
use super::roots::{Roots, shown_path};
use super::{Asset, Content, Kind, Matcher, Source, admonish, front_matter, shortcode, walk};
use crate::config::{Config, Navigation};
use crate::diagnostic::{Diagnostic, Place, Span};

/// The longest page that is read, includes in place, in bytes.
pub const LIMIT: usize = 10 * 1024 * 1024;

/// Reads every file of the content folder. Besides the files it gives what is
/// wrong with the folder and with drafts; each page has its own problems.
///
/// # Errors
/// When a folder cannot be listed or a file cannot be read.
pub fn load(config: &Config) -> anyhow::Result<(Content, Vec<Diagnostic>)> {
    load_with(config, &|_| None)
}

/// The source that an earlier reading of the same book, under the same
/// configuration, made of the file at a path.
pub type Known<'a> = dyn Fn(&str) -> Option<Arc<Source>> + Sync + 'a;

/// The same, taking over what is `known` of files that have the same bytes
/// still: every file is read, since times of files prove nothing.
///
/// # Errors
/// As [`load`].
pub fn load_with(config: &Config, known: &Known<'_>) -> anyhow::Result<(Content, Vec<Diagnostic>)> {
    let roots = Roots::of(config);
    let (files, mut diagnostics) = walk::files(config, &roots)?;
    let (pages, assets): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| is_page(path));
    let read: Vec<Read> = pages
        .into_par_iter()
        .map(|(path, file)| read_page(config, &roots, path, &file, known))
        .collect::<anyhow::Result<_>>()?;
    let mut content = Content::default();
    let (drafts, problems) = Matcher::new(&[], &config.layout.drafts);
    diagnostics.extend(problems);
    let has_summary = matches!(config.layout.navigation, Navigation::Summary);
    for read in read {
        match read {
            Read::Page(source) if has_summary && source.path == "SUMMARY.md" => {
                content.summary = Some(Arc::unwrap_or_clone(source));
            }
            Read::Page(source)
                if source.meta.draft == Some(true) || drafts.matches(&source.path) =>
            {
                diagnostics.extend(source.problems.iter().cloned());
                content.drafts.insert(source.path.clone());
            }
            Read::Page(source) => content.sources.push(source),
            Read::Unread(path, why) => {
                content.unread.insert(path, *why);
            }
            Read::Gone => {}
        }
    }
    if config.preprocessors.contains_key("admonish") {
        for source in &mut content.sources {
            if let Some(text) = admonish::convert(&source.text) {
                Arc::make_mut(source).text = text.into();
            }
        }
    }
    content.assets = assets
        .into_iter()
        .filter(|(path, _)| !drafts.matches(path))
        .map(|(path, file)| Asset { path, file })
        .collect();
    Ok((content, diagnostics))
}

/// The page `source` as its files are now; nothing when it cannot be read or is
/// not to be published any more.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn reread(config: &Config, source: &Source) -> anyhow::Result<Option<Arc<Source>>> {
    let file = config.src.join(&source.path);
    let known: &Known<'_> = &|_| None;
    let read = read_page(
        config,
        &Roots::of(config),
        source.path.clone(),
        &file,
        known,
    )?;
    Ok(match read {
        Read::Page(source) if source.meta.draft != Some(true) => Some(source),
        Read::Page(_) | Read::Unread(..) | Read::Gone => None,
    })
}

/// What is said once for all pages of a book: keys that mean nothing, and
/// shortcodes. `is_post` knows the posts of blogs by their paths.
pub fn said_once(sources: &[Arc<Source>], is_post: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut all = unknown_keys(sources, is_post);
    all.extend(shortcode::warnings(sources));
    all
}

/// What became of a file that the walk found.
enum Read {
    Page(Arc<Source>),
    /// It is there, but is not a page that can be read.
    Unread(String, Box<Diagnostic>),
    /// An editor or a checkout took it away meanwhile.
    Gone,
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}

fn read_page(
    config: &Config,
    roots: &Roots,
    path: String,
    file: &Path,
    known: &Known<'_>,
) -> anyhow::Result<Read> {
    let shown = shown_path(&roots.root, file);
    let unread = |path, why| Ok(Read::Unread(path, Box::new(why)));
    let bytes = match bytes(file)? {
        Bytes::All(bytes) => bytes,
        Bytes::TooMany(size) => return unread(path, too_long(&shown, size)),
        Bytes::Gone => return Ok(Read::Gone),
    };
    // What was included may have changed where this file has not.
    let same = |source: &Arc<Source>| {
        source.pieces.is_empty() && source.text.as_bytes() == bytes.as_slice()
    };
    if let Some(source) = known(&path).filter(same) {
        return Ok(Read::Page(source));
    }
    let raw: Arc<str> = match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(error) => return unread(path, not_utf8(shown, &error)),
    };
    let expands = config.expands_directives();
    let expanded = expands
        .then(|| include::expand(roots, file, &raw))
        .flatten();
    let (text, expanded) = match expanded {
        None => (raw, Expanded::default()),
        Some(mut all) => (std::mem::take(&mut all.text).into(), all),
    };
    let split = front_matter::split(&text);
    let mut meta = split.meta;
    if let Some(title) = expanded.title {
        meta.title.get_or_insert(title);
    }
    let kind = meta.kind.or_else(|| Kind::from_path(&path));
    let mut source = Source {
        path,
        shown,
        text,
        body: split.body,
        meta,
        kind,
        pieces: expanded.pieces,
        problems: expanded.diagnostics,
    };
    for (problem, span) in split.problems {
        let place = source.place(span);
        source.problems.push(problem.at(place));
    }
    Ok(Read::Page(Arc::new(source)))
}

enum Bytes {
    All(Vec<u8>),
    TooMany(u64),
    Gone,
}

fn bytes(file: &Path) -> anyhow::Result<Bytes> {
    let read = || {
        let size = fs_err::metadata(file)?.len();
        if size > LIMIT as u64 {
            return Ok(Bytes::TooMany(size));
        }
        fs_err::read(file).map(Bytes::All)
    };
    match read() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Bytes::Gone),
        other => other.with_context(|| format!("reading the page `{}`", file.display())),
    }
}

fn too_long(shown: &str, size: u64) -> Diagnostic {
    let message = format!("the page `{shown}` is {size} bytes long, over {LIMIT}");
    Diagnostic::error("content/too-long", message).help("split it into several pages")
}

/// A page that is not UTF-8 is left out; the message shows its readable
/// start and the byte where that ends.
fn not_utf8(path: String, error: &std::string::FromUtf8Error) -> Diagnostic {
    let valid = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
    let place = Place {
        path,
        text: text.into(),
        span: Span::new(valid, valid),
    };
    Diagnostic::error(
        "content/not-utf8",
        format!("the page is not UTF-8 from byte {valid} on"),
    )
    .at(place)
    .help("save the file as UTF-8")
}

/// One warning for each key that means nothing, at its first use.
fn unknown_keys(sources: &[Arc<Source>], is_post: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut first: BTreeMap<&str, (&Source, usize)> = BTreeMap::new();
    for source in sources {
        let of_posts = source.meta.post.keys().filter(|_| !is_post(&source.path));
        for key in source.meta.unknown.iter().chain(of_posts) {
            first.entry(key).or_insert((source, 0)).1 += 1;
        }
    }
    let warning = |(key, (source, pages)): (&str, (&Source, usize))| {
        let place = place_of(source, key);
        front_matter::unknown_key(key, pages).at(place)
    };
    first.into_iter().map(warning).collect()
}

/// Where a page says something about itself; its top when it does not.
pub fn place_of(source: &Source, key: &str) -> Place {
    source.place(key_span(&source.text[..source.body], key))
}

/// Where `key`, or its last part, stands in the front matter `block`: at the start of a line,
/// perhaps in quotes.
fn key_span(block: &str, key: &str) -> Span {
    let (above, key) = key.rsplit_once('.').unwrap_or(("", key));
    let quotes: &[char] = if above.is_empty() {
        &['"', '\'']
    } else {
        &['"', '\'', ' ', '\t']
    };
    let mut offset = 0;
    for line in block.split_inclusive('\n') {
        let bare = line.trim_start_matches(quotes);
        let is_key = |rest: &str| {
            rest.trim_start_matches(['"', '\''])
                .trim_start()
                .starts_with(':')
        };
        if bare.strip_prefix(key).is_some_and(is_key) {
            let start = offset + (line.len() - bare.len());
            return Span::new(start, start + key.len());
        }
        offset += line.len();
    }
    if above.is_empty() {
        Span::new(0, 0)
    } else {
        key_span(block, above)
    }
}
