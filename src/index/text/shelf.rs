//! Shards side by side as one index of tantivy, without copying any of them.
//!
//! A directory that is only read. Its one other file is the list of shards.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tantivy::IndexSettings;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::index::SegmentId;

use crate::index::text::analyze;
use crate::index::text::shard::Shard;

/// Where tantivy looks for the list of segments.
const META: &str = "meta.json";

/// The files of some shards.
#[derive(Debug, Clone)]
pub struct Shelf {
    files: Arc<HashMap<PathBuf, OwnedBytes>>,
}

impl Shelf {
    /// The shards in this order. What tantivy calls them is only their place,
    /// since two may hold the same.
    ///
    /// # Errors
    /// When tantivy's settings cannot be written down, which does not happen.
    pub fn of(shards: &[Arc<Shard>]) -> anyhow::Result<Self> {
        let mut files = HashMap::new();
        let mut segments = Vec::new();
        for (place, shard) in shards.iter().enumerate() {
            let id = segment(place)?;
            segments.push(json!({
                "segment_id": id,
                "max_doc": shard.documents(),
                "deletes": null,
            }));
            let name = id.uuid_string();
            for (extension, bytes) in shard.files() {
                files.insert(PathBuf::from(format!("{name}.{extension}")), bytes);
            }
        }
        let meta = json!({
            "index_settings": IndexSettings::default(),
            "segments": segments,
            "schema": analyze::schema(),
            "opstamp": 0,
        });
        let meta = OwnedBytes::new(serde_json::to_vec(&meta)?);
        files.insert(PathBuf::from(META), meta);
        Ok(Self {
            files: Arc::new(files),
        })
    }

    fn file(&self, path: &Path) -> Result<&OwnedBytes, OpenReadError> {
        let missing = || OpenReadError::FileDoesNotExist(path.to_owned());
        self.files.get(path).ok_or_else(missing)
    }
}

/// The name of the shard at `place`.
pub fn segment(place: usize) -> anyhow::Result<SegmentId> {
    Ok(SegmentId::from_uuid_string(&format!("{place:032x}"))?)
}

fn read_only() -> io::Error {
    io::Error::from(io::ErrorKind::ReadOnlyFilesystem)
}

impl Directory for Shelf {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.file(path)?.clone()))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.files.contains_key(path))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        Ok(self.file(path)?.to_vec())
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.to_owned(),
        })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.to_owned(),
        })
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    /// Nothing changes here, so nobody has to wait for anybody.
    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
