//! What may go wrong in foreign code: a library that is cut short, a panic.

use std::any::Any;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use anyhow::{Result, anyhow, bail};

/// A shared library whose end is missing kills the process when it is loaded,
/// so its header is read first. The table of sections is the last thing in
/// the ELF files that linkers write.
pub(super) fn refuse_cut_library(library: &Path) -> Result<()> {
    let mut file = fs_err::File::open(library)?;
    let length = file.metadata()?.len();
    let mut header = [0; 64];
    let whole = file.read_exact(&mut header).is_ok();
    let number = |at: std::ops::Range<usize>| {
        header[at]
            .iter()
            .rev()
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
    };
    let sections = number(0x3A..0x3C) * number(0x3C..0x3E);
    let elf = header.starts_with(b"\x7fELF");
    if !whole || (elf && number(0x28..0x30).saturating_add(sections) > length) {
        bail!("`{}` is cut short; pull it again", library.display());
    }
    Ok(())
}

/// Runs what foreign code may end with a panic, and makes that an error.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(anyhow!(words_of(&*panic))))
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "the embedding runtime failed".to_owned())
}
