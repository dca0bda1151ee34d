//! A search, a question and its citation, with the models where they are.

use std::time::Duration;

use serde_json::json;

use super::driver::Browser;
use super::site::{Served, project};
use super::{CONTROL, ENTER, RELEASE, SOON};
use crate::support::{left_out, models_are_here};

/// Long enough for a model on a slow machine.
const ANSWER: Duration = Duration::from_secs(120);

#[test]
fn a_reader_searches_asks_and_follows_a_citation() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let with_models = models_are_here();
    if !with_models {
        left_out("the models; the reader finds words and gets passages only");
    }
    let book = project();
    let served = Served::start(&book);
    served.wait_until_ready();
    if with_models {
        served.wait_until_embedded();
    }
    browser.goto(&served.address);
    search(&browser);
    ask(&browser);
    assert_eq!(browser.run(ASKED_A_MODEL), json!(with_models));
    ask_for_what_is_not_there(&browser);
    browser.has_no_complaints();
    served.stop();
}

/// Whether a language model wrote something for the first answer of the talk.
const ASKED_A_MODEL: &str = "const talk = JSON.parse(sessionStorage.getItem('docent-talk'));
    const done = talk.turns[0].events.find(([name]) => name === 'done');
    return done[1].usage.completion_tokens > 0;";

/// Ctrl-K, a few words, Enter: the first hit opens.
fn search(browser: &Browser) {
    browser.wait_for(".top [data-open=search]:not([hidden])", SOON);
    browser.keys("body", &format!("{CONTROL}k{RELEASE}"));
    let input = "dialog.search[open] input[type=search]";
    browser.wait_for(input, SOON);
    browser.keys(input, "allowed hosts");
    let first = browser.wait_for("dialog.search .hit[aria-selected=true]", SOON);
    let href = first.prop("href").unwrap();
    let marked = browser.find_all("dialog.search .hit mark");
    assert!(marked > 0, "the words that were found are marked");
    browser.keys(input, &ENTER.to_string());
    browser.wait_for_address(&href, SOON);
    assert!(browser.text("article").contains("allowed-hosts"));
}

/// A question about docent: sources, a quote, and the way to its section.
fn ask(browser: &Browser) {
    browser.click(".top [data-open=ask]");
    put(
        browser,
        "How do I change the port that the server listens on?",
    );
    browser.wait_for(".panel .turn:last-child .sources a", ANSWER);
    let quote = browser.wait_for(".panel .turn:last-child .extract", ANSWER);
    assert!(quote.text().contains("port"));
    end(browser);
    let chip = browser.wait_for(".panel .turn:last-child .extract a.chip", SOON);
    let href = chip.prop("href").unwrap();
    chip.click();
    browser.wait_for_address(&href, SOON);
    browser.wait_for("html[data-cited]", SOON);
    let script = "const cited = CSS.highlights.get('docent-cited');
        return [...cited].map((range) => range.toString()).join(' ');";
    let cited = browser.run(script);
    assert!(cited.as_str().unwrap().contains("port"), "{cited}");
    // The talk goes on on the page that was opened.
    browser.wait_for(".panel[open] .turn .extract", SOON);
}

fn ask_for_what_is_not_there(browser: &Browser) {
    put(browser, "What is the capital of France?");
    browser.wait_for(".panel .turn:nth-of-type(2)", SOON);
    end(browser);
    let turn = browser.text(".panel .turn:last-child");
    assert!(turn.contains("do not cover"), "{turn}");
    assert_eq!(browser.find_all(".panel .turn:last-child .extract"), 0);
    assert!(!turn.contains("Paris"), "{turn}");
}

/// Types a question into the open panel and sends it.
fn put(browser: &Browser, question: &str) {
    let text = ".panel[open] textarea";
    browser.wait_for(text, SOON);
    browser.keys(text, &format!("{question}{ENTER}"));
}

/// Waits until the last answer is over.
fn end(browser: &Browser) {
    let busy = "return !document.querySelector('.panel .turn:last-child .state.busy') \
        && document.querySelector('.panel .send').textContent === 'Ask';";
    browser.wait_until(busy, ANSWER);
}
