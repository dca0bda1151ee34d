//! What an author's slips look like: one clear message each, with its place
//! and its fix, and everything else of the book still there.

use docent::pipeline;
use snapbox::data::Inline;
use snapbox::{IntoData, assert_data_eq, str};

use crate::support::book::Book;

fn check(files: &[(&str, &str)], expected: Inline) {
    assert_data_eq!(Book::of(files).check(), expected.raw());
}

#[test]
fn a_folder_without_a_configuration_is_no_book() {
    let book = Book::of(&[]);
    fs_err::remove_file(book.file("book.toml")).expect("a file");
    assert_data_eq!(
        book.check(),
        str![[r#"
error[config/missing]: no `book.toml` in `[ROOT]`
 |
 = help: go to the book's folder or name it, or start a book with `docent init`
"#]]
        .raw()
    );
}

#[test]
fn an_unknown_key_is_shown_with_the_nearest_one() {
    check(
        &[
            ("book.toml", "[book]\ntitel = \"A\"\n"),
            ("content/a.md", "# A\n"),
        ],
        str![[r#"
error[config/unknown-key]: unknown key `titel` in `[book]`
 --> book.toml:2:1
  |
2 | titel = "A"
  | ^^^^^
  |
  = help: did you mean `title`?
"#]],
    );
}

#[test]
fn a_configuration_that_is_not_toml_is_shown_where_it_breaks() {
    check(
        &[
            ("book.toml", "[book\ntitle = \"A\"\n"),
            ("content/a.md", "# A\n"),
        ],
        str![[r#"
error[config/invalid]: unclosed table, expected `]`
 --> book.toml:1:6
  |
1 | [book
  |      ^
"#]],
    );
}

#[test]
fn a_group_of_synonyms_that_stands_for_nothing_is_shown() {
    check(
        &[
            (
                "book.toml",
                "[search]\nsynonyms = [[\"undo\"], [\"C++\", \"cpp\"]]\n",
            ),
            ("content/a.md", "# A\n"),
        ],
        str![[r#"
error[config/synonyms]: `undo` stands alone in its group of synonyms
 --> book.toml:2:13
  |
2 | synonyms = [["undo"], ["C++", "cpp"]]
  |             ^^^^^^^^
  |
  = help: a group needs two names at least that readers use for the same; else remove it

error[config/synonyms]: the synonym `C++` begins or ends with a sign
 --> book.toml:2:24
  |
2 | synonyms = [["undo"], ["C++", "cpp"]]
  |                        ^^^^^
  |
  = help: search compares letters and digits only, so that `C++` would stand for every `C`; name it in letters, as in `cpp`
"#]],
    );
    check(
        &[
            ("book.toml", "[search]\nsynonyms = [\"undo\", \"yank\"]\n"),
            ("content/a.md", "# A\n"),
        ],
        str![[r#"
error[config/synonyms]: a group of synonyms is not a list
 --> book.toml:2:13
  |
2 | synonyms = ["undo", "yank"]
  |             ^^^^^^
  |
  = help: write a group between brackets of its own: `[["undo", "revert"]]`
"#]],
    );
}

#[test]
fn a_book_needs_content() {
    check(
        &[],
        str![[r#"
error[config/no-content]: no content folder at `[ROOT]/content`
 |
 = help: create it, or name another folder with `src` in the table `[book]`
"#]],
    );
}

#[test]
fn broken_yaml_is_shown_where_it_breaks() {
    check(
        &[
            ("content/a.md", "---\ntitle: Größe: klein\n---\n# A\n"),
            ("content/b.md", "---\ntitle: B\nweight: heavy\n---\n# B\n"),
            ("content/c.md", "---\ntitle: C\n# C\n"),
            ("content/d.md", "---\ntitle: [D\n---\n"),
        ],
        str![[r#"
error[front-matter/invalid]: mapping values are not allowed in this context
 --> content/a.md:2:13
  |
2 | title: Größe: klein
  |             ^^^^^^^
  |
  = help: put a value that has a colon in it in quotes

error[front-matter/invalid]: weight: invalid type: string "heavy", expected a whole number
 --> content/b.md:3:9
  |
3 | weight: heavy
  |         ^^^^^

error[front-matter/unclosed]: the front matter is not closed
 --> content/c.md:1:1
  |
1 | ---
  | ^^^
  |
  = help: end it with a line `---`

error[front-matter/invalid]: title: invalid type: sequence, expected text
 --> content/d.md:2:8
  |
2 | title: [D
  |        ^^
"#]],
    );
}

#[test]
fn an_alias_bomb_is_not_lit() {
    let mut bomb = "---\na: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in ('b'..='i').zip('a'..='h') {
        bomb += &format!(
            "{name}: &{name} [{}]\n",
            vec![format!("*{of}"); 9].join(", ")
        );
    }
    bomb += "---\n# A\n";
    check(
        &[("content/a.md", &bomb)],
        str![[r#"
error[front-matter/alias]: anchors and aliases are not allowed in front matter
 --> content/a.md:2:4
  |
2 | a: &a [x, x, x, x, x, x, x, x, x]
  |    ^
  |
  = help: write the value out, or put it in quotes if the `&` or `*` is meant
"#]],
    );
}

#[test]
fn front_matter_has_a_limit() {
    let long = format!(
        "---\ntitle: A\ntext: \"{}\"\n---\n# A\n",
        "x".repeat(16 * 1024)
    );
    check(
        &[("content/a.md", &long)],
        str![[r#"
error[front-matter/too-long]: the front matter is 16402 bytes long, over 16384
 --> content/a.md:2:1
  |
2 | title: A
  | ^
  |
  = help: move what is not about the page into the page
"#]],
    );
}

#[test]
fn a_page_that_is_not_utf_8_keeps_its_last_version() {
    let book = Book::of(&[
        ("content/index.md", "# Home\n\n[a](a.md)\n"),
        ("content/a.md", "# A\n"),
    ]);
    let build = |book: &Book| {
        let (config, _) = pipeline::configure(book.root()).expect("a configuration");
        let build = pipeline::build(config).expect("a build");
        pipeline::write(&build).expect("an output folder");
    };
    build(&book);
    let before = fs_err::read(book.file("book/a.html")).expect("the page");
    book.write("content/a.md", b"# A\n\nGr\xf6\xdfe\n");
    assert_data_eq!(
        book.check(),
        str![[r#"
error[content/not-utf8]: the page is not UTF-8 from byte 7 on
 --> content/a.md:3:3
  |
3 | Gr
  |   ^
  |
  = help: save the file as UTF-8
"#]]
        .raw()
    );
    build(&book);
    assert_eq!(
        fs_err::read(book.file("book/a.html")).expect("the page"),
        before
    );
}

#[test]
fn includes_that_cannot_be_are_shown_where_they_stand() {
    let book = Book::of(&[
        (
            "content/a.md",
            "# A\n\n{{#include ../examples/helo.rs}}\n\n{{#include ../../secret}}\n\n\
             {{#include ../examples/hello.rs:part}}\n\n{{#include a.md}}\n\n{{#include b.bin}}\n",
        ),
        ("examples/hello.rs", "fn main() {}\n"),
    ]);
    book.write("content/b.bin", [0xff, 0xfe]);
    book.write(
        "content/parts.md",
        "ANCHOR: part\nOne\nANCHOR_END: part\n{{#include parts.md:part}}\n",
    );
    assert_data_eq!(
        book.check(),
        str![[r#"
error[include/no-such-file]: no file `../examples/helo.rs` to include
 --> content/a.md:3:1
  |
3 | {{#include ../examples/helo.rs}}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `../examples/hello.rs`?

error[include/outside]: `../../secret` lies outside the book
 --> content/a.md:5:1
  |
5 | {{#include ../../secret}}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: copy the file into the book

error[include/no-such-anchor]: no anchor `part` in `../examples/hello.rs`
 --> content/a.md:7:1
  |
7 | {{#include ../examples/hello.rs:part}}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: mark the part with `ANCHOR: part` and `ANCHOR_END: part`

error[include/too-deep]: `a.md` includes itself
 --> content/a.md:9:1
  |
9 | {{#include a.md}}
  | ^^^^^^^^^^^^^^^^^
  |
  = help: break the circle, or name the lines that are meant

error[include/not-utf8]: `b.bin` is not UTF-8
  --> content/a.md:11:1
   |
11 | {{#include b.bin}}
   | ^^^^^^^^^^^^^^^^^^
   |
   = help: save the file as UTF-8
"#]]
        .raw()
    );
}

#[test]
fn files_that_include_each_other_often_come_to_an_end() {
    let all = "{{#include a.md}}\n{{#include b.md}}\n".repeat(50);
    let found = Book::of(&[("content/a.md", &all), ("content/b.md", &all)])
        .assemble()
        .1;
    let codes: Vec<_> = found.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["include/too-deep"]);
}

#[test]
fn includes_do_not_make_a_page_endless() {
    let mut files = vec![(
        "content/index.md".to_owned(),
        "{{#include p0.txt}}\n".to_owned(),
    )];
    for at in 0..7 {
        let next = format!("{{{{#include p{}.txt}}}}\n", at + 1).repeat(30);
        files.push((format!("content/p{at}.txt"), next));
    }
    files.push(("content/p7.txt".to_owned(), "x".repeat(1000)));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let (site, found) = Book::of(&files).assemble();
    assert_eq!(found[0].code, "include/too-long");
    assert_eq!(site.pages.len(), 1);
}

#[cfg(unix)]
#[test]
fn symbolic_links_lead_nowhere_but_into_the_book() {
    use std::os::unix::fs::symlink;
    let outside = Book::of(&[("secret.md", "# Secret\n")]);
    let book = Book::of(&[
        ("content/a.md", "# A\n\n{{#include secret.md}}\n"),
        ("parts/b.md", "# B\n"),
    ]);
    symlink(outside.file("secret.md"), book.file("content/secret.md")).expect("a link");
    symlink(outside.root(), book.file("content/folder")).expect("a link");
    symlink(book.file("content"), book.file("content/loop")).expect("a link");
    symlink(book.file("gone.md"), book.file("content/gone.md")).expect("a link");
    symlink("someone@host.1:2", book.file("content/.#a.md")).expect("a link");
    symlink(book.file("parts/b.md"), book.file("content/b.md")).expect("a link");
    assert_data_eq!(
        book.check(),
        str![[r#"
error[content/symbolic-link]: `content/folder` is a symbolic link that leads out of the book
 |
 = help: copy the file into the book

warning[content/symbolic-link]: `content/gone.md` is a symbolic link to nothing
 |
 = help: remove it

warning[content/symbolic-link]: `content/loop` is a symbolic link to a folder above it
 |
 = help: remove it

error[content/symbolic-link]: `content/secret.md` is a symbolic link that leads out of the book
 |
 = help: copy the file into the book

error[include/outside]: `secret.md` lies outside the book
 --> content/a.md:3:1
  |
3 | {{#include secret.md}}
  | ^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: copy the file into the book
"#]]
        .raw()
    );
    let (site, _) = book.assemble();
    let paths: Vec<_> = site
        .pages
        .iter()
        .map(|page| page.source.path.as_str())
        .collect();
    assert_eq!(paths, ["a.md", "b.md"]);
}

#[test]
fn a_name_that_no_address_can_hold_is_left_out() {
    check(
        &[("content/c#.md", "# C#\n"), ("content/a.md", "# A\n")],
        str![[r#"
warning[content/file-name]: `c#.md` is left out: no address can hold the sign `#`
 |
 = help: rename the file
"#]],
    );
}

#[test]
fn two_pages_cannot_share_an_address() {
    check(
        &[
            (
                "content/SUMMARY.md",
                "- [A](a/README.md)\n- [B](a/index.md)\n- [C](c.md)\n",
            ),
            ("content/a/README.md", "# A\n"),
            ("content/a/index.md", "# B\n"),
            ("content/c.md", "# C\n\n[a](a/README.md) [b](a/index.md)\n"),
            ("content/c.html", "<p>\n"),
        ],
        str![[r#"
warning[site/same-address]: `content/a/README.md` and `content/a/index.md` would both be at `a/index.html`; the former is at `a/README.html`
 --> content/a/README.md:1:1
  |
1 | # A
  | ^
  |
  = help: rename or remove one of them

error[site/same-address]: `content/c.md` would be where the file `c.html` is
 --> content/c.md:1:1
  |
1 | # C
  | ^
  |
  = help: rename or remove one of them
"#]],
    );
}

#[test]
fn a_summary_is_held_to_the_folder() {
    check(
        &[
            (
                "content/SUMMARY.md",
                "# Summary\n\n- [A](a.md)\n- [Set up](setup.md)\n- [Zebra](zebra.md)\n\
                 - [Out](../out.md)\n- Text\n- [Draft]()\n- [Later](later.md)\n",
            ),
            ("content/a.md", "# A\n"),
            ("content/set-up.md", "# Set up\n"),
            ("content/later.md", "---\ndraft: true\n---\n"),
        ],
        str![[r#"
error[nav/no-such-page]: the summary lists `setup.md`, which does not exist
 --> content/SUMMARY.md:4:3
  |
4 | - [Set up](setup.md)
  |   ^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `set-up.md`?

error[nav/no-such-page]: the summary lists `zebra.md`, which does not exist
 --> content/SUMMARY.md:5:3
  |
5 | - [Zebra](zebra.md)
  |   ^^^^^^^^^^^^^^^^^
  |
  = help: write the page, or leave its address empty while it is a draft: `[Zebra]()`

error[nav/no-such-page]: the summary lists `../out.md`, which lies outside the book
 --> content/SUMMARY.md:6:3
  |
6 | - [Out](../out.md)
  |   ^^^^^^^^^^^^^^^^
  |
  = help: list pages of the book, and link to others from them

warning[nav/not-a-link]: an entry of the summary is not a link
 --> content/SUMMARY.md:7:3
  |
7 | - Text
  |   ^^^^
  |
  = help: write it as `[Title](page.md)`, or `[Title]()` for a draft
"#]],
    );
}

#[test]
fn a_page_that_is_not_in_the_book_may_be_unfinished() {
    let book = Book::of(&[
        ("content/SUMMARY.md", "- [A](a.md)\n"),
        ("content/a.md", "# A\n\n{{#include part.md}}\n"),
        ("content/part.md", "{{#include nothing.md}} {{< note >}}\n"),
        (
            "content/b.md",
            "---\nweight: heavy\ntags: x\n---\n{{#include nothing.md}} {{< tip >}}\n",
        ),
    ]);
    book.write("content/c.md", [0xff]);
    let found = book.assemble().1;
    let codes: Vec<_> = found.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["include/no-such-file", "markdown/shortcode"]);
}

#[test]
fn unknown_front_matter_is_said_once() {
    check(
        &[
            (
                "content/a.md",
                "---\ntitle: A\n\"layout\": [x]\nwieght: 2\n---\n# A\n",
            ),
            ("content/b.md", "---\nlayout: y\n---\n# B\n"),
        ],
        str![[r#"
warning[front-matter/unknown-key]: the front matter key `layout` means nothing to docent, in 2 pages
 --> content/a.md:3:2
  |
3 | "layout": [x]
  |  ^^^^^^
  |
  = help: known keys: title, description, kind, content_type, weight, draft, search, tags, hide, status, questions

warning[front-matter/unknown-key]: the front matter key `wieght` means nothing to docent, in 1 page
 --> content/a.md:4:1
  |
4 | wieght: 2
  | ^^^^^^
  |
  = help: did you mean `weight`?
"#]],
    );
}
