//! Every file of every model that is here, held to its SHA-256.
//!
//! Reads whole files; changes nothing and fetches nothing.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::models::derived::{self, State};
use crate::models::manifest::{Model, ModelFile};
use crate::models::missing;
use crate::models::progress::{Progress, Sink};
use crate::models::{Presence, Store, digest, gguf};

/// What was found of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The model.
    pub model: &'static str,
    /// The file.
    pub path: PathBuf,
    /// Its state.
    pub health: Health,
    /// What to do about it; nothing when it is right.
    pub fix: Option<String>,
}

/// The state of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// The right bytes.
    Ok,
    /// Not there.
    Missing,
    /// Cut short, or too long.
    WrongSize {
        /// Its size.
        found: u64,
        /// The right size.
        expected: u64,
    },
    /// The right size, other bytes.
    WrongHash,
    /// Made from another file or by an older docent.
    Stale,
    /// It cannot be read.
    Unreadable(String),
}

impl Health {
    /// The state in a few words, for a list.
    pub fn words(&self) -> String {
        match self {
            Self::Ok => "ok".to_owned(),
            Self::Missing => "missing".to_owned(),
            Self::WrongSize { found, expected } => {
                format!("wrong size: {found} bytes instead of {expected}")
            }
            Self::WrongHash => "wrong SHA-256".to_owned(),
            Self::Stale => "out of date".to_owned(),
            Self::Unreadable(why) => format!("unreadable: {why}"),
        }
    }
}

impl Store {
    /// Looks at every file of every model of which anything is here.
    pub fn verify(&self, progress: Sink<'_>) -> Vec<Verified> {
        let mut found = Vec::new();
        for listed in self.list() {
            if listed.presence != Presence::Absent {
                self.verify_model(listed.model, progress, &mut found);
            }
        }
        found
    }

    fn verify_model(&self, model: &'static Model, progress: Sink<'_>, found: &mut Vec<Verified>) {
        let mut add = |path: PathBuf, health: Health| {
            let fix = (health != Health::Ok).then(|| missing::pull(model.name));
            found.push(Verified {
                model: model.name,
                path,
                health,
                fix,
            });
        };
        let mut source = None;
        for file in model.files {
            progress(Progress::Checking {
                model: model.name,
                file: file.name,
            });
            let path = self.path(model, file.name);
            let health = file_health(&path, file);
            if health == Health::Ok && file.is_gguf() {
                source = Some((path.clone(), file));
            }
            add(path, health);
        }
        let Some((path, file)) = source else { return };
        let folder = self.dir().join(model.name);
        match gguf::read(&path) {
            Ok(header) => {
                for made in derived::names(&header) {
                    progress(Progress::Checking {
                        model: model.name,
                        file: made,
                    });
                    add(folder.join(made), made_health(&folder, made, file.sha256));
                }
            }
            Err(error) => add(path, Health::Unreadable(format!("{error:#}"))),
        }
    }
}

fn file_health(path: &Path, file: &ModelFile) -> Health {
    let Ok(metadata) = fs_err::metadata(path) else {
        return Health::Missing;
    };
    if metadata.len() != file.bytes {
        return Health::WrongSize {
            found: metadata.len(),
            expected: file.bytes,
        };
    }
    hash_health(digest::of_file(path).map(|found| found == file.sha256))
}

fn made_health(folder: &Path, name: &str, source: &str) -> Health {
    match derived::state(folder, name, source) {
        State::Absent => Health::Missing,
        State::Stale => Health::Stale,
        State::WrongSize { found, expected } => Health::WrongSize { found, expected },
        State::Fresh => hash_health(derived::is_sound(folder, name)),
    }
}

fn hash_health(is_right: Result<bool>) -> Health {
    match is_right {
        Ok(true) => Health::Ok,
        Ok(false) => Health::WrongHash,
        Err(error) => Health::Unreadable(format!("{error:#}")),
    }
}
