//! When each file last changed, from one pass over git.
//!
//! Git runs as a child process of its own, once for a build and beside it. No
//! git, no repository or no commit means that nothing is known. The same
//! commit always gives the same dates: the clock and the times of files are
//! never asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use super::Source;
use crate::config::Config;

/// Stands in front of a commit's line; no path starts with it.
const MARK: u8 = 1;
/// The file, in the cache folder, that keeps what was read of the history.
const CACHE: &str = "history.json";

/// The time of the newest commit that changed a file, in seconds since 1970,
/// by the file's path relative to the book's root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    times: BTreeMap<String, i64>,
}

impl History {
    /// A history with these times.
    pub fn of(times: BTreeMap<String, i64>) -> Self {
        Self { times }
    }

    /// The day on which the page last changed, or one of the files that it
    /// includes, as `2026-08-01` in UTC.
    pub fn day(&self, source: &Source) -> Option<String> {
        let included = source.pieces.iter().map(|piece| piece.file.as_str());
        let files = included.chain([source.shown.as_str()]);
        let newest = files.filter_map(|file| self.times.get(file)).max()?;
        Some(day(*newest))
    }
}

/// A history that is being read.
pub struct Reading(Option<JoinHandle<History>>);

impl Reading {
    /// Starts to read the history of the book, unless it says not to.
    pub fn start(config: &Config) -> Self {
        if !config.build.last_change {
            return Self(None);
        }
        let (root, cache) = (config.root.clone(), config.cache_dir.join(CACHE));
        Self(Some(thread::spawn(move || read(&root, &cache))))
    }

    /// Waits for the end of it.
    pub fn finish(self) -> History {
        let read = self.0.and_then(|thread| thread.join().ok());
        read.unwrap_or_default()
    }
}

/// What is kept between builds: everything up to one commit.
#[derive(serde::Serialize, serde::Deserialize, Default)]
struct Kept {
    /// The book's folder within the repository.
    prefix: String,
    /// The commit.
    head: String,
    times: BTreeMap<String, i64>,
}

fn read(root: &Path, cache: &PathBuf) -> History {
    let Some(place) = Place::find(root) else {
        return History::default();
    };
    let kept: Kept = fs_err::read(cache)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    let same_folder = kept.prefix == place.prefix && !place.shallow;
    if same_folder && kept.head == place.head {
        return History::of(kept.times);
    }
    let goes_on = same_folder && !kept.head.is_empty() && is_ancestor(root, &kept.head);
    let (range, mut times) = if goes_on {
        (format!("{}..{}", kept.head, place.head), kept.times)
    } else {
        (place.head.clone(), BTreeMap::new())
    };
    if log(root, &range, place.shallow, &mut times).is_none() {
        return History::default();
    }
    if !place.shallow {
        let kept = Kept {
            prefix: place.prefix,
            head: place.head,
            times: times.clone(),
        };
        keep(cache, &kept);
    }
    History::of(times)
}

/// Only saves time: a folder that cannot be written does no harm.
fn keep(cache: &Path, kept: &Kept) {
    let (Some(folder), Ok(json)) = (cache.parent(), serde_json::to_vec(kept)) else {
        return;
    };
    let beside = cache.with_extension(format!("{}.new", std::process::id()));
    let written = fs_err::create_dir_all(folder)
        .and_then(|()| fs_err::write(&beside, json))
        .and_then(|()| fs_err::rename(&beside, cache));
    if written.is_err() {
        fs_err::remove_file(&beside).ok();
    }
}

/// Where the book stands in its repository.
struct Place {
    shallow: bool,
    prefix: String,
    head: String,
}

impl Place {
    fn find(root: &Path) -> Option<Self> {
        let mut command = git(root);
        command.args(["rev-parse", "--is-shallow-repository", "--show-prefix"]);
        command.arg("HEAD");
        let output = command.output().ok().filter(|out| out.status.success())?;
        let text = String::from_utf8(output.stdout).ok()?;
        let mut lines = text.lines();
        Some(Self {
            shallow: lines.next()? == "true",
            prefix: lines.next()?.to_owned(),
            head: lines.next()?.to_owned(),
        })
    }
}

/// What the dates of the book's files depend on: the newest commit, and whether
/// all of them are there.
pub fn head(root: &Path) -> Option<String> {
    let place = Place::find(root)?;
    Some(format!("{} {}", place.head, place.shallow))
}

fn is_ancestor(root: &Path, commit: &str) -> bool {
    let mut command = git(root);
    command.args(["merge-base", "--is-ancestor", commit, "HEAD"]);
    command.status().is_ok_and(|status| status.success())
}

/// Adds what the commits in `range` changed in the folder `root`.
///
/// The newest time counts, whatever the order, so that reading on from an
/// earlier commit gives the same as reading all of it. The oldest commits of
/// a shallow clone seem to have made every file, and say nothing.
fn log(root: &Path, range: &str, shallow: bool, times: &mut BTreeMap<String, i64>) -> Option<()> {
    let mut command = git(root);
    command.args(["log", "--format=%x01%ct %P", "--name-only", "-z"]);
    command.args(["--full-history", "--no-renames", "--relative"]);
    command.args(["--no-ext-diff", "--no-show-signature", range, "--", "."]);
    let mut child = command.stdout(Stdio::piped()).spawn().ok()?;
    let mut output = BufReader::new(child.stdout.take()?);
    let mut time = None;
    let mut part = Vec::new();
    while output.read_until(0, &mut part).ok()? > 0 {
        let token = part.strip_suffix(&[0]).unwrap_or(&part);
        let token = token.trim_ascii_start();
        if let Some(head) = token.strip_prefix(&[MARK]) {
            time = commit(head, shallow);
        } else if let (Some(time), Ok(path)) = (time, std::str::from_utf8(token))
            && !path.is_empty()
        {
            let newest = times.entry(path.to_owned()).or_insert(time);
            *newest = time.max(*newest);
        }
        part.clear();
    }
    child.wait().ok()?.success().then_some(())
}

/// The time in a commit's line, when the commit says something.
fn commit(line: &[u8], shallow: bool) -> Option<i64> {
    let line = std::str::from_utf8(line).ok()?;
    let (time, parents) = line.trim_end().split_once(' ').unwrap_or((line, ""));
    if shallow && parents.trim().is_empty() {
        return None;
    }
    time.trim().parse().ok()
}

/// Git in the folder `root`: it asks nobody, fetches nothing and runs no other
/// program, whatever the repository's settings say.
fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(["--no-pager"]);
    for setting in ["core.fsmonitor=false", "log.showSignature=false"] {
        command.args(["-c", setting]);
    }
    for (name, value) in [
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_ALLOW_PROTOCOL", ""),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_OPTIONAL_LOCKS", "0"),
    ] {
        command.env(name, value);
    }
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// The day of a time in seconds since 1970, by the calendar of today
/// (Howard Hinnant's `civil_from_days`).
fn day(time: i64) -> String {
    let days = time.div_euclid(86_400).clamp(-700_000, 2_900_000) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02}")
}

#[cfg(test)]
mod tests {
    use super::{commit, day};

    #[test]
    fn seconds_become_a_day_of_the_calendar() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(-1), "1969-12-31");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(1_785_542_400), "2026-08-01");
        assert!(!day(i64::MAX).is_empty() && !day(i64::MIN).is_empty());
    }

    #[test]
    fn the_oldest_commit_of_a_shallow_clone_says_nothing() {
        assert_eq!(commit(b"12 abc def", true), Some(12));
        assert_eq!(commit(b"12 ", true), None);
        assert_eq!(commit(b"12 ", false), Some(12));
        assert_eq!(commit(b"x", false), None);
    }
}
