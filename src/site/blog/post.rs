//! What the front matter of a post says.

use super::date::Date;
use crate::config::Blog;
use crate::content::{Loose, Source, place_of};
use crate::diagnostic::{Diagnostic, suggest};
use crate::site::{entries, url};

/// A post, before it is parsed.
#[derive(Debug)]
pub struct Draft {
    /// Its file.
    pub path: String,
    /// When it was written.
    pub date: Date,
    /// When it was changed.
    pub updated: Option<Date>,
    /// Those who wrote it, by the blog's names for them.
    pub authors: Vec<String>,
    /// Its categories.
    pub categories: Vec<String>,
    /// What it names for further reading: titles, where given, and addresses.
    pub links: Vec<(Option<String>, String)>,
    /// Whether it stays on top.
    pub pinned: bool,
    /// How long it takes to read, when its author says.
    pub minutes: Option<usize>,
    /// Its name in addresses, when its author says.
    pub slug: Option<String>,
    /// Its title.
    pub title: String,
}

impl Draft {
    /// The post that `source` is, if it has a date.
    pub fn read(source: &Source, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let get = |key: &str| source.meta.post.get(key);
        let dates = get("date");
        let created = dates.and_then(|dates| dates.get("created").unwrap_or(dates).text());
        let Some(date) = created.and_then(Date::parse) else {
            let message = match created {
                Some(text) => format!("`{text}` is no date"),
                None => format!("the post `{}` has no date", source.shown),
            };
            let help = "write one such as `date: 2024-08-19` into its front matter; until then it is a page where its file lies";
            let problem = Diagnostic::error("blog/no-date", message).help(help);
            problems.push(problem.at(place_of(source, "date")));
            return None;
        };
        let texts = |key: &str| -> Vec<String> {
            let texts = get(key).map(Loose::texts).unwrap_or_default();
            texts.into_iter().map(str::to_owned).collect()
        };
        let mut links = Vec::new();
        if let Some(all) = get("links") {
            collect(all, None, &mut links);
        }
        Some(Self {
            path: source.path.clone(),
            date,
            updated: dates.and_then(|dates| Date::parse(dates.get("updated")?.text()?)),
            authors: texts("authors"),
            categories: texts("categories"),
            links,
            pinned: get("pin").and_then(Loose::text) == Some("true"),
            minutes: get("readtime").and_then(|time| time.text()?.parse().ok()),
            slug: get("slug").and_then(|slug| slug.text().map(str::to_owned)),
            title: title(source),
        })
    }

    /// Which of its names the blog does not know.
    pub fn strangers(&self, source: &Source, blog: &Blog) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut say = |problem: Diagnostic, key: &str, name: &str, known: &[&str]| {
            let problem = problem.at(place_of(source, key));
            problems.push(match suggest::nearest(name, known.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            });
        };
        let known: Vec<&str> = blog.author.keys().map(String::as_str).collect();
        for name in self.authors.iter().filter(|_| blog.authors) {
            if !known.contains(&name.as_str()) {
                let message = format!("the blog has no author `{name}`");
                let problem = Diagnostic::warning("blog/author", message);
                say(problem, "authors", name, &known);
            }
        }
        let known: Vec<&str> = blog.categories_allowed.iter().map(String::as_str).collect();
        for name in self.categories.iter().filter(|_| !known.is_empty()) {
            if !known.contains(&name.as_str()) {
                let message = format!("the blog has no category `{name}`");
                let problem = Diagnostic::warning("blog/category", message);
                say(problem, "categories", name, &known);
            }
        }
        problems
    }
}

/// The addresses in `value`, sections within sections flattened.
fn collect(value: &Loose, title: Option<&str>, out: &mut Vec<(Option<String>, String)>) {
    match value {
        Loose::Text(_) => {
            let title = title.map(str::to_owned);
            out.extend(value.text().map(|to| (title, to.to_owned())));
        }
        Loose::List(items) => {
            for item in items {
                collect(item, None, out);
            }
        }
        Loose::Map(entries) => {
            for (key, value) in entries {
                collect(value, Some(key), out);
            }
        }
    }
}

/// The title that MkDocs makes an address of: a heading must come first.
pub fn title(source: &Source) -> String {
    if let Some(title) = &source.meta.title {
        return title.clone();
    }
    let mut lines = source.text[source.body..].lines();
    let first = lines.find(|line| !line.trim().is_empty());
    let heading = first.and_then(|line| line.trim().strip_prefix("# "));
    heading.map_or_else(
        || entries::humane(stem(&source.path)),
        |title| title.trim().to_owned(),
    )
}

/// The name of a file without its ending.
pub fn stem(path: &str) -> &str {
    let name = url::split(path).1;
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
