//! mdBook's books, built as they are: what mdBook makes of the book in
//! `tests/compare/book` is kept beside it (`mdbook.py --record` wrote it), and
//! docent must make the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use docent::config::Config;
use docent::content::Source;
use docent::markdown::raw_html;
use docent::pipeline::{self, Build};
use docent::site::write::Body;
use docent::site::{NavItem, summary, url};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::book::{Book, shown};

fn compare() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compare")
}

fn recorded() -> Value {
    let text = fs_err::read_to_string(compare().join("book.json")).expect("a record");
    serde_json::from_str(&text).expect("JSON")
}

fn configured(root: &Path) -> Config {
    let (config, problems) = pipeline::configure(root).expect("a configuration");
    assert_eq!(shown(&problems), "");
    config
}

fn built() -> Build {
    let build = pipeline::build(configured(&compare().join("book"))).expect("a book");
    assert_eq!(shown(&build.diagnostics), "");
    build
}

fn text<'b>(build: &'b Build, path: &str) -> &'b str {
    match build.output.get(path) {
        Some(Body::Bytes(bytes)) => std::str::from_utf8(bytes).expect("UTF-8"),
        other => panic!("{path}: {other:?}"),
    }
}

fn strings(value: &Value) -> Vec<String> {
    let all = value.as_array().expect("a list").iter();
    all.map(|one| one.as_str().expect("text").to_owned())
        .collect()
}

#[test]
fn pages_headings_and_ids_are_those_of_mdbook() {
    let build = built();
    for (path, page) in recorded()["pages"].as_object().expect("pages") {
        let html = text(&build, path);
        let ids: BTreeSet<String> = raw_html::scan(html).ids.into_iter().collect();
        for id in strings(&page["ids"]) {
            assert!(ids.contains(&id), "{path} has no id `{id}`");
        }
        // The first page is there once more under another name.
        let Some(id) = build.site.by_url.get(path) else {
            continue;
        };
        let document = &build.site.page(*id).document;
        let given: Vec<&str> = document
            .sections
            .iter()
            .map(|section| section.anchor.as_str())
            .filter(|anchor| !anchor.is_empty())
            .collect();
        let raw = ["raw-heading"];
        let mut wanted = strings(&page["headings"]);
        wanted.retain(|id| !raw.contains(&id.as_str()));
        assert_eq!(given, wanted, "{path}");
    }
}

#[test]
fn redirects_lead_where_mdbooks_do() {
    let build = built();
    for (from, to) in recorded()["redirects"].as_object().expect("redirects") {
        let to = to.as_str().expect("text");
        let (path, anchor) = from.split_once('#').unwrap_or((from, ""));
        let html = text(&build, path);
        let mark = if anchor.is_empty() {
            "http-equiv=\"refresh\" content=\"0; url=".to_owned()
        } else {
            format!("name=\"docent-moved\" content=\"{} ", url::encode(anchor))
        };
        let (_, rest) = html.split_once(&mark).unwrap_or_else(|| panic!("{from}"));
        let found = rest.split('"').next().expect("an address");
        let found = if found.contains("://") {
            found.to_owned()
        } else if let Some(id) = found.strip_prefix('#') {
            format!("{path}#{id}")
        } else {
            let (file, id) = found.split_once('#').unwrap_or((found, ""));
            let file = url::normal(url::split(path).0, &url::decode(file)).expect("inside");
            let mark = if id.is_empty() { "" } else { "#" };
            format!("{file}{mark}{id}")
        };
        assert_eq!(found, to, "{from}");
    }
}

#[test]
fn the_navigation_is_mdbooks() {
    fn visit(build: &Build, items: &[NavItem], out: &mut Vec<(String, String, String)>) {
        for item in items {
            if let Some(page) = item.page {
                let url = build.site.page(page).url.clone();
                out.push((item.number.clone(), item.title.clone(), url));
            }
            visit(build, &item.children, out);
        }
    }
    let build = built();
    let mut found = Vec::new();
    for group in &build.site.nav.groups {
        visit(&build, &group.items, &mut found);
    }
    let recorded = recorded();
    let wanted = recorded["navigation"].as_array().expect("entries").iter();
    let wanted: Vec<_> = wanted
        .map(|entry| {
            <[String; 3]>::try_from(strings(entry))
                .expect("three texts")
                .into()
        })
        .collect();
    assert_eq!(found, wanted);
}

#[test]
fn files_are_copied_and_made_as_mdbook_does() {
    let build = built();
    for path in strings(&recorded()["files"]) {
        assert!(build.output.contains_key(path.as_str()), "{path}");
    }
    assert_eq!(text(&build, "CNAME"), "docs.example.org\n");
}

#[test]
fn settings_of_the_book_show_in_its_pages() {
    let build = built();
    let page = text(&build, "guide/first.html");
    assert!(page.contains("<meta name=\"own-head\" content=\"plain\">"));
    assert!(page.contains("<p id=\"own-header\">"));
    assert!(page.contains("href=\"https://example.org/edit/src/guide/first.md\""));
    // The page for missing addresses is the author's, and its links start at
    // the root because it is shown at any address.
    let missing = text(&build, "404.html");
    assert!(missing.contains("Nothing here"));
    assert!(missing.contains("href=\"/sink/index.html\""), "{missing}");
    let searched = |path: &str| {
        let page = &build.site.by_path[path];
        build.site.page(*page).searched
    };
    assert!(searched("guide/first.md"));
    assert!(!searched("api/index.md"));
    assert!(!searched("404.md"));
    assert_eq!(build.config.search.limit, 20);
    let first = text(&build, "index.html");
    assert!(first.contains("“Quotes” – and dashes — and dots…"));
}

#[test]
fn chapters_lose_their_numbers_and_pages_their_404_when_asked() {
    let book = Book::of(&[
        (
            "book.toml",
            "[output.html]\nno-section-label = true\ninput-404 = \"\"\nsmart-punctuation = false\ndefault-theme = \"coal\"\n[output.html.search]\nenable = false\n",
        ),
        ("src/SUMMARY.md", "- [A](a.md)\n  - [B](b.md)\n"),
        ("src/a.md", "# A\n\n\"a\"\n"),
        ("src/b.md", "# B\n"),
    ]);
    let build = pipeline::build(configured(book.root())).expect("a book");
    let page = text(&build, "a.html");
    assert!(!page.contains("class=\"number\""));
    assert!(page.contains("&quot;a&quot;") || page.contains("\"a\""));
    assert!(page.contains("data-theme=\"dark\""));
    assert!(!page.contains("data-open=\"search\""));
    assert!(!build.output.contains_key("404.html"));
}

#[test]
fn a_missing_chapter_is_made_of_its_title_only_when_asked() {
    let files = |config: &'static str| {
        [
            ("book.toml", config),
            ("src/SUMMARY.md", "- [A](a.md)\n- [B *c*](b/c.md)\n"),
            ("src/a.md", "# A\n"),
        ]
    };
    let book = Book::of(&files("[book]\n"));
    assert!(book.check().contains("error[nav/no-such-page]"));
    let book = Book::of(&files("[build]\ncreate-missing = true\n"));
    let said = book.check();
    assert!(said.contains("warning[nav/made-page]"), "{said}");
    assert!(!said.contains("error["), "{said}");
    let build = pipeline::build(configured(book.root())).expect("a book");
    assert!(text(&build, "b/c.html").contains("B c"));
    assert!(!book.file("src/b").exists());
}

#[test]
fn variables_of_the_environment_go_before_the_file() {
    let book = Book::of(&[("src/SUMMARY.md", "- [A](a.md)\n"), ("src/a.md", "# A\n")]);
    let with = |name: &str, value: &str| {
        let variables = [(name.to_owned(), value.to_owned())];
        pipeline::configure_with(book.root(), &variables)
    };
    let (config, _) = with("MDBOOK_BOOK__TITLE", "Another").expect("a configuration");
    assert_eq!(config.book.title, "Another");
    let (config, _) = with("MDBOOK_BOOK", "{\"title\": \"Whole\"}").expect("a configuration");
    assert_eq!(config.book.title, "Whole");
    let problems = with("MDBOOK_OUTPUT__HTML__FOLD", "3").expect_err("no table");
    assert!(shown(&problems).contains("error[config/environment]"));
    with("MDBOOK_VERSION", "0.5.4").expect("none of ours");
}

#[test]
fn files_of_a_theme_for_mdbook_are_used_or_named_once() {
    let book = Book::of(&[
        ("src/a.md", "---\nkind: how-to\n---\n# A\n"),
        ("theme/head.hbs", "{{#if x}}<b>{{/if}}"),
        (
            "theme/header.hbs",
            "{{!-- only a comment --}}\n<i>top</i>\n",
        ),
        ("theme/index.hbs", "{{> head}}"),
        ("theme/css/chrome.css", "a{}"),
        ("theme/own.css", "b{}"),
        ("theme/favicon.png", "not really"),
    ]);
    let build = pipeline::build(configured(book.root())).expect("a book");
    let said = shown(&build.diagnostics);
    assert!(
        said.contains("`theme/index.hbs`, `theme/css/chrome.css`, `theme/head.hbs` have no effect"),
        "{said}"
    );
    assert_eq!(build.diagnostics.len(), 1);
    let page = text(&build, "a.html");
    assert!(page.contains("<i>top</i>"));
    assert!(!page.contains("{{"));
    assert!(page.contains("type=\"image/png\""));
}

#[test]
fn two_pages_of_one_address_are_both_published() {
    let book = Book::of(&[
        ("content/reference/a/README.md", "# Read me\n"),
        (
            "content/reference/a/_index.md",
            "# Folder\n\n[b](README.md)\n",
        ),
        (
            "content/reference/b.md",
            "# B\n\n[a](a/README.md) [b](a/)\n",
        ),
    ]);
    let build = pipeline::build(configured(book.root())).expect("a book");
    let said = shown(&build.diagnostics);
    assert!(said.contains("warning[site/same-address]"), "{said}");
    assert!(!build.has_errors(), "{said}");
    assert!(text(&build, "reference/a/index.html").contains("Folder"));
    assert!(text(&build, "reference/a/README.html").contains("Read me"));
    let page = text(&build, "reference/b.html");
    assert!(page.contains("href=\"a/README.html\""), "{page}");
    assert!(page.contains("href=\"a/index.html\""), "{page}");
}

#[test]
fn every_reason_of_the_comparison_is_explained() {
    let script = fs_err::read_to_string(compare().join("mdbook.py")).expect("the script");
    let page =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reference/mdbook-compatibility.md");
    let page = fs_err::read_to_string(page).expect("the page");
    let reasons: BTreeMap<&str, &str> = script
        .lines()
        .filter_map(|line| line.split_once(" = \""))
        .filter(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .map(|(name, reason)| (name, reason.trim_end_matches('"')))
        .collect();
    assert!(reasons.len() > 5, "{reasons:?}");
    for reason in reasons.values() {
        assert!(page.contains(&format!("\n### {reason}\n")), "{reason}");
    }
}

/// A chapter of a made-up summary, with what stands under it.
#[derive(Debug, Clone)]
struct Entry {
    title: String,
    path: Option<String>,
    children: Vec<Self>,
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (
        "[A-Za-zé][A-Za-z é]{0,8}[a-z]",
        prop::option::of("[a-z]{1,4}(/[a-zü]{1,3} ?[a-z])?\\.md"),
    );
    let leaf = entry.prop_map(|(title, path)| Entry {
        title,
        path,
        children: Vec::new(),
    });
    let tree = leaf.prop_recursive(4, 24, 4, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..4))
            .prop_map(|(entry, children)| Entry { children, ..entry })
    });
    prop::collection::vec(tree, 1..5)
}

fn write_entries(entries: &[Entry], depth: usize, sign: char, out: &mut String) {
    for entry in entries {
        let path = entry
            .path
            .as_deref()
            .unwrap_or_default()
            .replace(' ', "%20");
        let indent = "    ".repeat(depth);
        out.push_str(&format!("{indent}{sign} [{}]({path})\n", entry.title));
        write_entries(&entry.children, depth + 1, sign, out);
    }
}

type Line = (String, String, Option<String>);

/// What mdBook makes of them: numbers run on from part to part.
fn expect_entries(entries: &[Entry], above: &str, first: usize, out: &mut Vec<Line>) {
    for (at, entry) in entries.iter().enumerate() {
        let number = format!("{above}{}.", first + at);
        out.push((number.clone(), entry.title.clone(), entry.path.clone()));
        expect_entries(&entry.children, &number, 1, out);
    }
}

fn lines(chapters: &[summary::Chapter], out: &mut Vec<Line>) {
    for chapter in chapters {
        out.push((
            chapter.number.clone(),
            chapter.title.clone(),
            chapter.path.clone(),
        ));
        lines(&chapter.children, out);
    }
}

fn summary_of(text: &str) -> Source {
    let mut source = docent::content::rework::made("SUMMARY.md");
    source.text = text.into();
    source
}

proptest! {
    #[test]
    fn a_summary_is_read_back_as_it_was_written(
        parts in prop::collection::vec((prop::option::of("[A-Z][a-z ]{0,6}[a-z]"), entries()), 1..4),
        prefix in prop::collection::vec("[A-Z][a-z]{1,5}", 0..3),
        suffix in prop::collection::vec("[A-Z][a-z]{1,5}", 0..3),
        sign in prop::sample::select(vec!['-', '*', '+']),
    ) {
        let mut text = "# Summary\n\n".to_owned();
        let mut wanted = Vec::new();
        let affix = |title: &String, text: &mut String, wanted: &mut Vec<Line>| {
            text.push_str(&format!("[{title}]({title}.md)\n"));
            wanted.push((String::new(), title.clone(), Some(format!("{title}.md"))));
        };
        prefix.iter().for_each(|title| affix(title, &mut text, &mut wanted));
        let mut first = 1;
        for (title, entries) in &parts {
            match title {
                Some(title) => text.push_str(&format!("\n# {title}\n\n")),
                None => text.push_str("\n---\n\n"),
            }
            write_entries(entries, 0, sign, &mut text);
            expect_entries(entries, "", first, &mut wanted);
            first += entries.len();
        }
        text.push_str("\n---\n\n");
        suffix.iter().for_each(|title| affix(title, &mut text, &mut wanted));
        let read = summary::read(&summary_of(&text));
        let mut found = Vec::new();
        read.parts.iter().for_each(|part| lines(&part.chapters, &mut found));
        prop_assert_eq!(found, wanted, "{}", text);
        prop_assert!(read.diagnostics.is_empty(), "{}", shown(&read.diagnostics));
    }

    #[test]
    fn any_text_is_a_summary_of_some_sort(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "# ", "- ", "  ", "    ", "\n", "\n\n", "[A](a.md)", "[B]()", "[", "](", ")",
                "---\n", "* ", "1. ", "`x`", "<!-- c -->", "é", "[C](../c.md)", "text ", "> ",
            ]),
            0..40,
        ),
    ) {
        let text = parts.concat();
        let read = summary::read(&summary_of(&text));
        for problem in &read.diagnostics {
            let span = problem.place.as_ref().expect("a place").span;
            prop_assert!(text.get(span.start..span.end).is_some(), "{:?}", problem);
        }
    }
}
