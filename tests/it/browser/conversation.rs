//! A conversation in the ask panel: follow-ups, what was understood, a new one.

use serde_json::json;

use super::SOON;
use super::panel::{DONE, ask, open};

const UNDERSTOOD: &str = ".panel .turn:last-child .understood";

#[test]
fn a_follow_up_in_the_panel_is_shown_as_it_was_understood() {
    let Some((browser, served, _book)) = open("", "how-to/brew.html") else {
        return;
    };
    let turns = |count: usize| {
        let script = format!(
            "return document.querySelectorAll('.panel .turn').length === {count} && \
             Boolean(document.querySelector({}))",
            json!(DONE)
        );
        browser.wait_until(&script, SOON);
    };
    browser.click(".top [data-open=ask]");
    ask(&browser, "How do I brew green tea?");
    turns(1);
    assert_eq!(browser.find_all(UNDERSTOOD), 0, "it stands by itself");
    ask(&browser, "and for how many minutes?");
    turns(2);
    let expected = "Understood as: and for how many minutes (brew green tea)?";
    assert_eq!(browser.text(UNDERSTOOD), expected);
    let extract = ".panel .turn:last-child .extract";
    assert!(browser.text(extract).contains("three minutes"));
    browser.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }");
    browser.click(".panel .turn:last-child .tools .tool");
    browser.wait_until("return Boolean(window.copied)", SOON);
    let copied = browser.run("return window.copied");
    let start = "**and for how many minutes?**\n\nUnderstood as: and for how many minutes (brew green tea)?\n\n";
    assert!(copied.as_str().unwrap().starts_with(start), "{copied}");
    // The talk goes on on the next page.
    browser.run("document.querySelector('.nav a[href*=leaves]').click()");
    browser.wait_until(
        "return document.documentElement.dataset.path.includes('leaves')",
        SOON,
    );
    ask(&browser, "and the water?");
    turns(3);
    let text = browser.text(UNDERSTOOD);
    assert_eq!(
        text,
        "Understood as: and the water (minutes, brew green tea)?"
    );
    // What the book knows nothing of has nearest sections and no answer.
    ask(&browser, "and on a toaster?");
    turns(4);
    assert!(
        browser
            .text(UNDERSTOOD)
            .contains("toaster (water, minutes, brew green tea)")
    );
    assert_eq!(browser.find_all(extract), 0);
    assert!(browser.find_all(".panel .turn:last-child .sources li") > 0);
    // A new conversation leans on nothing.
    browser.click(".panel .clear");
    ask(&browser, "and for how many minutes?");
    turns(1);
    assert_eq!(browser.find_all(UNDERSTOOD), 0);
    browser.has_no_complaints();
    served.stop();
}
