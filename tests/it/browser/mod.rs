//! What a reader does, in a real browser, with the real program.

mod alone;
mod conversation;
mod driver;
mod host;
mod live;
mod panel;
mod site;
#[cfg(all(feature = "answer", feature = "embed"))]
mod talk;

use std::time::Duration;

use driver::Browser;
use serde_json::json;
use site::{Served, temporary};

/// The keys that WebDriver names by private characters.
const CONTROL: char = '\u{e009}';
const ENTER: char = '\u{e007}';
const RELEASE: char = '\u{e000}';

/// What readers and tests of a page may wait for at most.
const SOON: Duration = Duration::from_secs(20);

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
    browser.wait_for("dialog.search[open] input", SOON);
    browser.keys("dialog.search[open] input", "stand still");
    let hit = browser.wait_for("dialog.search .hit[aria-selected=true]", SOON);
    hit.click();
    browser.wait_for("article", SOON);
    assert_eq!(browser.text("h1"), "Herons");
    served.stop();
}
