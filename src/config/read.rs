//! From the text of `book.toml` to a [`Config`] and what is wrong with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::keys::{self, Support};
use super::layout::{Checks, NavEntry, SiteTable};
use super::{
    Answer, Blog, Book, Build, Config, Dialect, Html, Preprocessor, Search, Serve, environment,
    listed, remote, synonyms,
};
use crate::diagnostic::{Diagnostic, Place, Span, suggest};

#[derive(Deserialize, Default)]
#[serde(default)]
struct File {
    book: Book,
    build: Build,
    search: Search,
    answer: Answer,
    serve: Serve,
    output: Output,
    preprocessor: BTreeMap<String, Preprocessor>,
    site: SiteTable,
    check: Checks,
    markdown: Option<Dialect>,
    blog: Vec<Blog>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Output {
    html: Html,
}

/// Reads `book.toml` in `root`.
///
/// # Errors
/// The problems that leave no configuration to work with: no file, text that
/// is not TOML, a value of the wrong type, an unknown key.
pub fn load(root: &Path) -> Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>> {
    load_with(root, &[])
}

/// Reads `book.toml` in `root`, with mdBook's environment variables, which go
/// before what stands in the file.
///
/// # Errors
/// As [`load`], and a variable that stands for no key.
pub fn load_with(
    root: &Path,
    variables: &[(String, String)],
) -> Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>> {
    let file = root.join("book.toml");
    let bytes = match fs_err::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("no `book.toml` in `{}`", root.display());
            return Err(vec![Diagnostic::error("config/missing", message).help(
                "go to the book's folder or name it, or start a book with `docent init`",
            )]);
        }
        Err(error) => {
            return Err(vec![Diagnostic::error(
                "config/unreadable",
                error.to_string(),
            )]);
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        let message = "`book.toml` is not UTF-8";
        return Err(vec![
            Diagnostic::error("config/unreadable", message).help("save the file as UTF-8"),
        ]);
    };
    let own = variables
        .iter()
        .filter(|(name, _)| name.starts_with(environment::PREFIX));
    let own: Vec<(String, String)> = own.cloned().collect();
    parse(root, &text, &own)
}

fn parse(
    root: &Path,
    text: &str,
    variables: &[(String, String)],
) -> Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>> {
    let reader = Reader { text: text.into() };
    let table = DeTable::parse(text).map_err(|error| vec![reader.toml_error(&error)])?;
    let mut diagnostics = Vec::new();
    reader.check_table("", table.get_ref(), &mut diagnostics);
    let faults = synonyms::faults(table.get_ref(), &reader.text);
    if !faults.is_empty() {
        // The types of the rest are looked at when these are what they should be.
        diagnostics.extend(faults);
        return Err(diagnostics);
    }
    let with = |error: Diagnostic, diagnostics: &[Diagnostic]| {
        let mut all = diagnostics.to_vec();
        all.push(error);
        all
    };
    let wrong = |error: toml::de::Error| with(reader.toml_error(&error), &diagnostics);
    let mut file: File = toml::from_str(text).map_err(wrong)?;
    let mut raw: toml::Table = toml::from_str(text).map_err(wrong)?;
    if !variables.is_empty() {
        diagnostics.extend(environment::apply(&mut raw, variables));
        file = File::deserialize(raw.clone()).map_err(|error| {
            let message = format!("an environment variable does not fit: {}", error.message());
            let error = Diagnostic::error("config/environment", message)
                .help("correct or unset the variables that start with `MDBOOK_`");
            with(error, &diagnostics)
        })?;
    }
    reader.check_answer(table.get_ref(), &file.answer, &mut diagnostics);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    reader.place_preprocessors(table.get_ref(), &mut file.preprocessor);
    let nav = listed::read(table.get_ref(), &reader.text).map_err(|error| vec![*error])?;
    let config = resolve(root, file, raw, nav);
    if !config.src.is_dir() {
        let message = format!("no content folder at `{}`", config.src.display());
        diagnostics.push(
            Diagnostic::error("config/no-content", message)
                .help("create it, or name another folder with `src` in the table `[book]`"),
        );
        return Err(diagnostics);
    }
    if config.src.starts_with(&config.build_dir) {
        let message = "the output folder holds the content folder";
        diagnostics.push(
            Diagnostic::error("config/build-dir", message)
                .help("name a folder of its own with `build-dir` in the table `[build]`"),
        );
        return Err(diagnostics);
    }
    Ok((config, diagnostics))
}

fn resolve(root: &Path, file: File, raw: toml::Table, nav: Option<Vec<NavEntry>>) -> Config {
    let src = clean(&src(root, &file.book.src));
    let mut html = file.output.html;
    let mut search = file.search;
    let given = |path: &[&str]| {
        path.iter()
            .try_fold(&raw, |table, name| table.get(*name)?.as_table())
    };
    let in_html = |key: &str| given(&["output", "html"]).and_then(|html| html.get(key));
    if in_html("smart-punctuation").is_none() {
        html.smart_punctuation = match in_html("curly-quotes").and_then(toml::Value::as_bool) {
            Some(old) => old,
            None => src.join("SUMMARY.md").is_file(),
        };
    }
    if let Some(limit) = html.search.limit_results
        && given(&["search"]).is_none_or(|search| !search.contains_key("limit"))
    {
        search.limit = limit;
    }
    Config {
        root: root.to_path_buf(),
        src,
        build_dir: clean(&root.join(&file.build.build_dir)),
        cache_dir: clean(&root.join(&file.build.cache_dir)),
        book: file.book,
        build: file.build,
        search,
        answer: file.answer,
        serve: file.serve,
        dialect: file.markdown.unwrap_or_else(|| dialect(&html)),
        layout: file.site.layout(nav, file.check),
        blogs: file.blog,
        read_from: vec![root.join("book.toml")],
        snippets: vec![root.to_path_buf()],
        html,
        preprocessors: file.preprocessor,
        raw,
    }
}

/// The content folder: as named, else `content`, or `src` when there is no
/// `content`.
fn src(root: &Path, named: &Path) -> PathBuf {
    if !named.as_os_str().is_empty() {
        return root.join(named);
    }
    let (content, src) = (root.join("content"), root.join("src"));
    if src.is_dir() && !content.is_dir() {
        src
    } else {
        content
    }
}

/// The Markdown of a book with a `book.toml`.
fn dialect(html: &Html) -> Dialect {
    let notes = html.admonitions.unwrap_or(true);
    Dialect {
        smart_punctuation: html.smart_punctuation,
        definition_lists: html.definition_lists.unwrap_or(true),
        alerts: notes,
        admonitions: notes,
        directives: notes,
        math: html.math,
        // mdBook's Markdown takes one of the two off.
        brackets: if html.mathjax_support { 2 } else { 0 },
        ..Dialect::default()
    }
}

/// The path without `.` parts, which would show up in messages.
fn clean(path: &Path) -> PathBuf {
    path.components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .collect()
}

struct Reader {
    text: Arc<str>,
}

impl Reader {
    fn place(&self, span: std::ops::Range<usize>) -> Place {
        let span = Span::new(span.start, span.end);
        Place {
            path: "book.toml".to_owned(),
            text: self.text.clone(),
            span,
        }
    }

    fn toml_error(&self, error: &toml::de::Error) -> Diagnostic {
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        let (message, help) = in_plain_words(&message);
        let mut diagnostic = Diagnostic::error("config/invalid", message);
        if let Some(help) = help {
            diagnostic = diagnostic.help(help);
        }
        match error.span() {
            Some(span) => diagnostic.at(self.place(span)),
            None => diagnostic,
        }
    }

    fn check_table(&self, path: &str, table: &DeTable<'_>, diagnostics: &mut Vec<Diagnostic>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let full = match path {
                "" => name.to_owned(),
                // The old name of the same table.
                "output.html" if name == "playpen" => "output.html.playground".to_owned(),
                path => format!("{path}.{name}"),
            };
            if let Some(diagnostic) = check_key(path, &full, name, value.get_ref()) {
                diagnostics.push(diagnostic.at(self.place(key.span())));
            } else if let DeValue::Table(inner) = value.get_ref()
                && keys::is_table(&full)
            {
                self.check_table(&full, inner, diagnostics);
            }
        }
    }

    fn check_answer(
        &self,
        table: &DeTable<'_>,
        answer: &Answer,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(DeValue::Table(given)) = table.get("answer").map(|value| value.get_ref()) else {
            return;
        };
        for (key, message, help) in remote::faults(answer, given.contains_key("model")) {
            let diagnostic = Diagnostic::error("config/remote-model", message).help(help);
            diagnostics.push(match given.get(key) {
                Some(value) => diagnostic.at(self.place(value.span())),
                None => diagnostic,
            });
        }
    }

    /// Where each preprocessor is named.
    fn place_preprocessors(&self, table: &DeTable<'_>, all: &mut BTreeMap<String, Preprocessor>) {
        let named = table
            .iter()
            .filter(|(key, _)| key.get_ref() == "preprocessor");
        for (_, value) in named {
            let DeValue::Table(inner) = value.get_ref() else {
                continue;
            };
            for (name, _) in inner {
                if let Some(preprocessor) = all.get_mut(name.get_ref().as_ref()) {
                    preprocessor.place = Some(self.place(name.span()));
                }
            }
        }
    }
}

/// `message` with what is wanted in an author's words, and what to do.
fn in_plain_words(message: &str) -> (String, Option<&'static str>) {
    let wanted = [
        ("expected u16", "expected a whole number from 0 to 65535"),
        ("expected usize", "expected a whole number"),
        ("expected f32", "expected a number"),
        ("expected a boolean", "expected `true` or `false`"),
        ("expected a sequence", "expected a list"),
    ];
    let found = wanted.iter().find(|(rust, _)| message.ends_with(rust));
    let Some((rust, plain)) = found else {
        return (message.to_owned(), None);
    };
    let help = match *rust {
        "expected a sequence" => Some("put it between brackets: `[\"…\"]`"),
        _ if message.contains("invalid type: string") => Some("write it without quotes"),
        _ => None,
    };
    (message.replace(rust, plain), help)
}

/// What is wrong with the key `full`, which stands as `name` in `path`.
fn check_key(path: &str, full: &str, name: &str, value: &DeValue<'_>) -> Option<Diagnostic> {
    match keys::support(full) {
        Some(Support::Used | Support::Free | Support::Inert) => None,
        Some(Support::Unless(fine, _)) if matches!(value, DeValue::Boolean(is) if *is == fine) => {
            None
        }
        Some(Support::Unsupported(instead) | Support::Unless(_, instead)) => {
            let message = format!("`{full}` has no effect: docent does not support it");
            Some(Diagnostic::warning("config/unsupported-key", message).help(instead))
        }
        None if keys::is_table(full) || full == "preprocessor" => None,
        None if path == "output" => Some(renderer(name)),
        None => Some(unknown_key(path, name)),
    }
}

/// What becomes of another renderer than mdBook's own for HTML.
fn renderer(name: &str) -> Diagnostic {
    match name {
        "linkcheck" | "linkcheck2" => {
            let message = format!("the renderer `{name}` is not needed");
            Diagnostic::note("config/native", message).help("docent checks every link itself")
        }
        "markdown" => {
            let message = "the renderer `markdown` is not needed";
            Diagnostic::note("config/native", message)
                .help("docent publishes each page as Markdown, too")
        }
        _ => {
            let message = format!("the renderer `{name}` is not run");
            Diagnostic::warning("config/unsupported-key", message)
                .help("build that output with mdBook")
        }
    }
}

fn unknown_key(path: &str, name: &str) -> Diagnostic {
    let names = keys::names_in(path);
    let place = if path.is_empty() {
        "at the top".to_owned()
    } else {
        format!("in `[{path}]`")
    };
    let help = match suggest::nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known keys: {}", names.join(", ")),
    };
    Diagnostic::error(
        "config/unknown-key",
        format!("unknown key `{name}` {place}"),
    )
    .help(help)
}
