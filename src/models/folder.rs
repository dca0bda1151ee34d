//! What a folder that the user names has to offer for a file of a model.
//!
//! Files under our name or the publisher's, flat or in the model's own
//! folder, and Python wheels; only names are looked at here.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::models::manifest::{Model, ModelFile, Source};

/// A file that may be the wanted one, or hold it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The file.
    pub(super) path: PathBuf,
    /// The path inside, when the file is a wheel.
    pub(super) member: Option<&'static str>,
}

/// Everything in `dir` that may be `file`, likeliest first; an error when
/// there is nothing.
pub(super) fn candidates(dir: &Path, model: &Model, file: &ModelFile) -> Result<Vec<Candidate>> {
    let mut names = vec![file.name];
    for source in file.sources {
        if !names.contains(&source.base_name()) {
            names.push(source.base_name());
        }
    }
    let mut found = Vec::new();
    for folder in [dir.join(model.name), dir.to_owned()] {
        let paths = names
            .iter()
            .map(|name| folder.join(name))
            .filter(|path| path.is_file());
        found.extend(paths.map(|path| Candidate { path, member: None }));
    }
    found.extend(wheels(dir, file)?);
    if found.is_empty() {
        bail!("it has no file `{}`", names.join("` or `"));
    }
    Ok(found)
}

fn wheels(dir: &Path, file: &ModelFile) -> Result<Vec<Candidate>> {
    let mut entries = Vec::new();
    for entry in fs_err::read_dir(dir).context("it cannot be read")? {
        entries.push(entry?.path());
    }
    entries.sort();
    let mut found = Vec::new();
    for source in file.sources {
        let Source::Wheel {
            package,
            version,
            member,
            ..
        } = source
        else {
            continue;
        };
        let prefix = format!("{}-{version}-", package.replace('-', "_"));
        let fits = |path: &&PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&prefix) && name.ends_with(".whl")
        };
        let paths = entries.iter().filter(fits).cloned();
        found.extend(paths.map(|path| Candidate {
            path,
            member: Some(member),
        }));
    }
    Ok(found)
}
