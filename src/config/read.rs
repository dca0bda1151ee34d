//! From the text of `book.toml` to a [`Config`] and what is wrong with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::keys::{self, Support};
use super::{Answer, Book, Build, Config, Html, Search, Serve};
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
    parse(root, &text)
}

fn parse(root: &Path, text: &str) -> Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>> {
    let reader = Reader { text: text.into() };
    let table = DeTable::parse(text).map_err(|error| vec![reader.toml_error(&error)])?;
    let mut diagnostics = Vec::new();
    reader.check_table("", table.get_ref(), &mut diagnostics);
    let file: File = toml::from_str(text).map_err(|error| {
        let mut all = diagnostics.clone();
        all.push(reader.toml_error(&error));
        all
    })?;
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    let config = resolve(root, file);
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

fn resolve(root: &Path, file: File) -> Config {
    let src = if file.book.src.as_os_str().is_empty() {
        let (content, src) = (root.join("content"), root.join("src"));
        if src.is_dir() && !content.is_dir() {
            src
        } else {
            content
        }
    } else {
        root.join(&file.book.src)
    };
    Config {
        root: root.to_path_buf(),
        src: clean(&src),
        build_dir: clean(&root.join(&file.build.build_dir)),
        cache_dir: clean(&root.join(&file.build.cache_dir)),
        book: file.book,
        build: file.build,
        search: file.search,
        answer: file.answer,
        serve: file.serve,
        html: file.output.html,
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
        let diagnostic = Diagnostic::error("config/invalid", message);
        match error.span() {
            Some(span) => diagnostic.at(self.place(span)),
            None => diagnostic,
        }
    }

    fn check_table(&self, path: &str, table: &DeTable<'_>, diagnostics: &mut Vec<Diagnostic>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let full = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            };
            if let Some(diagnostic) = check_key(path, &full, name) {
                diagnostics.push(diagnostic.at(self.place(key.span())));
            } else if let DeValue::Table(inner) = value.get_ref()
                && keys::is_table(&full)
            {
                self.check_table(&full, inner, diagnostics);
            } else if full == "preprocessor"
                && let DeValue::Table(inner) = value.get_ref()
            {
                diagnostics.extend(inner.keys().map(|name| self.preprocessor(name)));
            }
        }
    }

    fn preprocessor(&self, name: &toml::Spanned<std::borrow::Cow<'_, str>>) -> Diagnostic {
        let message = format!("the preprocessor `{}` is not run", name.get_ref());
        Diagnostic::warning("config/preprocessor", message)
            .at(self.place(name.span()))
            .help("docent does not run external programs; what it would replace stays as written")
    }
}

/// What is wrong with the key `full`, which stands as `name` in `path`.
fn check_key(path: &str, full: &str, name: &str) -> Option<Diagnostic> {
    match keys::support(full) {
        Some(Support::Used | Support::Free | Support::Inert) => None,
        Some(Support::Unsupported) => {
            let message = format!("`{full}` has no effect: docent does not support it");
            Some(Diagnostic::warning("config/unsupported-key", message))
        }
        None if keys::is_table(full) || full == "preprocessor" => None,
        None if path == "output" => {
            let message = format!("the renderer `{name}` is not run");
            Some(Diagnostic::warning("config/unsupported-key", message))
        }
        None => Some(unknown_key(path, name)),
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
