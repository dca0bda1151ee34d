//! Books of MkDocs, built as they are: what `mkdocs.yml` says is done, or
//! named.

use std::path::Path;

use docent::config::{mkdocs, mkdocs::convert};
use docent::diagnostic::Diagnostic;
use docent::pipeline;
use docent::site::{NavLink, Site};
use proptest::prelude::*;

use crate::support::book::shown;

/// A book of MkDocs that is gone when the test is.
struct Book(tempfile::TempDir);

impl Book {
    fn of(files: &[(&str, &str)]) -> Self {
        let book = Self(tempfile::tempdir().expect("a temporary folder"));
        for (path, text) in files {
            book.write(path, text);
        }
        book
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        fs_err::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs_err::write(file, text).expect("a file");
    }

    fn assemble(&self, variables: &[(&str, &str)]) -> (Site, Vec<Diagnostic>) {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables: Vec<_> = variables.iter().map(own).collect();
        match pipeline::configure_with(self.root(), &variables) {
            Ok((config, mut diagnostics)) => {
                let (site, problems) = pipeline::check(&config).expect("a folder that can be read");
                diagnostics.extend(problems);
                (site, diagnostics)
            }
            Err(diagnostics) => (Site::default(), diagnostics),
        }
    }

    fn addresses(&self) -> Vec<String> {
        let (site, _) = self.assemble(&[]);
        site.pages.iter().map(|page| page.url.clone()).collect()
    }
}

/// The navigation as lines: groups, then items by depth with their pages.
fn navigation(site: &Site) -> Vec<String> {
    fn visit(site: &Site, items: &[docent::site::NavItem], depth: usize, out: &mut Vec<String>) {
        for item in items {
            let page = item.page.map(|id| site.page(id).source.path.clone());
            let link = item.link.as_ref().map(|link| match link {
                NavLink::File(path) => format!("file {path}"),
                NavLink::Elsewhere(address) => address.clone(),
            });
            let leads = page.or(link).unwrap_or_else(|| "-".to_owned());
            out.push(format!("{}{} {leads}", "  ".repeat(depth), item.title));
            visit(site, &item.children, depth + 1, out);
        }
    }
    let mut out = Vec::new();
    for group in &site.nav.groups {
        out.push(format!("# {}", group.title.as_deref().unwrap_or("-")));
        visit(site, &group.items, 0, &mut out);
    }
    out
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<(&'static str, String)> {
    let pair = |one: &Diagnostic| (one.code, one.message.clone());
    diagnostics.iter().map(pair).collect()
}

#[test]
fn a_page_has_a_folder_of_its_own_unless_the_book_says_otherwise() {
    let pages = [
        ("mkdocs.yml", "site_name: Tea\n"),
        ("docs/index.md", "# Tea\n"),
        ("docs/green/README.md", "# Green\n"),
        ("docs/green/sencha.md", "# Sencha\n"),
    ];
    let book = Book::of(&pages);
    let folders = ["green/index.html", "green/sencha/index.html", "index.html"];
    assert_eq!(book.addresses(), folders);
    book.write("mkdocs.yml", "site_name: Tea\nuse_directory_urls: false\n");
    let files = ["green/index.html", "green/sencha.html", "index.html"];
    assert_eq!(book.addresses(), files);
}

#[test]
fn index_goes_before_a_readme_beside_it() {
    let book = Book::of(&[
        ("mkdocs.yml", "site_name: Tea\n"),
        ("docs/README.md", "# Readme\n"),
        ("docs/index.md", "# Index\n"),
    ]);
    let (site, problems) = book.assemble(&[]);
    assert_eq!(site.pages.len(), 1);
    assert_eq!(site.pages[0].title, "Index");
    assert_eq!(codes(&problems)[0].0, "site/same-address");
    assert!(!problems[0].is_error());
}

#[test]
fn the_navigation_is_as_listed() {
    let nav = "site_name: Tea\n\
        theme: {name: material, features: [navigation.indexes]}\n\
        nav:\n  - Start: index.md\n  - a.md\n  - Kinds:\n    - kinds/index.md\n    - Green: kinds/green.md\n    - Deep:\n      - kinds/deep/x.md\n  - Chat: https://example.org/\n  - Data: data.json\n";
    let book = Book::of(&[
        ("mkdocs.yml", nav),
        ("docs/index.md", "# Tea\n"),
        ("docs/a.md", "# The letter A\n"),
        ("docs/kinds/index.md", "# All kinds\n"),
        ("docs/kinds/green.md", "# Green tea\n"),
        ("docs/kinds/deep/x.md", "# X\n"),
        ("docs/data.json", "{}"),
        ("docs/left-out.md", "# Left out\n"),
    ]);
    let (site, problems) = book.assemble(&[]);
    assert_eq!(shown(&problems), "");
    let expected = [
        "# -",
        "Start index.md",
        "The letter A a.md",
        "# Kinds",
        "Kinds kinds/index.md",
        "Green kinds/green.md",
        "Deep -",
        "  X kinds/deep/x.md",
        "# -",
        "Chat https://example.org/",
        "Data file data.json",
    ];
    assert_eq!(navigation(&site), expected);
    assert_eq!(
        site.pages.len(),
        6,
        "a page that is not listed is published"
    );
}

#[test]
fn without_nav_the_folders_are_listed_with_index_first() {
    let book = Book::of(&[
        ("mkdocs.yml", "site_name: Tea\n"),
        ("docs/zoo.md", "# Zoo\n"),
        ("docs/index.md", "# Tea\n"),
        ("docs/getting-started/b.md", "# B\n"),
        ("docs/getting-started/README.md", "# First\n"),
        ("docs/API/x.md", "# X\n"),
    ]);
    let expected = [
        "# -",
        "Tea index.md",
        "Zoo zoo.md",
        "# API",
        "X API/x.md",
        "# Getting started",
        "First getting-started/README.md",
        "B getting-started/b.md",
    ];
    assert_eq!(navigation(&book.assemble(&[]).0), expected);
}

#[test]
fn what_is_excluded_is_not_published() {
    let book = Book::of(&[
        (
            "mkdocs.yml",
            "site_name: Tea\nexclude_docs: |\n  /private/\n  *.tmp\n  !.assets\ndraft_docs: drafts/\n",
        ),
        ("docs/index.md", "# Tea\n\n[secret](private/a.md)\n"),
        ("docs/private/a.md", "# Secret\n"),
        ("docs/private/b.png", "x"),
        ("docs/x.tmp", "x"),
        ("docs/.assets/a.css", "x"),
        ("docs/.hidden/a.md", "# Hidden\n"),
        ("docs/templates/a.html", "x"),
        ("docs/drafts/a.md", "# Draft\n"),
        ("docs/drafts/a.png", "x"),
    ]);
    let (site, problems) = book.assemble(&[]);
    assert_eq!(site.pages.len(), 1);
    let assets: Vec<&String> = site.assets.keys().collect();
    assert_eq!(assets, [".assets/a.css"]);
    assert_eq!(codes(&problems)[0].0, "link/no-such-page");
}

#[test]
fn a_plugin_that_hides_pages_stops_the_build() {
    let check = |plugins: &str, expected: bool| {
        let book = Book::of(&[
            (
                "mkdocs.yml",
                &format!("site_name: Tea\nplugins:\n{plugins}"),
            ),
            ("docs/index.md", "# Tea\n"),
            ("docs/secret/a.md", "# Secret\n"),
        ]);
        let (site, problems) = book.assemble(&[]);
        assert_eq!(
            problems.iter().any(Diagnostic::is_error),
            expected,
            "{plugins}"
        );
        assert!(!site.by_path.contains_key("secret/a.md") || !plugins.contains("secret"));
    };
    check("  - encryptcontent\n", true);
    check("  - exclude: {regex: ['secret/.*']}\n", true);
    check("  - exclude: {glob: ['secret/*']}\n", false);
    check("  - search\n  - social\n", false);
}

#[test]
fn everything_without_effect_is_named_once_with_its_place() {
    let book = Book::of(&[
        (
            "mkdocs.yml",
            "site_name: Tea\nsitename: x\nhooks: [a.py]\n\
            theme:\n  name: material\n  features: [navigation.tabs, content.code.copy]\n\
            plugins: [search, mkdocstrings, my-own]\n\
            markdown_extensions:\n  - toc: {slugify: !!python/name:my.slug }\n  - pymdownx.critic\n\
            extra: {analytics: {provider: google}}\nextra_javascript: ['https://example.org/x.js']\n",
        ),
        ("docs/index.md", "# Tea\n"),
    ]);
    let (_, problems) = book.assemble(&[]);
    let messages: Vec<String> = problems.iter().map(|one| one.message.clone()).collect();
    for wanted in [
        "the key `sitename` at the top means nothing to docent",
        "`hooks` has no effect",
        "the theme feature `navigation.tabs` has no effect",
        "the plugin `mkdocstrings` has no effect",
        "the plugin `my-own` has no effect",
        "the Markdown extension `pymdownx.critic` has no effect",
        "`my.slug` is code in Python, which docent does not run",
        "`slugify` of `toc` has no effect",
        "`extra.analytics` has no effect",
        "`https://example.org/x.js` in `extra_javascript` has no effect",
    ] {
        let count = messages.iter().filter(|message| *message == wanted).count();
        assert_eq!(count, 1, "{wanted}\n{messages:#?}");
    }
    assert_eq!(problems.len(), 10, "{messages:#?}");
    assert!(problems.iter().all(|one| one.place.is_some()));
}

#[test]
fn a_wrong_value_is_shown_where_it_stands() {
    let check = |yaml: &str, at: &str| {
        let book = Book::of(&[("mkdocs.yml", yaml), ("docs/index.md", "# Tea\n")]);
        let (_, problems) = book.assemble(&[]);
        assert_eq!(problems[0].code, "mkdocs/invalid", "{yaml}");
        let place = problems[0].place.as_ref().expect("a place");
        assert!(place.text[place.span.start..].starts_with(at), "{yaml}");
    };
    check("site_name: [a]\n", "[a]");
    check("site_name: Tea\nuse_directory_urls: maybe\n", "maybe");
    check("site_name: Tea\nnav: index.md\n", "index.md");
    check("site_name: Tea\nnav:\n  - A: {b: [3, [4]]}\n", "[4]");
    check("site_name: Tea\nplugins: search\n", "search");
    check("site_name: 'Tea\n", "");
    check("- a\n", "");
}

#[test]
fn the_environment_is_read_where_it_is_asked_for() {
    let yaml = "site_name: !ENV [TEA, OTHER, Tea]\nsite_description: !ENV NONE\nstrict: !ENV [STRICT, false]\n";
    let book = Book::of(&[("mkdocs.yml", yaml), ("docs/index.md", "# Tea\n")]);
    let load = |pairs: &[(&str, &str)]| {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let pairs: Vec<_> = pairs.iter().map(own).collect();
        pipeline::configure_with(book.root(), &pairs)
            .expect("a configuration")
            .0
    };
    assert_eq!(load(&[]).book.title, "Tea");
    assert_eq!(load(&[]).book.description, "");
    let config = load(&[("OTHER", "Matcha"), ("STRICT", "true")]);
    assert_eq!(config.book.title, "Matcha");
    assert!(config.layout.checks.strict);
}

#[test]
fn a_file_may_inherit_from_others_of_the_book() {
    let book = Book::of(&[
        (
            "mkdocs.yml",
            "INHERIT: base/base.yml\nsite_name: Tea\nvalidation: {links: {anchors: ignore}}\n",
        ),
        (
            "base/base.yml",
            "site_description: From below\nsite_name: No\nvalidation: {links: {not_found: ignore}}\n",
        ),
        ("docs/index.md", "# Tea\n\n[a](no.md) [b](#no)\n"),
    ]);
    let (config, _) = pipeline::configure(book.root()).expect("a configuration");
    assert_eq!(config.book.title, "Tea");
    assert_eq!(config.book.description, "From below");
    assert_eq!(config.read_from.len(), 2);
    assert_eq!(shown(&book.assemble(&[]).1), "");
    let refused = |inherit: &str| {
        book.write(
            "mkdocs.yml",
            &format!("INHERIT: {inherit}\nsite_name: Tea\n"),
        );
        let (_, problems) = book.assemble(&[]);
        assert_eq!(problems[0].code, "mkdocs/inherit", "{inherit}");
    };
    refused("none.yml");
    refused("mkdocs.yml");
    refused("/etc/hostname");
}

#[test]
fn a_book_may_inherit_from_its_repository_and_nothing_beyond_it() {
    let book = Book::of(&[
        ("base.yml", "site_name: From above\nsitename: x\n"),
        ("site/mkdocs.yml", "INHERIT: ../base.yml\n"),
        ("site/docs/index.md", "# Tea\n"),
    ]);
    let configure = || pipeline::configure(&book.root().join("site"));
    let problems = configure().expect_err("a file outside the book");
    assert_eq!(problems[0].code, "mkdocs/inherit");
    fs_err::create_dir(book.root().join(".git")).expect("a folder");
    let (config, problems) = configure().expect("a configuration");
    assert_eq!(config.book.title, "From above");
    let place = problems[0].place.as_ref().expect("a place");
    assert_eq!(place.path, "../base.yml");
    book.write("site/mkdocs.yml", "INHERIT: ../../base.yml\n");
    let problems = configure().expect_err("a file outside the repository");
    assert_eq!(problems[0].code, "mkdocs/inherit");
}

#[test]
fn the_site_has_its_own_pictures_and_says_whose_it_is() {
    let book = Book::of(&[
        (
            "mkdocs.yml",
            "site_name: Tea\nrepo_url: https://example.org/r\nrepo_name: me/tea\n\
            copyright: '&copy; <a href=\"https://example.org\">Me</a>'\n\
            theme: {name: material, logo: img/pot.svg, favicon: img/pot.svg}\n",
        ),
        ("docs/index.md", "# Tea\n"),
        ("docs/img/pot.svg", "<svg width=\"30\" height=\"20\"></svg>"),
    ]);
    let (config, problems) = pipeline::configure(book.root()).expect("a configuration");
    assert_eq!(shown(&problems), "");
    let build = pipeline::build(config).expect("a build");
    let Some(docent::site::write::Body::Bytes(html)) = build.output.get("index.html") else {
        panic!("no page");
    };
    let html = String::from_utf8_lossy(html);
    for wanted in [
        "<img src=\"img/pot.svg\" alt=\"\" width=\"30\" height=\"20\">Tea</a>",
        "<link rel=\"icon\" href=\"img/pot.svg\">",
        "aria-label=\"me/tea\"",
        ">me/tea</a>",
        "<span class=\"copyright\">&copy; <a href=\"https://example.org\">Me</a></span>",
    ] {
        assert!(html.contains(wanted), "{wanted}\n{html}");
    }
    book.write(
        "mkdocs.yml",
        "site_name: Tea\ntheme: {logo: no.svg, favicon: 'https://example.org/x.png'}\n",
    );
    let (_, problems) = pipeline::configure(book.root()).expect("a configuration");
    assert_eq!(problems.len(), 2, "{}", shown(&problems));
}

#[test]
fn every_page_ends_with_the_snippets_that_are_appended() {
    let book = Book::of(&[
        (
            "mkdocs.yml",
            "site_name: Tea\nmarkdown_extensions:\n  - abbr\n  - pymdownx.snippets:\n      \
            base_path: [parts]\n      auto_append: [words.md, none.md]\n",
        ),
        (
            "parts/words.md",
            "*[UI]: User Interface\n\n[home]: nowhere.md\n",
        ),
        ("docs/index.md", "# The UI\n\nSee [home].\n"),
        ("docs/a.md", "# A\n\nNo mention."),
    ]);
    let (site, problems) = book.assemble(&[]);
    assert_eq!(
        codes(&problems)
            .iter()
            .map(|(code, _)| *code)
            .collect::<Vec<_>>(),
        ["mkdocs/unsupported", "link/no-such-page"]
    );
    assert!(problems[0].message.contains("`none.md` in `auto_append`"));
    let home = &site.page(site.by_path["index.md"]).document;
    let html = docent::markdown::html::render(home, &|_| None);
    assert!(
        html.contains("<abbr title=\"User Interface\">UI</abbr>"),
        "{html}"
    );
}

#[test]
fn headings_have_the_ids_of_the_function_that_is_named() {
    let check = |slugify: &str, expected: [&str; 2]| {
        let yaml =
            format!("site_name: Tea\nmarkdown_extensions:\n  - toc: {{slugify: {slugify}}}\n");
        let book = Book::of(&[
            ("mkdocs.yml", &yaml),
            ("docs/index.md", "# Ü  B\n\n## Ü  B\n"),
        ]);
        let (site, problems) = book.assemble(&[]);
        assert_eq!(shown(&problems), "", "{slugify}");
        let sections = &site.pages[0].document.sections;
        let ids: Vec<&str> = sections
            .iter()
            .map(|section| section.anchor.as_str())
            .collect();
        assert_eq!(ids, expected, "{slugify}");
    };
    check(
        "!!python/name:markdown.extensions.toc.slugify",
        ["u-b", "u-b_1"],
    );
    check(
        "!!python/name:markdown.extensions.toc.slugify_unicode",
        ["ü-b", "ü-b_1"],
    );
    check(
        "!!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}",
        ["ü--b", "ü--b_1"],
    );
    check(
        "!!python/object/apply:pymdownx.slugs.slugify {}",
        ["Ü--B", "Ü--B_1"],
    );
}

#[test]
fn redirects_lead_to_pages_by_their_files() {
    let yaml = "site_name: Tea\nplugins:\n  - redirects:\n      redirect_maps:\n        old.md: new.md#x\n        gone.md: nowhere.md\n        away.md: https://example.org/\n";
    let book = Book::of(&[
        ("mkdocs.yml", yaml),
        ("docs/index.md", "# Tea\n\n[old](old.md)\n"),
        ("docs/new.md", "# New\n\n## X\n"),
    ]);
    let (config, _) = pipeline::configure(book.root()).expect("a configuration");
    let built = pipeline::build(config).expect("a build");
    let page = |path: &str| match &built.output.get(path) {
        Some(docent::site::write::Body::Bytes(bytes)) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        _ => String::new(),
    };
    assert!(
        page("old/index.html").contains("../new/#x"),
        "{}",
        page("old/index.html")
    );
    assert!(page("away/index.html").contains("https://example.org/"));
    assert!(!built.output.contains_key("gone/index.html"));
    assert!(
        codes(&built.diagnostics)
            .iter()
            .any(|(code, _)| *code == "site/redirect")
    );
}

#[test]
fn links_lead_where_mkdocs_or_the_browser_takes_them() {
    let book = Book::of(&[
        (
            "mkdocs.yml",
            "site_name: Tea\nvalidation: {links: {anchors: warn}}\n",
        ),
        (
            "docs/a/one.md",
            "# One\n\n[file](../b/two.md#x) [folder](../two/) [seen](../../b/two/)\n\
             <img src=\"../../pot.png\">\n![pot](../pot.png) [no](../b/no.md)\n",
        ),
        ("docs/a/two.md", "# Two of a\n"),
        ("docs/b/two.md", "# Two\n\n## X\n"),
        ("docs/index.md", "# Tea\n"),
        ("docs/pot.png", "x"),
    ]);
    let (config, _) = pipeline::configure(book.root()).expect("a configuration");
    let built = pipeline::build(config).expect("a build");
    let Some(docent::site::write::Body::Bytes(html)) = built.output.get("a/one/index.html") else {
        panic!("no page");
    };
    let html = String::from_utf8_lossy(html);
    for wanted in [
        "<a href=\"../../b/two/#x\">file</a>",
        "<a href=\"../two/\">folder</a>",
        "<a href=\"../../b/two/\">seen</a>",
        "<img src=\"../../pot.png\"",
    ] {
        assert!(html.contains(wanted), "{wanted}");
    }
    assert_eq!(html.matches("../../pot.png").count(), 2);
    let problems = codes(&built.diagnostics);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(!built.diagnostics[0].is_error(), "as in MkDocs, a warning");
}

#[test]
fn edit_links_name_the_file() {
    let yaml = "site_name: Tea\nrepo_url: https://github.com/tea/pot\nedit_uri: edit/main/docs\n";
    let book = Book::of(&[("mkdocs.yml", yaml), ("docs/a/b.md", "# B\n")]);
    let (config, _) = pipeline::configure(book.root()).expect("a configuration");
    let built = pipeline::build(config).expect("a build");
    let Some(docent::site::write::Body::Bytes(html)) = built.output.get("a/b/index.html") else {
        panic!("no page");
    };
    let edit = "https://github.com/tea/pot/edit/main/docs/a/b.md";
    assert!(String::from_utf8_lossy(html).contains(edit));
}

#[test]
fn the_book_toml_made_of_it_gives_the_same_site() {
    let yaml = "site_name: \"Tea \\\"pot\\\"\"\nsite_url: https://example.org/tea/\n\
        docs_dir: pages\nexclude_docs: '*.tmp'\ntheme: {name: material, features: [navigation.indexes]}\n\
        plugins:\n  - redirects: {redirect_maps: {old.md: kinds/green.md}}\n\
        markdown_extensions: [admonition, attr_list, pymdownx.mark]\n\
        nav:\n  - index.md\n  - 'Kinds of \"tea\"':\n    - kinds/index.md\n    - Green: kinds/green.md\n  - Web: https://example.org/\n";
    let book = Book::of(&[
        ("mkdocs.yml", yaml),
        (
            "pages/index.md",
            "# Tea\n\n## Ünï ==code==\n\n!!! note\n    Text\n",
        ),
        ("pages/kinds/index.md", "# Kinds\n"),
        ("pages/kinds/green.md", "# Green\n\n## A\n\n## A\n"),
        ("pages/x.tmp", "x"),
    ]);
    let build = || {
        let (config, _) = pipeline::configure(book.root()).expect("a configuration");
        pipeline::build(config).expect("a build")
    };
    let before = build();
    let toml = convert::book_toml(&before.config);
    book.write("book.toml", &toml);
    let after = build();
    assert_eq!(
        shown(&after.diagnostics),
        shown(&before.diagnostics),
        "{toml}"
    );
    let files = |build: &pipeline::Build| build.output.keys().cloned().collect::<Vec<_>>();
    assert_eq!(files(&after), files(&before));
    for (path, body) in &before.output {
        let same = match (body, after.output.get(path)) {
            (docent::site::write::Body::Bytes(a), Some(docent::site::write::Body::Bytes(b))) => {
                a == b
            }
            (docent::site::write::Body::File(a), Some(docent::site::write::Body::File(b))) => {
                a == b
            }
            _ => false,
        };
        assert!(same, "{path} differs\n{toml}");
    }
}

#[test]
fn footnotes_have_the_ids_of_python_markdown() {
    let book = Book::of(&[
        (
            "mkdocs.yml",
            "site_name: Tea\nmarkdown_extensions: [footnotes]\n",
        ),
        (
            "docs/a.md",
            "# A\n\nx[^1] y[^1]\n\n[^1]: Note.\n\n[to](#fn:1)\n",
        ),
    ]);
    let (site, problems) = book.assemble(&[]);
    assert_eq!(shown(&problems), "");
    for id in ["fn:1", "fnref:1", "fnref2:1"] {
        assert!(site.pages[0].document.ids.contains(id), "{id}");
    }
}

#[test]
fn a_page_may_stay_out_of_the_search() {
    let book = Book::of(&[
        ("mkdocs.yml", "site_name: Tea\n"),
        ("docs/a.md", "---\nsearch:\n  exclude: true\n---\n# A\n"),
        ("docs/b.md", "---\nsearch:\n  boost: 2\n---\n# B\n"),
    ]);
    let (site, problems) = book.assemble(&[]);
    let searched: Vec<bool> = site.pages.iter().map(|page| page.searched).collect();
    assert_eq!(searched, [false, true]);
    assert_eq!(codes(&problems)[0].0, "front-matter/no-effect");
}

const PARTS: &[&str] = &[
    "site_name: ",
    "nav:\n",
    "  - ",
    "a.md\n",
    "A: ",
    "theme:\n",
    "  name: material\n",
    "plugins:\n",
    "  - search\n",
    "  - redirects:\n",
    "      redirect_maps:\n",
    "        a.md: b.md\n",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&x ",
    "*x",
    "<<: *x\n",
    "!ENV ",
    "!!python/name:a.b ",
    "|\n",
    "  text\n",
    "'",
    "\"",
    ": ",
    "\n",
    "  ",
    "\t",
    "#",
    "INHERIT: mkdocs.yml\n",
    "exclude_docs: ",
    "!*[a",
    "strict: true\n",
    "validation:\n",
    "  links: ",
    "markdown_extensions:\n",
    "  - toc:\n",
    "      slugify: ",
    "---\n",
    "\u{feff}",
    "ü",
    "extra_css: ",
    "dev_addr: ",
    "edit_uri: ",
    "?",
    ",",
];

proptest! {
    #[test]
    fn no_mkdocs_yml_brings_docent_down(parts in prop::collection::vec(prop::sample::select(PARTS), 0..40)) {
        let text = parts.concat();
        let book = Book::of(&[("mkdocs.yml", &text), ("docs/a.md", "# A\n")]);
        let problems = match mkdocs::load(book.root(), "mkdocs.yml", &|_| None) {
            Ok((config, problems)) => {
                pipeline::check(&config).expect("a folder that can be read");
                problems
            }
            Err(problems) => {
                prop_assert!(problems.iter().any(Diagnostic::is_error));
                problems
            }
        };
        for place in problems.iter().filter_map(|problem| problem.place.as_ref()) {
            let inside = place.text.get(place.span.start..place.span.end);
            prop_assert!(inside.is_some(), "{:?} in {text:?}", place.span);
        }
    }
}
