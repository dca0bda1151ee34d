//! The same book gives the same bytes: in any folder, at any time, under any
//! locale, on any number of threads, the indexes included.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::cache::files;
use crate::increments::starts;

/// Where and when a build runs.
struct Place {
    folder: &'static str,
    variables: &'static [(&'static str, &'static str)],
    /// How long ago the first file was written, and how much later each next
    /// one, in seconds.
    age: u64,
    step: u64,
    /// Whether the files were written in another order.
    backwards: bool,
}

const PLACES: [Place; 4] = [
    Place {
        folder: "book",
        variables: &[("RAYON_NUM_THREADS", "1"), ("LC_ALL", "C"), ("TZ", "UTC")],
        age: 1_000,
        step: 0,
        backwards: false,
    },
    Place {
        folder: "deep/er/another folder",
        variables: &[
            ("RAYON_NUM_THREADS", "2"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("TZ", "Pacific/Kiritimati"),
        ],
        age: 900_000_000,
        step: 86_400,
        backwards: true,
    },
    Place {
        folder: "z",
        variables: &[
            ("RAYON_NUM_THREADS", "8"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANG", "ja_JP"),
            ("TZ", "America/Anchorage"),
            ("SOURCE_DATE_EPOCH", "1"),
        ],
        age: 0,
        step: 0,
        backwards: false,
    },
    Place {
        folder: "once more",
        variables: &[("RAYON_NUM_THREADS", "8"), ("TZ", "Asia/Kathmandu")],
        age: 1,
        step: 0,
        backwards: true,
    },
];

/// What a build there leaves: the site, and the index on the disk.
fn built(book: &BTreeMap<PathBuf, Vec<u8>>, place: &Place) -> BTreeMap<PathBuf, Vec<u8>> {
    let temporary = TempDir::new().unwrap();
    let root = temporary.path().join(place.folder);
    let mut paths: Vec<&PathBuf> = book.keys().collect();
    if place.backwards {
        paths.reverse();
    }
    let mut time = SystemTime::now() - Duration::from_secs(place.age);
    for path in paths {
        let file = root.join(path);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(&file, &book[path]).unwrap();
        let opened = fs_err::OpenOptions::new().write(true).open(&file).unwrap();
        opened.file().set_modified(time).unwrap();
        time += Duration::from_secs(place.step);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_docent"))
        .args(["build", "--no-embeddings"])
        .envs(place.variables.iter().copied())
        .current_dir(&root)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("Built"), "{said}");
    let folder = |name: &str| {
        let prefix = PathBuf::from(name);
        let files = files(&root.join(name)).into_iter();
        files.map(move |(path, bytes)| (prefix.join(path), bytes))
    };
    let folders = ["book", "site", ".docent/index"].map(folder);
    folders.into_iter().flatten().collect()
}

fn assert_same_everywhere(book: &BTreeMap<PathBuf, Vec<u8>>) {
    let [first, others @ ..] = &PLACES;
    let wanted = built(book, first);
    let has = |part: &str| {
        let mut paths = wanted.keys();
        paths.any(|path| path.to_string_lossy().contains(part))
    };
    assert!(has("/assets/search/") && has(".docent/index/"), "no index");
    for place in others {
        let found = built(book, place);
        let names = |files: &BTreeMap<PathBuf, Vec<u8>>| -> Vec<PathBuf> {
            files.keys().cloned().collect()
        };
        assert_eq!(names(&found), names(&wanted), "{}", place.folder);
        for (path, bytes) in &wanted {
            assert!(
                found[path] == *bytes,
                "{}: {}",
                place.folder,
                path.display()
            );
        }
    }
}

fn of(files: &[(&str, &str)]) -> BTreeMap<PathBuf, Vec<u8>> {
    let file = |(path, text): &(&str, &str)| (PathBuf::from(path), text.as_bytes().to_vec());
    files.iter().map(file).collect()
}

#[test]
fn a_book_of_all_kinds_is_the_same_everywhere() {
    let mut book = of(&starts()[0]);
    book.extend(of(&[
        ("book.toml", "[book]\ntitle = \"A book\"\n"),
        ("content/shared.md", "Shared words.\n"),
        (
            "content/Ähnlich.md",
            "# Ähnlich\n\nİstanbul, ISTANBUL, straße, STRASSE.\n",
        ),
        ("content/ähnlich/index.md", "# ähnlich\n\nı i İ I.\n"),
        (
            "content/zebra.md",
            "---\ntags: [b, a, Ä]\n---\n# Zebra\n\n## 10\n\n## 9\n",
        ),
    ]));
    assert_same_everywhere(&book);
}

#[test]
fn a_site_with_posts_and_tags_is_the_same_everywhere() {
    let settings = "site_name: Birds\nplugins:\n  - search\n  - tags\n  - blog\n";
    let post = |date: &str, title: &str| {
        format!(
            "---\ndate: {date}\ncategories: [News]\ntags: [b, a]\n---\n# {title}\n\n\
             First lines.\n\n<!-- more -->\n\nThe rest of {title}.\n"
        )
    };
    let (one, two) = (post("2024-01-31", "One"), post("2024-02-01", "Two"));
    assert_same_everywhere(&of(&[
        ("mkdocs.yml", settings),
        ("docs/index.md", "# Home\n"),
        ("docs/tags.md", "# Tags\n"),
        ("docs/blog/index.md", "# Blog\n"),
        ("docs/blog/posts/one.md", &one),
        ("docs/blog/posts/two.md", &two),
    ]));
}

#[test]
fn this_projects_own_documentation_is_the_same_everywhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut book: BTreeMap<PathBuf, Vec<u8>> = files(&root.join("content"))
        .into_iter()
        .map(|(path, bytes)| (Path::new("content").join(path), bytes))
        .collect();
    let settings = fs_err::read(root.join("book.toml")).unwrap();
    book.insert(PathBuf::from("book.toml"), settings);
    assert_same_everywhere(&book);
}
