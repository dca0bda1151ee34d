//! A built site searches by itself: on a plain host, on a disk, and as docent
//! does.

use std::path::Path;
use std::process::Command;

use docent::index::{Index, Query};
use docent::pipeline;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::driver::Browser;
use super::host::host;
use super::site::{project, temporary};
use super::{CONTROL, ENTER, RELEASE, SOON};

const INPUT: &str = "dialog.search[open] input[type=search]";
const CHOSEN: &str = "dialog.search .hit[aria-selected=true]";

/// Builds the site of the book in `folder` with the real program.
fn build(folder: &Path, flags: &[&str]) {
    let done = Command::new(env!("CARGO_BIN_EXE_docent"))
        .args(["build", "--no-embeddings"])
        .args(flags)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_site_on_a_plain_host_searches_without_a_server() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = project();
    build(book.path(), &[]);
    let base = host(&book.path().join("book"), "/some/docs/");
    browser.goto(&base);
    browser.wait_for(".top [data-open=search]:not([hidden])", SOON);
    assert_eq!(browser.find_all(".top [data-open=ask]:not([hidden])"), 0);
    search_and_open(&browser, &base);
    search_again(&browser, &base);
    choose_a_kind(&browser);
    correct_a_slip(&browser);
    browser.goto(&format!("{base}how-to/install.html?q=abstain"));
    let hit = browser.wait_for(CHOSEN, SOON);
    assert!(hit.prop("href").unwrap().starts_with(&base));
    browser.has_no_complaints();
}

/// A key, a few words, the arrow and Enter: the hit opens, on a page in
/// another folder than the one that the search began on.
fn search_and_open(browser: &Browser, base: &str) {
    browser.keys("body", "/");
    browser.wait_for(INPUT, SOON);
    browser.keys(INPUT, "allowed hosts");
    let first = browser.wait_for(CHOSEN, SOON);
    let href = first.prop("href").unwrap();
    assert!(href.starts_with(base), "{href}");
    browser.wait_for("dialog.search .excerpt mark", SOON);
    let marked = browser.text("dialog.search .excerpt mark").to_lowercase();
    assert!(["allowed", "host"].iter().any(|word| marked.contains(word)));
    browser.keys(INPUT, &ENTER.to_string());
    browser.wait_for_address(&href, SOON);
    assert!(browser.text("article").contains("allowed-hosts"));
}

/// What was looked for is offered again, until the reader has it forgotten.
fn search_again(browser: &Browser, base: &str) {
    browser.keys("body", &format!("{CONTROL}k{RELEASE}"));
    let query = || browser.wait_for(INPUT, SOON).prop("value");
    assert_eq!(query().as_deref(), Some("allowed hosts"));
    empty(browser);
    browser.wait_for("dialog.search .search-note .clear", SOON);
    browser.click("dialog.search .hit");
    browser.wait_for("dialog.search .excerpt mark", SOON);
    assert_eq!(query().as_deref(), Some("allowed hosts"));
    browser.goto(base);
    browser.keys("body", "/");
    browser.click("dialog.search .clear");
    browser.wait_until(
        "return !document.querySelector('dialog.search .hit') && !localStorage.length",
        SOON,
    );
}

/// Empties the search field.
fn empty(browser: &Browser) {
    browser.run(
        "const input = document.querySelector('dialog.search input');
         input.value = '';
         input.dispatchEvent(new Event('input', { bubbles: true }));",
    );
}

fn choose_a_kind(browser: &Browser) {
    browser.keys(INPUT, "model");
    browser.wait_for(CHOSEN, SOON);
    browser.run("document.querySelector('.kinds input[value=reference]').click()");
    let only = "const kinds = [...document.querySelectorAll('.hit .where i')];
        return kinds.length > 2 && kinds.every((kind) => kind.dataset.kind === 'reference')";
    browser.wait_until(only, SOON);
    browser.run("document.querySelector('.kinds input[value=\"\"]').click()");
}

/// Two letters wrong are too many to search by, but not to be understood.
fn correct_a_slip(browser: &Browser) {
    empty(browser);
    browser.keys(INPUT, "tiktorial");
    browser.wait_until(
        "return document.querySelector('.hit')?.textContent.includes('tutorial')
            && document.querySelectorAll('.hit').length === 1",
        SOON,
    );
    browser.keys(INPUT, &ENTER.to_string());
    browser.wait_for("dialog.search .excerpt mark", SOON);
}

#[test]
fn a_site_on_a_disk_searches_too() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = temporary();
    build(book.path(), &[]);
    let page = book.path().join("book/egrets.html");
    browser.goto(&format!("file://{}", page.display()));
    browser.click(".top [data-open=search]");
    browser.wait_for(INPUT, SOON);
    browser.keys(INPUT, "standing still");
    browser.wait_for(CHOSEN, SOON);
    browser.keys(INPUT, &ENTER.to_string());
    browser.wait_until("return document.title.startsWith('Herons')", SOON);
    browser.has_no_complaints();
}

#[test]
fn a_site_that_is_replaced_while_it_is_open_still_searches() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = temporary();
    build(book.path(), &[]);
    browser.goto(&host(&book.path().join("book"), "/"));
    browser.keys("body", "/");
    browser.wait_for(INPUT, SOON);
    browser.keys(INPUT, "white");
    browser.wait_for("dialog.search .excerpt mark", SOON);
    // Every file of the index but the first gets another name.
    let bitterns = "# Bitterns\n\nThey boom in the reeds, white or not.\n".repeat(60);
    let summary = "- [Bitterns](bitterns.md)\n- [Herons](index.md)\n- [Egrets](egrets.md)\n";
    fs_err::write(book.path().join("content/SUMMARY.md"), summary).unwrap();
    fs_err::write(book.path().join("content/bitterns.md"), bitterns).unwrap();
    build(book.path(), &[]);
    empty(&browser);
    // The files that are known already still answer for the old site.
    browser.keys(INPUT, "herons");
    browser.wait_for(CHOSEN, SOON);
    browser.goto(&browser.address());
    browser.keys("body", "/");
    browser.wait_for(INPUT, SOON);
    browser.keys(INPUT, "reeds");
    browser.wait_until(
        "return document.querySelector('.hit b')?.textContent === 'Bitterns'",
        SOON,
    );
}

#[test]
fn a_site_without_an_index_says_so_or_offers_no_search() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = temporary();
    build(book.path(), &[]);
    let site = book.path().join("book");
    assert!(site.join("assets/search/index.js").exists());
    fs_err::remove_dir_all(site.join("assets/search")).unwrap();
    let base = host(&site, "/");
    browser.goto(&base);
    browser.keys("body", "/");
    browser.wait_for(INPUT, SOON);
    browser.keys(INPUT, "white");
    browser.wait_until(
        "return document.querySelector('.search-note').textContent.includes('without a search')",
        SOON,
    );
    build(book.path(), &["--no-index"]);
    browser.goto(&base);
    browser.keys("body", "/");
    assert_eq!(
        browser.find_all("dialog.search, [data-open]:not([hidden])"),
        0
    );
}

/// The index of the book in `folder`, by words.
fn index(folder: &TempDir) -> Index {
    let (config, _) = pipeline::configure(folder.path()).unwrap();
    let (site, _) = pipeline::check(&config).unwrap();
    let chunks = pipeline::chunks(site.searched(), None, None);
    pipeline::index(&config, chunks, None, None, &|_| {}, &|| false).unwrap()
}

/// Headings, their beginnings, words with slips, joined and split, names of code
/// and phrases.
fn queries(index: &Index) -> Vec<String> {
    let mut all: Vec<String> = [
        "how do I change the port that the server listens on?",
        "--no-embeddings",
        "output.html.redirect",
        "build-dir",
        "\"one parse\"",
        "embeddngs",
        "abstian",
        "MiniLM int8",
        "configuratio",
        "what is the capital of France",
        "a time out of the server",
        "work flow ",
        "file nam",
        "frontmatter",
        "where do codeblocks end? ",
        "Überschriften café 日本語",
        "the of and",
        "[[[((( :: \" \u{0} 🦀",
    ]
    .map(str::to_owned)
    .into();
    for (number, chunk) in index.chunks.iter().enumerate().step_by(3) {
        let heading = chunk.heading();
        let half = heading.floor_char_boundary(heading.len() * 2 / 3);
        all.push(match number % 2 {
            0 => format!("{heading} "),
            _ => heading[..half].to_owned(),
        });
    }
    all
}

#[test]
fn a_browser_finds_what_docent_finds_by_words() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = project();
    build(book.path(), &[]);
    let index = index(&book);
    let queries = queries(&index);
    assert!(queries.len() > 60, "only {}", queries.len());
    let others = found_otherwise(&browser, (&book, &index), &queries, 1);
    // Unknown words may be stemmed otherwise, and phrases are only looked for
    // in the pages when they are shown.
    let most = queries.len() / 50;
    assert!(others.len() <= most, "{others:#?}");
}

/// Words that the pages have, each with what readers may say instead.
const SYNONYMS: &str = r#"
[search]
synonyms = [
  ["decline", "Abstain"],
  ["hot reload", "live reload", "livereload"],
  ["settings file", "book.toml"],
  ["quotation", "excerpt", "snippet"],
  ["flow chart", "diagram"],
  ["page", "chapter"],
]
"#;

#[test]
fn a_browser_finds_by_another_name_what_docent_finds() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = project();
    let file = book.path().join("book.toml");
    let text = fs_err::read_to_string(&file).unwrap() + SYNONYMS;
    fs_err::write(file, text).unwrap();
    build(book.path(), &[]);
    let index = index(&book);
    let queries = [
        "decline",
        "when does an answer decline? ",
        "Declining ",
        "declined questions",
        "abstain",
        "hot reload",
        "how do I switch hot reloading off? ",
        "hot-reload of a page ",
        "hot, reload ",
        "livereload ",
        "keys of the settings file ",
        "settings files",
        "book.toml ",
        "a quotation of a hit ",
        "quotations",
        "snippets ",
        "how do I draw a flow chart? ",
        "flowcharts ",
        "\"decline\" ",
        "the port of the server",
        // The rarer name counts for no more than the common one.
        "pages ",
        "which pages are left out ",
        "the name of a page ",
    ];
    let queries = queries.map(str::to_owned);
    let others = found_otherwise(&browser, (&book, &index), &queries, 5);
    assert!(others.is_empty(), "{others:#?}");
    browser.keys(INPUT, "decline");
    browser.wait_until(
        "return document.querySelector('.excerpt mark')?.textContent.toLowerCase().startsWith('abst')",
        SOON,
    );
}

/// The queries to which the built site of a book gives other first hits than its
/// index, among as many as `compared`, with what both give.
fn found_otherwise(
    browser: &Browser,
    (book, index): (&TempDir, &Index),
    queries: &[String],
    compared: usize,
) -> Vec<String> {
    browser.goto(&host(&book.path().join("book"), "/docs/"));
    browser.keys("body", "/");
    browser.wait_until("return Boolean(docent.index?.excerpt)", SOON);
    browser.run(&format!(
        "(async () => {{
            const all = [];
            for (const query of {}) {{
                const {{ hits }} = await docent.index.search(query, '', 5);
                all.push(hits.map((hit) => hit.url));
            }}
            window.all = all;
        }})()",
        json!(queries)
    ));
    browser.wait_until("return Boolean(window.all)", SOON);
    let found: Value = browser.run("return window.all");
    let mut others = Vec::new();
    for (query, found) in queries.iter().zip(found.as_array().unwrap()) {
        let wanted = Query {
            text: query.clone(),
            kind: None,
            limit: 5,
        };
        let hits = index.search(&wanted).unwrap();
        let hits: Vec<String> = hits
            .iter()
            .map(|hit| index.chunks[hit.chunk].url())
            .collect();
        let found = found.as_array().unwrap();
        let found: Vec<&str> = found.iter().filter_map(Value::as_str).collect();
        if !hits.iter().take(compared).eq(found.iter().take(compared)) {
            others.push(format!("{query}: {found:?} instead of {hits:?}"));
        }
    }
    others
}
