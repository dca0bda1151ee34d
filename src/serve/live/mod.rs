//! Watches the book's files and builds it again after a save.
//!
//! An editor's save is many events; `batch` says when it is over. Runs on
//! threads of its own and never touches a request.

mod batch;
mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::PoisonError;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use notify::event::Flag;
use notify::{
    ErrorKind, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher,
};

use super::{Notice, State, indexing, rebuild};
use batch::Batch;
use scope::Scope;

/// How often the files are looked at where the system cannot tell.
const POLL: Duration = Duration::from_secs(1);

/// What a watcher says.
pub type Seen = notify::Result<Event>;

/// What tells a wish from a loss of events.
const ASKED: &str = "asked";

/// Says that anything may have changed.
pub(super) fn anything() -> Seen {
    Ok(Event::new(EventKind::Other)
        .set_flag(Flag::Rescan)
        .set_info(ASKED))
}

/// Starts watching and indexing. Returns once changes are noticed.
///
/// # Errors
/// When no thread can be started.
pub fn start(state: &State) -> anyhow::Result<()> {
    let (wake, woken) = mpsc::channel();
    let (send, events) = mpsc::channel();
    let again = &state.shared.again;
    *again.lock().unwrap_or_else(PoisonError::into_inner) = Some(send.clone());
    let mut watch = Watch::new(state.clone(), send);
    watch.follow();
    let indexer = state.clone();
    thread::Builder::new()
        .name("index".to_owned())
        .spawn(move || indexing::follow(&indexer, &woken))
        .context("starting the thread that indexes")?;
    thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || watch.run(&events, &wake))
        .context("starting the thread that watches the files")?;
    Ok(())
}

/// The folders and files that the book is made of.
struct Watch {
    state: State,
    watcher: Option<Box<dyn Watcher + Send>>,
    events: Sender<Seen>,
    polling: bool,
    /// What was said; once is enough.
    said: BTreeSet<String>,
    /// Those that are watched, with whether what lies deeper is, too.
    folders: BTreeMap<PathBuf, bool>,
    scope: Scope,
}

impl Watch {
    fn new(state: State, events: Sender<Seen>) -> Self {
        let scope = Scope::of(&state.snapshot().build.config);
        let mut watch = Self {
            state,
            watcher: None,
            events,
            polling: false,
            said: BTreeSet::new(),
            folders: BTreeMap::new(),
            scope,
        };
        let send = watch.events.clone();
        let handler = move |seen: Seen| drop(send.send(seen));
        match RecommendedWatcher::new(handler, notify::Config::default()) {
            Ok(watcher) => watch.watcher = Some(Box::new(watcher)),
            Err(error) => watch.poll(&error),
        }
        watch
    }

    /// Looks at the files every second from now on, since the system does not
    /// tell of changes.
    fn poll(&mut self, why: &notify::Error) {
        if self.polling {
            // What the watcher that is gone had still to say does not count.
            if !matches!(why.kind, ErrorKind::MaxFilesWatch) {
                self.say(format!("a part of the book is not watched: {why}"));
            }
            return;
        }
        self.polling = true;
        self.folders.clear();
        let send = self.events.clone();
        let handler = move |seen: Seen| drop(send.send(seen));
        // Times have seconds there: two saves within one would be one, and a
        // clock that was set back would hide a save.
        let config = notify::Config::default()
            .with_poll_interval(POLL)
            .with_compare_contents(true);
        let message = match PollWatcher::new(handler, config) {
            Ok(watcher) => {
                self.watcher = Some(Box::new(watcher));
                format!("{}; looking at the files every second instead", reason(why))
            }
            Err(error) => {
                format!("changes are not noticed: {error}; restart the server to see them")
            }
        };
        self.say(message);
    }

    fn say(&mut self, message: String) {
        if !self.said.contains(&message) {
            self.state.log(&Notice::Watching(message.clone()));
            self.said.insert(message);
        }
    }

    /// Events were lost, and with them folders that have come since: all is
    /// watched anew, and looked at.
    fn recover(&mut self) {
        self.folders.clear();
        self.follow();
        let lost = "so many files changed at once that the system lost count; all are looked at";
        self.say(lost.to_owned());
    }

    /// Watches what the newest book is made of.
    fn follow(&mut self) {
        self.scope = Scope::of(&self.state.snapshot().build.config);
        let wanted = self.scope.folders();
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        let is_over = |(folder, deep): &(&PathBuf, &bool)| wanted.get(*folder) != Some(*deep);
        for (folder, _) in self.folders.iter().filter(is_over) {
            // It may be gone already, and its watch with it.
            let _ = watcher.unwatch(folder);
        }
        let mut failed = None;
        self.folders
            .retain(|folder, deep| wanted.get(folder) == Some(deep));
        for (folder, deep) in wanted {
            if self.folders.contains_key(&folder) {
                continue;
            }
            let mode = if deep {
                RecursiveMode::Recursive
            } else {
                RecursiveMode::NonRecursive
            };
            match watcher.watch(&folder, mode) {
                Ok(()) => drop(self.folders.insert(folder, deep)),
                Err(error) => failed = Some(error),
            }
        }
        if let Some(error) = failed {
            let again = !self.polling;
            self.poll(&error);
            if again {
                self.follow();
            }
        }
    }

    fn run(mut self, events: &Receiver<Seen>, wake: &Sender<()>) {
        let mut batch = Batch::new();
        // Whatever changed between the first build and the first watch.
        let mut wanted = self.state.is_current();
        if !wanted {
            batch.add_all();
        }
        loop {
            let seen = match batch.wait().filter(|_| !batch.is_empty()) {
                Some(left) => events.recv_timeout(left),
                None if batch.is_empty() => {
                    events.recv().map_err(|_| RecvTimeoutError::Disconnected)
                }
                None => Err(RecvTimeoutError::Timeout),
            };
            match seen {
                Ok(seen) => self.notice(&mut batch, &seen),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    if self.state.is_closing() {
                        return;
                    }
                    let files = std::mem::replace(&mut batch, Batch::new()).files();
                    rebuild::rebuild(&self.state, files.as_ref(), wanted);
                    // The first look mostly finds what is built already.
                    wanted = true;
                    if wake.send(()).is_err() {
                        return;
                    }
                    self.follow();
                }
            }
        }
    }

    /// Takes into the batch what an event says.
    fn notice(&mut self, batch: &mut Batch, seen: &Seen) {
        match seen {
            Ok(event) => {
                // A folder that is made anew has lost its watch.
                if !event.kind.is_access() {
                    self.folders
                        .retain(|folder, _| !event.paths.contains(folder));
                }
                if event.need_rescan() && event.info() != Some(ASKED) {
                    self.recover();
                }
                batch.add(event, &self.scope);
            }
            // Who looks every second says every second what cannot be read.
            Err(error) if self.polling => self.poll(error),
            Err(error) => {
                if matches!(error.kind, ErrorKind::MaxFilesWatch | ErrorKind::Io(_)) {
                    self.poll(error);
                    self.follow();
                }
                batch.add_all();
            }
        }
    }
}

/// Why the system does not tell of changes, with what could be done about it.
fn reason(why: &notify::Error) -> String {
    if matches!(why.kind, ErrorKind::MaxFilesWatch) {
        let setting = if cfg!(target_os = "linux") {
            " (`fs.inotify.max_user_watches`)"
        } else {
            ""
        };
        return format!("the system watches no more folders than these{setting}");
    }
    format!("the system does not tell of changes ({why})")
}

#[cfg(test)]
mod tests;
