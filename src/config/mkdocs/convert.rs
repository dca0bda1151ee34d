//! The `book.toml` that says what a `mkdocs.yml` says.

use std::fmt::Write as _;
use std::path::Path;

use crate::config::layout::{Leads, Level, NavEntry, Navigation, UrlStyle};
use crate::config::{Blog, Book, Checks, Config, Dialect, Serve, Slugs, TabIds};

/// The text of the `book.toml` for `config`.
pub fn book_toml(config: &Config) -> String {
    let mut out = Writer::default();
    out.table("book");
    out.text("title", &config.book.title);
    out.some("description", &config.book.description);
    out.texts("authors", &config.book.authors);
    if config.book.language != Book::default().language {
        out.text("language", &config.book.language);
    }
    out.some("text-direction", &config.book.text_direction);
    out.text(
        "src",
        &shown(config.src.strip_prefix(&config.root).unwrap_or(&config.src)),
    );
    out.table("build");
    out.text("build-dir", &shown(&config.build.build_dir));
    let watch: Vec<String> = config
        .build
        .extra_watch_dirs
        .iter()
        .map(|dir| shown(dir))
        .collect();
    out.texts("extra-watch-dirs", &watch);
    out.texts("append-snippets", &config.build.append_snippets);
    site(config, &mut out);
    markdown(&config.dialect, &mut out);
    check(config.layout.checks, &mut out);
    let serve = Serve::default();
    if config.serve.host != serve.host || config.serve.port != serve.port {
        out.table("serve");
        out.text("host", &config.serve.host);
        out.raw("port", &config.serve.port.to_string());
    }
    html(config, &mut out);
    for blog in &config.blogs {
        out.text.push_str(&blog_table(blog).unwrap_or_default());
    }
    out.text.trim_start().to_owned()
}

fn site(config: &Config, out: &mut Writer) {
    let layout = &config.layout;
    out.table("site");
    let urls = match layout.urls {
        UrlStyle::File => "file",
        UrlStyle::MkdocsFile => "mkdocs-file",
        UrlStyle::Directory => "directory",
    };
    out.text("urls", urls);
    if layout.section_indexes {
        out.raw("section-indexes", "true");
    }
    out.texts("exclude", &layout.exclude.lines);
    out.texts("drafts", &layout.drafts.lines);
    out.texts("not-in-nav", &layout.not_in_nav.lines);
    if !layout.tags.shown {
        out.raw("tags", "false");
    }
    out.some("tags-page", layout.tags.page.as_deref().unwrap_or_default());
    out.texts("hidden-tags", &layout.tags.hidden);
    match &layout.navigation {
        Navigation::Summary => {}
        Navigation::Folders => out.text("navigation", "folders"),
        Navigation::Listed(entries) => {
            out.text.push_str("nav = [\n");
            nav(entries, 1, &mut out.text);
            out.text.push_str("]\n");
        }
    }
}

/// A table on one line may hold a list over several.
fn nav(entries: &[NavEntry], depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for entry in entries {
        let title = entry.title.as_deref().unwrap_or_default();
        let _ = match (&entry.leads, &entry.title) {
            (Leads::To(path), None) => writeln!(out, "{indent}{},", quoted(path)),
            (Leads::To(path), Some(_)) => {
                writeln!(out, "{indent}{{ {} = {} }},", quoted(title), quoted(path))
            }
            (Leads::Section(inner), _) => {
                let _ = writeln!(out, "{indent}{{ {} = [", quoted(title));
                nav(inner, depth + 1, out);
                writeln!(out, "{indent}] }},")
            }
        };
    }
}

fn markdown(dialect: &Dialect, out: &mut Writer) {
    out.table("markdown");
    let slugs = match dialect.slugs {
        Slugs::Mdbook => "mdbook",
        Slugs::PythonMarkdown => "python-markdown",
        Slugs::PythonMarkdownUnicode => "python-markdown-unicode",
        Slugs::Pymdownx => "pymdownx",
        Slugs::PymdownxCased => "pymdownx-cased",
        Slugs::Github => "github",
    };
    out.text("slugs", slugs);
    let ids = match dialect.tab_ids {
        TabIds::Numbers => None,
        TabIds::Titles => Some("titles"),
        TabIds::Headings => Some("headings"),
    };
    out.some("tab-ids", ids.unwrap_or_default());
    let standard = Dialect::default();
    for (name, get) in Dialect::SWITCHES {
        if get(dialect) != get(&standard) {
            out.raw(name, if get(dialect) { "true" } else { "false" });
        }
    }
}

fn check(checks: Checks, out: &mut Writer) {
    out.table("check");
    if checks.strict {
        out.raw("strict", "true");
    }
    let level = |level| match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Ignore => "ignore",
    };
    out.text("links", level(checks.links));
    out.text("anchors", level(checks.anchors));
    out.text("entries", level(checks.entries));
    if checks.omitted != Level::Ignore {
        out.text("omitted", level(checks.omitted));
    }
}

fn html(config: &Config, out: &mut Writer) {
    let html = &config.html;
    out.table("output.html");
    if let Some(url) = &html.site_url {
        out.text("site-url", url);
    }
    if let Some(url) = &html.git_repository_url {
        out.text("git-repository-url", url);
    }
    for (key, value) in [
        ("git-repository-name", &html.git_repository_name),
        ("copyright", &html.copyright),
        ("logo", &html.logo),
        ("favicon", &html.favicon),
    ] {
        out.some(key, value.as_deref().unwrap_or_default());
    }
    if let Some(template) = &html.edit_url_template {
        out.text("edit-url-template", template);
    }
    let files =
        |files: &[std::path::PathBuf]| files.iter().map(|file| shown(file)).collect::<Vec<_>>();
    out.texts("additional-css", &files(&html.additional_css));
    out.texts("additional-js", &files(&html.additional_js));
    if !html.status.is_empty() {
        out.table("output.html.status");
        for (name, text) in &html.status {
            out.text(&quoted(name), text);
        }
    }
    if !html.redirect.is_empty() {
        out.table("output.html.redirect");
        for (from, to) in &html.redirect {
            out.text(&quoted(from), to);
        }
    }
}

/// `[[blog]]` with the options that are not as they are by default.
fn blog_table(blog: &Blog) -> Option<String> {
    let mut table = toml::Table::try_from(blog).ok()?;
    let standard = toml::Table::try_from(Blog::default()).ok()?;
    table.retain(|key, value| standard.get(key) != Some(value));
    let all = toml::Table::from_iter([("blog".to_owned(), vec![table].into())]);
    Some(format!("\n{}", toml::to_string(&all).ok()?))
}

#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn table(&mut self, name: &str) {
        let _ = write!(self.text, "\n[{name}]\n");
    }

    fn raw(&mut self, key: &str, value: &str) {
        let _ = writeln!(self.text, "{key} = {value}");
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }

    fn some(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.text(key, value);
        }
    }

    fn texts(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            let all: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            self.raw(key, &format!("[{}]", all.join(", ")));
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
