//! Models: fetched, checked, found, converted.

#![expect(clippy::unwrap_used, reason = "a step that fails ends its test")]

mod files;
mod gguf;
mod hub;
mod locate;
mod own;
mod pull;
mod real;

use std::cell::RefCell;
use std::path::Path;

use docent::models::pull::Options;
use docent::models::{Model, ModelFile, Progress, Purpose, Source, Store, hub as hub_options};
use sha2::{Digest, Sha256};

/// A file of a model for a test.
fn file(name: &'static str, content: &[u8], sources: Vec<Source>) -> ModelFile {
    ModelFile {
        name,
        bytes: content.len() as u64,
        sha256: format!("{:x}", Sha256::digest(content)).leak(),
        sources: sources.leak(),
    }
}

/// A store in `dir` whose table has one answerer, `tiny`, of these files.
fn store(dir: &Path, files: Vec<ModelFile>) -> Store {
    let model = Model {
        name: "tiny",
        purpose: Purpose::Answerer,
        about: "for tests",
        licence: "MIT",
        default: true,
        files: files.leak(),
    };
    Store::new(dir).with_models(vec![model].leak())
}

/// Options that reach the folder `folder` and nothing else.
fn from(folder: &Path) -> Options {
    Options {
        from: Some(folder.into()),
        ..offline()
    }
}

/// Options that reach neither the hub nor a Python.
fn offline() -> Options {
    Options {
        from: None,
        hub: hub_options::Options {
            offline: true,
            ..Default::default()
        },
        python: "/no/such/python".into(),
    }
}

/// Pulls everything, keeping what was told on the way.
fn pull(store: &Store, options: &Options) -> (anyhow::Result<()>, Vec<String>) {
    let told = RefCell::new(Vec::new());
    let result = store.pull(&[], options, &|progress| {
        told.borrow_mut().push(match progress {
            Progress::Bytes { .. } => return,
            other => format!("{other:?}"),
        });
    });
    (result, told.into_inner())
}

/// The names of the files in a folder, sorted.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs_err::read_dir(dir)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Says aloud that a test was left out; where what is wanting can be
/// installed, a build machine must have it.
fn left_out(what: &str, installable: bool) {
    if installable {
        crate::support::left_out(what);
    } else {
        crate::support::say_left_out(what);
    }
}
