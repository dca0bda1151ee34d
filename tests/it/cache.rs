//! What docent keeps in its cache folder may be deleted, damaged or written by
//! two at once: the site and the search come out the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::support::book::Book;
use crate::support::server::Server;

const FILES: &[(&str, &str)] = &[
    (
        "content/index.md",
        "# Home\n\nSee [herons](birds/heron.md).\n",
    ),
    (
        "content/birds/heron.md",
        "# Herons\n\nThey stand in shallow water.\n\n## Food\n\nFish.\n",
    ),
    (
        "content/birds/egret.md",
        "# Egrets\n\nThey are white. See [nothing](no.md).\n",
    ),
    (
        "content/logo.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    ),
];

fn docent(book: &Book, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docent"));
    command.args(arguments).current_dir(book.root());
    command
}

fn build(book: &Book) -> Output {
    docent(book, &["build", "--no-embeddings"])
        .output()
        .unwrap()
}

fn searched(book: &Book) -> String {
    let search = ["search", "--no-embeddings", "--json", "shallow water"];
    let found = docent(book, &search).output().unwrap();
    assert!(found.status.success(), "{found:?}");
    String::from_utf8(found.stdout).unwrap()
}

/// The files below a folder, by path.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let walk = walkdir::WalkDir::new(folder).into_iter().flatten();
    let files = walk.filter(|entry| entry.file_type().is_file());
    let read = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(folder).unwrap().to_path_buf();
        (path, fs_err::read(entry.path()).unwrap())
    };
    files.map(read).collect()
}

/// The site without what differs from build to build by its nature.
fn site(book: &Book) -> BTreeMap<PathBuf, Vec<u8>> {
    files(&book.file("book"))
}

type Damage = fn(&Path, &[u8]);

/// What may happen to a file.
const DAMAGES: [(&str, Damage); 5] = [
    ("deleted", |file, _| fs_err::remove_file(file).unwrap()),
    ("emptied", |file, _| fs_err::write(file, "").unwrap()),
    ("cut", |file, bytes| {
        fs_err::write(file, &bytes[..bytes.len() / 2]).unwrap();
    }),
    ("flipped", |file, bytes| {
        let mut bytes = bytes.to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x21;
        fs_err::write(file, bytes).unwrap();
    }),
    ("grown", |file, bytes| {
        fs_err::write(file, [bytes, b"{}"].concat()).unwrap();
    }),
];

/// Says the same about the book every time: the last line has the time.
fn problems(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.split("Built").next().unwrap().to_owned()
}

#[test]
fn whatever_happens_to_a_file_of_the_cache_the_next_build_is_right() {
    let book = Book::of(FILES);
    let first = build(&book);
    let (wanted, found) = (site(&book), searched(&book));
    let cache = book.file(".docent");
    let names: Vec<PathBuf> = files(&cache).into_keys().collect();
    assert!(names.len() >= 2, "{names:?}");
    for (how, damage) in DAMAGES {
        for name in &names {
            // What an earlier damage has done is mended by then.
            let file = cache.join(name);
            let bytes = fs_err::read(&file).unwrap();
            if bytes.is_empty() {
                continue; // A lock.
            }
            damage(&file, &bytes);
            let what = format!("{how}: {}", name.display());
            let again = build(&book);
            assert_eq!(
                again.status.code(),
                first.status.code(),
                "{what}: {again:?}"
            );
            assert_eq!(problems(&again), problems(&first), "{what}");
            assert_eq!(site(&book), wanted, "{what}");
            assert_eq!(searched(&book), found, "{what}");
        }
    }
    fs_err::remove_dir_all(&cache).unwrap();
    fs_err::write(&cache, "a file where the folder was").unwrap();
    let blocked = build(&book);
    assert_eq!(blocked.status.code(), Some(3), "{blocked:?}");
    fs_err::remove_file(&cache).unwrap();
    build(&book);
    assert_eq!(site(&book), wanted);
}

#[test]
fn a_server_goes_on_when_its_cache_is_taken_away_or_damaged() {
    let book = Book::of(FILES);
    let server = Server::start(&book).unwrap();
    server.wait_for("Indexed");
    let cache = book.file(".docent");
    let mut round = 0;
    let mut edit = |server: &Server| {
        round += 1;
        let word = format!("marked{round}word");
        let text = format!("# Egrets\n\nThey are white: {word}.\n");
        book.write("content/birds/egret.md", text);
        server.wait_until_page_says("birds/egret.html", &word);
        server.wait_until_page_says(&format!("api/search?q={word}"), "birds/egret.html");
        assert!(server.page("api/search?q=shallow").contains("heron.html"));
    };
    edit(&server);
    for (how, damage) in DAMAGES {
        for (name, bytes) in files(&cache) {
            if !bytes.is_empty() {
                damage(&cache.join(name), &bytes);
            }
        }
        edit(&server);
        let trouble = server.said();
        let trouble: Vec<_> = trouble
            .iter()
            .filter(|line| line.contains("error:"))
            .collect();
        assert!(trouble.is_empty(), "{how}: {trouble:?}");
    }
    fs_err::remove_dir_all(&cache).unwrap();
    edit(&server);
    server.stop();
    let again = Server::start(&book).unwrap();
    assert!(again.page("birds/egret.html").contains("word."));
    again.wait_for("Indexed");
    assert!(again.page("api/search?q=shallow").contains("heron.html"));
}

#[test]
fn builds_at_once_in_one_folder_end_in_one_right_site() {
    let book = Book::of(FILES);
    build(&book);
    let wanted = site(&book);
    for round in 0..4 {
        fs_err::remove_dir_all(book.file(".docent")).unwrap();
        if round % 2 == 0 {
            fs_err::remove_dir_all(book.file("book")).unwrap();
        }
        let start = |_| -> Child {
            docent(&book, &["build", "--no-embeddings"])
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let all: Vec<Child> = (0..3).map(start).collect();
        for one in all {
            let output = one.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("Built"), "{said}");
        }
        assert_eq!(site(&book), wanted);
        assert!(searched(&book).contains("birds/heron.html"));
    }
}
