//! mdBook's preprocessors: real programs, asked and run by its protocol.

use std::time::{Duration, Instant};

use docent::diagnostic::Diagnostic;
use docent::pipeline;
use docent::preprocess::program::{Failure, Program};
use docent::site::Site;

use crate::support::book::{Book, shown};

/// A preprocessor in Python: what it does to the book is in `BODY`.
const PROGRAM: &str = r##"
import json, sys
if len(sys.argv) > 1:
    assert sys.argv[1] == "supports", sys.argv
    sys.exit(0 if sys.argv[2] == "html" else 1)
context, book = json.load(sys.stdin)

def chapters(items):
    for item in items:
        if isinstance(item, dict) and "Chapter" in item:
            yield item["Chapter"]
            yield from chapters(item["Chapter"]["sub_items"])

BODY
json.dump(book, sys.stdout)
"##;

fn python(body: &str) -> String {
    PROGRAM.replace("BODY", body)
}

const SUMMARY: &str = "# Summary\n\n[Front](README.md)\n\n# Part\n\n- [A](a.md)\n  - [B](b.md)\n- [Draft]()\n\n---\n\n[End](end.md)\n";

/// A book of four chapters with these preprocessors.
fn book(config: &str, programs: &[(&str, &str)]) -> Book {
    let mut files = vec![
        ("src/SUMMARY.md".to_owned(), SUMMARY.to_owned()),
        ("src/README.md".to_owned(), "# Front\n".to_owned()),
        (
            "src/a.md".to_owned(),
            "---\ndescription: kept\n---\n# A\n\n{{#include part.txt}}\n".to_owned(),
        ),
        ("src/b.md".to_owned(), "# B\n".to_owned()),
        ("src/end.md".to_owned(), "# End\n".to_owned()),
        ("src/part.txt".to_owned(), "A part.\n".to_owned()),
        (
            "book.toml".to_owned(),
            format!("[book]\ntitle = \"T\"\n{config}"),
        ),
    ];
    for (path, body) in programs {
        files.push(((*path).to_owned(), python(body)));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    Book::of(&files)
}

fn assembled(book: &Book) -> (Site, Vec<Diagnostic>) {
    let (config, _) = pipeline::configure(book.root()).expect("a configuration");
    pipeline::check(&config).expect("a book")
}

fn text<'s>(site: &'s Site, path: &str) -> &'s str {
    let source = &site.page(site.by_path[path]).source;
    &source.text[source.body..]
}

const ALLOWED: &str = "[build]\nallow-preprocessors = true\n";

#[test]
fn a_program_changes_pages_and_sees_mdbooks_book() {
    let config =
        format!("{ALLOWED}[preprocessor.shout]\ncommand = \"python3 shout.py\"\nloud = 3\n");
    let body = r##"
assert context["renderer"] == "html" and context["mdbook_version"].startswith("0.5."), context
assert context["config"]["preprocessor"]["shout"]["loud"] == 3, context
assert context["config"]["book"] == {"title": "T", "src": "src"}, context
assert "allow-preprocessors" not in context["config"]["build"], context
items = book["items"]
front, title, a, draft, rule, end = items
assert front["Chapter"]["path"] == "index.md" and front["Chapter"]["source_path"] == "README.md"
assert title == {"PartTitle": "Part"} and rule == "Separator", items
a = a["Chapter"]
assert a["number"] == [1] and a["sub_items"][0]["Chapter"]["number"] == [1, 1]
assert a["sub_items"][0]["Chapter"]["parent_names"] == ["A"]
assert a["content"] == "# A\n\nA part.\n", a
assert draft["Chapter"]["path"] is None and draft["Chapter"]["number"] == [2]
for chapter in chapters(items):
    if chapter["path"]:
        chapter["content"] = chapter["content"].replace("# ", "# Loud ")
print("done", file=sys.stderr)
"##;
    let book = book(&config, &[("shout.py", body)]);
    let (site, problems) = assembled(&book);
    let said = shown(&problems);
    assert!(
        said.starts_with("note[preprocessor/said]: the preprocessor `shout` says: done"),
        "{said}"
    );
    assert_eq!(problems.len(), 1, "{said}");
    assert_eq!(text(&site, "a.md"), "# Loud A\n\nA part.\n");
    let page = site.page(site.by_path["a.md"]);
    assert_eq!(page.source.meta.description.as_deref(), Some("kept"));
    assert_eq!(site.page(site.by_path["README.md"]).url, "index.html");
}

#[test]
fn those_before_links_see_and_write_directives() {
    let config = format!(
        "{ALLOWED}[preprocessor.early]\ncommand = \"python3 early.py\"\nbefore = [\"links\"]\n\
         [preprocessor.late]\ncommand = \"python3 late.py\"\nafter = [\"links\", \"early\"]\nrenderers = [\"html\"]\n"
    );
    let early = r##"
for chapter in chapters(book["items"]):
    if chapter["name"] == "A":
        assert "{{#include part.txt}}" in chapter["content"], chapter
    if chapter["name"] == "B":
        chapter["content"] += "\n{{#include part.txt}}\n"
"##;
    let late = r##"
for chapter in chapters(book["items"]):
    if chapter["name"] == "B":
        assert "A part." in chapter["content"], chapter
        chapter["content"] += "Late.\n"
"##;
    let book = book(&config, &[("early.py", early), ("late.py", late)]);
    let (site, problems) = assembled(&book);
    assert_eq!(shown(&problems), "");
    assert_eq!(text(&site, "a.md"), "# A\n\nA part.\n");
    assert_eq!(text(&site, "b.md"), "# B\n\nA part.\nLate.\n");
}

#[test]
fn chapters_may_be_added_renamed_and_removed() {
    let config = format!("{ALLOWED}[preprocessor.shape]\ncommand = \"python3 shape.py\"\n");
    let body = r##"
items = book["items"]
items[0]["Chapter"]["name"] = "Another front"
del items[2]["Chapter"]["sub_items"][0]
items.append({"Chapter": {"name": "New", "content": "# New\n", "number": None,
    "sub_items": [], "path": "made/new.md", "source_path": None, "parent_names": []}})
"##;
    let book = book(&config, &[("shape.py", body)]);
    let (site, problems) = assembled(&book);
    assert_eq!(shown(&problems), "");
    let titles: Vec<&str> = site
        .nav
        .order
        .iter()
        .map(|id| site.page(*id).title.as_str())
        .collect();
    assert_eq!(titles, ["Another front", "A", "End", "New"]);
    assert_eq!(site.page(site.by_path["made/new.md"]).url, "made/new.html");
    assert!(site.unlisted.contains("b.md"));
}

#[test]
fn nothing_runs_unless_it_was_allowed() {
    let config = "[preprocessor.touch]\ncommand = \"python3 touch.py\"\n[preprocessor.toc]\n[preprocessor.links]\n[preprocessor.print]\nrenderers = [\"pdf\"]\n";
    let body = "open('ran', 'w').close()";
    let book = book(config, &[("touch.py", body)]);
    let said = shown(&assembled(&book).1);
    assert!(
        said.contains("warning[config/preprocessor]: the preprocessor `touch` is not run"),
        "{said}"
    );
    assert!(said.contains("--allow-preprocessors"), "{said}");
    assert!(
        said.contains("note[config/native]: the preprocessor `toc` is not needed"),
        "{said}"
    );
    assert_eq!(said.matches("preprocessor `").count(), 2, "{said}");
    assert!(!book.file("ran").exists());
}

#[test]
fn the_fences_of_admonish_are_notes_in_a_book_that_has_it() {
    let page = "# A\n\n```admonish warning \"Mind\"\nthe **gap**\n```\n\n[x](nowhere.md)\n";
    let book = book("[preprocessor.admonish]\n", &[]);
    book.write("src/a.md", page);
    let (site, problems) = assembled(&book);
    let said = shown(&problems);
    assert!(
        said.contains("note[config/native]: the preprocessor `admonish`"),
        "{said}"
    );
    assert!(said.contains("src/a.md:7:5"), "{said}");
    assert!(text(&site, "a.md").starts_with("# A\n\n::: warning Mind  "));
    let without = self::book("", &[]);
    without.write("src/a.md", page);
    assert!(text(&assembled(&without).0, "a.md").contains("```admonish"));
}

#[test]
fn a_program_that_is_not_there_is_named_and_the_build_goes_on() {
    let config =
        format!("{ALLOWED}[preprocessor.nowhere]\n[preprocessor.maybe]\noptional = true\n");
    let (site, problems) = assembled(&book(&config, &[]));
    let said = shown(&problems);
    assert!(
        said.contains("warning[config/preprocessor]: the preprocessor `nowhere` is not there: no program `mdbook-nowhere`"),
        "{said}"
    );
    assert!(
        said.contains("note[config/preprocessor]: the preprocessor `maybe`"),
        "{said}"
    );
    assert_eq!(site.pages.len(), 4);
}

#[test]
fn a_failure_is_an_error_and_the_pages_stay_as_they_were() {
    for (body, expected) in [
        ("sys.exit('no way')", "failed (exit status: 1): no way"),
        (
            "book = {'sections': []}",
            "gave back no book: missing field `items`",
        ),
        (
            "print('noise')",
            "gave back no book: expected ident at line 1 column 2",
        ),
    ] {
        let config = format!("{ALLOWED}[preprocessor.bad]\ncommand = \"python3 bad.py\"\n");
        let (site, problems) = assembled(&book(&config, &[("bad.py", body)]));
        let said = shown(&problems);
        assert!(
            said.contains("error[preprocessor/failed]: the preprocessor `bad`"),
            "{said}"
        );
        assert!(said.contains(expected), "{said}");
        assert_eq!(text(&site, "a.md"), "# A\n\nA part.\n");
    }
}

#[test]
fn a_program_that_is_not_for_html_or_cannot_say_is_not_run() {
    let config = format!(
        "{ALLOWED}[preprocessor.no]\ncommand = \"python3 no.py\"\n\
         [preprocessor.odd]\ncommand = \"python3 odd.py\"\n"
    );
    let book = book(&config, &[]);
    book.write("no.py", "import sys\nsys.exit(1)\n");
    book.write(
        "odd.py",
        "import sys\nprint('no manifest', file=sys.stderr)\nsys.exit(101)\n",
    );
    let said = shown(&assembled(&book).1);
    assert!(
        said.contains(
            "note[preprocessor/said]: the preprocessor `no` says that it is not for HTML"
        ),
        "{said}"
    );
    assert!(
        said.contains("warning[config/preprocessor]: the preprocessor `odd` is not run: asked for HTML, it failed (exit status: 101): no manifest"),
        "{said}"
    );
}

#[test]
fn programs_that_wait_for_each_other_do_not_run() {
    let config =
        format!("{ALLOWED}[preprocessor.a]\nafter = [\"b\"]\n[preprocessor.b]\nafter = [\"a\"]\n");
    let said = shown(&assembled(&book(&config, &[])).1);
    assert!(
        said.contains("error[preprocessor/order]: the preprocessors `a`, `b` wait"),
        "{said}"
    );
}

#[test]
fn a_program_that_never_ends_is_stopped() {
    let book = book("", &[]);
    book.write("slow.py", "import time\ntime.sleep(60)\n");
    let program = Program::new("python3 slow.py", book.root()).expect("a command");
    let start = Instant::now();
    let failure = program.run(b"[]".to_vec(), Duration::from_millis(300));
    assert!(matches!(failure, Err(Failure::TooSlow(_))), "{failure:?}");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_program_may_write_much_and_read_nothing() {
    let book = book("", &[]);
    book.write(
        "much.py",
        "import sys\nsys.stdout.write('x' * 3_000_000)\nsys.stderr.write('y' * 3_000_000)\n",
    );
    let program = Program::new("python3 much.py", book.root()).expect("a command");
    let input = vec![b' '; 3_000_000];
    let ran = program
        .run(input, Duration::from_secs(60))
        .expect("it ends");
    assert_eq!(ran.out.len(), 3_000_000);
}

#[test]
fn a_command_is_split_as_a_shell_would() {
    let root = std::path::Path::new(".");
    assert!(Program::new("", root).is_none());
    assert!(Program::new("a 'b", root).is_none());
    assert!(Program::new("a 'b c' d", root).is_some());
}
