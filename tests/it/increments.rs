//! Whatever the order of edits, a build that takes over what an earlier one
//! made ends in the same bytes and the same messages as one from nothing.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use docent::config::Config;
use docent::diagnostic::Diagnostic;
use docent::index::{Embedder, Index};
use docent::pipeline::{self, Build};
use docent::site::write::Body;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::shards::assert_finds_the_same;
use crate::support::book::{Book, shown};
use crate::support::embedders::HashedWords;

/// The pages that edits choose from; some differ only by case.
const PAGES: &[&str] = &[
    "content/index.md",
    "content/how-to/one.md",
    "content/how-to/One.md",
    "content/how-to/two.md",
    "content/reference/keys.md",
    "content/reference/deep/keys.md",
    "content/reference/deep/README.md",
    "content/tutorials/first.md",
    "content/notes.md",
    "content/404.md",
];

/// What pages are made of. Links lead to pages, to sections, to files, to
/// nothing and out of the book.
const PARTS: &[&str] = &[
    "# First heading\n\n",
    "# Another title\n\n",
    "## A section\n\n",
    "## A section\n\nagain\n\n",
    "### Deeper {#own-id}\n\n",
    "Some words of a paragraph.\n\n",
    "Other words here, `code` and *all*.\n\n",
    "See [one](/how-to/one.md) and [its section](/how-to/one.md#a-section).\n\n",
    "See [the keys](../reference/keys.md#own-id).\n\n",
    "See [nothing](/how-to/nowhere.md) and [no id](/reference/keys.md#nothing).\n\n",
    "See [out](../../../elsewhere.md).\n\n",
    "[keys]: /reference/keys.md\n\nSee [keys].\n\n",
    "![A picture](/images/a.svg)\n\n",
    "{{#include /../shared.txt}}\n\n",
    "{{#include shared.md}}\n\n",
    "{{< note >}}\n\n",
    ":material-star: text\n\n",
    "> [!NOTE]\n> An alert.\n\n",
    "```rust\nfn main() {}\n```\n\n",
    "- [x] done\n- [ ] not\n\n",
    "Text[^1].\n\n[^1]: A note.\n\n",
    "<div id=\"raw\">raw</div>\n\n",
    "$$ x^2 $$\n\n",
    "# Signing keys\n\n",
    "## Rotating signing keys {#fixed}\n\n",
    "## Colours of feathers {#fixed}\n\n",
];

/// Headings of one id, so that a page says something else of what it is about
/// and leads to the same places.
const HEADINGS: &[&str] = &[
    "## Rotating signing keys {#fixed}\n\n",
    "## Colours of feathers {#fixed}\n\n",
    "## First heading {#fixed}\n\n",
];

const FRONTS: &[&str] = &[
    "",
    "---\ntitle: A title\n---\n",
    "---\ntitle: Another\nweight: 2\n---\n",
    "---\nkind: reference\n---\n",
    "---\ndescription: What it is about.\n---\n",
    "---\ndraft: true\n---\n",
    "---\nodd: key\n---\n",
    "---\nsearch: false\nweight: 1\n---\n",
    "---\ntitle: [wrong\n---\n",
];

const CONFIGS: &[&str] = &[
    "[book]\ntitle = \"A book\"\n",
    "[book]\ntitle = \"Another name\"\nlanguage = \"de\"\n",
    "[book]\ntitle = \"A book\"\n[output.html]\nsite-url = \"https://example.org/docs/\"\n",
    "[book]\ntitle = \"A book\"\n[output.html.fold]\nenable = true\n",
    "[book]\ntitle = \"A book\"\n[output.html.redirect]\n\"/old.html\" = \"/how-to/one.html\"\n\
     \"/how-to/two.html#gone\" = \"/reference/keys.html#own-id\"\n",
    "[book]\ntitle = \"A book\"\n[output.html.print]\nenable = false\n",
    "[book]\ntitle = \"A book\"\n[search]\nsynonyms = [[\"hues\", \"colours\"], [\"turn\", \"rotating\"]]\n",
    "[book]\ntitle = \"A book\"\n[search]\nsynonyms = [[\"hues\", \"first heading\"]]\n",
    "[book\n",
];

const SUMMARIES: &[&str] = &[
    "# Summary\n\n- [Start](index.md)\n- [One](how-to/one.md)\n  - [Two](how-to/two.md)\n",
    "# Summary\n\n[Start](index.md)\n\n# Part\n\n- [Keys](reference/keys.md)\n- [Draft]()\n",
    "# Summary\n\n- [Notes](notes.md)\n- [Nowhere](nowhere.md)\n",
];

const TEMPLATES: &[&str] = &[
    "{% extends \"base.html\" %}{% block main %}<main><h1>{{ title }}</h1>{{ body }}</main>{% endblock %}",
    "<h1>{{ title }}</h1>{% for item in toc %}{{ item.title }}{% endfor %}{{ body }}",
    "{{ title",
];

const PICTURES: &[&str] = &[
    "<svg width=\"10\" height=\"20\"></svg>",
    "<svg width=\"30\" height=\"20\"></svg>",
    "no picture",
];

/// One change of one file.
#[derive(Debug, Clone)]
pub enum Edit {
    Page {
        page: usize,
        front: usize,
        parts: Vec<usize>,
    },
    Append {
        page: usize,
        part: usize,
    },
    /// The heading with an id of its own has other words, or is new.
    Reword {
        page: usize,
        heading: usize,
    },
    Delete {
        page: usize,
    },
    Move {
        from: usize,
        to: usize,
    },
    /// A page gets the name of another one but for its case.
    RenameByCase {
        back: bool,
    },
    /// A folder moves with everything in it.
    MoveFolder {
        back: bool,
    },
    Shared {
        part: usize,
    },
    Config {
        which: usize,
    },
    Summary {
        which: Option<usize>,
    },
    Template {
        which: Option<usize>,
    },
    Style {
        which: bool,
    },
    Picture {
        which: Option<usize>,
    },
    /// The page says something else, and its file is as old as before.
    ClockSetBack {
        page: usize,
        part: usize,
    },
}

pub fn edits() -> impl Strategy<Value = Edit> {
    let page = 0..PAGES.len();
    let part = 0..PARTS.len();
    prop_oneof![
        6 => (page.clone(), 0..FRONTS.len(), prop::collection::vec(part.clone(), 0..5))
            .prop_map(|(page, front, parts)| Edit::Page { page, front, parts }),
        8 => (page.clone(), part.clone()).prop_map(|(page, part)| Edit::Append { page, part }),
        5 => (prop::sample::select(vec![1, 4]), 0..HEADINGS.len())
            .prop_map(|(page, heading)| Edit::Reword { page, heading }),
        2 => page.clone().prop_map(|page| Edit::Delete { page }),
        2 => (page.clone(), page.clone()).prop_map(|(from, to)| Edit::Move { from, to }),
        1 => any::<bool>().prop_map(|back| Edit::RenameByCase { back }),
        1 => any::<bool>().prop_map(|back| Edit::MoveFolder { back }),
        2 => part.clone().prop_map(|part| Edit::Shared { part }),
        1 => (0..CONFIGS.len()).prop_map(|which| Edit::Config { which }),
        1 => prop::option::of(0..SUMMARIES.len()).prop_map(|which| Edit::Summary { which }),
        1 => prop::option::of(0..TEMPLATES.len()).prop_map(|which| Edit::Template { which }),
        1 => any::<bool>().prop_map(|which| Edit::Style { which }),
        1 => prop::option::of(0..PICTURES.len()).prop_map(|which| Edit::Picture { which }),
        2 => (page, part).prop_map(|(page, part)| Edit::ClockSetBack { page, part }),
    ]
}

/// A book on the disk with the build and the index that follow every edit.
pub struct Followed {
    pub book: Book,
    build: Option<Build>,
    /// What is searched, and where it is kept, when it follows, too.
    index: Option<(Option<Index>, TempDir)>,
    /// How often only single pages were made again.
    touched: usize,
}

impl Followed {
    pub fn new(first: &[(&str, &str)]) -> Self {
        let book = Book::of(first);
        book.write("content/shared.md", "Shared words.\n");
        let mut followed = Self {
            book,
            build: None,
            index: None,
            touched: 0,
        };
        followed.follow(None);
        followed
    }

    /// Follows the edits with the search index, too.
    fn with_index(mut self) -> Self {
        self.index = Some((None, TempDir::new().unwrap()));
        self.follow(None);
        self
    }

    fn write(&self, path: &str, text: &str) -> Vec<PathBuf> {
        self.book.write(path, text);
        vec![self.book.file(path)]
    }

    fn remove(&self, path: &str) -> Vec<PathBuf> {
        fs_err::remove_file(self.book.file(path)).ok();
        vec![self.book.file(path)]
    }

    /// Renames a file or a folder, where there is one and it is in nobody's
    /// way.
    fn rename(&self, one: &str, other: &str, back: bool) -> Vec<PathBuf> {
        let (from, to) = if back { (other, one) } else { (one, other) };
        let (from, to) = (self.book.file(from), self.book.file(to));
        if from.exists() && !to.exists() {
            fs_err::create_dir_all(to.parent().unwrap()).unwrap();
            fs_err::rename(&from, &to).unwrap();
        }
        vec![from, to]
    }

    fn put(&self, path: &str, texts: &[&str], which: Option<usize>) -> Vec<PathBuf> {
        match which {
            Some(which) => self.write(path, texts[which]),
            None => self.remove(path),
        }
    }

    /// Does the edit; gives the files that a watcher would name.
    pub fn apply(&self, edit: &Edit) -> Vec<PathBuf> {
        match edit {
            Edit::Page { page, front, parts } => {
                let parts: String = parts.iter().map(|part| PARTS[*part]).collect();
                self.write(PAGES[*page], &format!("{}{parts}", FRONTS[*front]))
            }
            Edit::Append { page, part } => {
                let old = self.text(PAGES[*page]);
                self.write(PAGES[*page], &(old + PARTS[*part]))
            }
            Edit::Reword { page, heading } => {
                let old = self.text(PAGES[*page]);
                let known = HEADINGS.iter().find(|known| old.contains(**known));
                let new = match known {
                    Some(known) => old.replace(known, HEADINGS[*heading]),
                    None => old + HEADINGS[*heading],
                };
                self.write(PAGES[*page], &new)
            }
            Edit::Delete { page } => self.remove(PAGES[*page]),
            Edit::Move { from, to } => {
                let text = self.text(PAGES[*from]);
                let gone = self.remove(PAGES[*from]);
                let new = self.write(PAGES[*to], &text);
                gone.into_iter().chain(new).collect()
            }
            Edit::RenameByCase { back } => self.rename(PAGES[1], PAGES[2], *back),
            Edit::MoveFolder { back } => {
                self.rename("content/reference/deep", "content/how-to/deep", *back)
            }
            Edit::Shared { part } => self.write("content/shared.md", PARTS[*part]),
            Edit::Config { which } => self.write("book.toml", CONFIGS[*which]),
            Edit::Summary { which } => self.put("content/SUMMARY.md", SUMMARIES, *which),
            Edit::Template { which } => self.put("themes/default/page.html", TEMPLATES, *which),
            Edit::Style { which } => {
                let text = if *which { "a { color: red }" } else { "a {}" };
                self.write("themes/default/own.css", text)
            }
            Edit::Picture { which } => self.put("content/images/a.svg", PICTURES, *which),
            Edit::ClockSetBack { page, part } => {
                let file = self.book.file(PAGES[*page]);
                let time = fs_err::metadata(&file).and_then(|data| data.modified());
                let past = SystemTime::now() - Duration::from_secs(86_400);
                let files = self.write(PAGES[*page], PARTS[*part]);
                let options = fs_err::OpenOptions::new().write(true).open(&file).unwrap();
                options.file().set_modified(time.unwrap_or(past)).unwrap();
                files
            }
        }
    }

    fn text(&self, path: &str) -> String {
        fs_err::read_to_string(self.book.file(path)).unwrap_or_default()
    }

    /// As the server does after each save: without a configuration the last
    /// build stays.
    fn follow(&mut self, files: Option<&BTreeSet<PathBuf>>) {
        let Ok((config, _)) = pipeline::configure(self.book.root()) else {
            return;
        };
        self.build = Some(match self.build.take() {
            Some(before) => {
                let (build, touched) = pipeline::follow(config, &before, files).unwrap();
                self.touched += usize::from(touched.is_some());
                build
            }
            None => pipeline::build(config).unwrap(),
        });
        if let (Some((index, cache)), Some(build)) = (&mut self.index, &self.build) {
            *index = Some(indexed(build, index.as_ref(), cache.path()));
        }
    }

    fn assert_is_as_from_nothing(&self) {
        let Ok((config, _)) = pipeline::configure(self.book.root()) else {
            return;
        };
        let clean = pipeline::build(config).unwrap();
        let build = self.build.as_ref().expect("a build");
        assert_eq!(said(&build.diagnostics), said(&clean.diagnostics));
        assert_eq!(build.failed, clean.failed);
        let (is, wanted) = (texts(build), texts(&clean));
        let names = |texts: &BTreeMap<String, String>| texts.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&is), names(&wanted));
        for (path, text) in &wanted {
            let mut pair = is[path].lines().zip(text.lines());
            let first = pair.find(|(is, wanted)| is != wanted);
            assert_eq!(first, None, "{path}");
            assert_eq!(is[path].len(), text.len(), "{path}");
        }
        if let Some((Some(index), _)) = &self.index {
            let cache = TempDir::new().unwrap();
            assert_finds_the_same(index, &indexed(&clean, None, cache.path()), QUERIES);
        }
    }
}

/// What is looked for; some of it stands in pages that edits make.
const QUERIES: &[&str] = &[
    "first heading",
    "colours of feathers",
    "rotate keys",
    "a section again",
    "shared words",
    "code",
    "hues",
    "turn the keys",
];

/// The index of a book, as `docent serve` makes it after each save.
fn indexed(build: &Build, before: Option<&Index>, cache: &Path) -> Index {
    let mut config = Config::clone(&build.config);
    config.cache_dir = cache.to_path_buf();
    let embedder: Arc<dyn Embedder> = Arc::new(HashedWords::default());
    let chunks = pipeline::chunks(build.site.searched(), Some(&*embedder), before);
    pipeline::index(&config, chunks, Some(embedder), before, &|_| {}, &|| false).unwrap()
}

fn said(diagnostics: &[Diagnostic]) -> String {
    shown(diagnostics)
}

fn texts(build: &Build) -> BTreeMap<String, String> {
    let text = |body: &Body| match body {
        Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Body::File(file) => file.display().to_string(),
    };
    let files = build.output.iter();
    files
        .map(|(path, body)| (path.to_string(), text(body)))
        .collect()
}

/// Books that have pages of all kinds, of none, in a summary, and near to each
/// other.
pub fn starts() -> Vec<Vec<(&'static str, &'static str)>> {
    let kinds = vec![
        ("content/index.md", "# Home\n\n[one](how-to/one.md)\n"),
        (
            "content/how-to/one.md",
            "# One\n\n## A section\n\n[keys](../reference/keys.md)\n",
        ),
        (
            "content/how-to/two.md",
            "# Two\n\n[one](one.md#a-section)\n",
        ),
        (
            "content/reference/keys.md",
            "# Keys\n\n### Deeper {#own-id}\n\nText.\n",
        ),
        (
            "content/tutorials/first.md",
            "# First\n\n{{#include ../shared.md}}\n",
        ),
        ("content/images/a.svg", PICTURES[0]),
    ];
    let plain = vec![
        ("content/notes.md", "# Notes\n\n{{#include shared.md}}\n"),
        ("content/404.md", "# Not here\n"),
        (
            "content/b.md",
            "# B\n\n[notes](notes.md) ![](images/a.svg)\n",
        ),
    ];
    let listed = vec![
        ("content/SUMMARY.md", SUMMARIES[0]),
        ("content/index.md", "# Home\n\n[one](how-to/one.md)\n"),
        ("content/how-to/one.md", "# One\n\n## A section\n"),
        ("content/how-to/two.md", "Only text, {{< note >}}.\n"),
        ("content/notes.md", "# Not listed\n"),
    ];
    // One word more in a heading brings the guide to the reference.
    let near = vec![
        ("content/index.md", "# Home\n"),
        (
            "content/how-to/one.md",
            "# Rotate keys\n\n## Colours of feathers {#fixed}\n\n",
        ),
        ("content/how-to/two.md", "# Wade\n"),
        ("content/reference/keys.md", "# Signing keys\n"),
        ("content/notes.md", "# Notes\n"),
    ];
    vec![kinds, plain, listed, near]
}

/// The number of sequences that each of the tests below tries.
const SEQUENCES: u32 = 500;

/// Tries them; gives how often only single pages were made again.
fn try_sequences(named: bool) -> usize {
    let mut config = ProptestConfig::with_cases(SEQUENCES);
    config.source_file = Some(file!());
    config.max_shrink_iters = 400;
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let sequences = (0..starts().len(), prop::collection::vec(edits(), 1..6));
    let touched = Cell::new(0);
    let result = runner.run(&sequences, |(start, edits)| {
        let mut followed = Followed::new(&starts()[start]);
        // The index does not depend on how the edits became known.
        if named {
            followed = followed.with_index();
        }
        for edit in &edits {
            let files: BTreeSet<PathBuf> = followed.apply(edit).into_iter().collect();
            followed.follow(named.then_some(&files));
        }
        followed.assert_is_as_from_nothing();
        touched.set(touched.get() + followed.touched);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    touched.get()
}

#[test]
fn edits_whose_files_the_watcher_names_end_in_the_bytes_of_a_clean_build() {
    // About 150 on average; far fewer would mean that the short way is lost.
    assert!(try_sequences(true) > SEQUENCES as usize / 8);
}

#[test]
fn edits_whose_files_are_not_known_end_in_the_bytes_of_a_clean_build() {
    assert_eq!(try_sequences(false), 0);
}

#[test]
fn a_page_whose_text_alone_changes_is_the_only_one_that_is_made_again() {
    let followed = Followed::new(&starts()[0]);
    let before = followed.build.as_ref().unwrap();
    let page = "content/how-to/two.md";
    let files = followed.write(page, "# Two\n\n[one](one.md#a-section)\n\nNew words.\n");
    let config = Config::clone(&before.config);
    let (_, touched) =
        pipeline::follow(config, before, Some(&files.into_iter().collect())).unwrap();
    let touched = touched.expect("no other page shows the change");
    let mut touched: Vec<&str> = touched.iter().map(|path| &**path).collect();
    touched.sort_unstable();
    assert_eq!(
        touched,
        [
            "how-to/two.html",
            "how-to/two.md",
            "llms-full.txt",
            "print.html"
        ]
    );
}

#[test]
fn a_page_that_is_named_for_all_pages_is_made_alone_and_named_where_it_is_now() {
    let (page, other) = ("content/how-to/one.md", "content/notes.md");
    let odd = "---\nodd: key\n---\n";
    let once = "{{< note >}}\n\n[out](../../../elsewhere.md)\n";
    let text = format!("{odd}# One\n\n{once}");
    let mut followed = Followed::new(&[
        (page, &text),
        ("content/how-to/two.md", &text.replace("One", "Two")),
        ("content/reference/keys.md", "# Keys\n"),
        (other, "# Notes\n"),
    ]);
    let text = format!("{odd}# One\n\nNew words.\n\n{once}");
    let files: BTreeSet<PathBuf> = followed.write(page, &text).into_iter().collect();
    followed.follow(Some(&files));
    assert_eq!(followed.touched, 1);
    let files: BTreeSet<PathBuf> = followed
        .write(other, "# Notes\n\nNew.\n")
        .into_iter()
        .collect();
    followed.follow(Some(&files));
    assert_eq!(followed.touched, 2);
    let said = &followed.build.as_ref().unwrap().diagnostics;
    let codes: BTreeSet<&str> = said.iter().map(|said| said.code).collect();
    for code in ["markdown/shortcode", "link/outside", "site/no-kind"] {
        assert!(codes.contains(code), "{code}: {codes:?}");
    }
    followed.assert_is_as_from_nothing();
}

#[test]
fn a_reworded_heading_brings_its_page_to_others_and_takes_it_away_again() {
    let guide = "content/how-to/one.md";
    let mut followed = Followed::new(&[
        ("content/index.md", "# Home\n"),
        (guide, "# Rotate keys\n\n## Colours {#fixed}\n"),
        ("content/how-to/two.md", "# Wade\n"),
        ("content/reference/first.md", "# First\n"),
        ("content/reference/keys.md", "# Signing keys\n"),
    ]);
    let seen = |followed: &Followed| {
        let all = texts(followed.build.as_ref().unwrap());
        all["reference/keys.html"].contains("<a href=\"../how-to/one.html\">Rotate keys</a> <span>")
    };
    assert!(!seen(&followed));
    for (heading, is_near) in [("Signing", true), ("Colours", false)] {
        let text = format!("# Rotate keys\n\n## {heading} {{#fixed}}\n");
        let files = followed.write(guide, &text).into_iter().collect();
        followed.follow(Some(&files));
        assert_eq!(seen(&followed), is_near, "{heading}");
        followed.assert_is_as_from_nothing();
    }
}

#[test]
fn pages_of_which_nothing_changed_are_taken_over_as_they_are() {
    let followed = Followed::new(&starts()[0]);
    let before = followed.build.as_ref().unwrap();
    let config = Config::clone(&before.config);
    let (after, _) = pipeline::follow(config, before, None).unwrap();
    for page in &after.site.pages {
        let body = |build: &Build| match &build.output[page.url.as_str()] {
            Body::Bytes(bytes) => bytes.clone(),
            Body::File(file) => panic!("{}", file.display()),
        };
        assert!(Arc::ptr_eq(&body(before), &body(&after)), "{}", page.url);
    }
}

/// Builds with the program; what it says.
fn build_into(book: &Book, folder: &str) -> String {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_docent"));
    command.args(["build", "--no-embeddings", "--dest-dir"]);
    command.arg(book.file(folder)).arg(book.root());
    let output = command.output().expect("the program runs");
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// The files below a folder of the book with their bytes.
fn files_in(book: &Book, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = book.file(folder);
    let walk = walkdir::WalkDir::new(&folder).into_iter().flatten();
    let files = walk.filter(|entry| entry.file_type().is_file());
    let read = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(&folder).unwrap().to_path_buf();
        (path, fs_err::read(entry.path()).unwrap())
    };
    files.map(read).collect()
}

/// Longer than a file has to be left alone before its marks are trusted.
pub const SETTLED: Duration = Duration::from_millis(130);

#[test]
fn a_build_with_nothing_to_do_says_what_the_one_before_it_said() {
    let files = starts().remove(0);
    let book = Book::of(&files);
    book.write("content/shared.md", "See [nothing](nowhere.md).\n");
    std::thread::sleep(SETTLED);
    let first = build_into(&book, "book");
    assert!(first.contains(" written, 0 unchanged"), "{first}");
    let before = marks(&book);
    let second = build_into(&book, "book");
    assert!(second.contains(": 0 written, "), "{second}");
    let said = |text: &str| text.split("Built").next().unwrap().to_owned();
    assert_eq!(said(&second), said(&first));
    assert!(marks(&book) == before, "nothing was touched");
}

fn marks(book: &Book) -> Vec<(PathBuf, SystemTime)> {
    let walk = walkdir::WalkDir::new(book.root()).sort_by_file_name();
    let file = |entry: walkdir::DirEntry| {
        let data = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((entry.path().to_path_buf(), data.modified().ok()?))
    };
    walk.into_iter().flatten().filter_map(file).collect()
}

#[test]
fn a_build_never_takes_an_edited_book_or_a_damaged_site_for_done() {
    let mut config = ProptestConfig::with_cases(24);
    config.source_file = Some(file!());
    config.max_shrink_iters = 60;
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let harm = prop::option::of(0..3_usize);
    let steps = prop::collection::vec((edits(), harm), 1..4);
    let result = runner.run(&steps, |steps| {
        let followed = Followed::new(&starts()[0]);
        let book = &followed.book;
        for (edit, harm) in &steps {
            std::thread::sleep(SETTLED);
            build_into(book, "book");
            followed.apply(edit);
            harm_site(book, *harm);
        }
        if fs_err::read_to_string(book.file("book.toml")).unwrap() == "[book\n" {
            return Ok(());
        }
        std::thread::sleep(SETTLED);
        build_into(book, "book");
        let said = build_into(book, "book");
        let clean = build_into(book, "clean");
        let problems = |text: &str| text.split("Built").next().unwrap().to_owned();
        prop_assert_eq!(problems(&said), problems(&clean));
        if !problems(&clean).contains("theme") && !problems(&clean).contains("front matter") {
            prop_assert_eq!(files_in(book, "book"), files_in(book, "clean"));
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// What others may do to the output folder and to what docent keeps.
fn harm_site(book: &Book, how: Option<usize>) {
    match how {
        Some(0) => drop(fs_err::remove_file(book.file("book/index.html"))),
        Some(1) if book.file("book/index.html").exists() => {
            let bytes = fs_err::read(book.file("book/index.html")).unwrap();
            book.write("book/index.html", vec![b' '; bytes.len()]);
        }
        Some(2) => {
            let walk = walkdir::WalkDir::new(book.root()).into_iter().flatten();
            for entry in walk.filter(|entry| entry.file_name() == "build.json") {
                let mut bytes = fs_err::read(entry.path()).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs_err::write(entry.path(), bytes).unwrap();
            }
        }
        _ => {}
    }
}
