//! The plugin `blog`: its options, and the file of authors.

use std::path::{Path, PathBuf};

use super::fields::{Named, Problems};
use super::yaml::Node;
use super::{clean, inherit, tags};
use crate::config::blog::{Author, Blog};

/// How an option is read.
enum Reads {
    Text(fn(&mut Blog) -> &mut String),
    Name(fn(&mut Blog) -> &mut Option<String>),
    Flag(fn(&mut Blog) -> &mut bool),
    Choice(fn(&mut Blog) -> &mut Option<bool>),
    Count(fn(&mut Blog) -> &mut usize),
    Limit(fn(&mut Blog) -> &mut Option<usize>),
    Texts(fn(&mut Blog) -> &mut Vec<String>),
    /// A function of Python that makes slugs.
    Slugs,
    /// Read elsewhere.
    Elsewhere,
    /// It has no effect: what it would have done.
    Not(&'static str),
}

use Reads::{Choice, Count, Elsewhere, Flag, Limit, Name, Not, Slugs, Text, Texts};

const OPTIONS: &[(&str, Reads)] = &[
    ("enabled", Elsewhere),
    ("blog_dir", Text(|b| &mut b.blog_dir)),
    ("blog_toc", Not("the posts of a list stand in its contents")),
    ("post_dir", Text(|b| &mut b.post_dir)),
    ("post_date_format", Text(|b| &mut b.post_date_format)),
    (
        "post_url_date_format",
        Text(|b| &mut b.post_url_date_format),
    ),
    ("post_url_format", Text(|b| &mut b.post_url_format)),
    (
        "post_url_max_categories",
        Count(|b| &mut b.post_url_max_categories),
    ),
    ("post_slugify", Slugs),
    (
        "post_slugify_separator",
        Text(|b| &mut b.post_slugify_separator),
    ),
    ("post_excerpt", Not("every post must have an excerpt")),
    (
        "post_excerpt_max_authors",
        Count(|b| &mut b.post_excerpt_max_authors),
    ),
    (
        "post_excerpt_max_categories",
        Count(|b| &mut b.post_excerpt_max_categories),
    ),
    (
        "post_excerpt_separator",
        Text(|b| &mut b.post_excerpt_separator),
    ),
    ("post_readtime", Flag(|b| &mut b.post_readtime)),
    (
        "post_readtime_words_per_minute",
        Count(|b| &mut b.post_readtime_words_per_minute),
    ),
    ("archive", Flag(|b| &mut b.archive)),
    ("archive_name", Name(|b| &mut b.archive_name)),
    ("archive_date_format", Text(|b| &mut b.archive_date_format)),
    (
        "archive_url_date_format",
        Text(|b| &mut b.archive_url_date_format),
    ),
    ("archive_url_format", Text(|b| &mut b.archive_url_format)),
    ("archive_pagination", Choice(|b| &mut b.archive_pagination)),
    (
        "archive_pagination_per_page",
        Limit(|b| &mut b.archive_pagination_per_page),
    ),
    (
        "archive_toc",
        Not("the posts of a list stand in its contents"),
    ),
    ("categories", Flag(|b| &mut b.categories)),
    ("categories_name", Name(|b| &mut b.categories_name)),
    (
        "categories_url_format",
        Text(|b| &mut b.categories_url_format),
    ),
    ("categories_slugify", Slugs),
    (
        "categories_slugify_separator",
        Text(|b| &mut b.categories_slugify_separator),
    ),
    (
        "categories_sort_by",
        Not("a function of Python orders them"),
    ),
    (
        "categories_sort_reverse",
        Flag(|b| &mut b.categories_sort_reverse),
    ),
    ("categories_allowed", Texts(|b| &mut b.categories_allowed)),
    (
        "categories_pagination",
        Choice(|b| &mut b.categories_pagination),
    ),
    (
        "categories_pagination_per_page",
        Limit(|b| &mut b.categories_pagination_per_page),
    ),
    (
        "categories_toc",
        Not("the posts of a list stand in its contents"),
    ),
    ("authors", Flag(|b| &mut b.authors)),
    ("authors_file", Elsewhere),
    ("authors_profiles", Flag(|b| &mut b.authors_profiles)),
    (
        "authors_profiles_name",
        Name(|b| &mut b.authors_profiles_name),
    ),
    (
        "authors_profiles_url_format",
        Text(|b| &mut b.authors_profiles_url_format),
    ),
    (
        "authors_profiles_pagination",
        Choice(|b| &mut b.authors_profiles_pagination),
    ),
    (
        "authors_profiles_pagination_per_page",
        Limit(|b| &mut b.authors_profiles_pagination_per_page),
    ),
    (
        "authors_profiles_toc",
        Not("the posts of a list stand in its contents"),
    ),
    ("pagination", Flag(|b| &mut b.pagination)),
    ("pagination_per_page", Count(|b| &mut b.pagination_per_page)),
    (
        "pagination_url_format",
        Text(|b| &mut b.pagination_url_format),
    ),
    ("pagination_format", Not("it says which pages are named")),
    (
        "pagination_if_single_page",
        Not("a list of one page has its number, too"),
    ),
    (
        "pagination_keep_content",
        Flag(|b| &mut b.pagination_keep_content),
    ),
    ("draft", Not("drafts are published; here they never are")),
    ("draft_on_serve", Not("`mkdocs serve` shows drafts")),
    (
        "draft_if_future_date",
        Flag(|b| &mut b.draft_if_future_date),
    ),
];

/// The blog that the options of the plugin describe.
pub fn read(plugin: &Named<'_>, problems: &mut Problems) -> Blog {
    let mut blog = Blog::default();
    for (key, value) in plugin.options() {
        let name = key.text().unwrap_or_default();
        let full = format!("`{name}` of the plugin `blog`");
        let Some((_, reads)) = OPTIONS.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = OPTIONS.iter().map(|(known, _)| *known).collect();
            problems.unknown(key, "blog", &known);
            continue;
        };
        if value.is_null() {
            continue;
        }
        match reads {
            Text(field) => problems.text(value, name).into_iter().for_each(|text| {
                *field(&mut blog) = text;
            }),
            Name(field) => *field(&mut blog) = problems.text(value, name),
            Flag(field) => problems.flag(value, name).into_iter().for_each(|flag| {
                *field(&mut blog) = flag;
            }),
            Choice(field) => *field(&mut blog) = problems.flag(value, name),
            Count(field) => count(value, name, problems).into_iter().for_each(|count| {
                *field(&mut blog) = count;
            }),
            Limit(field) => *field(&mut blog) = count(value, name, problems),
            Texts(field) => *field(&mut blog) = problems.texts(value, name),
            Slugs if tags::python(value).is_some_and(|name| name.starts_with("pymdownx.")) => {}
            Slugs => problems.unsupported(value, &full, "a function of Python makes addresses"),
            Elsewhere => {}
            Not(_) if value.flag() == Some(false) || value.text() == Some("optional") => {}
            Not(effect) => problems.appearance(value, &full, effect),
        }
    }
    blog
}

fn count(node: &Node, key: &str, problems: &mut Problems) -> Option<usize> {
    let count = node.text().and_then(|text| text.parse().ok());
    if count.is_none() {
        problems.wrong(node, key, "a whole number");
    }
    count
}

/// Reads the authors of a blog from their file, which lies in the content
/// folder `src`; gives the file when there is one.
pub fn authors(
    blog: &mut Blog,
    plugin: &Named<'_>,
    (root, src): (&Path, &Path),
    problems: &mut Problems,
) -> Option<PathBuf> {
    let named = plugin.option("authors_file");
    let name = named.and_then(|node| problems.text(node, "authors_file"));
    let name = name.unwrap_or_else(|| "{blog}/.authors.yml".to_owned());
    let folder = match blog.folder() {
        folder if folder.is_empty() => ".".to_owned(),
        folder => folder,
    };
    let file = clean(&src.join(name.replace("{blog}", &folder)));
    if !blog.authors || !file.is_file() {
        return None;
    }
    if !inherit::is_inside(root, &file) {
        let what = format!("`{name}` of the plugin `blog`");
        let node = named.unwrap_or(plugin.name);
        problems.unsupported(node, &what, "it is read; here it lies outside the book");
        return None;
    }
    match inherit::parse(root, &file, named) {
        Ok(node) => all(blog, &node, problems),
        Err(problem) => problems.all.push(*problem),
    }
    Some(file)
}

fn all(blog: &mut Blog, node: &Node, problems: &mut Problems) {
    let Some(authors) = node.get("authors") else {
        return;
    };
    for (id, value) in problems.entries(authors, "authors").to_vec() {
        let mut author = Author::default();
        for (key, value) in problems.entries(&value, "an author") {
            let field = key.text().unwrap_or_default();
            match field {
                "name" => author.name = problems.text(value, "name").unwrap_or_default(),
                "url" => author.url = problems.text(value, "url"),
                "slug" => author.slug = problems.text(value, "slug"),
                // Pictures mostly lie elsewhere, and nothing is loaded from there.
                "avatar" | "description" => {}
                _ => problems.unknown(key, "an author", &["name", "url", "slug"]),
            }
        }
        let id = id.text().unwrap_or_default().to_owned();
        if author.name.is_empty() {
            author.name.clone_from(&id);
        }
        blog.author.insert(id, author);
    }
}
