//! The file of the book that an author most likely meant.
//!
//! Takes a path where nothing is, gives an existing one. A file of the same
//! name elsewhere comes first (it was moved), then a name that is alike.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::url;
use crate::diagnostic::suggest::{are_strange, letters};

/// The likeness (Jaro-Winkler) from which a name is worth showing.
const ALIKE: f64 = 0.85;

/// Paths, ready for many searches.
#[derive(Debug, Default)]
pub struct Paths {
    /// Sorted by name.
    names: Vec<Name>,
    /// What was found for a path that was looked for before.
    found: RwLock<HashMap<String, Option<String>>>,
}

#[derive(Debug)]
struct Name {
    name: String,
    letters: u64,
    /// The paths that go by the name, in order.
    paths: Vec<String>,
}

impl Paths {
    /// The paths to choose from.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all: Vec<(String, String)> = paths
            .into_iter()
            .map(|path| (known_by(path).1, path.to_owned()))
            .collect();
        all.sort_unstable();
        let mut names: Vec<Name> = Vec::new();
        for (name, path) in all {
            match names.last_mut() {
                Some(last) if last.name == name => last.paths.push(path),
                _ => names.push(Name {
                    letters: letters(&name),
                    name,
                    paths: vec![path],
                }),
            }
        }
        Self {
            names,
            found: RwLock::default(),
        }
    }

    /// The path nearest to `wanted`, or nothing when none is near. Whoever asks
    /// again is answered at once.
    pub fn nearest(&self, wanted: &str) -> Option<String> {
        let known = self.found.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(wanted) {
            return found.clone();
        }
        drop(known);
        let found = self.search(wanted).map(str::to_owned);
        let mut known = self.found.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(wanted.to_owned(), found.clone());
        found
    }

    fn search(&self, wanted: &str) -> Option<&str> {
        let (folder, name) = known_by(wanted);
        if let Some(path) = self.named(folder, &name) {
            return Some(path);
        }
        let wanted_letters = letters(&name);
        let mut best: Option<(f64, &str)> = None;
        for candidate in &self.names {
            if are_strange(wanted_letters, candidate.letters) {
                continue;
            }
            let likeness = strsim::jaro_winkler(&name, &candidate.name);
            if likeness < ALIKE {
                continue;
            }
            let Some(path) = closest(&candidate.paths, folder) else {
                continue;
            };
            // Of names that are alike, one in the same folder was meant.
            let neighbour = f64::from(u8::from(known_by(path).0 == folder));
            let score = likeness + neighbour * 0.1;
            if best.is_none_or(|(top, _)| score > top) {
                best = Some((score, path));
            }
        }
        best.map(|(_, path)| path)
    }

    fn named(&self, folder: &str, name: &str) -> Option<&str> {
        let found = self
            .names
            .binary_search_by(|candidate| candidate.name.as_str().cmp(name));
        found
            .ok()
            .and_then(|at| closest(&self.names[at].paths, folder))
    }
}

/// The folder of `path` and the name that people know it by: without the
/// ending of a page, and for a folder's own page the folder's name.
fn known_by(path: &str) -> (&str, String) {
    let (folder, name) = url::split(path);
    let stem = [".md", ".markdown", ".html", ".htm"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name);
    if url::is_index(stem) && !folder.is_empty() {
        let (above, folder) = url::split(folder);
        (above, folder.to_lowercase())
    } else {
        (folder, stem.to_lowercase())
    }
}

/// The path that shares most of its folders with `folder`.
fn closest<'p>(paths: &'p [String], folder: &str) -> Option<&'p str> {
    let shared = |path: &str| {
        let (own, _) = known_by(path);
        let front = own
            .split('/')
            .zip(folder.split('/'))
            .take_while(|(a, b)| a == b);
        let back = own
            .rsplit('/')
            .zip(folder.rsplit('/'))
            .take_while(|(a, b)| a == b);
        front.count().max(back.count())
    };
    let mut best: Option<(usize, &str)> = None;
    for path in paths {
        let score = shared(path);
        if best.is_none_or(|(top, _)| score > top) {
            best = Some((score, path));
        }
    }
    best.map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::Paths;

    fn check(wanted: &str, expected: Option<&str>) {
        let paths = Paths::new([
            "README.md",
            "guide/README.md",
            "guide/set-up.md",
            "guide/serve.md",
            "old/guide/serve.md",
            "reference/configuration.md",
        ]);
        assert_eq!(paths.nearest(wanted).as_deref(), expected, "{wanted}");
    }

    #[test]
    fn a_file_that_was_moved_is_found_by_its_name() {
        check("configuration.md", Some("reference/configuration.md"));
        check(
            "guide/configuration.html",
            Some("reference/configuration.md"),
        );
        check("old/serve.md", Some("old/guide/serve.md"));
        check("docs/guide/index.html", Some("guide/README.md"));
        check("docs/Guide", Some("guide/README.md"));
    }

    #[test]
    fn a_slip_finds_the_name_that_is_alike() {
        check("guide/setup.md", Some("guide/set-up.md"));
        check("setup.md", Some("guide/set-up.md"));
        check("reference/config.md", Some("reference/configuration.md"));
        check("guide/sevre.md", Some("guide/serve.md"));
    }

    #[test]
    fn a_name_unlike_all_others_finds_nothing() {
        check("zebra.md", None);
        check("", None);
    }
}
