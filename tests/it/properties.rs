//! What must hold for every text, path and folder, tried on many at random.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use docent::config::{Dialect, Slugs};
use docent::content::include;
use docent::content::roots::Roots;
use docent::content::{FrontMatter, Source, front_matter};
use docent::diagnostic::{Place, Span};
use docent::markdown::fence;
use docent::markdown::highlight::highlight;
use docent::markdown::{self, LinkKind, html, raw_html};
use docent::site::url;
use docent::site::write::{Body, MANIFEST, Output, write};
use proptest::prelude::*;

use crate::support::book::Book;

/// Texts put together from `parts`, with any other text between them.
fn texts(parts: &'static [&'static str]) -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => prop::sample::select(parts).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// The dialects that books are written in, with either punctuation and slugs.
fn dialects() -> impl Strategy<Value = Dialect> {
    let bases = [Dialect::default(), Dialect::plain(), Dialect::mkdocs()];
    let slugs = [Slugs::Mdbook, Slugs::PythonMarkdown, Slugs::Github];
    let one_of = (
        prop::sample::select(bases.to_vec()),
        prop::sample::select(slugs.to_vec()),
    );
    (one_of, any::<bool>()).prop_map(|((base, slugs), smart_punctuation)| Dialect {
        smart_punctuation,
        slugs,
        ..base
    })
}

fn assert_inside(span: Span, text: &str) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(
        text.get(span.start..span.end).is_some(),
        "{span:?} in {text:?}"
    );
}

const YAML: &[&str] = &[
    "---\n",
    "---\r\n",
    "...\n",
    "\u{feff}",
    "title: ",
    "weight: ",
    "kind: ",
    "draft: true\n",
    "é",
    "日本",
    "\n",
    "\r\n",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "|\n",
    ">\n",
    "  ",
    "\t",
    "#",
    "&a",
    "*a",
    "!!str ",
    "? ",
    "<<: ",
    "how-to",
    "12",
    ",",
    "%",
    "@",
    "\u{85}",
    "\u{2028}",
];

const INCLUDES: &[&str] = &[
    "{{#include a.md}}",
    "{{#include a.md:2}}",
    "{{#include a.md:part}}",
    "{{ #include a.md:2:}}",
    "{{#include b.md}}",
    "{{#rustdoc_include a.md:2:3}}",
    "{{#playground a.md editable}}",
    "{{#title é}}",
    "\n  --8<-- \"a.md\"\n",
    "--8<-- 'b.md:2'\n",
    "\n;--8<-- \"a.md:part\"\n",
    "\n--8<--\n",
    "--8<-- \"no.md\"",
    "# --8<-- [start:part]\n",
    "\\",
    "{{",
    "}}",
    "{{#",
    "{",
    "#",
    "include ",
    "\n",
    "\r\n",
    "é",
    "日本",
    ":",
    "a.md",
    "---\ntitle: x\n---\n",
    "```",
    "[x](y.md)",
    "<a href=z>",
];

/// What code of all sorts is made of.
const CODE: &[&str] = &[
    "\n",
    "\n",
    " ",
    "  ",
    "\t",
    "a",
    "Bc",
    "é",
    "\u{1F600}",
    "0",
    "1.5e-3",
    "\"",
    "'",
    "`",
    "\\",
    "#",
    "//",
    "/*",
    "*/",
    "<!--",
    "-->",
    "--",
    "$",
    "${",
    "}",
    "{",
    "{{",
    "[",
    "]",
    "(",
    ")",
    "<<EOF",
    "EOF",
    "$ ",
    "> ",
    ">>> ",
    "@",
    "!",
    "!!",
    "r#\"",
    "b'",
    "&",
    "%",
    ":",
    ": ",
    "- ",
    "|",
    "|\n",
    "=",
    "<a",
    "</",
    ">",
    "<script>",
    "</script>",
    "<style>",
    "fn ",
    "FROM ",
    "+",
    "-",
    "@@",
    "```",
    ";",
    "\r\n",
];
/// One for each scanner.
const LANGUAGES: &[&str] = &[
    "rust",
    "js",
    "json",
    "python",
    "go",
    "sql",
    "ruby",
    "lua",
    "php",
    "c",
    "hcl",
    "yaml",
    "toml",
    "ini",
    "http",
    "bash",
    "console",
    "powershell",
    "cmd",
    "pycon",
    "dockerfile",
    "html",
    "markdown",
    "diff",
    "latex",
    "css",
    "requirements",
    "haskell",
    "make",
];
const MARKDOWN: &[&str] = &[
    "# ",
    "## ",
    "\n",
    "\n\n",
    "\r\n",
    "    ",
    "  ",
    "\t",
    "- ",
    "1. ",
    "> ",
    "> [!NOTE]\n",
    "*",
    "**",
    "_",
    "`",
    "```\n",
    "```rust\n",
    "~~~\n",
    "[",
    "]",
    "(",
    ")",
    "](",
    "![",
    "[^a]",
    "[^a]: ",
    "[a]: b.md\n",
    "<",
    ">",
    "<div>\n",
    "</div>\n",
    "<a href=\"",
    "\">",
    "<a href=é.md>",
    "<img src='b.png' srcset='c 1x, d 2x'>",
    "<p id=é>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "| a | b |\n",
    "|---|:-:|\n",
    "~~",
    "- [ ] ",
    "a\n: b\n",
    "{#id .class}",
    "é",
    "日本",
    "a",
    "b c",
    "\\",
    "&amp;",
    "&",
    "<x@y.z>",
    "<https://a.b>",
    "---\n",
    "===\n",
    "\n!!! note\n",
    "\n    !!! tip inline end \"T *x*\"\n",
    "??? q\n",
    "???+ \"é\"\n",
    "\n=== \"A\"\n",
    "\n    === \"B [x](y.md)\"\n",
    "===! \"C\"\n",
    "\n::: note\n",
    ":::: details é\n",
    ":::\n",
    "::: code-group\n",
    "> [!TIP]- x *y*\n",
    "<div markdown>\n",
    "{: .x onclick=y}",
    "{ .a k=\"v\" }\n",
    "==",
    "^^",
    "^",
    "~",
    "++ctrl+c++",
    ":smile:",
    ":material-check:",
    "*[HTML]: x y\n",
    "HTML",
    "[TOC]\n",
    "\"",
    "# x\n",
    "    # y\n",
    "#\n",
    "\0",
    "\u{feff}",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn front_matter_is_split_off_any_text(text in texts(YAML)) {
        let split = front_matter::split(&text);
        prop_assert!(text.get(split.body..).is_some());
        for (_, span) in split.problems {
            assert_inside(span, &text);
        }
    }

    #[test]
    fn any_block_of_yaml_is_read_or_refused(block in texts(YAML)) {
        let text = format!("---\n{block}\n---\n");
        for (_, span) in front_matter::split(&text).problems {
            assert_inside(span, &text);
        }
    }

    #[test]
    fn any_text_is_parsed_and_rendered(text in texts(MARKDOWN), dialect in dialects()) {
        let document = markdown::parse(&text, 0, dialect);
        for (_, span) in &document.events {
            assert_inside(*span, &text);
        }
        let mut next = 0;
        for section in &document.sections {
            prop_assert_eq!(section.events.start, next);
            next = section.events.end;
        }
        prop_assert!(document.sections.is_empty() || next == document.events.len());
        for link in &document.links {
            assert_inside(link.span, &text);
            if let LinkKind::Html { value, .. } = &link.kind {
                let (markdown::Event::Html(html) | markdown::Event::InlineHtml(html), _) = &document.events[link.event] else {
                    panic!("a link of HTML in another event");
                };
                prop_assert!(html.get(value.clone()).is_some());
            }
        }
        let mut links = 0;
        let page = html::render(&document, &|_| { None });
        html::render(&document, &|_| Some("x".to_owned()));
        links += document.links.len();
        // An id in HTML that is never closed, or in the alternative text of
        // an image, is lost on the way: what is there must be known.
        for id in raw_html::scan(&page).ids {
            let known = document.ids.contains(&id) || text.contains("![") || text.contains('<');
            prop_assert!(known, "{} in {:?} with {} links", id, page, links);
        }
    }

    #[test]
    fn any_code_is_cut_into_tokens_in_order(code in texts(CODE), language in prop::sample::select(LANGUAGES)) {
        let mut at = 0;
        for token in highlight(language, &code) {
            prop_assert!(at <= token.start && token.start < token.end, "{:?} behind {}", token, at);
            prop_assert!(code.get(token.start..token.end).is_some(), "{:?} in {:?}", token, code);
            at = token.end;
        }
    }

    #[test]
    fn any_line_behind_a_fence_is_read(info in "[a-z{}\\[\\]=\"', :.#0-9é-]{0,40}") {
        fence::parse(&info);
    }

    #[test]
    fn an_offset_moves_every_span(front in "[a-zé\n]{0,9}", text in texts(MARKDOWN), dialect in dialects()) {
        let whole = format!("{front}{text}");
        let document = markdown::parse(&whole, front.len(), dialect);
        let alone = markdown::parse(&text, 0, dialect);
        prop_assert_eq!(document.events.len(), alone.events.len());
        for ((_, moved), (_, span)) in document.events.iter().zip(&alone.events) {
            prop_assert_eq!(moved.start, span.start + front.len());
        }
        prop_assert_eq!(document.ids, alone.ids);
    }

    #[test]
    fn a_place_is_always_on_a_line(text in texts(MARKDOWN), start in 0..200_usize, length in 0..200_usize) {
        let place = Place { path: String::new(), text: text.clone().into(), span: Span::new(start, start + length) };
        let line = place.line();
        assert_inside(line.span, line.text);
        prop_assert!(line.number <= text.matches('\n').count() + 1);
        prop_assert!(!line.text.contains('\n'));
    }

    #[test]
    fn the_way_to_a_page_leads_to_it(from in paths(), to in paths()) {
        let way = url::relative(&from, &to);
        let (folder, _) = url::split(&from);
        let found = url::normal(folder, &url::decode(&way));
        prop_assert_eq!(found.as_deref(), Some(to.as_str()), "{}", way);
    }

    #[test]
    fn what_is_encoded_is_decoded(text in "\\PC{0,20}") {
        prop_assert_eq!(url::decode(&url::encode(&text)), text);
    }

    #[test]
    fn no_path_leads_out(folder in paths(), path in "[a./%é ]{0,12}") {
        if let Some(found) = url::normal(&folder, &path) {
            prop_assert!(!found.split('/').any(|part| matches!(part, "." | "..")), "{}", found);
            prop_assert!(!found.starts_with('/'));
        }
    }
}

/// Paths of pages: any names but those that cannot be in an address.
fn paths() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        4 => prop::sample::select(&["a", "b", "c d", "é", "100%", "x:y", "%20"][..]).prop_map(str::to_owned),
        1 => "[^/#?\\\\\\p{C}.][^/#?\\\\\\p{C}]{0,5}",
    ];
    let name = name.prop_filter("dots are no names", |name| {
        !matches!(name.as_str(), "." | "..")
    });
    prop::collection::vec(name, 1..4).prop_map(|names| names.join("/"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn an_expanded_text_knows_where_each_part_came_from(text in texts(INCLUDES)) {
        let book = Book::of(&[
            ("content/a.md", "é1\nANCHOR: part\n日本 {{#include b.md}}\nANCHOR_END: part\nlast"),
            ("content/b.md", "[x](é.md)\r\n"),
        ]);
        let roots = Roots {
            appended: Vec::new(),
            root: book.root().to_owned(),
            src: book.file("content"),
            snippets: vec![book.file("content")],
        };
        let raw: Arc<str> = text.into();
        let Some(expanded) = include::expand(&roots, &book.file("content/p.md"), &raw) else {
            return Ok(());
        };
        let mut next = 0;
        for piece in &expanded.pieces {
            prop_assert_eq!(piece.expanded.start, next);
            next = piece.expanded.end;
        }
        prop_assert_eq!(next, expanded.text.len());
        for diagnostic in &expanded.diagnostics {
            let place = diagnostic.place.as_ref().expect("a place");
            assert_inside(place.span, &place.text);
        }
        let source = Source {
            path: "p.md".to_owned(),
            shown: "content/p.md".to_owned(),
            text: expanded.text.into(),
            body: 0,
            meta: FrontMatter::default(),
            kind: None,
            pieces: expanded.pieces,
            problems: Vec::new(),
        };
        for (start, _) in source.text.char_indices() {
            for end in [start, start + 1, source.text.len()] {
                let place = source.place(Span::new(start, end));
                assert_inside(place.span, &place.text);
            }
        }
    }

    #[test]
    fn an_output_folder_holds_the_last_output_and_what_others_put_there(
        outputs in prop::collection::vec(outputs(), 1..6),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let to = folder.path();
        fs_err::create_dir_all(to.join("f")).expect("a folder");
        fs_err::write(to.join("CNAME"), "foreign").expect("a file");
        fs_err::write(to.join("f/CNAME"), "foreign").expect("a file");
        let mut expected: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (output, keep) in outputs {
            let before = expected.clone();
            expected = output.clone();
            let in_the_way = |path: &str| output.keys().any(|new| {
                new.starts_with(&format!("{path}/")) || path.starts_with(&format!("{new}/"))
            });
            for (path, bytes) in &before {
                if keep.contains(path) && !output.contains_key(path) && !in_the_way(path) {
                    expected.insert(path.clone(), bytes.clone());
                }
            }
            let bodies: Output = output
                .iter()
                .map(|(path, bytes)| (path.as_str().into(), Body::Bytes(bytes.clone().into())))
                .collect();
            let written = write(to, &bodies, &keep).expect("a folder that can be written");
            prop_assert_eq!(written.changed + written.unchanged, output.len());
            let removed = before.keys().filter(|path| !expected.contains_key(*path)).count();
            prop_assert_eq!(written.removed, removed);
            let mut found = files(to);
            prop_assert!(found.remove("CNAME").is_some() && found.remove("f/CNAME").is_some());
            found.remove(MANIFEST);
            prop_assert_eq!(&found, &expected);
            let again = write(to, &bodies, &keep).expect("a folder that can be written");
            prop_assert_eq!((again.changed, again.removed), (0, 0));
        }
    }
}

/// Files by path, and the paths to keep. No file lies where another has a
/// folder.
fn outputs() -> impl Strategy<Value = (BTreeMap<String, Vec<u8>>, BTreeSet<String>)> {
    let path = prop::sample::select(
        &[
            "a", "a/b", "a/b/c", "a/b/d", "b", "b/a", "é f/g%", "x\ny", "f/a",
        ][..],
    );
    let path = path.prop_map(str::to_owned);
    let bytes =
        prop::sample::select(&["", "1", "22"][..]).prop_map(|text| text.as_bytes().to_vec());
    let files = prop::collection::btree_map(path.clone(), bytes, 0..6).prop_map(|mut files| {
        let all: Vec<String> = files.keys().cloned().collect();
        for path in &all {
            if all
                .iter()
                .any(|other| other.starts_with(&format!("{path}/")))
            {
                files.remove(path);
            }
        }
        files
    });
    (files, prop::collection::btree_set(path, 0..3))
}

/// Every file in `folder` by its path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(current) = open.pop() {
        for entry in fs_err::read_dir(current).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .expect("inside")
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, fs_err::read(path).expect("a file"));
            }
        }
    }
    found
}
