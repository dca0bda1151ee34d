//! Watches the book's files and builds it again after a save.
//!
//! An editor's save is many events; a quiet moment ends it. Runs on threads
//! of its own and never touches a request.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use notify::event::{AccessKind, AccessMode};
use notify::{
    ErrorKind, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher,
};

use super::{Notice, State, rebuild};
use crate::config::Config;

/// After so long without an event a save is over.
const QUIET: Duration = Duration::from_millis(30);
/// After so long the book is built even while events keep coming.
const LONGEST: Duration = Duration::from_millis(300);
/// How often the files are looked at where the system cannot tell.
const POLL: Duration = Duration::from_secs(1);

type Seen = notify::Result<Event>;

/// Starts watching and indexing. Returns once changes are noticed.
///
/// # Errors
/// When no thread can be started.
pub fn start(state: &State) -> anyhow::Result<()> {
    let (wake, woken) = mpsc::channel();
    let (send, events) = mpsc::channel();
    let mut watch = Watch::new(state.clone(), send);
    watch.follow();
    let indexer = state.clone();
    thread::Builder::new()
        .name("index".to_owned())
        .spawn(move || rebuild::index(&indexer, &woken))
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
            let message = format!("a part of the book is not watched: {why}");
            return self.state.log(&Notice::Trouble(message));
        }
        self.polling = true;
        self.folders.clear();
        let send = self.events.clone();
        let handler = move |seen: Seen| drop(send.send(seen));
        let config = notify::Config::default().with_poll_interval(POLL);
        let message = match PollWatcher::new(handler, config) {
            Ok(watcher) => {
                self.watcher = Some(Box::new(watcher));
                format!("the system does not tell of changes ({why}); looking every second instead")
            }
            Err(error) => {
                format!("changes are not noticed: {error}; restart the server to see them")
            }
        };
        self.state.log(&Notice::Trouble(message));
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
        while let Ok(seen) = events.recv() {
            if !self.concerns(&seen) {
                continue;
            }
            let first = Instant::now();
            let mut last = first;
            while last.elapsed() < QUIET && first.elapsed() < LONGEST {
                match events.recv_timeout(QUIET.saturating_sub(last.elapsed())) {
                    Ok(seen) if self.concerns(&seen) => last = Instant::now(),
                    Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            if self.state.is_closing() {
                return;
            }
            rebuild::rebuild(&self.state);
            self.follow();
            if wake.send(()).is_err() {
                return;
            }
        }
    }

    /// Whether the book may be another one now.
    fn concerns(&mut self, seen: &Seen) -> bool {
        let event = match seen {
            Ok(event) => event,
            Err(error) => {
                if matches!(error.kind, ErrorKind::MaxFilesWatch | ErrorKind::Io(_)) {
                    self.poll(error);
                    self.follow();
                }
                return true;
            }
        };
        match event.kind {
            // Reading the book, as building does, changes nothing.
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => {}
            EventKind::Access(_) => return false,
            // A folder that is made anew has lost its watch.
            EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(_) => {
                self.folders
                    .retain(|folder, _| !event.paths.contains(folder));
            }
            _ => {}
        }
        event.need_rescan() || event.paths.iter().any(|path| self.scope.concerns(path))
    }
}

/// Which files make a difference to the book.
struct Scope {
    root: PathBuf,
    /// Watched with everything below them.
    deep: Vec<PathBuf>,
    /// Single files, whose folders are watched.
    files: Vec<PathBuf>,
    /// What docent writes itself.
    own: [PathBuf; 2],
}

impl Scope {
    fn of(config: &Config) -> Self {
        let mut deep = vec![real(&config.src), real(&config.root.join("themes"))];
        let extra = config.build.extra_watch_dirs.iter();
        deep.extend(extra.map(|folder| real(&config.root.join(folder))));
        let html = &config.html;
        let own = html.additional_css.iter().chain(&html.additional_js);
        let mut files: Vec<PathBuf> = config.read_from.iter().map(|file| real(file)).collect();
        files.extend(own.map(|file| real(&config.root.join(file))));
        Self {
            root: real(&config.root),
            deep,
            files,
            own: [real(&config.build_dir), real(&config.cache_dir)],
        }
    }

    /// The folders to watch, with whether to watch what lies deeper.
    fn folders(&self) -> BTreeMap<PathBuf, bool> {
        let parents = self.files.iter().filter_map(|file| file.parent());
        let shallow = parents.chain([self.root.as_path()]);
        let mut folders: BTreeMap<PathBuf, bool> = shallow
            .map(|folder| (folder.to_path_buf(), false))
            .collect();
        folders.extend(self.deep.iter().map(|folder| (folder.clone(), true)));
        folders.retain(|folder, _| folder.is_dir());
        folders
    }

    fn concerns(&self, path: &Path) -> bool {
        if self.own.iter().any(|own| path.starts_with(own)) {
            return false;
        }
        let below = self
            .deep
            .iter()
            .find_map(|folder| path.strip_prefix(folder).ok());
        match below {
            // The content's walk passes hidden files over, too.
            Some(below) => !below
                .iter()
                .any(|part| part.to_string_lossy().starts_with('.')),
            None => self.files.iter().any(|file| file == path),
        }
    }
}

/// The path as events spell it: without links.
fn real(path: &Path) -> PathBuf {
    fs_err::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Scope;

    #[test]
    fn what_docent_writes_and_hidden_files_concern_nobody() {
        let scope = Scope {
            root: PathBuf::from("/b"),
            deep: vec![PathBuf::from("/b/content"), PathBuf::from("/b/themes")],
            files: vec![PathBuf::from("/b/book.toml"), PathBuf::from("/b/own.css")],
            own: [PathBuf::from("/b/book"), PathBuf::from("/b/content/.cache")],
        };
        for (path, concerns) in [
            ("/b/content/a.md", true),
            ("/b/content", true),
            ("/b/themes/default/page.html", true),
            ("/b/book.toml", true),
            ("/b/own.css", true),
            ("/b/README.md", false),
            ("/b/book/a.html", false),
            ("/b/content/.cache/x", false),
            ("/b/content/.a.md.swp", false),
            ("/b/content/.git/index", false),
        ] {
            assert_eq!(scope.concerns(Path::new(path)), concerns, "{path}");
        }
    }
}
