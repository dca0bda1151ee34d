//! What to say when a model cannot be used: what is wrong, where it was
//! looked for, and what to do about it.

use std::path::Path;

/// A model that cannot be used. Its text is what is wrong and the fix; the
/// two are also there separately for a caller that shows help on its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {fix}")]
pub struct Missing {
    /// What sort of fault it is.
    pub reason: Reason,
    /// What is wrong, with the place: a lower-case phrase.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

/// The sorts of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No model has that name or purpose.
    Unknown,
    /// It was not pulled yet, or not wholly.
    Absent,
    /// Its file is not what it should be.
    Damaged,
    /// docent cannot use it on this machine or at all.
    Unsupported,
}

impl Missing {
    pub(super) fn unknown(name: &str, nearest: Option<&str>) -> Self {
        let list = "`docent models list` shows the names; a path has a slash, as in `./NAME`";
        Self {
            reason: Reason::Unknown,
            what: format!("no model is called `{name}`"),
            fix: match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? {list}"),
                None => list.to_owned(),
            },
        }
    }

    pub(super) fn purpose(name: &str, is: &str, wanted: &str) -> Self {
        Self {
            reason: Reason::Unknown,
            what: format!("the model `{name}` is for another purpose: {is}, not {wanted}"),
            fix: format!("choose one that `docent models list` calls {wanted}"),
        }
    }

    pub(super) fn absent(model: &str, path: &Path) -> Self {
        Self {
            reason: Reason::Absent,
            what: format!(
                "the model `{model}` is not here: no file `{}`",
                path.display()
            ),
            fix: pull(model),
        }
    }

    pub(super) fn size(model: &str, path: &Path, found: u64, expected: u64) -> Self {
        let how = if found < expected {
            "cut short"
        } else {
            "too long"
        };
        Self {
            reason: Reason::Damaged,
            what: format!(
                "the file `{}` of the model `{model}` is {how}: {found} bytes instead of {expected}",
                path.display()
            ),
            fix: pull(model),
        }
    }

    pub(super) fn stale(model: &str, path: &Path) -> Self {
        Self {
            reason: Reason::Absent,
            what: format!(
                "the file `{}`, made from the model `{model}`, is missing or out of date",
                path.display()
            ),
            fix: pull(model),
        }
    }

    pub(super) fn unreadable(path: &Path, error: &anyhow::Error, fix: &str) -> Self {
        Self {
            reason: Reason::Damaged,
            what: format!(
                "the model file `{}` cannot be used: {error:#}",
                path.display()
            ),
            fix: fix.to_owned(),
        }
    }

    pub(super) fn platform(model: &str) -> Self {
        Self {
            reason: Reason::Unsupported,
            what: format!("docent knows no `{model}` library for this platform"),
            fix: "install ONNX Runtime 1.32 and set `ORT_DYLIB_PATH` to its shared library"
                .to_owned(),
        }
    }
}

/// The fix that fetches a model, or repairs it.
pub(super) fn pull(model: &str) -> String {
    format!("run `docent models pull {model}`")
}
