//! One state of the book, with what changed since the one before.
//!
//! Read-only once made; a new one takes over what is still true of the old.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, render};
use crate::index::Index;
use crate::pipeline::Build;
use crate::serve::editor;
use crate::site::write::{Body, Output};

/// With more changed pages than this, every open page looks for itself.
const LISTED: usize = 200;
/// So many problems are shown in the browser; the terminal shows all.
const SHOWN: usize = 20;

/// A book as the server has it at one moment.
#[derive(Clone)]
pub struct Snapshot {
    /// Counts the books that were published, from 1.
    pub generation: u64,
    /// The book.
    pub build: Arc<Build>,
    /// What searches and answers look in: of this book, or of an earlier one
    /// until this one's is there.
    pub index: Option<Arc<Index>>,
    /// The generation that the index was made from; 0 without one.
    pub indexed: u64,
    /// While embeddings of the index are being made, how many of how many are;
    /// its words are all there.
    pub embedding: Option<(usize, usize)>,
    /// Whether indexing this generation failed.
    pub index_failed: bool,
    /// The addresses of the pages that differ from the generation before;
    /// nothing when any page may look different.
    pub changed: Option<Arc<[String]>>,
    /// What the author should see in the browser.
    pub problems: Arc<Problems>,
    stamps: Arc<Stamps>,
}

/// The errors of the newest build, for the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    /// How many there are.
    pub errors: usize,
    /// The first of them as the terminal shows them, without colour.
    pub text: Vec<String>,
    /// For each of these, its place in words and the address that opens it in
    /// the author's editor, when there is one.
    pub places: Vec<Option<(String, String)>>,
    /// Whether they kept the site from being built: what is served is older.
    pub stale: bool,
}

/// Length and time of every file that is served from where it lies.
type Stamps = BTreeMap<String, Option<(u64, SystemTime)>>;

impl Snapshot {
    /// The first one: a book without an index.
    pub fn first(build: Build) -> Self {
        Self {
            generation: 1,
            problems: Arc::new(Problems::of(&build.diagnostics, &build.config)),
            stamps: Arc::new(stamps(&build.output)),
            build: Arc::new(build),
            index: None,
            indexed: 0,
            embedding: None,
            index_failed: false,
            changed: None,
        }
    }

    /// The one that follows when the book was built again, and the files that
    /// differ: among those that were `touched`, where that is known. Without a
    /// difference the generation stays.
    pub fn rebuilt(&self, build: Build, touched: Option<Vec<String>>) -> (Self, Vec<String>) {
        let (stamps, files) = match touched {
            Some(touched) => (self.stamps.clone(), self.changed_of(touched, &build.output)),
            None => self.changed_in(&build.output),
        };
        let in_place = |path: &String| stamps.contains_key(path) || self.stamps.contains_key(path);
        let listed = files.len() <= LISTED && !files.iter().any(in_place);
        let pages = listed.then(|| pages(&files));
        let mut next = self.clone();
        next.problems = Arc::new(Problems::of(&build.diagnostics, &build.config));
        if !files.is_empty() || !same_settings(&self.build.config, &build.config) {
            next.generation += 1;
            next.index_failed = false;
            next.changed = pages;
        }
        next.build = Arc::new(build);
        next.stamps = stamps;
        (next, files)
    }

    fn changed_of(&self, mut touched: Vec<String>, output: &Output) -> Vec<String> {
        let before = &self.build.output;
        touched.retain(|path| {
            output
                .get(path.as_str())
                .is_some_and(|new| !same(before.get(path.as_str()), new))
        });
        touched
    }

    fn changed_in(&self, output: &Output) -> (Arc<Stamps>, Vec<String>) {
        let stamps = stamps(output);
        // Files of the last build that still stood are compared byte by byte.
        let touched =
            |path: &str| !self.build.is_standing() && self.stamps.get(path) != stamps.get(path);
        let files = differing(&self.build.output, output, touched);
        let files = files.into_iter().map(str::to_owned).collect();
        (Arc::new(stamps), files)
    }

    /// The same book with the index that `other` has.
    pub fn with_index_of(self, other: &Self) -> Self {
        Self {
            index: other.index.clone(),
            indexed: other.indexed,
            embedding: other.embedding,
            index_failed: self.generation == other.generation && other.index_failed,
            ..self
        }
    }

    /// The one that follows when the book could not be built.
    pub fn failed(&self, mut problems: Problems) -> Self {
        problems.stale = true;
        Self {
            problems: Arc::new(problems),
            ..self.clone()
        }
    }

    /// The same book with an index made from the book of `generation`.
    pub fn with_index(&self, index: Arc<Index>, generation: u64) -> Self {
        Self {
            embedding: self.embedding.filter(|_| index.waiting() > 0),
            index: Some(index),
            indexed: generation,
            ..self.clone()
        }
    }

    /// Whether there is no whole index of this book yet, and may be one.
    pub fn wants_index(&self) -> bool {
        let waits = self.index.as_ref().is_some_and(|index| index.waiting() > 0);
        let is_old = self.indexed < self.generation || waits;
        is_old && !self.index_failed && !self.build.is_standing()
    }

    /// The same when its index cannot be made, or not to the end.
    pub fn without_more(&self) -> Self {
        Self {
            index_failed: true,
            embedding: None,
            ..self.clone()
        }
    }
}

impl Problems {
    /// The errors among `diagnostics`.
    pub fn of(diagnostics: &[Diagnostic], config: &Config) -> Self {
        let errors = || diagnostics.iter().filter(|problem| problem.is_error());
        let count = errors().count();
        let mut text: Vec<String> = errors()
            .take(SHOWN)
            .map(|problem| render::text(problem, false))
            .collect();
        if count > SHOWN {
            text.push(format!("… and {} more, in the terminal", count - SHOWN));
        }
        let link = |problem| editor::link(&config.serve.editor, &config.root, problem);
        let places = errors().take(SHOWN).map(|problem| {
            let place = problem.place.as_ref()?;
            let (line, column) = place.line_column();
            Some((format!("{}:{line}:{column}", place.path), link(problem)?))
        });
        Self {
            places: places.collect(),
            errors: count,
            text,
            stale: false,
        }
    }

    /// One error that has no place in the author's files.
    pub fn one(text: &str) -> Self {
        Self {
            errors: 1,
            text: vec![text.to_owned()],
            places: Vec::new(),
            stale: false,
        }
    }
}

/// The files whose bytes differ, or that only one of the outputs has. Files
/// served from where they lie differ when they were `touched`.
fn differing<'a>(old: &'a Output, new: &'a Output, touched: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let is_new =
        |(path, body): &(&'a Arc<str>, &Body)| !same(old.get(*path), body) || touched(path);
    let is_gone = |(path, _): &(&'a Arc<str>, &Body)| !new.contains_key(*path);
    let changed = new.iter().filter(is_new);
    let gone = old.iter().filter(is_gone);
    changed.chain(gone).map(|(path, _)| &**path).collect()
}

fn same(old: Option<&Body>, new: &Body) -> bool {
    match (old, new) {
        (Some(Body::Bytes(old)), Body::Bytes(new)) => Arc::ptr_eq(old, new) || old == new,
        (Some(Body::File(old)), Body::File(new)) if old == new => true,
        (Some(old), new) => bytes(old).is_some_and(|old| Some(old) == bytes(new)),
        (None, _) => false,
    }
}

fn bytes(body: &Body) -> Option<Cow<'_, [u8]>> {
    match body {
        Body::Bytes(bytes) => Some(Cow::Borrowed(bytes)),
        Body::File(file) => fs_err::read(file).ok().map(Cow::Owned),
    }
}

fn pages(files: &[String]) -> Arc<[String]> {
    files
        .iter()
        .filter(|file| file.ends_with(".html"))
        .cloned()
        .collect()
}

fn stamps(output: &Output) -> Stamps {
    let stamp = |(path, body): (&Arc<str>, &Body)| match body {
        Body::Bytes(_) => None,
        Body::File(file) => {
            let data = fs_err::metadata(file).ok();
            let stamp = data.and_then(|data| Some((data.len(), data.modified().ok()?)));
            Some((path.to_string(), stamp))
        }
    };
    output.iter().filter_map(stamp).collect()
}

/// Whether search and answers work as before.
fn same_settings(old: &Config, new: &Config) -> bool {
    let text = |config: &Config| format!("{:?} {:?}", config.search, config.answer);
    text(old) == text(new)
}
