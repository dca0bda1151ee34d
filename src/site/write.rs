//! The output folder: changed files only, files of pages that are gone
//! removed, everything else in the folder left alone.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write};
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::url;

/// The list, in the output folder, of the files that docent put there, a line
/// for each, encoded as addresses are. Only these are ever removed.
pub const MANIFEST: &str = ".docent-manifest";

/// What a file of the output holds.
#[derive(Debug, Clone)]
pub enum Body {
    /// These bytes.
    Bytes(Arc<[u8]>),
    /// A copy of this file.
    File(PathBuf),
}

impl Body {
    /// The bytes of this text.
    pub fn of(text: String) -> Self {
        Self::Bytes(text.into_bytes().into())
    }

    /// Whether it is what lies at `file`, to be left there.
    fn is_at(&self, file: &Path) -> bool {
        // Compared as they are: paths are taken apart to be compared as paths.
        matches!(self, Self::File(from) if from.as_os_str() == file.as_os_str())
    }
}

/// The whole output by path relative to the output folder.
pub type Output = BTreeMap<Arc<str>, Body>;

/// What [`write()`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Files that are new or have new bytes.
    pub changed: usize,
    /// Files that stayed as they were.
    pub unchanged: usize,
    /// Files of an earlier build that were removed.
    pub removed: usize,
}

/// Files that hosts look for: GitHub Pages takes a site without `.nojekyll`
/// through Jekyll, and reads the name of the host in `CNAME`.
pub fn for_hosts(cname: Option<&str>) -> Vec<(&'static str, String)> {
    let mut files = vec![(".nojekyll", String::new())];
    files.extend(cname.map(|cname| ("CNAME", format!("{cname}\n"))));
    files
}

/// Brings the folder `to` in line with `output`. Paths in `keep` are files that
/// could not be made this time, or folders of such with a `/` at their end:
/// their last good version stays.
///
/// The list of files is made longer before anything is written and shorter
/// after everything is, so that a build that is cut off forgets no file.
///
/// # Errors
/// When a file cannot be read, written or removed.
pub fn write(to: &Path, output: &Output, keep: &BTreeSet<String>) -> anyhow::Result<Written> {
    fs_err::create_dir_all(to)?;
    let before = listed(to)?;
    let paths: BTreeSet<&str> = output.keys().map(|path| &**path).collect();
    let (stay, orphans): (BTreeSet<&str>, BTreeSet<&str>) = before
        .iter()
        .map(String::as_str)
        .filter(|path| !output.contains_key(*path))
        .partition(|path| is_kept(path, keep) && !is_in_the_way(path, &paths));
    let after: BTreeSet<&str> = paths.iter().copied().chain(stay).collect();
    let all: BTreeSet<&str> = before
        .iter()
        .map(String::as_str)
        .chain(after.iter().copied())
        .collect();
    list(to, &before, &all)?;
    let mut removed = 0;
    let (in_the_way, others): (Vec<&str>, Vec<&str>) = orphans
        .into_iter()
        .partition(|path| is_in_the_way(path, &paths));
    for path in in_the_way {
        removed += usize::from(remove(to, path)?);
    }
    let changed = put_all(to, output)?;
    for path in others {
        removed += usize::from(remove(to, path)?);
    }
    let all = all.into_iter().map(str::to_owned).collect();
    list(to, &all, &after)?;
    Ok(Written {
        changed,
        unchanged: output.len() - changed,
        removed,
    })
}

/// The same when the folder is in line but for the files `changes`, which are
/// new, other or gone.
///
/// # Errors
/// As [`write()`].
pub fn write_some(
    to: &Path,
    output: &Output,
    keep: &BTreeSet<String>,
    changes: &[String],
) -> anyhow::Result<Written> {
    let same_files = changes.iter().all(|path| {
        let there = to.join(path).is_file();
        there && output.contains_key(path.as_str())
    });
    if !same_files {
        return write(to, output, keep);
    }
    let some = changes.iter().filter_map(|path| {
        let (path, body) = output.get_key_value(path.as_str())?;
        Some((path.clone(), body.clone()))
    });
    let changed = put_all(to, &some.collect())?;
    Ok(Written {
        changed,
        unchanged: output.len() - changed,
        removed: 0,
    })
}

fn is_kept(path: &str, keep: &BTreeSet<String>) -> bool {
    let mut folders = keep.iter().filter(|kept| kept.ends_with('/'));
    keep.contains(path) || folders.any(|folder| path.starts_with(folder))
}

/// What the output folder is like before pages are written into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// It was not there, so nobody reads in it yet.
    New,
    /// There are files, and perhaps readers.
    Used,
    /// Files of an earlier build stand in the way.
    Blocked,
}

/// Makes the folder `to` ready for files at `paths` that are written before
/// the whole output is known, unless something stands in the way.
///
/// # Errors
/// When the folder or the list of its files cannot be read or written.
pub(super) fn announce(to: &Path, paths: &BTreeSet<&str>) -> anyhow::Result<Ground> {
    let ground = if to.exists() {
        Ground::Used
    } else {
        Ground::New
    };
    fs_err::create_dir_all(to)?;
    let before = listed(to)?;
    let mut gone = before.iter().filter(|path| !paths.contains(path.as_str()));
    if gone.any(|path| is_in_the_way(path, paths)) {
        return Ok(Ground::Blocked);
    }
    let all = before.iter().map(String::as_str);
    list(to, &before, &all.chain(paths.iter().copied()).collect())?;
    make_folders(to, paths.iter().copied())?;
    Ok(ground)
}

/// Whether a file at `path` would stand where one of `paths` needs a folder,
/// or lie in a folder where it needs a file.
fn is_in_the_way(path: &str, paths: &BTreeSet<&str>) -> bool {
    let inside = format!("{path}/");
    let from = (Bound::Included(inside.as_str()), Bound::Unbounded);
    let below = paths.range::<str, _>(from).next();
    below.is_some_and(|next| next.starts_with(inside.as_str()))
        || path
            .match_indices('/')
            .any(|(at, _)| paths.contains(&path[..at]))
}

/// The files that docent put into the folder `to`. The list may have been
/// tampered with: paths that lead out of the folder are passed over.
fn listed(to: &Path) -> anyhow::Result<BTreeSet<String>> {
    let text = match fs_err::read(to.join(MANIFEST)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error.into()),
    };
    let inside = |path: &String| {
        !path.is_empty()
            && Path::new(path)
                .components()
                .all(|part| matches!(part, Component::Normal(_)))
    };
    Ok(text.lines().map(url::decode).filter(inside).collect())
}

/// Writes the list `after` unless it is the same as `before`.
fn list(to: &Path, before: &BTreeSet<String>, after: &BTreeSet<&str>) -> anyhow::Result<()> {
    if before.iter().map(String::as_str).eq(after.iter().copied()) {
        return Ok(());
    }
    let lines: String = after.iter().map(|path| url::encode(path) + "\n").collect();
    replace(&to.join(MANIFEST), lines.as_bytes())
}

/// Writes what changed and gives how many files that were.
fn put_all(to: &Path, output: &Output) -> anyhow::Result<usize> {
    let files: Vec<(&str, PathBuf, &Body)> = output
        .iter()
        .map(|(path, body)| (&**path, to.join(&**path), body))
        .filter(|(_, file, body)| !body.is_at(file))
        .collect();
    make_folders(to, files.iter().map(|(path, ..)| *path))?;
    let changes: Vec<bool> = files
        .par_iter()
        .map(|(_, file, body)| put(file, body))
        .collect::<anyhow::Result<_>>()?;
    Ok(changes.into_iter().filter(|changed| *changed).count())
}

/// Makes the folders of the files at `paths`.
fn make_folders<'a>(to: &Path, paths: impl Iterator<Item = &'a str>) -> anyhow::Result<()> {
    let folders = paths.map(|path| url::split(path).0);
    for folder in folders.collect::<BTreeSet<&str>>() {
        let folder = to.join(folder);
        fs_err::create_dir_all(&folder)
            .with_context(|| format!("making the folder `{}`", folder.display()))?;
    }
    Ok(())
}

fn put(file: &Path, body: &Body) -> anyhow::Result<bool> {
    match body {
        Body::Bytes(bytes) => put_bytes(file, bytes),
        Body::File(from) => put_bytes(file, &fs_err::read(from)?),
    }
}

/// Writes `file` unless it has these bytes already. A reader sees the old
/// bytes or the new ones, never a part.
pub(super) fn put_bytes(file: &Path, bytes: &[u8]) -> anyhow::Result<bool> {
    if same(file, bytes)? {
        return Ok(false);
    }
    replace(file, bytes)?;
    Ok(true)
}

/// Writes `file` into a folder that nobody reads in yet: at once in its place,
/// which costs half of [`put_bytes`]. The list of files has it already, so the
/// next build finds what one that is cut off leaves of it.
pub(super) fn put_new(file: &Path, bytes: &[u8]) -> anyhow::Result<bool> {
    let mut made = match fs_err::File::create_new(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return put_bytes(file, bytes),
        made => made?,
    };
    if let Err(error) = made.write_all(bytes) {
        fs_err::remove_file(file).ok();
        return Err(error.into());
    }
    Ok(true)
}

fn same(file: &Path, bytes: &[u8]) -> anyhow::Result<bool> {
    match fs_err::metadata(file) {
        Ok(data) if data.is_file() && data.len() == bytes.len() as u64 => {
            Ok(fs_err::read(file)? == bytes)
        }
        Ok(data) if data.is_dir() => {
            anyhow::bail!("`{}` is a folder where a file belongs", file.display())
        }
        Ok(_) => Ok(false),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Writes beside the file and renames over it.
fn replace(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.docent-new", std::process::id()));
    let beside = file.with_file_name(name);
    let written = fs_err::write(&beside, bytes).and_then(|()| fs_err::rename(&beside, file));
    if written.is_err() {
        // A part of a file, on a full disk say, is of no use to anyone.
        fs_err::remove_file(&beside).ok();
    }
    Ok(written?)
}

/// Removes a file and the folders that it leaves empty. What is a folder now
/// was not put there by docent.
fn remove(to: &Path, path: &str) -> anyhow::Result<bool> {
    let file = to.join(path);
    match fs_err::symlink_metadata(&file) {
        Ok(data) if data.is_dir() => return Ok(false),
        Ok(_) => fs_err::remove_file(&file)?,
        Err(error) if is_absent(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    let mut folder = file.parent();
    while let Some(current) = folder.filter(|current| *current != to) {
        if fs_err::remove_dir(current).is_err() {
            break;
        }
        folder = current.parent();
    }
    Ok(true)
}

/// Whether nothing is there, or a file where the path has a folder.
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}
