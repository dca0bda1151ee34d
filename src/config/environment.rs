//! mdBook's environment variables: `MDBOOK_BOOK__TITLE` stands for
//! `book.title`.
//!
//! The variables are handed in; the environment itself is not read here.

use toml::{Table, Value};

use super::keys;
use crate::diagnostic::{Diagnostic, suggest};

/// What the names of the variables start with.
pub const PREFIX: &str = "MDBOOK_";

/// The tables that mdBook has. A variable such as `MDBOOK_VERSION`, which
/// names none of them, is somebody else's.
const TABLES: [&str; 5] = ["book", "build", "rust", "output", "preprocessor"];

/// Sets the keys that `variables`, names and values, stand for.
pub fn apply(table: &mut Table, variables: &[(String, String)]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (name, value) in variables {
        let Some(path) = path(name) else {
            continue;
        };
        if let Some(problem) = unknown(name, &path) {
            problems.push(problem);
        } else if !set(table, &path, parse(value)) {
            let message = format!("`{name}` lies under a key that is no table");
            problems
                .push(Diagnostic::error("config/environment", message).help("unset the variable"));
        }
    }
    problems
}

/// The key that the variable `name` stands for; nothing for one of another
/// program.
pub fn path(name: &str) -> Option<String> {
    let name = name.strip_prefix(PREFIX)?;
    let path = name.to_lowercase().replace("__", ".").replace('_', "-");
    let table = path.split('.').next().unwrap_or_default();
    TABLES.contains(&table).then_some(path)
}

fn unknown(name: &str, path: &str) -> Option<Diagnostic> {
    let above = |path: &str| keys::support(path).is_some() || keys::is_table(path);
    let free = path == "preprocessor" || path == "output" || path.starts_with("preprocessor.");
    let renderer = path.starts_with("output.") && !path.starts_with("output.html");
    let inside = path
        .match_indices('.')
        .any(|(at, _)| keys::support(&path[..at]) == Some(keys::Support::Free));
    if free || renderer || inside || above(path) {
        return None;
    }
    let message = format!("`{name}` stands for `{path}`, which is no key");
    let all = keys::KEYS.iter().map(|(key, _)| *key);
    let help = match suggest::nearest(path, all) {
        Some(near) => format!("did you mean `{near}`? Else unset the variable"),
        None => "unset the variable".to_owned(),
    };
    Some(Diagnostic::error("config/environment", message).help(help))
}

/// JSON, or else the text itself.
fn parse(value: &str) -> Value {
    let json = serde_json::from_str::<serde_json::Value>(value).ok();
    json.and_then(|json| Value::try_from(json).ok())
        .unwrap_or_else(|| Value::String(value.to_owned()))
}

fn set(table: &mut Table, path: &str, value: Value) -> bool {
    match path.split_once('.') {
        None => {
            table.insert(path.to_owned(), value);
            true
        }
        Some((first, rest)) => {
            let inner = table
                .entry(first.to_owned())
                .or_insert_with(|| Value::Table(Table::new()));
            match inner.as_table_mut() {
                Some(inner) => set(inner, rest, value),
                None => false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{apply, path};

    #[test]
    fn a_variable_stands_for_a_key() {
        assert_eq!(path("MDBOOK_BOOK__TITLE").as_deref(), Some("book.title"));
        assert_eq!(
            path("MDBOOK_OUTPUT__HTML__NO_SECTION_LABEL").as_deref(),
            Some("output.html.no-section-label")
        );
        assert_eq!(path("MDBOOK_VERSION"), None);
        assert_eq!(path("PATH"), None);
    }

    #[test]
    fn a_value_is_json_or_text() {
        let mut table: toml::Table = "[book]\ntitle = \"a\"".parse().unwrap();
        let variables = [
            ("MDBOOK_BOOK__TITLE", "b c"),
            ("MDBOOK_BOOK__AUTHORS", "[\"x\"]"),
            ("MDBOOK_BUILD__CREATE_MISSING", "false"),
            ("MDBOOK_PREPROCESSOR__X__LEVEL", "2"),
            ("MDBOOK_BOOK__TITEL", "d"),
            ("MDBOOK_BOOK__TITLE__X", "e"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let problems = apply(&mut table, &variables);
        assert_eq!(table["book"]["title"].as_str(), Some("b c"));
        assert_eq!(table["book"]["authors"][0].as_str(), Some("x"));
        assert_eq!(table["build"]["create-missing"].as_bool(), Some(false));
        assert_eq!(table["preprocessor"]["x"]["level"].as_integer(), Some(2));
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].message.contains("book.titel"));
    }
}
