//! One save: the events that belong together, and when they are over.
//!
//! A save is many events. Editors write in place, write anew, or write beside
//! and rename; a checkout writes thousands of files. Takes events one by one,
//! says how long to wait for more. Nothing is read or built here.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{Event, EventKind};

use super::scope::Scope;

/// After so long without an event a save is over whose files are all closed.
const CLOSED: Duration = Duration::from_millis(4);
/// The same while a file is open, or gone for a moment.
const QUIET: Duration = Duration::from_millis(80);
/// The same when so many files change that there will be more.
const CROWD_QUIET: Duration = Duration::from_millis(150);
const CROWD: usize = 64;
/// After so long the book is built even while events keep coming.
const LONGEST: Duration = Duration::from_millis(400);
const CROWD_LONGEST: Duration = Duration::from_secs(5);

/// What has changed since the last build.
pub(super) struct Batch {
    files: BTreeSet<PathBuf>,
    /// Written to and not closed, or gone and perhaps soon back.
    open: BTreeSet<PathBuf>,
    /// Come since the last build: when they go, nobody waits for them.
    new: BTreeSet<PathBuf>,
    /// Whether more has changed than the events name.
    all: bool,
    first: Instant,
    last: Instant,
}

impl Batch {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            files: BTreeSet::new(),
            open: BTreeSet::new(),
            new: BTreeSet::new(),
            all: false,
            first: now,
            last: now,
        }
    }

    /// Takes an event in.
    pub(super) fn add(&mut self, event: &Event, scope: &Scope) {
        let known: Vec<PathBuf> = event
            .paths
            .iter()
            .filter_map(|path| scope.concerns(path))
            .collect();
        if event.need_rescan() {
            return self.add_all();
        }
        if known.is_empty() {
            return;
        }
        if self.is_empty() {
            self.first = Instant::now();
        }
        match change(event.kind) {
            Change::None => return,
            Change::Folder => self.all = true,
            Change::Come => {
                self.open.extend(known.iter().cloned());
                self.new.extend(known.iter().cloned());
            }
            Change::Written => self.open.extend(known.iter().cloned()),
            Change::Gone => {
                let (new, old): (Vec<_>, Vec<_>) = known
                    .iter()
                    .cloned()
                    .partition(|path| self.new.contains(path));
                self.open.extend(old);
                self.open.retain(|path| !new.contains(path));
            }
            Change::Closed => self.open.retain(|path| !known.contains(path)),
            Change::Renamed => {
                if let [from, to] = event.paths.as_slice() {
                    self.open.extend(scope.concerns(from));
                    if let Some(to) = scope.concerns(to) {
                        self.open.remove(&to);
                        self.new.insert(to);
                    }
                }
            }
            Change::Other => {}
        }
        self.last = Instant::now();
        self.files.extend(known);
    }

    /// Something has changed, and nobody knows what.
    pub(super) fn add_all(&mut self) {
        if self.is_empty() {
            self.first = Instant::now();
        }
        self.last = Instant::now();
        self.all = true;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && !self.all
    }

    /// How much longer to wait for another event; nothing when the save is
    /// over.
    pub(super) fn wait(&self) -> Option<Duration> {
        let crowd = self.files.len() > CROWD;
        let (quiet, longest) = match (crowd, self.open.is_empty() && !self.all) {
            (true, _) => (CROWD_QUIET, CROWD_LONGEST),
            (false, true) => (CLOSED, LONGEST),
            (false, false) => (QUIET, LONGEST),
        };
        let left = quiet.checked_sub(self.last.elapsed())?;
        let most = longest.checked_sub(self.first.elapsed())?;
        Some(left.min(most)).filter(|left| !left.is_zero())
    }

    /// The files that may have changed; nothing when any may have.
    pub(super) fn files(self) -> Option<BTreeSet<PathBuf>> {
        (!self.all).then_some(self.files)
    }
}

/// What an event says about its files.
enum Change {
    /// Nothing: the book was read.
    None,
    /// A folder with everything in it came or went.
    Folder,
    /// A file that is new: more is to come.
    Come,
    /// More is to come.
    Written,
    /// It may be back soon.
    Gone,
    /// It is whole.
    Closed,
    /// The second of two is whole, the first is gone.
    Renamed,
    Other,
}

fn change(kind: EventKind) -> Change {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Change::Closed,
        EventKind::Access(_) => Change::None,
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => {
            Change::Folder
        }
        EventKind::Create(_) => Change::Come,
        EventKind::Modify(ModifyKind::Data(_)) => Change::Written,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => {
            Change::Gone
        }
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Change::Closed,
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => Change::Renamed,
        EventKind::Modify(_) | EventKind::Any | EventKind::Other => Change::Other,
    }
}
