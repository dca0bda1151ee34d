//! What the dialects add to CommonMark: as HTML, as text, and at its place.

use std::sync::Arc;

use docent::config::{Dialect, TabIds};
use docent::content::include;
use docent::content::roots::Roots;
use docent::markdown::{self, Document, html, text};

use crate::support::book::Book;

fn parse(markdown: &str) -> Document {
    markdown::parse(markdown, 0, Dialect::default())
}

fn render(document: &Document) -> String {
    html::render(document, &|_| None)
}

/// Whether the HTML of `markdown` holds each of `parts`, in this order.
fn check_in(dialect: Dialect, markdown: &str, parts: &[&str]) {
    let page = render(&markdown::parse(markdown, 0, dialect));
    let mut rest = page.as_str();
    for part in parts {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("no {part:?} in {rest:?} of\n{markdown}\n{page}"));
        rest = &rest[at + part.len()..];
    }
}

fn check(markdown: &str, parts: &[&str]) {
    check_in(Dialect::default(), markdown, parts);
}

fn words(markdown: &str) -> Vec<String> {
    let document = parse(markdown);
    let blocks = text::blocks(&document, 0..document.events.len());
    blocks.into_iter().map(|block| block.text).collect()
}

#[test]
fn a_note_looks_the_same_in_every_spelling() {
    let parts = [
        "<div class=\"admonition note\">",
        "<p class=\"admonition-title\">A <em>b</em></p>",
        "<p>c</p>",
        "</div>",
    ];
    check("!!! note \"A *b*\"\n\n    c\n", &parts);
    check("::: note A *b*\nc\n:::\n", &parts);
    check(":::note[A *b*]\n\nc\n\n:::\n", &parts);
    check("> [!NOTE] A *b*\n> c\n", &parts);
    let plain = ["<div class=\"admonition note\">", ">Note</p>", "<p>c</p>"];
    check("!!! note\n    c\n", &plain);
    check(":::note\nc\n:::\n", &plain);
    check("> [!NOTE]\n> c\n", &plain);
}

#[test]
fn a_note_folds_has_no_title_or_stands_beside_the_text() {
    check(
        "??? tip\n    c\n",
        &[
            "<details class=\"tip\">\n<summary>Tip</summary>",
            "</details>",
        ],
    );
    check(
        "???+ tip \"A\"\n    c\n",
        &["<details class=\"tip\" open>", "<summary>A</summary>"],
    );
    check(
        "::: details A {open}\nc\n:::\n",
        &["<details class=\"details\" open>", ">A<"],
    );
    check(
        "> [!faq]- A\n> c\n",
        &["<details class=\"faq\">", "<summary>A</summary>"],
    );
    check(
        "!!! note \"\"\n    c\n",
        &["<div class=\"admonition note\">\n<p>c</p>"],
    );
    check(
        "!!! note inline end\n    c\n",
        &["<div class=\"admonition note inline end\">", "Note"],
    );
}

#[test]
fn blocks_nest_in_lists_definitions_and_each_other() {
    check(
        "1. a\n\n    !!! note\n\n        b\n\n        ``` py\n          c\n        ```\n2. d\n",
        &[
            "<ol>",
            "<li>",
            "<div class=\"admonition note\">",
            "<p>b</p>",
            ">  c\n<",
            "</div>\n</li>",
            "d",
        ],
    );
    check(
        "a\n\n:   !!! tip\n\n        b\n",
        &["<dd>", "admonition tip", "<p>b</p>"],
    );
    check(
        "!!! note\n    a\n    !!! tip\n        b\n    c\n\nd\n",
        &[
            "note\">",
            "<p>a</p>",
            "tip\">",
            "<p>b</p>\n</div>",
            "<p>c</p>\n</div>",
            "<p>d</p>",
        ],
    );
    check(
        ":::: note\n::: tip\na\n:::\nb\n::::\nc\n",
        &[
            "note\">",
            "tip\">",
            "<p>a</p>\n</div>",
            "<p>b</p>\n</div>",
            "<p>c</p>",
        ],
    );
}

#[test]
fn neighbours_stay_apart() {
    check(
        "a\n!!! note\n    b\n!!! tip\n    c\nd\n",
        &[
            "<p>a</p>",
            "<p>b</p>\n</div>",
            "<p>c</p>\n</div>",
            "<p>d</p>",
        ],
    );
    check(
        "> a\n\n!!! note\n    b\n> c\n",
        &["<blockquote>", "</blockquote>", "</div>", "<blockquote>"],
    );
}

#[test]
fn tabs_are_radio_buttons_with_their_panels() {
    check(
        "=== \"A `b`\"\n\n    one\n\n=== \"C\"\n    two\n\nafter\n\n===! \"D\"\n    three\n",
        &[
            "<div class=\"tabs\">",
            "<input type=\"radio\" name=\"__tabbed_1\" id=\"__tabbed_1_1\" checked>",
            "<label for=\"__tabbed_1_1\">A <code>b</code></label>",
            "<div class=\"tab\">\n<p>one</p>\n</div>",
            "id=\"__tabbed_1_2\">",
            "<p>two</p>\n</div>\n</div>",
            "<p>after</p>",
            "name=\"__tabbed_2\"",
            "<p>three</p>\n</div>\n</div>",
        ],
    );
}

#[test]
fn a_group_of_code_is_tabs_by_their_titles() {
    check(
        "::: code-group\n```sh [npm]\na\n```\n\n```py title=\"x.py\"\nb\n```\n:::\n",
        &[
            "<div class=\"tabs\">",
            ">npm</label>\n<div class=\"tab\">\n<pre><code class=\"language-sh\">",
            "a</span>\n",
            ">x.py</label>\n<div class=\"tab\">\n<pre><code class=\"language-py\">",
            "b\n",
            "</div>\n</div>",
        ],
    );
}

#[test]
fn definitions_serve_across_the_borders_of_blocks() {
    let text = "=== \"A\"\n\n    [x][r] and[^n]\n\n[r]: y.md\n[^n]: note\n";
    check(
        text,
        &[
            "<a href=\"y.md\">x</a>",
            "footnote-reference",
            "footnote-definition",
        ],
    );
    check(
        "!!! note\n    [r]: y.md\n\n[x][r]\n",
        &["<a href=\"y.md\">x</a>"],
    );
}

#[test]
fn a_link_in_a_block_stands_where_its_author_wrote_it() {
    for text in [
        "!!! note\n    é [x](y.md)\n",
        "=== \"T\"\n    !!! note\n        é [x](y.md)\n",
        "::: note\r\n- é [x](y.md)\r\n:::\r\n",
        "!!! note \"é [x](y.md)\"\n    a\n",
        "\t!!! x\n\n1. a\n\n\t!!! note\n\n\t\té [x](y.md)\n",
        "> [!NOTE] é [x](y.md)\n> a\n",
    ] {
        let document = parse(text);
        let span = document.links[0].span;
        assert_eq!(&text[span.start..span.end], "[x](y.md)", "{text}");
    }
    let text = "!!! note\n    <div>\n    <a\n      href=\"é.md\">x</a>\n    </div>\n";
    let span = parse(text).links[0].span;
    assert_eq!(&text[span.start..span.end], "é.md");
}

#[test]
fn titles_are_text_and_markers_are_not() {
    assert_eq!(words("!!! note \"A *b*\"\n    c\n"), ["A b", "c"]);
    assert_eq!(words("=== \"A\"\n    b\n"), ["A", "b"]);
    assert_eq!(words("> [!NOTE] A\n> c\n"), ["A", "c"]);
    assert_eq!(words("::: tip\nc\n:::\n"), ["c"]);
}

#[test]
fn headings_in_blocks_are_sections() {
    let document = parse("!!! note \"T\"\n    ## In\n\n    a\n\n## After\n");
    let anchors: Vec<_> = document
        .sections
        .iter()
        .map(|section| section.anchor.as_str())
        .collect();
    assert_eq!(anchors, ["", "in", "after"]);
}

#[test]
fn markers_in_code_and_html_are_left_alone() {
    for text in [
        "```\n!!! note\n    a\n::: tip\n```\n",
        "    !!! note\n        a\n",
        "<pre>\n!!! note\n    a\n</pre>\n",
        "<!--\n::: note\n-->\n",
        "- a\n\n  ```\n  === \"A\"\n  ```\n",
    ] {
        let page = render(&parse(text));
        assert!(
            !page.contains("class=\"admonition") && !page.contains("tabs"),
            "{page}"
        );
    }
    check_in(
        Dialect::plain(),
        "!!! note\n    a\n",
        &["<p>!!! note\na</p>"],
    );
    check("a\n===\n\nb ::: c\n", &["<h1", "<p>b ::: c</p>"]);
}

#[test]
fn a_block_that_nothing_closes_is_said() {
    let document = parse("a\n\n::: note\nb\n");
    let [(problem, span)] = document.problems.as_slice() else {
        panic!("one problem");
    };
    assert_eq!(problem.code, "markdown/unclosed-block");
    assert_eq!((span.start, span.end), (3, 11));
    assert!(parse("::: note\nb\n:::\n").problems.is_empty());
}

#[test]
fn attributes_follow_what_they_belong_to() {
    check(
        "## A {#x .y data-z=\"1\"}\n",
        &["<h2 id=\"x\" class=\"y\" data-z=\"1\">A<a"],
    );
    check(
        "## A { #x }\n\n## B {: #y }\n\n## C { id=\"1.2\" }\n",
        &["<h2 id=\"x\">A<", "<h2 id=\"y\">B<", "<h2 id=\"1.2\">C<"],
    );
    check(
        "[a](b.md){ .c target=_blank } d",
        &["<a href=\"b.md\" class=\"c\" target=\"_blank\" rel=\"noopener\">a</a> d"],
    );
    check(
        "![a](b.png){ width=\"30\" }",
        &["<img src=\"b.png\" alt=\"a\" width=\"30\""],
    );
    check(
        "`a`{: .b } *c*{.d}",
        &["<code class=\"b\">a</code> <em class=\"d\">c</em>"],
    );
    check(
        "a\nb\n{ .c #d }\n\ne",
        &["<p id=\"d\" class=\"c\">a\nb</p>", "<p>e</p>"],
    );
    check("- a\n- b\n\n{.c}\n", &["<ul class=\"c\">", "</ul>"]);
    check(
        "| a |\n|---|\n| b |\n\n{ .c }\n",
        &["<table class=\"c\">", "</table>\n</div>"],
    );
    check("> a\n> { .b }\n", &["<blockquote>\n<p class=\"b\">a</p>"]);
    check("!!! note\n    a\n    { .b }\n", &["<p class=\"b\">a</p>"]);
}

#[test]
fn braces_that_are_no_attributes_stay() {
    check(
        "`a`{b} [c](d.md){e f} g\n{h}\n",
        &["<code>a</code>{b} <a href=\"d.md\">c</a>{e f} g\n{h}"],
    );
    check("{.a}\n\nb\n", &["<p>{.a}</p>"]);
    check_in(Dialect::plain(), "`a`{.b}", &["<code>a</code>{.b}"]);
}

#[test]
fn an_attribute_that_could_run_is_left_out_and_said() {
    let text = "## A {#b onclick=c}\n\n[d](e.md){ .f style=\"g\" }\n";
    let document = parse(text);
    let page = render(&document);
    assert!(
        !page.contains("onclick") && !page.contains("style"),
        "{page}"
    );
    let said: Vec<_> = document
        .problems
        .iter()
        .map(|(problem, span)| (problem.code, &text[span.start..span.end]))
        .collect();
    assert_eq!(
        said,
        [
            ("markdown/attribute", "## A {#b onclick=c}\n"),
            ("markdown/attribute", "style=\"g\""),
        ]
    );
}

#[test]
fn ids_of_attributes_and_terms_are_known() {
    let document = parse("a\n{#b}\n\nA term\n: c\n");
    assert!(document.ids.contains("b") && document.ids.contains("a-term"));
    check(
        "A `term`\n: c\n",
        &["<dt id=\"a-term\">A <code>term</code></dt>"],
    );
}

/// The text of the page `content/a.md` with what it asks for in place.
fn expanded(files: &[(&str, &str)]) -> (String, Vec<docent::diagnostic::Diagnostic>) {
    let book = Book::of(files);
    let roots = Roots {
        appended: Vec::new(),
        root: book.root().to_owned(),
        src: book.file("content"),
        snippets: vec![book.root().to_owned(), book.file("content")],
    };
    let file = book.file("content/a.md");
    let text: Arc<str> = fs_err::read_to_string(&file).unwrap().into();
    let all = include::expand(&roots, &file, &text).expect("something to expand");
    (all.text, all.diagnostics)
}

#[test]
fn snippets_stand_for_files_lines_and_sections() {
    let code = "one\n# --8<-- [start:part]\ntwo\n  three\n# --8<-- [end:part]\nfour\n";
    let (text, problems) = expanded(&[
        (
            "content/a.md",
            "A\n\n--8<-- \"x.py\"\n\n    ``` py\n    --8<-- \"x.py:part\"\n    ```\n--8<-- \"b.md:2:2\"\nZ\n",
        ),
        ("x.py", code),
        ("content/b.md", "1\n--8<-- \"x.py:6\"\n3\n"),
    ]);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(
        text,
        "A\n\none\ntwo\n  three\nfour\n\n    ``` py\n    two\n      three\n    ```\nfour\nZ\n"
    );
}

#[test]
fn a_snippet_is_escaped_and_listed_in_a_block() {
    let (text, _) = expanded(&[
        (
            "content/a.md",
            ";--8<-- \"x\"\n--8<--\nb.md\n; c.md\n--8<--\n",
        ),
        ("content/b.md", "b"),
    ]);
    assert_eq!(text, "--8<-- \"x\"\nb\n");
}

#[test]
fn a_snippet_that_cannot_be_had_is_an_error_at_its_place() {
    for (wanted, code) in [
        ("no.md", "include/no-such-file"),
        ("b.md:no", "include/no-such-anchor"),
        ("../../../../etc/passwd", "include/outside"),
        ("https://example.org/x.md", "include/url"),
        ("content/a.md", "include/too-deep"),
    ] {
        let page = format!("é\n\n  --8<-- \"{wanted}\"\n");
        let (_, problems) = expanded(&[("content/a.md", &page), ("content/b.md", "b\n")]);
        let [problem] = problems.as_slice() else {
            panic!("{wanted}: {problems:?}");
        };
        assert_eq!(problem.code, code);
        let place = problem.place.as_ref().unwrap();
        assert_eq!(&place.text[place.span.start..place.span.end], wanted);
        assert_eq!(place.line().number, 3);
    }
}

#[test]
fn python_markdowns_extensions_are_read_in_its_books() {
    let mkdocs = |text: &str, parts: &[&str]| check_in(Dialect::mkdocs(), text, parts);
    mkdocs("a\n\n:rocket: b\n", &["<p>a</p>\n<p>🚀 b</p>"]);
    mkdocs("a ==b *c*== d", &["a <mark>b <em>c</em></mark> d"]);
    mkdocs(
        "^^a^^ b^2^ H~2~O ~~c~~",
        &["<ins>a</ins> b<sup>2</sup> H<sub>2</sub>O <del>c</del>"],
    );
    mkdocs(
        "++ctrl+alt+c++",
        &[
            "<span class=\"keys\"><kbd>Ctrl</kbd><span>+</span><kbd>Alt</kbd>",
            "<kbd>C</kbd></span>",
        ],
    );
    mkdocs(
        ":rocket: :material-check: :simple-github:{ .lg } a",
        &["<p>🚀 ✓  a</p>"],
    );
    mkdocs(
        "*[HTML]: Hyper \"Text\"\n\nHTML, HTMLs\n",
        &["<p><abbr title=\"Hyper &quot;Text&quot;\">HTML</abbr>, HTMLs</p>"],
    );
    mkdocs(
        "[TOC]\n\n## A\n",
        &["<div class=\"toc\">\n<ul>\n<li><a href=\"#a\">A</a></li>"],
    );
    mkdocs("## ==A== b\n", &["<h2 id=\"a-b\"><mark>A</mark> b"]);
    mkdocs(
        "<div class=\"grid cards\" markdown>\n\n- a\n- *b*\n\n</div>\n",
        &[
            "<div class=\"grid cards\">\n<ul>",
            "<em>b</em>",
            "</ul>\n</div>",
        ],
    );
    mkdocs(
        "<figure markdown=\"span\">\n  ![a](b.png)\n  <figcaption>c</figcaption>\n</figure>\n",
        &[
            "<figure>",
            "<img src=\"b.png\"",
            "<figcaption>c",
            "</figure>",
        ],
    );
}

#[test]
fn python_markdowns_extensions_change_no_other_book() {
    let text = "a ==b== ^^c^^ d^2^ ++e++ :rocket: :material-check:\n\n[TOC]\n\n*[X]: y\n";
    check(
        text,
        &[
            "a ==b== ^^c^^ d^2^ ++e++ :rocket: :material-check:",
            "[TOC]",
            "*[X]: y",
        ],
    );
    for text in [
        "a == b == c",
        "x^2 + y^2",
        "i++ + j++",
        "10:30:45 ::",
        "a ^ b",
        "`==a==`",
    ] {
        let page = render(&markdown::parse(text, 0, Dialect::mkdocs()));
        assert!(
            !page.contains("<mark") && !page.contains("<sup") && !page.contains("keys"),
            "{page}"
        );
    }
}

#[test]
fn icons_that_are_left_out_are_known_with_their_places() {
    let text = "a :octicons-x-24: :simple-rust: b\n\n``` \n:simple-rust:\n```\n";
    let document = markdown::parse(text, 0, Dialect::mkdocs());
    let [(name, span)] = document.icons.as_slice() else {
        panic!("{:?}", document.icons);
    };
    assert_eq!(name, "simple-rust");
    assert_eq!(&text[span.start..span.end], ":simple-rust:");
}

#[test]
fn code_in_a_line_is_coloured_when_it_names_its_language() {
    let mkdocs = Dialect::mkdocs();
    check_in(
        mkdocs,
        "Use `#!py None` or `:::js null`, `#! x` and `#!/bin/sh`.\n",
        &[
            "<code class=\"hl\"><span class=\"hn\">None</span></code>",
            "<code class=\"hl\"><span class=\"hn\">null</span></code>",
            "<code class=\"hl\">x</code>",
            "<code>#!/bin/sh</code>",
        ],
    );
    let document = markdown::parse("`#!py None`\n", 0, mkdocs);
    let blocks = text::blocks(&document, 0..document.events.len());
    assert_eq!(blocks[0].text, "None");
    check("`#!py None`\n", &["<code>#!py None</code>"]);
}

#[test]
fn ids_of_tabs_may_be_made_of_headings_and_titles() {
    let with = |tab_ids| Dialect {
        tab_ids,
        ..Dialect::mkdocs()
    };
    let text = "## A b\n\n=== \":smile: `C` d\"\n\n    x\n\n    === \"C d\"\n\n        y\n\n=== \"C d\"\n\n    z\n\n## E\n\n=== \"\\-\"\n\n    z\n";
    check_in(
        with(TabIds::Headings),
        text,
        &[
            "id=\"a-b-c-d\" checked>\n<label for=\"a-b-c-d\">",
            "id=\"a-b-c-d_2\" checked>",
            "id=\"a-b-c-d_1\">",
            "id=\"e--\"",
        ],
    );
    check_in(with(TabIds::Titles), text, &["id=\"c-d\"", "id=\"-\""]);
    check_in(
        with(TabIds::Numbers),
        text,
        &["id=\"__tabbed_1_1\"", "id=\"__tabbed_2_1\""],
    );
    let document = markdown::parse(text, 0, with(TabIds::Headings));
    assert!(document.ids.contains("a-b-c-d_1"));
}

#[test]
fn a_comment_may_be_the_term_of_a_definition_in_books_of_mkdocs() {
    let text = "<!-- option -->\n\n:   a\n\n    === \"T\"\n\n        b\n\n<!-- c -->\n\nd\n";
    check_in(
        Dialect::mkdocs(),
        text,
        &[
            "<dl>",
            "<!-- option --></dt>",
            "<dd>",
            "a",
            "<label",
            "b",
            "</dl>",
            "<!-- c -->\n<p>d</p>",
        ],
    );
    check(text, &["<!-- option -->", "<p>:   a</p>"]);
}

#[test]
fn a_style_stays_as_far_as_attributes_can_say_it() {
    let document = parse("![a](b.png){ style=\"width: 50%\" } *c*{ style=\"width: 5px\" }\n");
    let html = render(&document);
    assert!(
        html.contains("<img src=\"b.png\" alt=\"a\" width=\"50%\""),
        "{html}"
    );
    assert_eq!(document.problems.len(), 1);
    assert_eq!(
        document.problems[0].0.message,
        "the attribute `style` is left out"
    );
}
