//! What a reader does, in a real browser, with the real program.

mod driver;
mod site;

use std::time::Duration;

use driver::Browser;
use serde_json::json;
use site::{Served, project, temporary};

use crate::support::{left_out, models_are_here};

/// The keys that WebDriver names by private characters.
const CONTROL: char = '\u{e009}';
const ENTER: char = '\u{e007}';
const RELEASE: char = '\u{e000}';

/// Long enough for a model on a slow machine.
const ANSWER: Duration = Duration::from_secs(120);
const SOON: Duration = Duration::from_secs(20);

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

#[test]
fn an_author_sees_an_edit_without_reloading_the_page() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = temporary();
    let served = Served::start(&book);
    let page = book.path().join("content/index.md");
    browser.goto(&served.address);
    browser.wait_for("html[data-docent=live]", SOON);
    // Connected, so that the change is not what the first hello tells.
    browser.run("window.notReloaded = true");
    served.wait_until_ready();
    fs_err::write(&page, "# Herons\n\nThey stand in **shallow** water.\n").unwrap();
    let shows = |text: &str| {
        format!(
            "return document.querySelector('main').textContent.includes({})",
            json!(text)
        )
    };
    browser.wait_until(&shows("They stand in shallow water"), SOON);
    assert_eq!(browser.run("return window.notReloaded"), json!(true));

    // A mistake is shown over the page, and gone when it is mended.
    fs_err::write(&page, "# Herons\n\nSee [the map](map.md).\n").unwrap();
    browser.wait_for(".problems", SOON);
    assert!(browser.text(".problems").contains("map.md"));
    fs_err::write(&page, "# Herons\n\nMended.\n").unwrap();
    browser.wait_until(&shows("Mended"), SOON);
    browser.wait_until("return !document.querySelector('.problems')", SOON);
    assert_eq!(browser.run("return window.notReloaded"), json!(true));
    browser.has_no_complaints();
    served.stop();
}

/// A page with much to lose: text to scroll in, something unfolded, tabs.
fn long_page(words: &str) -> String {
    let filler = "Herons stand still for hours.\n\n".repeat(40);
    format!(
        "# Herons\n\n{filler}??? note \"More\"\n    Unfolded words.\n\n\
         === \"Left\"\n    On the left.\n\n=== \"Right\"\n    On the right.\n\n\
         {words}\n\n[a link](#herons)\n\n```sh\nwade\n```\n\n{filler}"
    )
}

#[test]
fn an_edit_leaves_the_rest_of_the_open_page_as_the_reader_has_it() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = temporary();
    let page = book.path().join("content/index.md");
    fs_err::write(&page, long_page("First words.")).unwrap();
    let served = Served::start(&book);
    browser.goto(&served.address);
    browser.wait_for("html[data-docent=live]", SOON);
    served.wait_until_ready();
    browser.run(
        "document.querySelector('article details').open = true;
         document.querySelectorAll('article [role=tab]')[1].click();
         const link = document.querySelector('article a[href=\"#herons\"]:not(.anchor)');
         link.scrollIntoView({ block: 'center', behavior: 'instant' });
         link.focus({ preventScroll: true });
         window.before = { y: scrollY, focus: link,
           fold: document.querySelector('article details') };",
    );
    fs_err::write(&page, long_page("Other words.")).unwrap();
    let shows = "return document.querySelector('article').textContent.includes('Other words.')";
    browser.wait_until(shows, SOON);
    let kept = browser.run(
        "const { y, focus, fold } = window.before;
         const tab = document.querySelector('article [role=tab][aria-selected=true]');
         return [Math.abs(scrollY - y) < 2, document.activeElement === focus,
           document.querySelector('article details') === fold && fold.open,
           tab.textContent.trim(), document.querySelectorAll('article .code-tools').length];",
    );
    assert_eq!(kept, json!([true, true, true, "Right", 1]));
    browser.has_no_complaints();
    served.stop();
}

#[test]
fn an_address_that_is_not_there_still_offers_the_search() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let book = temporary();
    let served = Served::start(&book);
    served.wait_until_ready();
    browser.goto(&format!("{}deep/er/nothing.html", served.address));
    browser.wait_for("main.missing", SOON);
    browser.click("main [data-open=search]");
    browser.keys("dialog.search[open] input", "stand still");
    let hit = browser.wait_for("dialog.search .hit[aria-selected=true]", SOON);
    hit.click();
    browser.wait_for("article", SOON);
    assert_eq!(browser.text("h1"), "Herons");
    served.stop();
}
