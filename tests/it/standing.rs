//! A server that starts where another one stopped serves what stands at once,
//! and never what is old.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use docent::pipeline;
use docent::site::write::Body;
use proptest::prelude::*;

use crate::increments::{Edit, Followed, SETTLED, edits, starts};
use crate::support::book::Book;
use crate::support::server::Server;

fn a_book() -> Book {
    let book = Book::of(&[("content/index.md", "# Home\n\nFirst words.\n")]);
    sleep(SETTLED);
    book
}

#[test]
fn a_server_starts_with_what_the_last_one_left_and_builds_behind_it() {
    let book = a_book();
    let first = Server::start(&book).unwrap();
    assert!(!first.stood());
    first.stop();
    let second = Server::start(&book).unwrap();
    assert!(second.stood(), "{:?}", second.first);
    assert!(second.page("index.html").contains("First words."));
    second.wait_for("Built");
    second.wait_for("Indexed");
    assert!(second.page("api/search?q=words").contains("index.html"));
    book.write("content/index.md", "# Home\n\nSecond words.\n");
    second.wait_until_page_says("index.html", "Second words.");
}

#[test]
fn a_server_starts_with_what_docent_build_left() {
    let book = a_book();
    let build = Command::new(env!("CARGO_BIN_EXE_docent"))
        .args(["build", "--no-embeddings"])
        .current_dir(book.root())
        .output()
        .unwrap();
    assert!(build.status.success());
    let server = Server::start(&book).unwrap();
    assert!(server.stood(), "{:?}", server.first);
}

#[test]
fn what_was_saved_while_a_server_ran_stands_at_the_next_start() {
    let book = a_book();
    let first = Server::start(&book).unwrap();
    book.write("content/index.md", "# Home\n\nSecond words.\n");
    first.wait_until_page_says("index.html", "Second words.");
    sleep(SETTLED);
    first.stop();
    let second = Server::start(&book).unwrap();
    assert!(second.stood(), "{:?}", second.first);
    assert!(second.page("index.html").contains("Second words."));
}

#[test]
fn what_was_saved_while_no_server_ran_is_built_before_it_is_served() {
    let book = a_book();
    Server::start(&book).unwrap().stop();
    book.write("content/index.md", "# Home\n\nSecond words.\n");
    let second = Server::start(&book).unwrap();
    assert!(!second.stood());
    assert!(second.page("index.html").contains("Second words."));
}

#[test]
fn a_site_that_others_have_touched_does_not_stand() {
    let book = a_book();
    Server::start(&book).unwrap().stop();
    book.write("book/index.html", "not ours");
    let second = Server::start(&book).unwrap();
    assert!(!second.stood());
    assert!(second.page("index.html").contains("First words."));
}

/// An edit, whether a server runs meanwhile, how long it goes on, in
/// milliseconds, and whether it is killed then.
type Step = (Edit, bool, u64, bool);

#[test]
fn whenever_servers_are_stopped_what_stands_is_what_a_clean_build_makes() {
    let steps = prop::collection::vec((edits(), any::<bool>(), 0_u64..400, any::<bool>()), 1..5);
    let mut config = ProptestConfig::with_cases(24);
    config.source_file = Some(file!());
    config.max_shrink_iters = 40;
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let stood = Cell::new(0);
    let states = (0..starts().len(), steps);
    let check = |(start, steps): (usize, Vec<Step>)| {
        let followed = Followed::new(&starts()[start]);
        for step in &steps {
            take(&followed, step);
        }
        sleep(SETTLED);
        let before = files_below(&followed.book.file("book"));
        let Some(server) = Server::start(&followed.book) else {
            return Ok(());
        };
        if server.stood() {
            stood.set(stood.get() + 1);
            assert_is_clean(&followed.book, &before);
        }
        Ok(())
    };
    // On a machine that is busy with much else few servers get far enough.
    for _ in 0..4 {
        if let Err(error) = runner.run(&states, check) {
            panic!("{error}");
        }
        if stood.get() > 0 {
            return;
        }
    }
    panic!("no server ever started with what stood");
}

fn take(followed: &Followed, (edit, is_running, wait, is_killed): &Step) {
    let server = is_running.then(|| Server::start(&followed.book)).flatten();
    followed.apply(edit);
    sleep(Duration::from_millis(*wait));
    match server {
        Some(server) if !is_killed => server.stop(),
        server => drop(server),
    }
}

fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(folder).into_iter().flatten();
    let files = walk.filter(|entry| entry.file_type().is_file());
    let file = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(folder).unwrap();
        (
            path.display().to_string(),
            fs_err::read(entry.path()).unwrap(),
        )
    };
    files.map(file).collect()
}

fn assert_is_clean(book: &Book, found: &BTreeMap<String, Vec<u8>>) {
    let (mut config, _) = pipeline::configure(book.root()).unwrap();
    config.html.site_url = None;
    let clean = pipeline::build(config).unwrap();
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    let wanted: Vec<&str> = clean.output.keys().map(|path| &**path).collect();
    let names: Vec<&str> = names
        .into_iter()
        .filter(|name| *name != ".docent-manifest")
        .collect();
    assert_eq!(names, wanted);
    for (path, body) in &clean.output {
        let bytes = match body {
            Body::Bytes(bytes) => bytes.to_vec(),
            Body::File(file) => fs_err::read(file).unwrap(),
        };
        assert!(found[&**path] == bytes, "{path} is old");
    }
}
