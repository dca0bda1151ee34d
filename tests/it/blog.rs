//! Blogs: posts at addresses with their date, and lists of them, as the plugin
//! of Material for MkDocs makes them.

use docent::config::mkdocs::convert;
use docent::diagnostic::Diagnostic;
use docent::pipeline::{self, Build};
use docent::site::Site;
use docent::site::write::Body;

use crate::support::book::{Book, shown};

const YAML: &str = "site_name: Tea\nsite_url: https://example.org/\nnav:\n  - index.md\n  - News:\n    - blog/index.md\n";
const NEW: &str = "---\ndate: 2024-08-19\nauthors: [jane]\ncategories: [Green tea, Milk]\nlinks:\n  - index.md\n  - Steps: index.md#steps\n---\n# Brew `it` *well*\n\nLook [at home](../../index.md), [old](old.md#more) or ![leaf](leaf.svg).\n\n## Lead\n\n<!-- more -->\n\n## More\n\nAll of it.\n";
const OLD: &str = "---\ndate:\n  created: 2023-01-02\n  updated: 2023-02-03\ncategories: [Milk]\n---\nNo heading[^1].\n\n[^1]: Note.\n\n## More\n";

/// A book of MkDocs with two posts and these files, which go before.
fn book(files: &[(&str, &str)]) -> Book {
    let standard = [
        ("mkdocs.yml", YAML),
        (
            "docs/index.md",
            "# Tea\n\n## Steps\n\n[New](blog/posts/new.md#more)\n",
        ),
        ("docs/blog/index.md", "# The news\n"),
        (
            "docs/blog/.authors.yml",
            "authors:\n  jane: {name: Jane Doe, description: x, avatar: y, url: 'https://example.org/jane'}\n",
        ),
        ("docs/blog/posts/new.md", NEW),
        ("docs/blog/posts/old.md", OLD),
        (
            "docs/blog/posts/leaf.svg",
            "<svg width=\"3\" height=\"4\"></svg>",
        ),
    ];
    let all: Vec<(&str, &str)> = standard.iter().chain(files).copied().collect();
    let book = Book::of(&all);
    fs_err::remove_file(book.file("book.toml")).unwrap();
    book
}

/// The same with the plugin's options, indented by six spaces.
fn with(options: &str) -> Book {
    let plugin = if options.is_empty() { "blog" } else { "blog:" };
    book(&[(
        "mkdocs.yml",
        &format!("{YAML}plugins:\n  - {plugin}\n{options}"),
    )])
}

fn build(book: &Book) -> Build {
    let (config, problems) = pipeline::configure(book.root()).unwrap();
    let mut build = pipeline::build(config).unwrap();
    build.diagnostics.extend(problems);
    build
}

fn text(build: &Build, path: &str) -> String {
    match build.output.get(path) {
        Some(Body::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => panic!("no `{path}` in {:?}", build.output.keys()),
    }
}

/// The addresses of the blog's pages.
fn addresses(site: &Site) -> Vec<&str> {
    let urls = site.pages.iter().map(|page| page.url.as_str());
    let mut urls: Vec<&str> = urls.filter(|url| *url != "index.html").collect();
    urls.sort_unstable();
    urls
}

fn codes(problems: &[Diagnostic]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn posts_and_lists_are_at_the_addresses_of_the_plugin() {
    let (site, problems) = with("").assemble();
    assert!(problems.is_empty(), "{}", shown(&problems));
    assert_eq!(
        addresses(&site),
        [
            "blog/2023/01/02/old/index.html",
            "blog/2024/08/19/brew-it-well/index.html",
            "blog/archive/2023/index.html",
            "blog/archive/2024/index.html",
            "blog/category/green-tea/index.html",
            "blog/category/milk/index.html",
            "blog/index.html",
        ]
    );
}

#[test]
fn the_options_say_where_posts_and_lists_are() {
    let (site, problems) = with(
        "      post_url_format: '{categories}/{date}-{file}'\n      post_url_date_format: y-MM\n      post_url_max_categories: 2\n      archive_date_format: MMMM yyyy\n      archive_url_date_format: yyyy/MM\n      archive_url_format: 'by/{date}'\n      categories: false\n      authors_profiles: true\n      pagination_per_page: 1\n      pagination_url_format: 'p{page}'\n      archive_pagination: false\n",
    )
    .assemble();
    assert!(problems.is_empty(), "{}", shown(&problems));
    assert_eq!(
        addresses(&site),
        [
            "blog/author/jane/index.html",
            "blog/by/2023/01/index.html",
            "blog/by/2024/08/index.html",
            "blog/green-tea/milk/2024-08-new/index.html",
            "blog/index.html",
            "blog/milk/2023-01-old/index.html",
            "blog/p2/index.html",
        ]
    );
    let title = |url: &str| site.page(site.by_url[url]).title.clone();
    assert_eq!(title("blog/by/2024/08/index.html"), "August 2024");
    assert_eq!(title("blog/author/jane/index.html"), "Jane Doe");
    assert_eq!(title("blog/p2/index.html"), "The news");
}

#[test]
fn a_list_shows_the_beginning_of_each_post() {
    let build = build(&with(""));
    let index = text(&build, "blog/index.html");
    let post = "2024/08/19/brew-it-well/";
    for wanted in [
        &format!(
            "<h2 id=\"brew-it-well\"><a href=\"{post}\">Brew <code>it</code> <em>well</em></a></h2>"
        ),
        "<time datetime=\"2024-08-19\">August 19, 2024</time>",
        "<a href=\"https://example.org/jane\">Jane Doe</a>",
        "<a href=\"category/green-tea/\">Green tea</a>, <a href=\"category/milk/\">Milk</a>",
        "<li>1 min read</li>",
        "<a href=\"../\">at home</a>",
        "<a href=\"2023/01/02/old/#more\">old</a>",
        "<img src=\"leaf.svg\" alt=\"leaf\" width=\"3\" height=\"4\"",
        "<h3 id=\"lead\">",
        &format!("<a href=\"{post}\" aria-describedby=\"brew-it-well\">Continue reading</a>"),
        "<h2 id=\"old\"><a href=\"2023/01/02/old/\">Old</a></h2>",
        "updated February 3, 2023",
        "<p>No heading.</p>",
    ] {
        assert!(index.contains(wanted), "{wanted}\n{index}");
    }
    assert!(!index.contains("All of it"));
    assert_eq!(index.matches("Continue reading").count(), 1);
    let archive = text(&build, "blog/archive/2023/index.html");
    assert!(archive.contains("<h1 id=\"2023\">"));
    assert!(!archive.contains("Brew"));
}

#[test]
fn a_post_says_when_and_by_whom_it_was_written_and_what_to_read_next() {
    let build = build(&with(""));
    let post = text(&build, "blog/2024/08/19/brew-it-well/index.html");
    for wanted in [
        "<time datetime=\"2024-08-19\">August 19, 2024</time>",
        "<a href=\"../../../../category/milk/\">Milk</a>",
        "<a href=\"../../../../../\">Tea</a>",
        "<a href=\"../../../../../#steps\">Steps</a>",
        "<img src=\"../../../../leaf.svg\"",
        "rel=\"prev\" href=\"../../../../../blog/2023/01/02/old/\"",
    ] {
        assert!(post.contains(wanted), "{wanted}\n{post}");
    }
    assert!(!post.contains("rel=\"next\""));
    assert_eq!(post.matches("aria-current").count(), 1);
    assert!(post.contains("aria-current=\"true\">The news"));
}

#[test]
fn links_lead_to_posts_by_their_files_and_files_move_with_them() {
    let build = build(&with(""));
    let home = text(&build, "index.html");
    assert!(home.contains("href=\"blog/2024/08/19/brew-it-well/#more\""));
    assert!(build.output.contains_key("blog/leaf.svg"));
    assert!(!build.output.contains_key("blog/posts/leaf.svg"));
}

#[test]
fn posts_are_pages_for_programs_and_lists_say_nothing_twice() {
    let build = build(&with(""));
    let twin = text(&build, "blog/2024/08/19/brew-it-well/index.md");
    assert!(twin.contains("All of it"));
    let list = text(&build, "blog/index.md");
    assert!(list.contains(
        "- 2024-08-19: [Brew it well](https://example.org/blog/2024/08/19/brew-it-well/index.md)"
    ));
    for path in ["llms.txt", "sitemap.xml", "llms-full.txt"] {
        assert!(text(&build, path).contains("brew-it-well"), "{path}");
    }
    assert!(!text(&build, "llms.txt").contains("archive/2024"));
    assert!(!text(&build, "print.html").contains("All of it"));
    let searched = build.site.pages.iter().filter(|page| page.searched);
    assert_eq!(searched.count(), 4);
}

#[test]
fn the_lists_stand_beside_the_blog_in_the_navigation() {
    let (site, _) = with("").assemble();
    let group = &site.nav.groups[1];
    let titles: Vec<&str> = group.items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["The news", "Categories", "Archive"]);
    let order: Vec<&str> = site
        .nav
        .order
        .iter()
        .map(|id| site.page(*id).title.as_str())
        .collect();
    assert_eq!(
        order,
        ["Tea", "The news", "Green tea", "Milk", "2024", "2023"]
    );
    let old = site.by_path["blog/posts/old.md"];
    assert_eq!(
        site.nav.neighbours(old),
        (None, Some(site.by_path["blog/posts/new.md"]))
    );
    let auto = book(&[("mkdocs.yml", "site_name: Tea\nplugins: [blog]\n")]);
    let (site, problems) = auto.assemble();
    assert!(problems.is_empty(), "{}", shown(&problems));
    let group = &site.nav.groups[1];
    let titles: Vec<&str> = group.items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["The news", "Categories", "Archive"]);
}

#[test]
fn a_page_may_be_all_of_a_blog_and_a_list_may_have_a_text_of_its_own() {
    let book = Book::of(&[
        (
            "book.toml",
            "[[blog]]\nblog-dir = \".\"\npost-dir = \"posts\"\n[book]\nlanguage = \"de\"\n",
        ),
        (
            "content/posts/a.md",
            "---\ndate: 2024-03-05\npin: true\nreadtime: 7\ncategories: [Über uns]\n---\n# Ä <b>b</b>\n",
        ),
        ("content/category/über-uns.md", "# Wir\n\nText.\n"),
    ]);
    let build = build(&book);
    assert!(
        build.diagnostics.is_empty(),
        "{}",
        shown(&build.diagnostics)
    );
    let index = text(&build, "index.html");
    for wanted in [
        "<h1 id=\"blog\">Blog",
        "5. März 2024",
        "7 Min. Lesezeit",
        "Angeheftet",
        ">Kategorien<",
        ">Archiv<",
    ] {
        assert!(index.contains(wanted), "{wanted}\n{index}");
    }
    let list = text(&build, "category/über-uns.html");
    assert!(
        list.contains("Text.") && list.contains("2024/03/05/ä-b.html"),
        "{list}"
    );
}

#[test]
fn a_post_without_a_date_stays_where_it_lies_and_is_named() {
    let book = with("");
    book.write(
        "docs/blog/posts/new.md",
        "---\ndate: soon\n---\n# New\n\n## More\n",
    );
    book.write("docs/blog/posts/none.md", "# None\n");
    let (site, problems) = book.assemble();
    assert_eq!(codes(&problems), ["blog/no-date", "blog/no-date"]);
    assert!(problems.iter().all(Diagnostic::is_error));
    assert_eq!(problems[0].message, "`soon` is no date");
    assert!(addresses(&site).contains(&"blog/posts/new/index.html"));
}

#[test]
fn names_that_a_blog_does_not_know_are_named_with_the_nearest() {
    let book = with("      categories_allowed: [Milk, Greentea]\n");
    book.write(
        "docs/blog/posts/old.md",
        "---\ndate: 2023-01-02\nauthors: [jan]\nlinks: [gone.md]\n---\n## More\n",
    );
    let (_, problems) = book.assemble();
    assert_eq!(
        codes(&problems),
        ["blog/category", "blog/author", "blog/link"]
    );
    assert_eq!(problems[1].help.as_deref(), Some("did you mean `jane`?"));
}

#[test]
fn options_without_effect_are_named_and_wrong_ones_are_errors() {
    let book = with(
        "      blog_toc: true\n      post_slugify: !!python/name:my.slug\n      pagination_per_pages: 3\n      draft: false\n",
    );
    let (_, problems) = book.assemble();
    let messages: Vec<&str> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "`my.slug` is code in Python, which docent does not run",
            "`blog_toc` of the plugin `blog` has no effect",
            "`post_slugify` of the plugin `blog` has no effect",
            "the key `pagination_per_pages` in `blog` means nothing to docent",
        ]
    );
    let (_, problems) = with("      pagination_per_page: many\n").assemble();
    assert_eq!(codes(&problems), ["mkdocs/invalid"]);
}

#[test]
fn a_post_of_the_future_is_withheld_when_the_blog_says_so() {
    let future = "---\ndate: 9999-01-01\n---\n# Later\n";
    let count = |options: &str, post: &str| {
        let book = with(options);
        book.write("docs/blog/posts/later.md", post);
        book.assemble()
            .0
            .by_path
            .contains_key("blog/posts/later.md")
    };
    assert!(count("", future));
    assert!(!count("      draft_if_future_date: true\n", future));
    let decided = future.replace("---\n#", "draft: false\n---\n#");
    assert!(count("      draft_if_future_date: true\n", &decided));
}

#[test]
fn keys_of_posts_mean_nothing_on_other_pages() {
    let book = with("");
    book.write(
        "docs/index.md",
        "---\ndate: 2024-01-01\nauthors: [{name: x}]\n---\n# Tea\n\n## Steps\n",
    );
    let (_, problems) = book.assemble();
    assert_eq!(
        codes(&problems),
        ["front-matter/unknown-key", "front-matter/unknown-key"]
    );
}

#[test]
fn no_address_of_a_post_leads_out_of_the_blog() {
    let book = with("      categories: false\n      archive: false\n");
    let long = "x".repeat(500);
    book.write(
        "docs/blog/posts/new.md",
        format!("---\ndate: 2024-08-19\nslug: ../../../../../x/{long}\n---\n# New\n\n## More\n"),
    );
    let (site, problems) = book.assemble();
    assert!(problems.is_empty(), "{}", shown(&problems));
    let new = &site.page(site.by_path["blog/posts/new.md"]).url;
    assert!(new.starts_with("blog/x/xxx"), "{new}");
    assert!(new.split('/').all(|part| part.len() < 255));
}

#[test]
fn a_book_toml_made_of_it_gives_the_same_blog() {
    let book = with(
        "      blog_dir: blog\n      archive_name: Years\n      authors_profiles: true\n      categories_allowed: [Milk, Green tea]\n",
    );
    let before = build(&book);
    let toml = convert::book_toml(&before.config);
    book.write("book.toml", &toml);
    let after = build(&book);
    assert_eq!(
        shown(&after.diagnostics),
        shown(&before.diagnostics),
        "{toml}"
    );
    assert_eq!(after.config.blogs, before.config.blogs, "{toml}");
    let keys = |build: &Build| build.output.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&after), keys(&before));
}
