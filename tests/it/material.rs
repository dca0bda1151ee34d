//! What pages of Material for MkDocs say about themselves: tags, states, and
//! the parts that they go without.

use docent::pipeline::{self, Build};
use docent::site::write::Body;

use crate::support::book::{Book, shown};

/// A book of MkDocs with these files.
fn build(yaml: &str, files: &[(&str, &str)]) -> Build {
    let book = Book::of(files);
    fs_err::remove_file(book.file("book.toml")).unwrap();
    book.write("mkdocs.yml", format!("site_name: Tea\n{yaml}"));
    let (config, problems) = pipeline::configure(book.root()).unwrap();
    let mut build = pipeline::build(config).unwrap();
    build.diagnostics.extend(problems);
    build
}

fn text(build: &Build, path: &str) -> String {
    match build.output.get(path) {
        Some(Body::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => panic!("no `{path}` in {:?}", build.output.keys()),
    }
}

const GREEN: &str = "---\ntags: [Hot, Über uns, _mine]\n---\n# Green\n\n[hot](tags.md#tag:hot)\n";
const BLACK: &str = "---\ntags:\n  - hot\n---\n# Black\n";

#[test]
fn pages_show_their_tags_and_one_page_lists_them() {
    let files = [
        ("docs/index.md", "# Tea\n"),
        ("docs/green.md", GREEN),
        ("docs/black.md", BLACK),
        ("docs/tags.md", "# Tags\n\n<!-- material/tags -->\n"),
    ];
    let yaml = "plugins:\n  - tags: {shadow_tags_prefix: _}\n";
    let build = build(yaml, &files);
    assert_eq!(shown(&build.diagnostics), "");
    let page = text(&build, "green/index.html");
    for wanted in [
        "<ul class=\"tags\" aria-label=\"Tags\">\n<li><a href=\"../tags/#tag:hot\">hot</a></li>\n<li><a href=\"../tags/#tag:über-uns\">Über uns</a></li>\n</ul>",
        "<a href=\"../tags/#tag:hot\">hot</a>",
    ] {
        assert!(page.contains(wanted), "{wanted}\n{page}");
    }
    let list = text(&build, "tags/index.html");
    let wanted = "<h2 id=\"tag:hot\">hot</h2>\n<ul>\n<li><a href=\"../black/\">Black</a></li>\n<li><a href=\"../green/\">Green</a></li>\n</ul>";
    assert!(list.contains(wanted), "{list}");
    assert!(!list.contains("mine") && !page.contains("_mine"));
    assert!(text(&build, "tags/index.md").contains("## hot\n\n- [Black](../black/index.md)"));
}

#[test]
fn tags_are_shown_as_the_plugin_says_and_not_without_it() {
    let files = [
        ("docs/index.md", "# Tea\n"),
        ("docs/black.md", BLACK),
        ("docs/all.md", "# All\n"),
    ];
    let with = build(
        "plugins:\n  - tags: {tags_file: all.md, tags_hierarchy: true}\n",
        &files,
    );
    assert!(text(&with, "all/index.html").contains("<h2 id=\"tag:hot\">hot</h2>"));
    assert_eq!(with.diagnostics.len(), 1, "{}", shown(&with.diagnostics));
    let without = build("", &files);
    assert_eq!(shown(&without.diagnostics), "");
    assert!(!text(&without, "black/index.html").contains("class=\"tags\""));
    let alone = build("plugins: [tags]\n", &files[..2]);
    assert!(text(&alone, "black/index.html").contains("<li>hot</li>"));
}

#[test]
fn a_page_goes_without_the_parts_that_it_hides() {
    let long = "# A\n\n## B\n\n## C\n";
    let hidden = format!("---\nhide: [navigation, toc, footer, path]\n---\n{long}");
    let files = [
        ("docs/index.md", "# Tea\n"),
        ("docs/x/a.md", hidden.as_str()),
        ("docs/x/b.md", long),
    ];
    let build = build("", &files);
    assert_eq!(shown(&build.diagnostics), "");
    let (hides, shows) = (
        text(&build, "x/a/index.html"),
        text(&build, "x/b/index.html"),
    );
    for part in ["id=\"docent-toc\"", "class=\"pager\"", "class=\"crumbs\""] {
        assert!(!hides.contains(part) && shows.contains(part), "{part}");
    }
    assert!(hides.contains("class=\"frame no-nav\"") && !shows.contains("no-nav"));
}

#[test]
fn a_state_is_shown_in_the_words_of_the_book() {
    let files = [
        ("docs/index.md", "---\nstatus: new\n---\n# Tea\n"),
        ("docs/a.md", "---\nstatus: deprecated\n---\n# A\n"),
        ("docs/b.md", "---\nstatus: odd\n---\n# B\n"),
    ];
    let build = build(
        "theme: {language: de}\nextra: {status: {new: Frisch}}\n",
        &files,
    );
    assert_eq!(shown(&build.diagnostics), "");
    let status = |path: &str, word: &str| {
        let wanted = format!("<span class=\"status\">{word}</span>");
        assert!(text(&build, path).contains(&wanted), "{wanted}");
    };
    status("index.html", "Frisch");
    status("a/index.html", "Veraltet");
    status("b/index.html", "odd");
}

#[test]
fn keys_that_only_change_looks_are_notes_and_a_template_is_a_warning() {
    let page = "---\nicon: material/tea\ntemplate: home.html\nsearch:\n  boost: 2\n---\n# Tea\n";
    let build = build("", &[("docs/index.md", page)]);
    let all: Vec<(&str, bool, usize)> = build
        .diagnostics
        .iter()
        .map(|one| {
            let place = one.place.as_ref().unwrap();
            let line = place.text[..place.span.start].matches('\n').count();
            (one.code, one.is_note(), line)
        })
        .collect();
    assert_eq!(
        all,
        [
            ("front-matter/no-effect", true, 1),
            ("front-matter/no-effect", false, 2),
            ("front-matter/no-effect", true, 4),
        ]
    );
}
