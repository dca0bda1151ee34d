//! What `docent check` says about links, word for word.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use docent::links::outgoing::{self, Verdict};
use snapbox::data::Inline;
use snapbox::{IntoData, assert_data_eq, str};

use crate::support::book::{Book, shown};

fn check(files: &[(&str, &str)], expected: Inline) {
    assert_data_eq!(Book::of(files).check(), expected.raw());
}

const PAGES: [(&str, &str); 5] = [
    ("content/index.md", "# Home\n"),
    (
        "content/how-to/set-up.md",
        "# Set up\n\n## First steps\n\n## Next steps\n",
    ),
    ("content/how-to/README.md", "# How to\n"),
    (
        "content/reference/configuration.md",
        "# Configuration\n\n<dt id=\"opt-port\">port</dt>\n",
    ),
    ("content/images/logo.png", "not read"),
];

/// The pages above with `text` on one more, `content/how-to/use.md`.
fn on_a_page(text: &str, expected: Inline) {
    let mut files = PAGES.to_vec();
    files.push(("content/how-to/use.md", text));
    check(&files, expected);
}

#[test]
fn links_that_lead_somewhere_are_passed_over() {
    on_a_page(
        "[a](set-up.md) [b](set-up.md#first-steps) [c](../reference/configuration.html#opt-port)\n\
         [d](../index.md) [e](../) [f](.) [g](/how-to/set-up) [h](set-up/) [i](#use) [j](#)\n\
         [k](set-up.md#:~:text=word) [l](https://example.org) [m](mailto:a@b.c) <a@b.c>\n\
         ![n](../images/logo.png) [o](/images/logo.png?x#y) [p](#top) <a href='set-up.md'>q</a>\n\n\
         # Use\n",
        str![""],
    );
}

#[test]
fn a_page_that_is_not_there_is_shown_with_the_nearest_one() {
    on_a_page(
        "# Use\n\nSee [how to *set up*](setup.md#first-steps \"a title\") first,\n\
         then [configure](configuration.md).\n",
        str![[r#"
error[link/no-such-page]: no page at `setup.md`
 --> content/how-to/use.md:3:23
  |
3 | See [how to *set up*](setup.md#first-steps "a title") first,
  |                       ^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `set-up.md#first-steps`?

error[link/no-such-page]: no page at `configuration.md`
 --> content/how-to/use.md:4:18
  |
4 | then [configure](configuration.md).
  |                  ^^^^^^^^^^^^^^^^
  |
  = help: did you mean `../reference/configuration.md`?
"#]],
    );
}

#[test]
fn a_suggestion_is_written_as_the_link_was() {
    on_a_page(
        "[a](/reference/config) [b](../reference/config.html) [c](../reference/config/)\n",
        str![[r#"
error[link/no-such-page]: no page at `/reference/config`
 --> content/how-to/use.md:1:5
  |
1 | [a](/reference/config) [b](../reference/config.html) [c](../reference/config/)
  |     ^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `/reference/configuration`?

error[link/no-such-page]: no page at `../reference/config.html`
 --> content/how-to/use.md:1:28
  |
1 | [a](/reference/config) [b](../reference/config.html) [c](../reference/config/)
  |                            ^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `../reference/configuration.html`?

error[link/no-such-page]: no page at `../reference/config/`
 --> content/how-to/use.md:1:58
  |
1 | [a](/reference/config) [b](../reference/config.html) [c](../reference/config/)
  |                                                          ^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `../reference/configuration/`?
"#]],
    );
}

#[test]
fn an_anchor_that_is_not_there_is_shown_with_the_nearest_one() {
    on_a_page(
        "# Use\n\n## In a hurry\n\n[a](set-up.md#first-step) [b](#in-hurry)\n\n\
         [c](../reference/configuration.md#zzz)\n",
        str![[r#"
error[link/no-such-anchor]: no heading or id `first-step` on `content/how-to/set-up.md`
 --> content/how-to/use.md:5:5
  |
5 | [a](set-up.md#first-step) [b](#in-hurry)
  |     ^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `set-up.md#first-steps`?

error[link/no-such-anchor]: no heading or id `in-hurry` on this page
 --> content/how-to/use.md:5:31
  |
5 | [a](set-up.md#first-step) [b](#in-hurry)
  |                               ^^^^^^^^^
  |
  = help: did you mean `#in-a-hurry`?

error[link/no-such-anchor]: no heading or id `zzz` on `content/reference/configuration.md`
 --> content/how-to/use.md:7:5
  |
7 | [c](../reference/configuration.md#zzz)
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: the page has `#configuration`
"#]],
    );
}

#[test]
fn a_reference_is_shown_where_it_is_used() {
    on_a_page(
        "# Use\n\nSee [the setup][s], [s][] and [s].\n\n[s]: setup.md\n",
        str![[r#"
error[link/no-such-page]: no page at `setup.md`, where the reference `[s]` leads
 --> content/how-to/use.md:3:5
  |
3 | See [the setup][s], [s][] and [s].
  |     ^^^^^^^^^^^^^^
  |
  = help: did you mean `set-up.md`?

error[link/no-such-page]: no page at `setup.md`, where the reference `[s]` leads
 --> content/how-to/use.md:3:21
  |
3 | See [the setup][s], [s][] and [s].
  |                     ^^^
  |
  = help: did you mean `set-up.md`?

error[link/no-such-page]: no page at `setup.md`, where the reference `[s]` leads
 --> content/how-to/use.md:3:31
  |
3 | See [the setup][s], [s][] and [s].
  |                               ^^^
  |
  = help: did you mean `set-up.md`?
"#]],
    );
}

#[test]
fn pictures_and_raw_html_are_checked() {
    on_a_page(
        "![a logo](../images/logo.svg)\n\n<p>\n<img class=\"x\"\n  src=\"missing.png\">\n\
         <a href=setup.md>x</a>\n</p>\n\nA [download](../files/tool.zip).\n",
        str![[r#"
error[link/no-such-file]: no file at `../images/logo.svg`
 --> content/how-to/use.md:1:11
  |
1 | ![a logo](../images/logo.svg)
  |           ^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `../images/logo.png`?

error[link/no-such-file]: no file at `missing.png`
 --> content/how-to/use.md:5:8
  |
5 |   src="missing.png">
  |        ^^^^^^^^^^^
  |
  = help: nothing is at `how-to/missing.png` in the content folder

error[link/no-such-page]: no page at `setup.md`
 --> content/how-to/use.md:6:9
  |
6 | <a href=setup.md>x</a>
  |         ^^^^^^^^
  |
  = help: did you mean `set-up.md`?

error[link/no-such-file]: no file at `../files/tool.zip`
 --> content/how-to/use.md:9:14
  |
9 | A [download](../files/tool.zip).
  |              ^^^^^^^^^^^^^^^^^
  |
  = help: nothing is at `files/tool.zip` in the content folder
"#]],
    );
}

#[test]
fn a_link_without_an_address_is_a_slip() {
    on_a_page(
        "# Use\n\nSee [this]().\n",
        str![[r#"
warning[link/empty]: the link has no address
 --> content/how-to/use.md:3:5
  |
3 | See [this]().
  |     ^^^^^^^^
  |
  = help: write the address, or leave the text without a link
"#]],
    );
}

#[test]
fn links_out_of_the_book_are_said_once_unless_they_are_slips() {
    on_a_page(
        "# Use\n\n[a](../../std/index.html) [b](../../core/index.html)\n\n\
         [c](../../reference/configuration.md)\n",
        str![[r#"
warning[link/outside]: `../../std/index.html` and 1 more link lead out of the book
 --> content/how-to/use.md:3:5
  |
3 | [a](../../std/index.html) [b](../../core/index.html)
  |     ^^^^^^^^^^^^^^^^^^^^
  |
  = help: write the whole address of what is elsewhere: docent checks what is in the book

warning[link/outside]: `../../reference/configuration.md` leads out of the book
 --> content/how-to/use.md:5:5
  |
5 | [c](../../reference/configuration.md)
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `../reference/configuration.md`?
"#]],
    );
}

#[test]
fn a_page_that_the_summary_leaves_out_is_named_as_such() {
    check(
        &[
            ("content/SUMMARY.md", "# Summary\n\n- [Home](index.md)\n"),
            ("content/index.md", "# Home\n\n[later](later.md)\n"),
            ("content/later.md", "# Later\n"),
        ],
        str![[r#"
error[link/no-such-page]: `SUMMARY.md` leaves out the page at `later.md`
 --> content/index.md:3:9
  |
3 | [later](later.md)
  |         ^^^^^^^^
  |
  = help: list it there: `- [Title](later.md)`
"#]],
    );
}

#[test]
fn a_draft_is_named_as_such() {
    check(
        &[
            ("content/index.md", "# Home\n\n[later](later.md)\n"),
            ("content/later.md", "---\ndraft: true\n---\n# Later\n"),
        ],
        str![[r#"
error[link/no-such-page]: the page at `later.md` is a draft
 --> content/index.md:3:9
  |
3 | [later](later.md)
  |         ^^^^^^^^
  |
  = help: take `draft: true` out of its front matter, or take the link away
"#]],
    );
}

#[test]
fn a_link_in_an_included_file_is_shown_in_that_file() {
    check(
        &[
            (
                "content/index.md",
                "# Home\n\n{{#include ../parts/note.md}}\n",
            ),
            ("parts/note.md", "A note with a\n[link](nowhere.md).\n"),
        ],
        str![[r#"
error[link/no-such-page]: no page at `nowhere.md`
 --> parts/note.md:2:8
  |
2 | [link](nowhere.md).
  |        ^^^^^^^^^^
  |
  = help: nothing is at `nowhere.md` in the content folder
"#]],
    );
}

#[test]
fn redirects_are_followed_fragments_too() {
    check(
        &[
            (
                "book.toml",
                "[output.html.redirect]\n\"/old.html\" = \"new.html\"\n\
                 \"/new.html#gone\" = \"other.html#here\"\n",
            ),
            (
                "content/new.md",
                "# New\n\n[a](old.html) [b](old.md) [c](#gone) [d](#lost)\n",
            ),
            ("content/other.md", "# Other\n\n## Here\n"),
        ],
        str![[r#"
error[link/no-such-anchor]: no heading or id `lost` on this page
 --> content/new.md:3:42
  |
3 | [a](old.html) [b](old.md) [c](#gone) [d](#lost)
  |                                          ^^^^^
  |
  = help: the page has `#new`
"#]],
    );
}

#[test]
fn a_book_in_a_folder_of_its_host_knows_its_own_addresses() {
    check(
        &[
            (
                "book.toml",
                "[output.html]\nsite-url = \"https://example.org/docs/\"\n",
            ),
            (
                "content/index.md",
                "# Home\n\n[a](/docs/guide) [b](/guide) [c](/docs/) [d](/blog/x)\n\n[e](/docs/giude/)\n",
            ),
            ("content/guide.md", "# Guide\n"),
        ],
        str![[r#"
warning[link/outside]: `/blog/x` leads out of the book
 --> content/index.md:3:46
  |
3 | [a](/docs/guide) [b](/guide) [c](/docs/) [d](/blog/x)
  |                                              ^^^^^^^
  |
  = help: write the whole address of what is elsewhere: docent checks what is in the book

error[link/no-such-page]: no page at `/docs/giude/`
 --> content/index.md:5:5
  |
5 | [e](/docs/giude/)
  |     ^^^^^^^^^^^^
  |
  = help: did you mean `/docs/guide/`?
"#]],
    );
}

#[test]
fn what_hugo_would_have_replaced_is_said_once() {
    check(
        &[
            (
                "content/a.md",
                "# A\n\n[x]({{<ref>}}) <a href=\"{{< ref \"b\" >}}\">b</a>\n\n\
                 {{< note >}}One{{< /note >}}\n",
            ),
            (
                "content/b.md",
                "# B\n\n{{% note %}}Two{{% /note %}} `{{</* tip */>}}`\n",
            ),
        ],
        str![[r#"
warning[markdown/shortcode]: the Hugo shortcode `ref` is left as written, in 2 places
 --> content/a.md:3:5
  |
3 | [x]({{<ref>}}) <a href="{{< ref "b" >}}">b</a>
  |     ^^^^^^
  |
  = help: link to the file: `[text](page.md)`

warning[markdown/shortcode]: the Hugo shortcode `note` is left as written, in 2 places
 --> content/a.md:5:1
  |
5 | {{< note >}}One{{< /note >}}
  | ^^^^^^^^
  |
  = help: write an alert: `> [!NOTE]`, then the text behind `>`
"#]],
    );
}

/// The problems found when every address gets its verdict from `answers`, and
/// the addresses asked for.
fn asked(book: &Book, now: SystemTime, answers: &[(&str, Verdict)]) -> (String, Vec<String>) {
    let (site, _) = book.assemble();
    let seen = RefCell::new(Vec::new());
    let answer = |urls: Vec<String>| -> BTreeMap<String, Verdict> {
        seen.borrow_mut().extend(urls.clone());
        let verdict = |url: &String| answers.iter().find(|(known, _)| known == url);
        urls.into_iter()
            .map(|url| {
                let verdict = verdict(&url).map_or(Verdict::Fine, |(_, verdict)| verdict.clone());
                (url, verdict)
            })
            .collect()
    };
    let found = outgoing::check(&site, &book.file(".docent"), now, &answer).expect("a cache");
    (shown(&found), seen.into_inner())
}

#[test]
fn links_that_leave_the_site_are_asked_for_once_a_day() {
    let book = Book::of(&[
        (
            "content/a.md",
            "# A\n\n[x](https://a.example/x#part) <https://b.example/>\n\
             [y](//c.example/y) ![z](HTTPS://d.example/z.png) [m](mailto:a@b.c)\n",
        ),
        (
            "content/b.md",
            "# B\n\n[x][x]\n\n[x]: https://a.example/x\n",
        ),
    ]);
    let answers = [
        (
            "https://a.example/x",
            Verdict::Failed("status 404".to_owned()),
        ),
        ("https://c.example/y", Verdict::Moved(301)),
    ];
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let (shown, seen) = asked(&book, now, &answers);
    let all = [
        "HTTPS://d.example/z.png",
        "https://a.example/x",
        "https://b.example/",
        "https://c.example/y",
    ];
    assert_eq!(seen, all);
    assert_data_eq!(
        shown.clone(),
        str![[r#"
warning[link/external]: `https://a.example/x` does not answer: status 404, linked to from 1 more place
 --> content/a.md:3:5
  |
3 | [x](https://a.example/x#part) <https://b.example/>
  |     ^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: open it: what answers a person may still refuse a program

warning[link/moved]: `https://c.example/y` has moved for good (301)
 --> content/a.md:4:5
  |
4 | [y](//c.example/y) ![z](HTTPS://d.example/z.png) [m](mailto:a@b.c)
  |     ^^^^^^^^^^^^^
  |
  = help: open it and write the address that it leads to
"#]]
        .raw()
    );
    let (again, seen) = asked(&book, now + Duration::from_secs(3600), &answers);
    assert_eq!(seen, ["https://a.example/x", "https://c.example/y"]);
    assert_eq!(again, shown);
    let (_, seen) = asked(&book, now + Duration::from_secs(25 * 3600), &answers);
    assert_eq!(seen, all);
    fs_err::write(book.file(".docent/external-links.json"), "{").expect("a file");
    assert_eq!(asked(&book, now, &answers).1, all);
}
