//! Where the files of pages go as soon as they are made.
//!
//! Takes a file's path and bytes, gives what stands for it in the output. On
//! a shelf in memory everything stays for a later build; on one in the output
//! folder a page is written while others are rendered, and its bytes are
//! given back at once. What cannot be written there stays in memory, for
//! [`super::write`] to fail at.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::write::{self, Body, Ground};
use super::{Site, twins};

/// Where files go.
#[derive(Debug, Default)]
pub enum Shelf {
    /// They stay in memory.
    #[default]
    Memory,
    /// They are written into the output folder.
    Folder(Ahead),
}

/// The output folder, while the output is still being made.
#[derive(Debug)]
pub struct Ahead {
    to: PathBuf,
    ground: Ground,
    /// What may be written already: nothing else of the output has its path.
    paths: BTreeSet<String>,
    changed: AtomicUsize,
}

impl Shelf {
    /// The shelf in the folder `to`, for the pages of `site` and their
    /// Markdown. Where files of an earlier build are in the way, everything
    /// has to wait in memory until they are gone.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn open(to: &Path, site: &Site) -> anyhow::Result<Self> {
        let pages = site.pages.iter();
        let mut paths: BTreeSet<String> = pages
            .flat_map(|page| [page.url.clone(), twins::address(&page.url)])
            .collect();
        for asset in site.assets.values() {
            // The author's own file wins.
            paths.remove(asset.path.as_str());
        }
        let shown: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
        let ground = write::announce(to, &shown)?;
        if ground == Ground::Blocked {
            return Ok(Self::Memory);
        }
        Ok(Self::Folder(Ahead {
            to: to.to_owned(),
            ground,
            paths,
            changed: AtomicUsize::new(0),
        }))
    }

    /// Puts a file there.
    pub fn put(&self, path: &str, bytes: Vec<u8>) -> Body {
        match self {
            Self::Folder(ahead) if ahead.paths.contains(path) => ahead.put(path, bytes),
            _ => Body::Bytes(bytes.into()),
        }
    }

    /// Whether a later build may take over what was put here.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Memory)
    }

    /// How many files were new or other.
    pub fn changed(&self) -> usize {
        match self {
            Self::Memory => 0,
            Self::Folder(ahead) => ahead.changed.load(Ordering::Relaxed),
        }
    }
}

impl Ahead {
    fn put(&self, path: &str, bytes: Vec<u8>) -> Body {
        let file = self.to.join(path);
        let put = match self.ground {
            Ground::New => write::put_new,
            Ground::Used | Ground::Blocked => write::put_bytes,
        };
        match put(&file, &bytes) {
            Ok(changed) => {
                self.changed
                    .fetch_add(usize::from(changed), Ordering::Relaxed);
                Body::File(file)
            }
            Err(_) => Body::Bytes(bytes.into()),
        }
    }
}
