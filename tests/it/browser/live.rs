//! An open page while its author works: what changed is swapped, and nothing
//! else is touched.

use std::net::TcpListener;
use std::sync::Arc;

use docent::serve;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::SOON;
use super::driver::Browser;
use super::site::{Served, temporary, write};
use crate::serve::book::{Book, answering};
use crate::support::embedders::Gated;

/// Waits until the open page says this.
fn wait_for_words(browser: &Browser, words: &str) {
    let script = format!(
        "return document.querySelector('main').textContent.includes({})",
        json!(words)
    );
    browser.wait_until(&script, SOON);
}

/// A browser on the first page of the book, which is served and indexed.
fn open(book: &TempDir) -> Option<(Browser, Served)> {
    let browser = Browser::open()?;
    let served = Served::start(book);
    served.wait_until_ready();
    browser.goto(&served.address);
    browser.wait_for("html[data-docent=live]", SOON);
    browser.run("window.notReloaded = true");
    Some((browser, served))
}

fn is_not_reloaded(browser: &Browser) {
    assert_eq!(browser.run("return window.notReloaded"), json!(true));
}

#[test]
fn an_edit_leaves_an_open_search_and_the_choice_of_a_tab_alone() {
    let book = temporary();
    let page = |words: &str| {
        let tabs = format!("=== \"Left\"\n    One.\n\n=== \"Right\"\n    {words}\n");
        write(&book, "content/index.md", &format!("# Herons\n\n{tabs}"));
    };
    page("First words.");
    let Some((browser, served)) = open(&book) else {
        return;
    };
    browser.run("document.querySelectorAll('article [role=tab]')[1].click()");
    browser.keys("body", "/");
    browser.wait_for("dialog.search[open] input", SOON);
    browser.keys("dialog.search input", "white");
    browser.wait_for("dialog.search .hit", SOON);
    browser.run("window.hit = document.querySelector('dialog.search .hit')");
    page("Other words.");
    wait_for_words(&browser, "Other words.");
    let kept = browser.run(
        "const input = document.querySelector('dialog.search[open] input');
         const tab = document.querySelector('article [role=tab][aria-selected=true]');
         return [input.value, document.activeElement === input,
           document.querySelector('dialog.search .hit') === window.hit, tab.textContent.trim()];",
    );
    assert_eq!(kept, json!(["white", true, true, "Right"]));
    is_not_reloaded(&browser);
    browser.has_no_complaints();
    served.stop();
}

#[test]
fn a_style_sheet_is_there_until_the_new_one_is() {
    let book = temporary();
    let settings = fs_err::read_to_string(book.path().join("book.toml")).unwrap();
    let own = "[output.html]\nadditional-css = [\"own.css\"]\n";
    write(&book, "book.toml", &format!("{settings}{own}"));
    write(&book, "own.css", "h1 { color: rgb(1, 2, 3) }");
    let Some((browser, served)) = open(&book) else {
        return;
    };
    browser.run(
        "const count = () => document.styleSheets.length;
         window.fewest = window.first = count();
         new MutationObserver(() => (window.fewest = Math.min(window.fewest, count())))
             .observe(document.head, { childList: true, attributes: true, subtree: true });",
    );
    for colour in ["rgb(4, 5, 6)", "rgb(7, 8, 9)"] {
        write(&book, "own.css", &format!("h1 {{ color: {colour} }}"));
        let shown = format!(
            "return getComputedStyle(document.querySelector('h1')).color === {}
                && document.styleSheets.length === window.first",
            json!(colour)
        );
        browser.wait_until(&shown, SOON);
    }
    assert_eq!(
        browser.run("return window.fewest === window.first"),
        json!(true)
    );
    is_not_reloaded(&browser);
    served.stop();
}

#[test]
fn a_page_asks_for_nothing_when_another_one_changes() {
    let book = temporary();
    let Some((browser, served)) = open(&book) else {
        return;
    };
    let asked = "return performance.getEntriesByType('resource')
        .filter((entry) => entry.initiatorType === 'xmlhttprequest').length";
    let before = browser.run(asked);
    browser.run(
        "window.told = 0;
         const events = new EventSource('_docent/events');
         events.addEventListener('changed', () => (window.told += 1));
         events.addEventListener('hello', () => (window.listens = true));",
    );
    browser.wait_until("return window.listens === true", SOON);
    write(&book, "content/egrets.md", "# Egrets\n\nThey are whiter.\n");
    browser.wait_until("return window.told === 1", SOON);
    assert_eq!(browser.run(asked), before);
    write(&book, "content/index.md", "# Herons\n\nThey stand.\n");
    wait_for_words(&browser, "They stand.");
    is_not_reloaded(&browser);
    served.stop();
}

#[test]
fn a_mistake_is_shown_with_its_place_until_it_is_mended() {
    let book = temporary();
    let settings = fs_err::read_to_string(book.path().join("book.toml")).unwrap();
    write(
        &book,
        "book.toml",
        &format!("{settings}[serve]\neditor = \"vscode\"\n"),
    );
    let Some((browser, served)) = open(&book) else {
        return;
    };
    write(&book, "content/egrets.md", "# Egrets\n\n[A map](mpa.md)\n");
    browser.wait_for(".problems", SOON);
    let shown = browser.text(".problems");
    for part in [
        "no page at",
        "egrets.md:3:9",
        "[A map](mpa.md)",
        "^^^^^^",
        "help: ",
    ] {
        assert!(shown.contains(part), "no {part} in {shown}");
    }
    let link = browser.wait_for(".problems a", SOON).prop("href").unwrap();
    assert!(link.starts_with("vscode://file/"), "{link}");
    assert!(link.ends_with("content/egrets.md:3:9"), "{link}");
    // Another edit mends nothing.
    write(&book, "content/index.md", "# Herons\n\nThey stand.\n");
    wait_for_words(&browser, "They stand.");
    assert_eq!(browser.find_all(".problems"), 1);
    write(&book, "content/egrets.md", "# Egrets\n\nMended.\n");
    browser.wait_until("return !document.querySelector('.problems')", SOON);
    is_not_reloaded(&browser);
    browser.has_no_complaints();
    served.stop();
}

#[test]
fn a_page_finds_its_server_again_and_catches_up() {
    let book = temporary();
    let Some((browser, served)) = open(&book) else {
        return;
    };
    let edit = |words: &str| {
        let text = format!("# Herons\n\n{words}\n");
        write(&book, "content/index.md", &text);
    };
    let served = served.restart(&book, || edit("Written meanwhile."));
    wait_for_words(&browser, "Written meanwhile.");
    edit("Written after that.");
    wait_for_words(&browser, "Written after that.");
    is_not_reloaded(&browser);
    served.stop();
}

#[test]
fn one_line_says_that_the_meaning_is_still_to_come_and_moves_nothing() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = Book::new();
    let embedder = Arc::new(Gated::default());
    let state = book.state_with(answering(), Some(embedder.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    serve::live::start(&state).unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let over = async { drop(stopped.await) };
        runtime
            .block_on(serve::serve(listener, state, over))
            .unwrap();
    });
    browser.goto(&address);
    browser.wait_for("html[data-embedding]", SOON);
    browser.keys("body", "/");
    browser.wait_for("dialog.search[open] input", SOON);
    browser.keys("dialog.search input", "fresh fish");
    browser.wait_for("dialog.search .hit", SOON);
    let line = "return getComputedStyle(document.querySelector('.search-foot'), '::after').content";
    let said = browser.run(line);
    assert!(said.as_str().unwrap().contains("0 %"), "{said}");
    let places = "return [...document.querySelectorAll('.search, .hit, .search-foot')]
        .map((part) => [part.getBoundingClientRect().top, part.getBoundingClientRect().height])";
    let before = browser.run(places);
    embedder.let_through(usize::MAX);
    browser.wait_until(
        "return !('embedding' in document.documentElement.dataset)",
        SOON,
    );
    assert_eq!(browser.run(line), json!("none"));
    assert_eq!(browser.run(places), before);
    browser.has_no_complaints();
    stop.send(()).unwrap();
    thread.join().unwrap();
}
