//! Code, formulas, diagrams and pictures: as HTML, as text, and what is wrong.

use docent::config::Dialect;
use docent::markdown::{self, Document, html, text};
use docent::pipeline;
use docent::site::write::Body;

use crate::support::book::Book;

fn parse(markdown: &str) -> Document {
    let dialect = Dialect {
        math: true,
        brackets: 2,
        ..Dialect::default()
    };
    markdown::parse(markdown, 0, dialect)
}

fn page(markdown: &str) -> String {
    html::render(&parse(markdown), &|_| None)
}

fn words(markdown: &str) -> String {
    let document = parse(markdown);
    let blocks = text::blocks(&document, 0..document.events.len());
    let texts: Vec<_> = blocks.into_iter().map(|block| block.text).collect();
    texts.join("|")
}

/// The first page of a book of these files.
fn built(files: &[(&str, &str)]) -> String {
    let book = Book::of(files);
    let (config, _) = pipeline::configure(book.root()).expect("a configuration");
    let build = pipeline::build(config).expect("a build");
    match &build.output["index.html"] {
        Body::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Body::File(file) => panic!("a file: {}", file.display()),
    }
}

fn problems(markdown: &str) -> Vec<(&'static str, String)> {
    let told = |(problem, span): (docent::diagnostic::Diagnostic, docent::diagnostic::Span)| {
        (problem.code, markdown[span.start..span.end].to_owned())
    };
    parse(markdown).problems.into_iter().map(told).collect()
}

#[test]
fn hidden_lines_are_in_the_page_and_not_in_the_search() {
    let rust = "```rust\n# use a;\nlet b;\n```\n";
    assert!(
        page(rust).contains("<span class=\"boring\">"),
        "{}",
        page(rust)
    );
    assert_eq!(words(rust), "let b;");
    assert_eq!(words("```py,hidelines=~\n~a\nb\n```\n"), "b");
}

#[test]
fn a_book_says_what_hides_the_lines_of_a_language() {
    let page = built(&[
        (
            "book.toml",
            "[output.html.code]\nhidelines = { python = \"~\" }\n",
        ),
        ("content/index.md", "# A\n\n```python\n~a = 1\nb = 2\n```\n"),
    ]);
    assert!(page.contains("<span class=\"boring\">a = "), "{page}");
}

#[test]
fn notes_in_code_lead_to_the_list_that_follows() {
    let markdown = "```yaml\na: b # (1)!\nc: d # (2)\n```\n\n1. one\n   1. inner\n2. two\n";
    let html = page(markdown);
    assert!(
        html.contains("href=\"#note-1-1\" aria-label=\"Note 1\">1</a>\n"),
        "{html}"
    );
    assert!(html.contains("<li id=\"note-1-2\">two"), "{html}");
    assert!(!html.contains("# (1)"), "{html}");
    assert!(parse(markdown).ids.contains("note-1-2"));
    // Without a list there are no notes.
    let alone = "```yaml\na: b # (1)!\n```\n\nText.\n\n1. one\n";
    assert!(page(alone).contains("# (1)!"), "{}", page(alone));
}

#[test]
fn formulas_are_mathml_and_prose_with_dollars_is_not() {
    for formula in [
        "$a^2$",
        "$$a^2$$",
        "```math\na^2\n```",
        "x \\\\(a^2\\\\) y",
        "\\\\[\na^2\n\\\\]",
    ] {
        let html = page(formula);
        assert!(html.contains("<msup>"), "{formula}: {html}");
        assert!(words(formula).contains("a^2"), "{formula}");
    }
    for prose in ["It costs $5 and $10.", "`$a$`", "    $a$\n", "\\$a\\$"] {
        assert!(!page(prose).contains("<math"), "{prose}");
    }
    let off = markdown::parse("$a$ \\\\(b\\\\)", 0, Dialect::default());
    assert!(!html::render(&off, &|_| None).contains("<math"));
    let mkdocs = markdown::parse("\\(b_c\\) and \\[d\\]", 0, Dialect::mkdocs());
    assert_eq!(html::render(&mkdocs, &|_| None).matches("<math").count(), 2);
}

#[test]
fn a_formula_that_is_not_understood_is_shown_and_said_where_it_stands() {
    let markdown = "é $\\nosuch$ and $b$\n";
    assert_eq!(
        problems(markdown),
        [("markdown/math", "$\\nosuch$".to_owned())]
    );
    assert!(page(markdown).contains("<code class=\"tex\">\\nosuch</code>"));
}

#[test]
fn a_diagram_is_drawn_with_its_source_and_without_inline_styles() {
    let markdown = "```mermaid\ngraph LR\n  A --> B\n```\n\n```mermaid\npie\n  \"a\" : 1\n```\n";
    let html = page(markdown);
    assert_eq!(html.matches("<svg").count(), 2, "{html}");
    assert!(html.contains("<details><summary>Source of the diagram</summary>"));
    assert!(!html.contains("style="), "{html}");
    let broken = "```mermaid\nno such thing\n```\n";
    assert_eq!(
        problems(broken),
        [("markdown/diagram", "no such thing\n".to_owned())]
    );
    assert!(page(broken).contains("<pre><code class=\"language-mermaid\">no such thing"));
}

#[test]
fn pictures_keep_their_room_and_load_when_they_are_near() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 30 40\"></svg>";
    let markdown = "# A\n\n![a](a.svg) ![b](a.svg)\n\n<p><img alt=\"c\" src=\"a.svg\"></p>\n\n\
        <img src=\"a.svg\" width=\"5\" alt=\"d\">\n\n![e](a.svg){ width=7 }\n\n![f](bad.png)\n";
    let page = built(&[
        ("content/a.svg", svg),
        ("content/bad.png", "no picture"),
        ("content/index.md", markdown),
    ]);
    let lazy = " loading=\"lazy\" decoding=\"async\"";
    let near = " width=\"30\" height=\"40\"";
    for image in [
        format!("<img src=\"a.svg\" alt=\"a\"{near} />"),
        format!("<img src=\"a.svg\" alt=\"b\"{near}{lazy} />"),
        format!("<img{near}{lazy} alt=\"c\" src=\"a.svg\">"),
        format!("<img{lazy} src=\"a.svg\" width=\"5\" alt=\"d\">"),
        format!("<img src=\"a.svg\" alt=\"e\" width=\"7\"{lazy} />"),
        format!("<img src=\"bad.png\" alt=\"f\"{lazy} />"),
    ] {
        assert!(page.contains(&image), "no {image} in {page}");
    }
}
