//! One process at a time in a folder of the store.

use std::path::Path;

use anyhow::{Context as _, Result};

/// Takes the lock of `dir`, making the folder if need be; calls `on_wait`
/// once if another process has it. The lock ends with the returned file, or
/// with the process.
pub(super) fn lock(dir: &Path, on_wait: impl FnOnce()) -> Result<fs_err::File> {
    fs_err::create_dir_all(dir)?;
    let path = dir.join(".lock");
    let file = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    if file.try_lock().is_err() {
        on_wait();
        file.lock()
            .with_context(|| format!("cannot lock the folder `{}`", dir.display()))?;
    }
    Ok(file)
}
