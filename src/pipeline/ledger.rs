//! The stamp of a book that is built again and again while it is served.
//!
//! Is told what is about to be read and what was written, and keeps at the end
//! what the next start compares. In doubt nothing is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Build;
use super::stamp::{self, Inputs, Mark, Outputs};
use crate::config::Config;

/// With more files than this at once, all are marked anew.
const FEW: usize = 64;

/// Marks of what was read and written.
pub struct Ledger {
    program: String,
    /// What is being read, and what was read for the newest build that is
    /// written.
    reading: Option<Read>,
    written: Option<(Arc<Build>, Read, Outputs)>,
}

/// What was read.
#[derive(Clone)]
struct Read {
    inputs: Arc<Inputs>,
    /// Files that were read once more.
    later: BTreeMap<PathBuf, Later>,
}

#[derive(Clone)]
struct Later {
    mark: Mark,
    /// What was in a file that had been saved a moment before: its mark alone
    /// does not prove that nobody wrote once more in the same moment.
    digest: Option<Vec<u8>>,
}

impl Ledger {
    /// For `program`, with `inputs` that were taken before anything was read.
    pub fn new(program: String, inputs: Option<Inputs>) -> Self {
        Self {
            program,
            reading: inputs.and_then(Read::first),
            written: None,
        }
    }

    /// To be called before a build reads: `files` are all that may have
    /// changed, or nothing when any may have.
    pub fn reading(&mut self, config: &Config, files: Option<&BTreeSet<PathBuf>>) {
        let few = files.filter(|files| files.len() <= FEW);
        let last = self.reading.take();
        let again = few.and_then(|files| last?.again(files));
        self.reading = again.or_else(|| Inputs::take(config, &self.program).and_then(Read::first));
    }

    /// Whether everything is as it was read. In doubt it is not.
    pub fn is_current(&self, config: &Config) -> bool {
        let read = self.reading.clone().and_then(Read::checked);
        let now = Inputs::take(config, &self.program);
        read.zip(now).is_some_and(|(read, now)| read.is_same(&now))
    }

    /// To be called when the output folder has what `build` made; `changes`
    /// are the files that were written, where the others were in line before.
    pub fn wrote(&mut self, build: &Arc<Build>, changes: Option<&[String]>) {
        let last = self.written.take();
        let again = changes.zip(last).and_then(|(paths, (_, _, mut outputs))| {
            let is_there = |path: &String| build.output.contains_key(path.as_str());
            let known = paths.iter().all(is_there);
            known.then(|| outputs.mark_again(&build.config.build_dir, paths))??;
            Some(outputs)
        });
        let outputs = again.or_else(|| stamp::outputs(build));
        let read = self.reading.clone();
        self.written = read
            .zip(outputs)
            .map(|(read, outputs)| (build.clone(), read, outputs));
    }

    /// Keeps what the next start compares with; `said` makes of the build what
    /// the program wants to know. Says whether it was kept.
    pub fn keep(self, said: impl FnOnce(&Build) -> Value) -> bool {
        self.written.is_some_and(|(build, read, outputs)| {
            let sealed = read.checked().and_then(|inputs| inputs.seal(&build));
            sealed.is_some_and(|sealed| sealed.keep(&build.config, outputs, said(&build)))
        })
    }
}

impl Read {
    fn first(inputs: Inputs) -> Option<Self> {
        let unsettled: BTreeSet<PathBuf> = inputs.unsettled().map(Path::to_owned).collect();
        let all = Self {
            inputs: Arc::new(inputs),
            later: BTreeMap::new(),
        };
        (unsettled.len() <= FEW).then(|| all.again(&unsettled))?
    }

    /// The same, before `files` are read once more; nothing when one of them
    /// was not known before or is none now.
    fn again(mut self, files: &BTreeSet<PathBuf>) -> Option<Self> {
        for file in files {
            let (mark, is_settled) = self.inputs.look_again(file)?;
            let digest = if is_settled {
                None
            } else {
                Some(digest(file)?)
            };
            self.later.insert(file.clone(), Later { mark, digest });
        }
        Some(self)
    }

    /// All marks together; nothing when one did not tell of a change.
    fn checked(self) -> Option<Inputs> {
        let mut inputs = Arc::unwrap_or_clone(self.inputs);
        for (file, later) in &self.later {
            if later.digest.is_some() && digest(file) != later.digest {
                return None;
            }
            inputs.settle(file, later.mark);
        }
        Some(inputs)
    }
}

fn digest(file: &Path) -> Option<Vec<u8>> {
    let bytes = fs_err::read(file).ok()?;
    Some(Sha256::digest(bytes).to_vec())
}
