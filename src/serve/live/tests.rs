//! What a watch does when the system does not tell of everything.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use notify::event::Flag;
use notify::{Error, Event, EventKind};
use tempfile::TempDir;

use super::batch::Batch;
use super::{Watch, anything};
use crate::pipeline;
use crate::serve::{Callbacks, Model, State};

/// A watch of a small book, and what is said of it.
fn watch() -> (TempDir, Watch, Arc<Mutex<Vec<String>>>) {
    let folder = TempDir::new().unwrap();
    fs_err::create_dir(folder.path().join("content")).unwrap();
    fs_err::write(folder.path().join("book.toml"), "[book]\n").unwrap();
    fs_err::write(folder.path().join("content/index.md"), "# Home\n").unwrap();
    let (config, _) = pipeline::configure(folder.path()).unwrap();
    let root = folder.path().to_path_buf();
    let said: Arc<Mutex<Vec<String>>> = Arc::default();
    let saying = said.clone();
    let callbacks = Callbacks {
        configure: Box::new(move || pipeline::configure(&root)),
        index: Box::new(|_, _| anyhow::bail!("not wanted")),
        answer: Box::new(|_, _| Ok(())),
        waits: Box::new(|_| false),
        model: Box::new(|| Model::None),
        log: Box::new(move |notice| saying.lock().unwrap().push(format!("{notice:?}"))),
    };
    let state = State::in_memory(pipeline::build(config).unwrap(), callbacks);
    let (send, _) = mpsc::channel();
    let mut watch = Watch::new(state, send);
    watch.follow();
    (folder, watch, said)
}

#[test]
fn lost_events_are_told_once_and_everything_is_looked_at_each_time() {
    let (_folder, mut watch, said) = watch();
    let lost = || Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan));
    for _ in 0..3 {
        let mut batch = Batch::new();
        watch.notice(&mut batch, &lost());
        assert!(!batch.is_empty());
        assert_eq!(batch.files(), None, "any file may have changed");
        assert!(!watch.folders.is_empty(), "the folders are watched again");
    }
    let said = said.lock().unwrap();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("lost count"), "{said:?}");
}

#[test]
fn who_asks_for_a_build_is_not_told_that_events_were_lost() {
    let (_folder, mut watch, said) = watch();
    let mut batch = Batch::new();
    watch.notice(&mut batch, &anything());
    assert_eq!(batch.files(), None);
    assert!(said.lock().unwrap().is_empty());
}

#[test]
fn where_the_system_watches_no_more_the_files_are_looked_at_every_second() {
    let (folder, mut watch, said) = watch();
    let full = || {
        let error = Error::new(notify::ErrorKind::MaxFilesWatch);
        Err(error.add_path(folder.path().join("content/new")))
    };
    let mut batch = Batch::new();
    watch.notice(&mut batch, &full());
    assert_eq!(batch.files(), None, "any file may have changed meanwhile");
    assert!(watch.polling && !watch.folders.is_empty());
    let mut batch = Batch::new();
    for _ in 0..3 {
        watch.notice(&mut batch, &full());
    }
    assert!(batch.is_empty(), "the other watcher is gone");
    let said = said.lock().unwrap();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("every second"), "{said:?}");
}
