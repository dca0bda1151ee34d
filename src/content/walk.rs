//! The files of the content folder, in path order.
//!
//! Symbolic links are followed as far as they stay in the book. A file whose
//! name cannot be an address is left out and reported.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::{DirEntry, WalkDir};

use super::Matcher;
use super::roots::{Roots, shown_path};
use crate::config::{Config, UrlStyle};
use crate::diagnostic::Diagnostic;

/// A file by its path relative to the content folder.
pub type File = (String, PathBuf);

/// The files of the content folder, in path order.
///
/// # Errors
/// When a folder cannot be listed.
pub fn files(config: &Config, roots: &Roots) -> anyhow::Result<(Vec<File>, Vec<Diagnostic>)> {
    let mut files = Vec::new();
    let (choice, mut diagnostics) = Choice::of(config);
    let mut walk = WalkDir::new(&config.src)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                diagnostics.extend(unreadable(config, error)?);
                continue;
            }
        };
        let leads_out = entry.path_is_symlink() && !roots.hold(entry.path());
        if leads_out || !choice.takes(config, &entry) {
            if leads_out && !is_hidden(entry.path()) {
                diagnostics.push(outside(config, entry.path()));
            }
            if entry.file_type().is_dir() {
                walk.skip_current_dir();
            }
            continue;
        }
        if entry.file_type().is_file() {
            let file = entry.into_path();
            match bad_sign(config, &file) {
                Some(diagnostic) => diagnostics.push(diagnostic),
                None => files.push((shown_path(&config.src, &file), file)),
            }
        }
    }
    files.sort();
    Ok((files, diagnostics))
}

/// Which files of the content folder are part of the book.
struct Choice {
    exclude: Matcher,
    /// Whether what begins with a dot is always left out; MkDocs lets a line
    /// of `exclude_docs` take it back.
    hides: bool,
}

impl Choice {
    fn of(config: &Config) -> (Self, Vec<Diagnostic>) {
        let hides = config.layout.urls == UrlStyle::File;
        let first: &[&str] = if hides { &[] } else { &[".*", "/templates/"] };
        let (exclude, problems) = Matcher::new(first, &config.layout.exclude);
        (Self { exclude, hides }, problems)
    }

    fn takes(&self, config: &Config, entry: &DirEntry) -> bool {
        let path = entry.path();
        if path == config.build_dir || path == config.cache_dir {
            return false;
        }
        if entry.depth() == 0 {
            return true;
        }
        if self.hides && is_hidden(path) {
            return false;
        }
        let shown = shown_path(&config.src, path);
        if entry.file_type().is_file() && is_editors(&entry.file_name().to_string_lossy()) {
            return false;
        }
        if entry.file_type().is_dir() {
            !self.exclude.takes_folder(&shown)
        } else {
            !self.exclude.matches(&shown)
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Whether a file of this name is an editor's own: a copy of what was there
/// before, or of what is not saved yet.
pub fn is_editors(name: &str) -> bool {
    name.ends_with('~') || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
}

/// A link to nothing or to a folder above it is the author's to mend; a file
/// that went away meanwhile is nobody's; the rest is the environment's fault.
fn unreadable(config: &Config, error: walkdir::Error) -> anyhow::Result<Option<Diagnostic>> {
    let path = error.path().map(Path::to_path_buf).unwrap_or_default();
    let shown = shown_path(&config.root, &path);
    let what = if error.loop_ancestor().is_some() {
        "a folder above it"
    } else if error.io_error().map(std::io::Error::kind) != Some(ErrorKind::NotFound) {
        return Err(error).with_context(|| format!("reading `{}`", path.display()));
    } else if fs_err::symlink_metadata(&path).is_ok() && !is_hidden(&path) {
        "nothing"
    } else {
        return Ok(None);
    };
    let message = format!("`{shown}` is a symbolic link to {what}");
    Ok(Some(
        Diagnostic::warning("content/symbolic-link", message).help("remove it"),
    ))
}

fn outside(config: &Config, path: &Path) -> Diagnostic {
    let shown = shown_path(&config.root, path);
    let message = format!("`{shown}` is a symbolic link that leads out of the book");
    Diagnostic::error("content/symbolic-link", message).help("copy the file into the book")
}

/// A sign in the path that ends an address or a line, or bytes that are no
/// text.
fn bad_sign(config: &Config, file: &Path) -> Option<Diagnostic> {
    let shown = shown_path(&config.src, file);
    let is_bad = |c: char| matches!(c, '#' | '?' | char::REPLACEMENT_CHARACTER) || c.is_control();
    let sign = shown.chars().find(|c| is_bad(*c))?;
    let sign = sign.escape_debug();
    let message = format!("`{shown}` is left out: no address can hold the sign `{sign}`");
    Some(Diagnostic::warning("content/file-name", message).help("rename the file"))
}
