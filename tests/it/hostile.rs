//! Texts made to be slow or to exhaust the stack: each goes through all that
//! reads a page. None takes a second, but no clock is asked: a text whose
//! cost grew with its square would take minutes, and a stack that ran over
//! would end the run.

use docent::config::Dialect;
use docent::content::front_matter;
use docent::diagnostic::render;
use docent::markdown::{self, html, text};

use crate::support::book::Book;

/// Parses and renders `text`, on a thread with the stack of a server's.
fn survive(text: String) {
    let read = move || {
        let dialect = Dialect {
            smart_punctuation: true,
            ..Dialect::mkdocs()
        };
        let document = markdown::parse(&text, 0, dialect);
        let page = html::render(&document, &|_| Some("x".to_owned()));
        assert!(page.len() < 100 * text.len() + 100);
        for section in &document.sections {
            text::blocks(&document, section.events.clone());
        }
    };
    let thread = std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(read);
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn markdown_that_nests_deeply() {
    for part in [
        "> ", "- ", "1. ", ">", "* - + ", "[", "![", "*a ", "**a *b ", "<div>", ": ",
    ] {
        survive(format!("a\n{}a", part.repeat(50_000)));
    }
    let steps: String = (0..500)
        .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
        .collect();
    survive(steps);
    survive(format!("{}a{}", "[".repeat(25_000), "](b)".repeat(25_000)));
    survive(format!("{}a{}", "![".repeat(25_000), "](b)".repeat(25_000)));
    survive(format!(
        "{}a{}",
        "<b>".repeat(25_000),
        "</b>".repeat(25_000)
    ));
}

#[test]
fn markdown_that_looks_back() {
    for part in [
        "*a_ ",
        "[^",
        "[a](",
        "![a](",
        "a**b",
        "_a __a ",
        "`a``b",
        "<a href=\"",
        "<a x=\"",
        "<!--",
        "<?",
        "<![CDATA[",
        "\\[",
        "&amp",
        "a\n\n",
        "# a\n",
        "[a]: b\n",
        "[^a]: b\n",
        "[^a]\n",
        "|a",
        "a|\n-|\n",
        "~~a~",
        "$$",
        "<x@y ",
        "https://",
        "{#a}",
        "- [ ] ",
        "```\n",
        "~~~\n\n",
        "\t",
        " \\\n",
        "\r",
        "\0",
        "<a name=a id=a href=a>",
        "a\n: b\n\n",
    ] {
        survive(part.repeat(50_000));
    }
    let ticks: String = (1..700)
        .map(|count| format!("e{}", "`".repeat(count)))
        .collect();
    survive(ticks);
    survive(format!("[a]{}", "(".repeat(50_000)));
    survive(format!("{}{}", "a".repeat(50_000), "*".repeat(50_000)));
}

#[test]
fn tables_that_are_huge() {
    let wide = format!("|{}\n|{}\n", " a |".repeat(10_000), "---|".repeat(10_000));
    survive(format!("{wide}{}", "| b\n".repeat(2_000)));
    survive(format!("| a |\n|---|\n{}", "| b |\n".repeat(50_000)));
}

#[test]
fn html_of_many_links() {
    survive(format!(
        "<div>\n{}</div>\n",
        "<a href=\"x.md\">x</a>\n".repeat(20_000)
    ));
    survive(format!("<img srcset=\"{}\">", "a 1x,".repeat(50_000)));
    survive(format!("<img srcset=\"{}\">", ",".repeat(50_000)));
    survive(format!("<p {}>", "a=b ".repeat(50_000)));
}

#[test]
fn headings_of_one_name() {
    let mut numbered = "# a\n".repeat(5_000);
    let mut name = "a".to_owned();
    for _ in 0..500 {
        name += "-1";
        numbered += &format!("# {name}\n# {name}\n");
    }
    survive(numbered);
}

#[test]
fn front_matter_that_nests() {
    for part in [
        "[", "{", "- ", "? ", "a: ", "[a, ", "{a: ", "&a ", "!!", "\"", "'", "|", "- - ", "é",
    ] {
        let text = format!("---\n{}\n---\n", part.repeat(16 * 1024 / part.len() - 1));
        front_matter::split(&text);
    }
}

#[test]
fn braces_that_never_close() {
    for part in [
        "{{#include ",
        "{{#",
        "{{<",
        "{{< a",
        "{{% ",
        "{{ {{ ",
        "\\{{#",
        "{{#include a.md",
        "{{#include }",
    ] {
        let (site, _) = Book::of(&[("content/a.md", &part.repeat(100_000))]).assemble();
        assert_eq!(site.pages.len(), 1);
    }
}

#[test]
fn a_page_of_broken_links() {
    let links: String = (0..5_000)
        .map(|at| format!("[a](x{at}.md) [b](#y{at}) ![c](z{at}.png)\n"))
        .collect();
    let headings: String = (0..1_000).map(|at| format!("# Heading {at}\n")).collect();
    let found = Book::of(&[("content/a.md", &format!("{headings}\n{links}"))])
        .assemble()
        .1;
    assert_eq!(found.len(), 15_000);
    assert!(render::text(&found[14_999], false).contains("z4999.png"));
}
