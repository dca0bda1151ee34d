//! What a build writes besides its pages: Markdown, lists for programs and
//! search engines, and the days of the last change.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use docent::pipeline::{self, Build};
use docent::site::write::{Body, Written};

use crate::support::book::{Book, shown};

fn build(book: &Book) -> Build {
    let (config, _) = pipeline::configure(book.root()).expect("a configuration");
    pipeline::build(config).expect("readable content")
}

fn text(build: &Build, path: &str) -> String {
    match build.output.get(path) {
        Some(Body::Bytes(bytes)) => String::from_utf8(bytes.to_vec()).expect("UTF-8"),
        Some(Body::File(file)) => fs_err::read_to_string(file).expect("a file"),
        None => panic!("no `{path}` in {:?}", build.output.keys()),
    }
}

const PAGES: &[(&str, &str)] = &[
    (
        "content/how-to/install.md",
        "---\ntitle: Install it\ndescription: From nothing to running.\n---\nSee [ports](../reference/options.md#port), [that][r] and ![m](../map.png?x=1).\n\n{{#include ../part.txt}}\n\n[r]: ../reference/options.md\n",
    ),
    (
        "content/reference/options.md",
        "# Options\n\n## Port\n\n<a href=\"../how-to/install.html\">back</a> [out](https://example.org/a.md) [gone](gone.md)\n\n```\n[x](../how-to/install.md)\n```\n",
    ),
    ("content/part.txt", "Included."),
    ("content/map.png", "x"),
];

#[test]
fn each_page_is_there_as_markdown_whose_links_lead_to_other_markdown() {
    let build = build(&Book::of(PAGES));
    assert_eq!(
        text(&build, "how-to/install.md"),
        "# Install it\n\nSee [ports](../reference/options.md#port), [that][r] and ![m](../map.png?x=1).\n\nIncluded.\n\n[r]: ../reference/options.md\n"
    );
    let options = text(&build, "reference/options.md");
    assert!(
        options.contains("<a href=\"../how-to/install.md\">"),
        "{options}"
    );
    assert!(options.contains("(https://example.org/a.md) [gone](gone.md)"));
    assert!(options.contains("```\n[x](../how-to/install.md)\n```"));
    let page = text(&build, "reference/options.html");
    let alternate =
        "<link rel=\"alternate\" type=\"text/markdown\" href=\"../reference/options.md\">";
    assert!(page.contains(alternate), "{page}");
}

#[test]
fn with_a_host_the_addresses_in_markdown_are_whole() {
    let book = Book::of(PAGES);
    book.write(
        "book.toml",
        "[output.html]\nsite-url = \"https://example.org/d/\"\n",
    );
    let build = build(&book);
    let install = text(&build, "how-to/install.md");
    assert!(
        install.contains("(https://example.org/d/reference/options.md#port)"),
        "{install}"
    );
    assert!(install.contains("[r]: https://example.org/d/reference/options.md\n"));
    assert!(text(&build, "llms.txt").contains("(https://example.org/d/how-to/install.md)"));
}

#[test]
fn programs_find_a_list_of_all_pages_and_their_whole_text() {
    let book = Book::of(PAGES);
    book.write(
        "book.toml",
        "[book]\ntitle = \"B\"\ndescription = \"About b.\"\n",
    );
    let build = build(&book);
    let list = "# B\n\n> About b.\n\n## How-to guides\n\n- [Install it](how-to/install.md): From nothing to running.\n\n## Reference\n\n- [Options](reference/options.md): back out gone\n";
    assert_eq!(text(&build, "llms.txt"), list);
    assert_eq!(text(&build, "index.md"), list);
    let full = text(&build, "llms-full.txt");
    assert!(
        full.starts_with("<!-- how-to/install.md -->\n\n# Install it\n"),
        "{full}"
    );
    assert!(full.contains("(reference/options.md#port)"));
    assert!(full.contains("\n<!-- reference/options.md -->\n\n# Options\n"));
}

#[test]
fn a_summary_gives_the_list_its_parts() {
    let book = Book::of(&[
        (
            "content/SUMMARY.md",
            "# S\n\n[Start](a.md)\n\n# Guide\n\n- [B](b.md)\n  - [C](c.md)\n",
        ),
        ("content/a.md", "# A\n"),
        ("content/b.md", "# B\n"),
        ("content/c.md", "# C\n"),
    ]);
    let list = text(&build(&book), "llms.txt");
    let parts = "\n## Pages\n\n- [Start](a.md)\n\n## Guide\n\n- [B](b.md)\n- [C](c.md)\n";
    assert!(list.ends_with(parts), "{list}");
}

#[test]
fn search_engines_find_the_map_only_where_the_host_is_known() {
    let book = Book::of(PAGES);
    let plain = build(&book);
    assert!(!plain.output.contains_key("sitemap.xml"));
    assert_eq!(text(&plain, "robots.txt"), "User-agent: *\nAllow: /\n");
    assert_eq!(text(&plain, ".nojekyll"), "");
    book.write(
        "book.toml",
        "[output.html]\nsite-url = \"https://example.org/d\"\ncname = \"example.org\"\n",
    );
    let hosted = build(&book);
    let map = text(&hosted, "sitemap.xml");
    assert!(
        map.contains("<url><loc>https://example.org/d/how-to/install.html</loc></url>"),
        "{map}"
    );
    assert_eq!(text(&hosted, "CNAME"), "example.org\n");
    assert!(
        text(&hosted, "robots.txt").ends_with("\nSitemap: https://example.org/d/sitemap.xml\n")
    );
}

#[test]
fn a_file_of_the_author_wins_at_any_of_these_addresses() {
    let book = Book::of(PAGES);
    for path in ["robots.txt", "llms.txt", "llms-full.txt", "CNAME"] {
        book.write(&format!("content/{path}"), "mine");
    }
    let build = build(&book);
    for path in ["robots.txt", "llms.txt", "llms-full.txt", "CNAME"] {
        assert_eq!(text(&build, path), "mine", "{path}");
    }
    assert!(shown(&build.diagnostics).contains("gone.md"));
}

/// Runs git in `folder` at a fixed time.
fn git(folder: &Path, time: &str, words: &[&str]) {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
    command
        .env("GIT_COMMITTER_DATE", time)
        .env("GIT_AUTHOR_DATE", time);
    let output = command.args(words).output().expect("git runs");
    assert!(
        output.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn commit(folder: &Path, time: &str) {
    git(folder, time, &["add", "-A"]);
    git(folder, time, &["commit", "-qm", "x"]);
}

#[test]
fn a_page_says_when_it_last_changed_as_git_has_it() {
    let book = Book::of(PAGES);
    book.write(
        "book.toml",
        "[output.html]\nsite-url = \"https://example.org\"\n",
    );
    book.write(".gitignore", ".docent\n");
    let install = "how-to/install.html";
    assert!(!text(&build(&book), install).contains("<time"));
    let root = book.root();
    git(root, "", &["init", "-q"]);
    commit(root, "2024-02-29T12:00:00Z");
    let first = build(&book);
    assert!(text(&first, install).contains("<time datetime=\"2024-02-29\">"));
    assert!(
        text(&first, "sitemap.xml").contains("install.html</loc><lastmod>2024-02-29</lastmod>")
    );
    // A change of what a page includes is a change of the page.
    book.write("content/part.txt", "Included anew.");
    commit(root, "2025-03-01T12:00:00Z");
    let second = build(&book);
    assert!(text(&second, install).contains("<time datetime=\"2025-03-01\">"));
    assert!(text(&second, "reference/options.html").contains("<time datetime=\"2024-02-29\">"));
    // What was kept of the history and the whole of it say the same.
    fs_err::remove_dir_all(book.file(".docent")).expect("the cache");
    assert_eq!(text(&second, install), text(&build(&book), install));
    book.write("book.toml", "[build]\nlast-change = false\n");
    assert!(!text(&build(&book), install).contains("<time"));
}

#[test]
fn the_oldest_commit_of_a_shallow_clone_dates_no_page() {
    let book = Book::of(PAGES);
    git(book.root(), "", &["init", "-q"]);
    commit(book.root(), "2024-02-29T12:00:00Z");
    book.write("content/reference/options.md", "# Changed\n");
    commit(book.root(), "2025-03-01T12:00:00Z");
    book.write("content/other.md", "# Other\n");
    commit(book.root(), "2025-04-01T12:00:00Z");
    let clone = tempfile::tempdir().expect("a folder");
    let from = format!("file://{}", book.root().display());
    git(
        clone.path(),
        "",
        &["clone", "-q", "--depth", "2", &from, "b"],
    );
    let (config, _) = pipeline::configure(&clone.path().join("b")).expect("a configuration");
    let build = pipeline::build(config).expect("readable content");
    assert!(text(&build, "other.html").contains("<time datetime=\"2025-04-01\">"));
    assert!(!text(&build, "reference/options.html").contains("<time"));
    assert!(!text(&build, "how-to/install.html").contains("<time"));
}

#[test]
fn the_whole_book_is_on_one_page_whose_links_stay_on_it() {
    let build = build(&Book::of(PAGES));
    let print = text(&build, "print.html");
    assert!(print.contains("<article id=\"how-to-install\">"), "{print}");
    assert!(print.contains("<h2 id=\"reference-options--port\">"));
    assert!(print.contains("<a href=\"#reference-options--port\">ports</a>"));
    assert!(print.contains("<a href=\"#how-to-install\">back</a>"));
    assert!(print.contains("src=\"map.png?x=1\""));
    let ids: Vec<&str> = print.split(" id=\"").skip(1).collect();
    let mut ids: Vec<&str> = ids
        .iter()
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "every id is there once");
}

#[test]
fn the_page_of_all_pages_is_made_only_where_it_is_wanted() {
    let book = Book::of(PAGES);
    book.write("book.toml", "[output.html.print]\nenable = false\n");
    let without = build(&book);
    assert!(!without.output.contains_key("print.html"));
    assert!(!text(&without, "how-to/install.html").contains("print.html"));
    book.write("book.toml", "");
    let long = format!("# Long\n\n{}", "word\n\n".repeat(400_000));
    book.write("content/how-to/long.md", &long);
    assert!(!build(&book).output.contains_key("print.html"));
    book.write("book.toml", "[output.html.print]\nenable = true\n");
    assert!(build(&book).output.contains_key("print.html"));
}

#[test]
fn a_page_names_pages_of_other_kinds_that_belong_to_it() {
    let book = Book::of(PAGES);
    book.write("content/how-to/a.md", "# A\n");
    book.write(
        "content/how-to/z.md",
        "# Z\n\n[o](../reference/options.md)\n",
    );
    let options = text(&build(&book), "reference/options.html");
    let (_, related) = options.split_once("class=\"related\"").expect("a list");
    let (related, _) = related.split_once("</nav>").expect("its end");
    assert!(
        related
            .contains("<li data-kind=\"how-to\"><a href=\"../how-to/install.html\">Install it</a>")
    );
    assert!(
        !related.contains("how-to/z.html"),
        "the page before is named already"
    );
}

#[test]
fn pages_without_a_kind_are_named_where_others_have_one() {
    let book = Book::of(PAGES);
    book.write("content/index.md", "# Start\n");
    book.write("content/notes/a.md", "# A\n");
    book.write("content/notes/b.md", "# B\n");
    let problems = shown(&build(&book).diagnostics);
    assert!(problems.contains("`content/notes/a.md` has no kind, nor has one more page beside it"));
    assert!(problems.contains("kind: how-to"), "{problems}");
    assert!(!problems.contains("index.md"), "{problems}");
    book.write(
        "content/SUMMARY.md",
        "# S\n\n- [A](notes/a.md)\n- [O](reference/options.md)\n- [I](how-to/install.md)\n",
    );
    assert!(!shown(&build(&book).diagnostics).contains("no kind"));
}

/// Everything in the output folder, read anew.
fn folder(book: &Book, ahead: bool) -> (BTreeMap<String, Vec<u8>>, Written) {
    let (config, _) = pipeline::configure(book.root()).expect("a configuration");
    let to = config.build_dir.clone();
    let guard = pipeline::lock(&config).expect("a lock");
    let build = if ahead {
        pipeline::build_ahead(config)
    } else {
        pipeline::build(config)
    };
    let written = pipeline::write(&build.expect("readable content")).expect("a written site");
    drop(guard);
    let files = walkdir::WalkDir::new(&to).into_iter().flatten();
    let files = files.filter(|entry| entry.file_type().is_file());
    let read = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(&to).expect("a path inside");
        let bytes = fs_err::read(entry.path()).expect("a file");
        (path.display().to_string(), bytes)
    };
    (files.map(read).collect(), written)
}

#[test]
fn pages_that_are_written_while_others_are_rendered_end_in_the_same_folder() {
    let (ahead, whole) = (Book::of(PAGES), Book::of(PAGES));
    let steps: [&[(&str, Option<&str>)]; 6] = [
        &[],
        // Nothing changed.
        &[],
        &[("content/how-to/install.md", Some("# Other\n\nText.\n"))],
        // The author's own files stand where pages and their Markdown would.
        &[
            ("content/how-to/install.html", Some("<p>mine")),
            ("content/reference/options.md", Some("# Options\n")),
        ],
        // A folder where a file was, and the other way round.
        &[
            ("content/how-to/install.html", None),
            ("content/how-to/install.md", None),
            (
                "content/how-to/install.html/page.md",
                Some("# In a folder\n"),
            ),
        ],
        &[
            ("content/how-to/install.html", None),
            ("content/how-to/install.md", Some("# A file again\n")),
        ],
    ];
    for (number, step) in steps.iter().enumerate() {
        for book in [&ahead, &whole] {
            for (path, text) in *step {
                let file = book.root().join(path);
                match text {
                    Some(text) => book.write(path, text),
                    None if file.is_dir() => fs_err::remove_dir_all(file).expect("a folder"),
                    None => fs_err::remove_file(file).expect("a file"),
                }
            }
        }
        let (made, told) = folder(&ahead, true);
        let (expected, expected_told) = folder(&whole, false);
        assert!(made.keys().eq(expected.keys()), "step {number}");
        assert_eq!(made, expected, "step {number}");
        assert_eq!(told, expected_told, "step {number}");
    }
}
