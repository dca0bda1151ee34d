//! The ask panel around its answers: questions to begin with, selected words,
//! copying, feedback, and what it says when something is missing.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::driver::Browser;
use super::site::{Served, write};
use super::{ENTER, SOON};

const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";
const INPUT: &str = ".panel[open] textarea";
pub const DONE: &str = ".panel .turn:last-child .tools";

/// A book with a guide, a page whose author wrote questions down, and one that
/// asks in its headings.
fn tea(settings: &str) -> TempDir {
    let book = TempDir::new().unwrap();
    let settings = format!("[book]\ntitle = \"Tea\"\n[search]\nembeddings = false\n{settings}");
    let brew = "# Brew green tea\n\nBrew green tea for three minutes.\n\n\
         ## Boil the water\n\nLet the kettle boil the water, then wait until it is at 80 degrees.\n";
    let own = "---\nquestions:\n- Which leaves are white?\n- Where does tea grow?\n---\n# Leaves\n\n\
         Buds give white leaves.\n\n## Is tea a tree?\n\nTea grows on trees.\n";
    let asked = "# Questions\n\n## What makes tea bitter?\n\nTannin makes tea bitter.\n";
    for (path, text) in [
        ("book.toml", settings.as_str()),
        ("content/index.md", "# Tea\n\nAll of it.\n"),
        ("content/how-to/brew.md", brew),
        (
            "content/how-to/tools.md",
            "# Tools of the trade\n\nA kettle.\n",
        ),
        ("content/reference/leaves.md", own),
        ("content/reference/faq.md", asked),
    ] {
        write(&book, path, text);
    }
    book
}

/// A browser on a page of the book that is served.
pub fn open(settings: &str, path: &str) -> Option<(Browser, Served, TempDir)> {
    let browser = Browser::open()?;
    let book = tea(settings);
    let served = Served::without_models(&book);
    served.wait_until_ready();
    browser.goto(&format!("{}{path}", served.address));
    browser.wait_for(".top [data-open=ask]:not([hidden])", SOON);
    Some((browser, served, book))
}

pub fn ask(browser: &Browser, question: &str) {
    browser.wait_for(INPUT, SOON);
    browser.keys(INPUT, &format!("{question}{ENTER}"));
}

/// The questions that the empty panel offers.
fn starters(browser: &Browser) -> Value {
    browser.run(
        "return [...document.querySelectorAll('.starters button')].map((one) => one.textContent)",
    )
}

/// Selects the text of the first element that matches.
fn select(browser: &Browser, selector: &str) {
    browser.run(&format!(
        "getSelection().selectAllChildren(document.querySelector({}))",
        json!(selector)
    ));
    browser.wait_for(".ask-this:not([hidden])", SOON);
}

/// Answers what the panel fetches from `path` by a script's reply.
fn instead(browser: &Browser, path: &str, reply: &str) {
    browser.run(&format!(
        "const real = window.fetch;
         window.fetch = (address, ...rest) =>
             String(address).endsWith({}) ? {reply} : real(address, ...rest);",
        json!(path)
    ));
}

fn json_reply(status: u16, body: &Value) -> String {
    let body = json!(body.to_string());
    format!(
        "Promise.resolve(new Response({body}, {{ status: {status}, headers: {{ 'Retry-After': '7' }} }}))"
    )
}

#[test]
fn the_empty_panel_offers_what_the_page_answers() {
    let Some((browser, served, _book)) = open("", "how-to/brew.html") else {
        return;
    };
    // Nothing of the panel is loaded before it is wanted.
    assert_eq!(browser.find_all("script[src*='ask-tools']"), 0);
    browser.click(".top [data-open=ask]");
    browser.wait_for(".starters button", SOON);
    assert_eq!(starters(&browser), json!(["How do I brew green tea?"]));
    browser.click(".starters button");
    browser.wait_for(DONE, SOON);
    assert!(browser.text(".panel .extract").contains("three minutes"));
    assert!(browser.text(".panel .state").contains("passages only"));
    browser.click(".panel .clear");
    // The panel stays open from page to page.
    for (page, expected) in [
        (
            "leaves",
            ["Which leaves are white?", "Where does tea grow?"].as_slice(),
        ),
        ("faq", &["What makes tea bitter?"]),
        // No verb, no question.
        ("tools", &[]),
    ] {
        browser.run(&format!(
            "document.querySelector('.nav a[href*={page}]').click()"
        ));
        browser.wait_until(
            &format!(
                "return document.documentElement.dataset.path.includes({})",
                json!(page)
            ),
            SOON,
        );
        assert_eq!(starters(&browser), json!(expected));
    }
    browser.has_no_complaints();
    served.stop();
}

#[test]
fn selected_words_go_with_the_question() {
    let Some((browser, served, _book)) = open("", "how-to/brew.html") else {
        return;
    };
    select(&browser, "article p");
    browser.keys("body", ESCAPE);
    browser.wait_until("return document.querySelector('.ask-this').hidden", SOON);
    select(&browser, "#boil-the-water + p");
    browser.keys("body", TAB);
    assert_eq!(
        browser.run("return document.activeElement.className"),
        json!("ask-this")
    );
    browser.keys(".ask-this", &ENTER.to_string());
    browser.wait_for(INPUT, SOON);
    let about = ".composer .about";
    assert!(browser.text(about).contains("80 degrees"));
    assert!(browser.text(about).contains("Brew green tea"));
    assert_eq!(
        browser.run("return document.activeElement.tagName"),
        json!("TEXTAREA")
    );
    browser.click(".composer .about button");
    assert_eq!(browser.find_all(about), 0);
    select(&browser, "article p");
    browser.click(".ask-this");
    // Without a question of the reader's own it is asked what the words mean.
    ask(&browser, "");
    browser.wait_for(DONE, SOON);
    assert_eq!(browser.text(".panel .turn h3"), "What does this mean?");
    assert!(
        browser
            .text(".panel .turn .about")
            .contains("three minutes")
    );
    assert!(browser.text(".panel .extract").contains("three minutes"));
    assert_eq!(browser.find_all(about), 0);
    browser.has_no_complaints();
    served.stop();
}

#[test]
fn an_answer_is_copied_as_markdown_with_its_sources() {
    let Some((browser, served, _book)) =
        open("", "how-to/brew.html?ask=How+long+do+I+brew+*green*+tea%3F")
    else {
        return;
    };
    browser.wait_for(DONE, SOON);
    browser.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }");
    browser.click(".panel .tools .tool");
    browser.wait_until(
        "return document.querySelector('.tools .tool').textContent === 'Copied'",
        SOON,
    );
    let copied = browser.run("return window.copied");
    let copied = copied.as_str().unwrap();
    assert!(
        copied.starts_with("**How long do I brew \\*green\\* tea?**\n\n> "),
        "{copied}"
    );
    let source = format!("1. [Brew green tea]({}how-to/brew.html", served.address);
    assert!(copied.contains(&source), "{copied}");
    assert_eq!(browser.find_all(".judge"), 0, "the book keeps no feedback");
    browser.has_no_complaints();
    served.stop();
}

#[test]
fn readers_say_whether_an_answer_helped_where_the_book_keeps_it() {
    let keep = "[answer]\nkeep-questions = true\n";
    let Some((browser, served, book)) =
        open(keep, "how-to/brew.html?ask=How+long+is+green+tea+brewed%3F")
    else {
        return;
    };
    browser.wait_for(DONE, SOON);
    browser.click(".judge .down");
    let reason = ".judge input";
    browser.wait_for(reason, SOON);
    browser.keys(reason, ESCAPE);
    browser.wait_for(".judge .down", SOON);
    assert_eq!(
        browser.find_all(".panel[open]"),
        1,
        "only the reason was put away"
    );
    browser.click(".judge .down");
    browser.keys(reason, &format!("too <b>long</b>{ENTER}"));
    browser.wait_until(
        "return document.querySelector('.judge').textContent.startsWith('Thank you')",
        SOON,
    );
    let kept = fs_err::read_to_string(book.path().join(".docent/feedback.jsonl")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(
        kept,
        json!({ "question": "How long is green tea brewed?", "helpful": false, "reason": "too <b>long</b>" })
    );
    // Said once, also after the panel is drawn anew.
    ask(&browser, "What makes tea bitter?");
    browser.wait_until(
        "return document.querySelectorAll('.tools').length === 2",
        SOON,
    );
    assert_eq!(browser.find_all(".judge .down"), 1);
    browser.click(".panel .turn:last-child .judge button");
    browser.wait_until("return !document.querySelector('.judge .down')", SOON);
    browser.has_no_complaints();
    served.stop();
}

#[test]
fn the_panel_says_what_is_missing() {
    let Some((browser, served, _book)) = open("", "how-to/brew.html") else {
        return;
    };
    let ready =
        |ready: bool, model: &str| json_reply(200, &json!({ "ready": ready, "model": model }));
    let shows = |words: &str| {
        let script = format!(
            "return document.querySelector('.panel').textContent.includes({})",
            json!(words)
        );
        browser.wait_until(&script, SOON);
    };
    instead(&browser, "readyz", &ready(false, "loading"));
    browser.click(".top [data-open=ask]");
    shows("index is still being built");
    instead(&browser, "api/ask", "new Promise(() => {})");
    ask(&browser, "How long?");
    shows("language model is being loaded");
    browser.goto(&browser.address());
    browser.wait_for(INPUT, SOON);
    for (error, words) in [
        ("busy", "Other questions"),
        ("not-ready", "index is still being built"),
    ] {
        instead(
            &browser,
            "api/ask",
            &json_reply(503, &json!({ "error": error })),
        );
        ask(&browser, error);
        shows(words);
        shows("Ask again in");
    }
    instead(
        &browser,
        "api/ask",
        "Promise.reject(new TypeError('no network'))",
    );
    ask(&browser, "How long is it?");
    shows("The server does not answer");
    served.stop();
}

#[test]
fn a_server_that_is_gone_before_the_panel_came_is_named() {
    let Some((browser, served, _book)) = open("", "how-to/brew.html") else {
        return;
    };
    served.stop();
    browser.click(".top [data-open=ask]");
    browser.wait_for(".ask-lost", SOON);
    assert!(browser.text(".ask-lost").contains("does not answer"));
}
