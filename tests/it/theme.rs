//! What the pages of a site look like, from templates to addresses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;

use docent::config::{self, Config};
use docent::diagnostic::{Diagnostic, render::text};
use docent::site::press::Press;
use docent::site::shelf::Shelf;
use docent::site::theme::Theme;
use docent::site::write::Body;
use docent::site::{self, Site, render, theme};
use docent::{content, links};
use tempfile::TempDir;

/// A book in a folder of its own.
struct Book {
    folder: TempDir,
}

impl Book {
    /// Files by path; `book.toml` is empty unless it is among them.
    fn of(files: &[(&str, &str)]) -> Self {
        let book = Self {
            folder: TempDir::new().unwrap(),
        };
        book.put("book.toml", "");
        for (path, text) in files {
            book.put(path, text);
        }
        book
    }

    fn put(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, text).unwrap();
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn site(&self) -> (Config, Site) {
        let (config, _) = config::load(self.root()).unwrap();
        let (content, _) = content::load(&config).unwrap();
        let (site, _) = site::assemble(&config, content);
        (config, site)
    }

    fn render(&self) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
        let (config, site) = self.site();
        rendered(&config, &site)
    }

    /// The pages of a book without mistakes.
    fn pages(&self) -> BTreeMap<String, String> {
        let (pages, problems) = self.render();
        assert!(problems.is_empty(), "{problems:?}");
        pages
    }

    fn theme(&self) -> Result<Theme, Vec<Diagnostic>> {
        theme::load(&config::load(self.root()).unwrap().0)
    }

    /// What is wrong with the theme, as it is shown.
    fn complaint(&self) -> String {
        let problems = self.theme().err().expect("a problem");
        let shown: Vec<String> = problems
            .iter()
            .map(|problem| text(problem, false))
            .collect();
        shown.join("\n")
    }
}

/// A book with a page of each kind, nested folders and an image.
fn kinds() -> Book {
    Book::of(&[
        (
            "content/tutorials/first.md",
            "# First steps\n\n[Port](../reference/deep/options.md#port)\n",
        ),
        (
            "content/how-to/install.md",
            "# Install\n\n![Map](../map.png)\n",
        ),
        (
            "content/reference/deep/options.md",
            "---\ndescription: All options.\n---\n# Options\n\n## Host\n\nx\n\n## Port\n\ny\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |\n",
        ),
        ("content/explanation/why.md", "# Why\n\nBecause.\n"),
        ("content/map.png", "not really"),
    ])
}

/// The part of `html` between `from` and the next `to`.
fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    let rest = html
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from}"))
        .1;
    rest.split_once(to).unwrap_or_else(|| panic!("no {to}")).0
}

/// The values of the attribute `name` in `html`.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(&start)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[test]
fn a_page_is_not_described_by_the_text_of_its_logo() {
    let book = Book::of(&[
        (
            "content/reference/heron.md",
            "# Heron\n\n![The logo](logo.svg)\n\nA grey bird.\n",
        ),
        (
            "content/reference/logo.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        ),
    ]);
    let page = &book.pages()["reference/heron.html"];
    assert!(page.contains("<meta name=\"description\" content=\"A grey bird.\">"));
}

#[test]
fn a_page_says_what_it_is_where_it_stands_and_what_is_next_to_it() {
    let pages = kinds().pages();
    let page = &pages["reference/deep/options.html"];
    assert!(page.contains(
        "<html lang=\"en\" dir=\"ltr\" data-root=\"../../\" data-path=\"reference/deep/options.html\" data-search data-kind=\"reference\" data-kinds=\"tutorial how-to reference explanation\">"
    ));
    assert!(page.contains("<title>Options – Documentation</title>"));
    assert!(page.contains("<meta name=\"description\" content=\"All options.\">"));
    assert!(page.contains("<a href=\"../../reference/deep/options.html\" aria-current=\"page\">"));
    let crumbs = between(page, "aria-label=\"Breadcrumb\"", "</nav>");
    assert!(crumbs.contains("Reference</li><li>Deep</li>"), "{crumbs}");
    let toc = between(page, "id=\"docent-toc\"", "</nav>");
    assert_eq!(attributes(toc, "href"), ["#host", "#port"]);
    let pager = between(page, "class=\"pager\"", "</nav>");
    assert_eq!(
        attributes(pager, "href"),
        ["../../how-to/install.html", "../../explanation/why.html"]
    );
    assert_eq!(page.matches("<h1").count(), 1);
}

#[test]
fn every_address_in_a_page_leads_to_a_file_of_the_site() {
    let book = kinds();
    book.put("theme/own.css", "");
    book.put(
        "book.toml",
        "[output.html]\nadditional-css = [\"theme/own.css\"]\n",
    );
    let pages = book.pages();
    let mut files: Vec<String> = pages.keys().cloned().collect();
    files.push("map.png".to_owned());
    let assets = book.theme().unwrap();
    files.extend(assets.assets().into_iter().map(|(path, _)| path));
    files.extend(pages.keys().map(|path| site::twins::address(path)));
    for (path, html) in &pages {
        for address in attributes(html, "href")
            .into_iter()
            .chain(attributes(html, "src"))
        {
            let address = address.split('#').next().unwrap();
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let to = site::url::normal(folder, &site::url::decode(address)).unwrap();
            let to = if address.is_empty() { path } else { &to };
            assert!(files.contains(to), "`{path}` leads to `{address}`");
        }
    }
}

#[test]
fn nothing_in_a_page_needs_more_than_a_strict_content_security_policy() {
    let book = kinds();
    book.put(
        "content/old.md",
        "---\ntitle: '\"Quoted\" <script>alert(1)</script> title'\ndescription: '\"><script>alert(2)</script>'\n---\nText.\n",
    );
    book.put(
        "book.toml",
        "[book]\ntitle = \"A <b>book</b>\"\n[output.html.redirect]\n\"/gone.html\" = \"old.html\"\n",
    );
    let pages = book.pages();
    assert!(pages.contains_key("gone.html"));
    for (path, html) in &pages {
        assert!(!html.contains("<style"), "{path}");
        assert!(!html.contains(" style="), "{path}");
        assert!(!html.contains("<b>book"), "{path}");
        for script in html.split("<script").skip(1) {
            assert!(script.starts_with(" src=\""), "{path}: {script:.60}");
            assert!(
                script.contains("></script>"),
                "{path}: an empty element: {script:.60}"
            );
        }
        assert!(
            !html.contains(" onclick=") && !html.contains(" onload="),
            "{path}"
        );
    }
}

#[test]
fn no_script_of_the_theme_makes_markup_out_of_text() {
    let theme = kinds().theme().unwrap();
    let mut scripts = 0;
    let live = theme::live();
    for (path, bytes) in theme
        .assets()
        .into_iter()
        .chain([("live.js".to_owned(), live)])
    {
        if !path.ends_with(".js") {
            continue;
        }
        scripts += 1;
        let script = String::from_utf8(bytes.into_owned()).unwrap();
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "parseFromString",
            "srcdoc",
        ] {
            assert!(!script.contains(word), "`{path}` says `{word}`");
        }
    }
    assert_eq!(scripts, 18);
}

#[test]
fn a_first_visit_loads_less_than_sixty_kilobytes() {
    let book = kinds();
    let page = book.pages().remove("reference/deep/options.html").unwrap();
    let mut bytes = packed(page.as_bytes());
    let (mut scripts, live) = (0, packed(&theme::live()));
    // The rest of the search and the ask panel come when they are used.
    let at_once = |path: &String| {
        let loads = |from: &str| page.contains(&format!("{from}=\"../../{path}\""));
        loads("src") || loads("href")
    };
    let theme = book.theme().unwrap();
    let assets = theme.assets().into_iter();
    for (path, file) in assets.filter(|(path, _)| at_once(path)) {
        let size = packed(&file);
        bytes += size;
        scripts += if path.ends_with(".js") { size } else { 0 };
    }
    assert!(
        scripts + live < 20_000,
        "{scripts} and {live} bytes of script"
    );
    assert!(bytes < 60_000, "{bytes} bytes");
}

/// The size of `bytes` when they are deflated, as servers do.
fn packed(bytes: &[u8]) -> usize {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("x", options).unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap().into_inner().len()
}

#[test]
fn a_large_book_repeats_only_a_part_of_its_navigation_in_each_page() {
    let book = Book::of(&[]);
    for at in 0..600 {
        book.put(
            &format!("content/reference/flags/f{at:03}.md"),
            "# A flag\n",
        );
        book.put(
            &format!("content/reference/group-{}/p{at}.md", at % 20),
            "# A page\n",
        );
    }
    let pages = book.pages();
    assert!(pages.len() >= 1200);
    for (path, html) in &pages {
        let whole = path == "print.html";
        assert!(
            whole || html.len() < 16_000,
            "`{path}` is {} bytes",
            html.len()
        );
    }
    let nav = between(
        &pages["reference/flags/f300.html"],
        "id=\"docent-nav\"",
        "</nav>",
    );
    assert_eq!(nav.matches("aria-current=\"page\"").count(), 1);
    for near in ["f299.html", "f301.html", "f311.html"] {
        assert!(nav.contains(near), "{near}");
    }
    assert!(nav.contains("flags/f287.html\">288 more</a>"), "{nav}");
    assert!(nav.contains("flags/f312.html\">288 more</a>"), "{nav}");
    // A closed branch leads to its first page.
    assert!(nav.contains("reference/group-7/p107.html\" class=\"more\""));
}

#[test]
fn a_book_with_kinds_and_no_first_page_gets_a_landing_page() {
    let pages = kinds().pages();
    let landing = &pages["index.html"];
    let quarters = attributes(
        between(landing, "class=\"quarters\"", "</main>"),
        "data-kind",
    );
    assert_eq!(quarters, ["tutorial", "how-to", "reference", "explanation"]);
    assert!(landing.contains("href=\"reference/deep/options.html\""));
}

#[test]
fn a_book_without_kinds_opens_at_its_first_page() {
    let book = Book::of(&[
        (
            "content/SUMMARY.md",
            "# S\n\n- [A](deep/a.md)\n- [B](b.md)\n",
        ),
        ("content/deep/a.md", "# A\n\n[B](../b.md)\n"),
        ("content/b.md", "# B\n"),
    ]);
    let pages = book.pages();
    assert!(pages["deep/a.html"].contains("<a href=\"../b.html\">B</a>"));
    let first = &pages["index.html"];
    assert!(first.contains("<a href=\"b.html\">B</a>"));
    assert!(first.contains("data-root=\"\""));
    assert!(first.contains("<h1 id=\"a\">A"));
}

#[test]
fn a_first_page_of_the_author_stays() {
    let book = kinds();
    book.put("content/index.md", "# Welcome\n");
    assert!(book.pages()["index.html"].contains("Welcome"));
}

#[test]
fn a_title_is_shown_once_wherever_it_comes_from() {
    let book = Book::of(&[
        ("content/a.md", "---\ntitle: From above\n---\nText.\n"),
        (
            "content/b.md",
            "## Second level\n\nText.\n\n### One\n\n### Two\n",
        ),
        ("content/c.md", "<h1>Raw</h1>\n"),
    ]);
    let pages = book.pages();
    assert!(pages["a.html"].contains("<h1>From above</h1>"));
    assert!(!pages["b.html"].contains("<h1"));
    let toc = between(&pages["b.html"], "id=\"docent-toc\"", "</nav>");
    assert_eq!(attributes(toc, "href"), ["#one", "#two"]);
    assert!(!toc.contains("class=\"sub\""), "{toc}");
    assert_eq!(pages["c.html"].matches("<h1").count(), 1);
}

#[test]
fn old_addresses_lead_on() {
    let book = Book::of(&[
        (
            "book.toml",
            "[output.html.redirect]\n\"/old/a.html\" = \"../b.html\"\n\"/gone.html#x\" = \"b.html#y\"\n\"/b.html#was\" = \"deep/c.html#is\"\n\"/c.html\" = \"b.html\"\n",
        ),
        ("content/b.md", "# B\n\n## Y\n"),
        ("content/c.md", "# C\n"),
        ("content/deep/c.md", "# C\n\n## Is\n"),
    ]);
    let (pages, problems) = book.render();
    assert!(pages["old/a.html"].contains("http-equiv=\"refresh\" content=\"0; url=../b.html\""));
    assert!(pages["gone.html"].contains("name=\"docent-moved\" content=\"x b.html#y\""));
    assert!(!pages["gone.html"].contains("http-equiv"));
    assert!(pages["b.html"].contains("name=\"docent-moved\" content=\"was deep/c.html#is\""));
    let shown: Vec<&str> = problems.iter().map(|problem| &*problem.message).collect();
    assert_eq!(
        shown,
        ["the redirect from `c.html` has no effect: a page is there"]
    );
}

#[test]
fn the_missing_page_works_at_any_address() {
    let book = kinds();
    book.put(
        "book.toml",
        "[output.html]\nsite-url = \"https://example.org/docs/\"\n",
    );
    let pages = book.pages();
    let missing = &pages["404.html"];
    assert!(missing.contains("data-root=\"/docs/\""));
    assert!(missing.contains("<link rel=\"stylesheet\" href=\"/docs/assets/docent-"));
    assert!(pages["how-to/install.html"].contains(
        "<link rel=\"canonical\" href=\"https://example.org/docs/how-to/install.html\">"
    ));
}

#[test]
fn an_author_may_write_the_page_for_missing_addresses() {
    let book = kinds();
    book.put(
        "content/404.md",
        "# Lost\n\n[Home](how-to/install.md) ![Map](map.png)\n",
    );
    book.put("book.toml", "[output.html]\nsite-url = \"/docs\"\n");
    let page = &book.pages()["404.html"];
    assert!(page.contains("<a href=\"/docs/how-to/install.html\">Home</a>"));
    assert!(page.contains("src=\"/docs/map.png\""));
    assert!(page.contains("data-root=\"/docs/\""));
}

#[test]
fn text_runs_the_way_of_its_language() {
    let book = kinds();
    book.put("book.toml", "[book]\nlanguage = \"ar\"\n");
    assert!(book.pages()["how-to/install.html"].contains("<html lang=\"ar\" dir=\"rtl\""));
}

#[test]
fn words_of_ours_in_a_text_are_those_of_its_language() {
    let book = kinds();
    book.put("book.toml", "[book]\nlanguage = \"de\"\n");
    book.put(
        "content/how-to/install.md",
        "# A\n\n!!! tip\n    x\n\n> [!WARNING]\n> x\n\n> [!faq]\n> x\n\n::: note\nx\n:::\n\n??? odd\n    x\n\ny[^1]\n\n[^1]: z\n\n```mermaid\ngraph LR\nA-->B\n```\n\n```py annotate\nx # (1)\n```\n\n1. Why.\n",
    );
    let pages = book.pages();
    for path in ["how-to/install.html", "print.html"] {
        let page = &pages[path];
        for wanted in [
            "<p class=\"admonition-title\">Tipp</p>",
            "<p class=\"admonition-title\">Warnung</p>",
            "<p class=\"admonition-title\">Faq</p>",
            "<p class=\"admonition-title\">Hinweis</p>",
            "<summary>Odd</summary>",
            "aria-label=\"Zurück zum Text\"",
            "<summary>Quelltext des Diagramms</summary>",
            "aria-label=\"Link zu diesem Abschnitt\"",
        ] {
            assert!(page.contains(wanted), "{wanted}\n{page}");
        }
    }
}

#[test]
fn every_language_has_a_word_for_everything() {
    let keys = |language: &str| -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/strings");
        let text = fs_err::read_to_string(folder.join(format!("{language}.json"))).unwrap();
        let table: serde_json::Value = serde_json::from_str(&text).unwrap();
        let parts = ["page", "script"].into_iter();
        let keys = parts.flat_map(|part| {
            let words = table[part].as_object().unwrap().keys();
            words.map(move |key| format!("{part}.{key}"))
        });
        keys.collect()
    };
    let english = keys("en");
    for language in ["ar", "de", "es", "fr", "ja", "zh"] {
        assert_eq!(keys(language), english, "{language}");
    }
}

#[test]
fn a_book_s_own_sheets_and_scripts_carry_a_mark_of_their_bytes() {
    let book = kinds();
    let toml = "[output.html]\nadditional-css = [\"own/a.css\", \"content/css/b.css\"]\n";
    book.put("book.toml", toml);
    book.put("own/a.css", "a{}");
    book.put("content/css/b.css", "b{}");
    let sheets = |page: &str| -> Vec<String> {
        let own = attributes(page, "href")
            .into_iter()
            .filter(|to| to.ends_with(".css"));
        own.skip(1).map(str::to_owned).collect()
    };
    let before = sheets(&book.pages()["index.html"]);
    assert!(before[0].starts_with("own/a-") && before[0].len() == "own/a-12345678.css".len());
    assert!(before[1].starts_with("css/b-"), "{before:?}");
    book.put("own/a.css", "a{color:red}");
    let after = sheets(&book.pages()["index.html"]);
    assert_ne!(after[0], before[0]);
    assert_eq!(after[1], before[1]);
    book.put("book.toml", &format!("{toml}hash-files = false\n"));
    assert_eq!(
        sheets(&book.pages()["index.html"]),
        ["own/a.css", "css/b.css"]
    );
}

#[test]
fn the_header_and_the_footer_lead_to_the_source() {
    let book = kinds();
    book.put(
        "book.toml",
        "[output.html]\ngit-repository-url = \"https://example.org/r\"\nedit-url-template = \"https://example.org/edit/{path}\"\n",
    );
    let page = &book.pages()["how-to/install.html"];
    assert!(page.contains("href=\"https://example.org/edit/content/how-to/install.md\""));
    assert!(page.contains("<a class=\"icon repo\" href=\"https://example.org/r\""));
}

#[test]
fn a_book_replaces_files_of_the_theme_one_by_one() {
    let book = kinds();
    let built_in = book.theme().unwrap();
    let before = built_in.assets();
    book.put("themes/default/nav.html", "{% component nav_items(items: array, root: string) %}<b>{{ items | length }}</b>{% endcomponent nav_items %}");
    book.put("themes/default/prose.css", "p { color: red }");
    book.put("themes/default/img/logo.svg", "<svg/>");
    assert!(book.pages()["how-to/install.html"].contains("<b>1</b>"));
    let replaced = book.theme().unwrap();
    let after = replaced.assets();
    let named = |files: &[(String, std::borrow::Cow<'_, [u8]>)], start: &str| {
        let found = files.iter().find(|(path, _)| path.starts_with(start));
        found.map(|(path, _)| path.clone())
    };
    assert_ne!(
        named(&before, "assets/docent-").unwrap(),
        named(&after, "assets/docent-").unwrap()
    );
    assert_eq!(named(&before, "assets/ask-"), named(&after, "assets/ask-"));
    assert!(named(&after, "assets/img/logo-").is_some());
}

#[test]
fn a_mistake_in_a_template_is_shown_where_it_stands() {
    let book = kinds();
    book.put(
        "themes/default/404.html",
        "<p>\n{% if title %}\n{{ title | }}\n",
    );
    snapbox::assert_data_eq!(
        book.complaint(),
        "\
error[theme/template]: found `}}` but expected identifier
 --> themes/default/404.html:3:12
  |
3 | {{ title | }}
  |            ^^"
    );
    book.put(
        "themes/default/404.html",
        "<p>ä {{ title | shout }}</p>\n<p>{{ title | whisper }}</p>\n",
    );
    snapbox::assert_data_eq!(
        book.complaint(),
        "\
error[theme/template]: unknown filter `shout`
 --> themes/default/404.html:1:17
  |
1 | <p>ä {{ title | shout }}</p>
  |                 ^^^^^
error[theme/template]: unknown filter `whisper`
 --> themes/default/404.html:2:15
  |
2 | <p>{{ title | whisper }}</p>
  |               ^^^^^^^"
    );
}

#[test]
fn a_template_that_fails_while_rendering_spoils_only_its_own_pages() {
    let book = kinds();
    book.put("themes/default/404.html", "<p>{{ tilte }}</p>\n");
    let (pages, problems) = book.render();
    assert!(!pages.contains_key("404.html"));
    assert!(pages.contains_key("how-to/install.html"));
    assert_eq!(problems.len(), 1);
    let shown = text(&problems[0], false);
    assert!(shown.contains("--> themes/default/404.html:1:"), "{shown}");
    assert!(shown.contains("tilte"), "{shown}");
}

#[test]
fn the_same_mistake_on_every_page_is_told_once() {
    let book = kinds();
    book.put(
        "themes/default/page.html",
        "{% extends \"base.html\" %}{% block frame %}{{ page.nothing }}{% endblock %}",
    );
    let (_, problems) = book.render();
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn a_theme_that_is_not_there_is_told() {
    let book = kinds();
    book.put("book.toml", "[build]\ntheme = \"mine\"\n");
    assert!(book.complaint().contains("no theme at `themes/mine`"));
    book.put(
        "book.toml",
        "[output.html]\nadditional-css = [\"own.css\", \"../outside.css\"]\n",
    );
    let complaint = book.complaint();
    assert!(complaint.contains("no file at `own.css`"), "{complaint}");
    assert!(complaint.contains("no file at `../outside.css`"));
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let book = kinds();
    assert_eq!(book.pages(), book.pages());
}

fn rendered(config: &Config, site: &Site) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
    let theme = theme::load(config).unwrap_or_else(|problems| panic!("{problems:?}"));
    let press = Press::new(
        config,
        site,
        theme.into(),
        content::History::default().into(),
    );
    let rendered = render::pages(config, site, &press, &|_| None, &Shelf::Memory);
    let text = |body: &Body| match body {
        Body::Bytes(html) => String::from_utf8(html.to_vec()).expect("UTF-8"),
        Body::File(file) => panic!("{} was written", file.display()),
    };
    let files = rendered.files.iter();
    let files = files.map(|(path, html)| (path.clone(), text(html)));
    (files.collect(), rendered.problems)
}

#[test]
fn the_projects_own_pages_are_rendered_without_a_problem() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (config, _) = config::load(root).unwrap();
    let (content, _) = content::load(&config).unwrap();
    let (site, _) = site::assemble(&config, content);
    assert!(links::check(&site, config::Checks::default()).is_empty());
    let (pages, problems) = rendered(&config, &site);
    assert!(problems.is_empty(), "{problems:?}");
    assert!(pages.len() > site.pages.len());
    for page in &site.pages {
        assert!(pages[&page.url].contains("<h1"), "{}", page.url);
    }
}
