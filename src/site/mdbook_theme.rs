//! The files of an mdBook's theme, as far as they mean something here.
//!
//! mdBook's templates are Handlebars for its own page. `head.hbs` and
//! `header.hbs` are plain HTML in most books and go where mdBook puts them, an
//! icon is used, and the rest is named once.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::diagnostic::Diagnostic;

/// The names that mdBook looks for and docent has no place for.
const OTHERS: [&str; 15] = [
    "index.hbs",
    "redirect.hbs",
    "toc.html.hbs",
    "toc.js.hbs",
    "book.js",
    "highlight.js",
    "highlight.css",
    "tomorrow-night.css",
    "ayu-highlight.css",
    "css/general.css",
    "css/chrome.css",
    "css/print.css",
    "css/variables.css",
    "fonts/fonts.css",
    "clipboard.min.js",
];

/// What an mdBook's theme has for docent.
#[derive(Debug, Default)]
pub struct MdbookTheme {
    /// HTML for the end of the head of every page.
    pub head: String,
    /// HTML for the top of every page.
    pub header: String,
    /// Icons by their name in docent's theme, with their bytes.
    pub icons: Vec<(&'static str, Vec<u8>)>,
    /// What has no effect.
    pub problems: Vec<Diagnostic>,
}

/// Reads the theme folder of the book, when there is one.
pub fn read(config: &Config) -> MdbookTheme {
    let name = config.html.theme.clone();
    let name = name.unwrap_or_else(|| PathBuf::from("theme"));
    let folder = config.root.join(&name);
    let mut theme = MdbookTheme::default();
    if !folder.is_dir() {
        if config.html.theme.is_some() {
            let message = format!("no theme folder at `{}`", name.display());
            theme.problems.push(
                Diagnostic::warning("theme/mdbook-files", message)
                    .help("correct or remove `theme` in the table `[output.html]`"),
            );
        }
        return theme;
    }
    let mut unused: Vec<&str> = OTHERS
        .into_iter()
        .filter(|name| folder.join(name).is_file())
        .collect();
    for (file, into) in [
        ("head.hbs", &mut theme.head),
        ("header.hbs", &mut theme.header),
    ] {
        match plain(&folder.join(file)) {
            Some(Ok(html)) => *into = html,
            Some(Err(())) => unused.push(file),
            None => {}
        }
    }
    for icon in ["favicon.svg", "favicon.png"] {
        let bytes = fs_err::read(folder.join(icon)).ok();
        theme.icons.extend(bytes.map(|bytes| (icon, bytes)));
    }
    theme.problems.extend(no_effect(&name, &unused));
    theme
}

/// The HTML of a template in which nothing is to be replaced; an error for
/// one that only mdBook can fill in, and nothing when there is none.
fn plain(file: &Path) -> Option<Result<String, ()>> {
    let text = String::from_utf8(fs_err::read(file).ok()?).ok();
    // Their comments are as good as nothing.
    let html = text.map(|text| without_comments(&text));
    let html = html.filter(|html| !html.contains("{{"));
    Some(html.map(|html| html.trim().to_owned()).ok_or(()))
}

/// Takes `{{!-- … --}}` and `{{! … }}` out.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{!") {
        let comment = &rest[start..];
        let end = if comment.starts_with("{{!--") {
            "--}}"
        } else {
            "}}"
        };
        let Some(length) = comment.find(end) else {
            break;
        };
        out.push_str(&rest[..start]);
        rest = &comment[length + end.len()..];
    }
    out + rest
}

fn no_effect(folder: &Path, unused: &[&str]) -> Option<Diagnostic> {
    let folder = folder.to_string_lossy().replace('\\', "/");
    let folder = folder.trim_end_matches('/');
    let (first, others) = unused.split_first()?;
    let mut message = format!("`{folder}/{first}`");
    for name in others {
        message.push_str(&format!(", `{folder}/{name}`"));
    }
    let (have, they) = if others.is_empty() {
        ("has", "it is")
    } else {
        ("have", "they are")
    };
    message.push_str(&format!(" {have} no effect: {they} made for mdBook's page"));
    let help = "put changes of style into `additional-css`, and see the themes page for docent's own templates";
    Some(Diagnostic::warning("theme/mdbook-files", message).help(help))
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn comments_of_handlebars_are_nothing() {
        assert_eq!(without_comments("a{{!-- {{b}} --}}c{{! d }}e"), "ace");
        assert_eq!(without_comments("{{#if x}}"), "{{#if x}}");
        assert_eq!(without_comments("a{{!-- b"), "a{{!-- b");
    }
}
