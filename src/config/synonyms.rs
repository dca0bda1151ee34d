//! What can be wrong with `search.synonyms` of `book.toml`, and where.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Place, Span};

/// What a group looks like.
const GROUP: &str = "write a group between brackets of its own: `[[\"undo\", \"revert\"]]`";

/// The faults of `search.synonyms` in `table`, the text of `book.toml`.
pub(super) fn faults(table: &DeTable<'_>, text: &Arc<str>) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let Some(DeValue::Table(search)) = table.get("search").map(Spanned::get_ref) else {
        return faults;
    };
    let Some(synonyms) = search.get("synonyms") else {
        return faults;
    };
    let mut fault = |value: &Spanned<DeValue<'_>>, message: String, help: &str| {
        let span = value.span();
        let place = Place {
            path: "book.toml".to_owned(),
            text: text.clone(),
            span: Span::new(span.start, span.end),
        };
        let diagnostic = Diagnostic::error("config/synonyms", message);
        faults.push(diagnostic.at(place).help(help));
    };
    let DeValue::Array(groups) = synonyms.get_ref() else {
        let message = "`search.synonyms` is not a list of groups".to_owned();
        fault(synonyms, message, GROUP);
        return faults;
    };
    for group in groups.iter() {
        let DeValue::Array(names) = group.get_ref() else {
            let message = "a group of synonyms is not a list".to_owned();
            fault(group, message, GROUP);
            // The others most likely lack the same brackets.
            break;
        };
        let mut different: Vec<String> = Vec::new();
        for name in names.iter() {
            match name.get_ref() {
                DeValue::String(written) => match wrong(written) {
                    Some((message, help)) => fault(name, message, help),
                    None => different.push(written.trim().to_lowercase()),
                },
                _ => {
                    let message = "a synonym is not a text".to_owned();
                    fault(name, message, "write it between quotation marks");
                }
            }
        }
        // What was refused above may be the other one.
        let all_fine = different.len() == names.len();
        different.sort_unstable();
        different.dedup();
        if all_fine && different.len() < 2 {
            let message = match different.first() {
                Some(only) => format!("`{only}` stands alone in its group of synonyms"),
                None => "a group of synonyms is empty".to_owned(),
            };
            let help =
                "a group needs two names at least that readers use for the same; else remove it";
            fault(group, message, help);
        }
    }
    faults
}

/// What is wrong with one name and how to mend it.
fn wrong(written: &str) -> Option<(String, &'static str)> {
    let name = written.trim();
    if !name.contains(char::is_alphanumeric) {
        let message = format!("the synonym `{written}` has no letter and no digit");
        return Some((message, "write a word, or several words, or remove it"));
    }
    let is_sign = |sign: char| sign.is_ascii_punctuation();
    if name.starts_with(is_sign) || name.ends_with(is_sign) {
        let message = format!("the synonym `{name}` begins or ends with a sign");
        let help = "search compares letters and digits only, so that `C++` would stand for every `C`; name it in letters, as in `cpp`";
        return Some((message, help));
    }
    None
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::faults;

    /// What is said of `search.synonyms = …`, each with what it points at.
    fn said(value: &str) -> Vec<(String, String)> {
        let text = format!("[search]\nsynonyms = {value}\n");
        let table = DeTable::parse(&text).unwrap();
        let faults = faults(table.get_ref(), &text.as_str().into());
        let said = faults.into_iter().map(|fault| {
            assert!(fault.help.is_some());
            let span = fault.place.as_ref().unwrap().span;
            (fault.message.clone(), text[span.start..span.end].to_owned())
        });
        said.collect()
    }

    #[test]
    fn groups_of_names_are_fine() {
        for fine in [
            "[]",
            r#"[["undo", "revert", "yank"], ["k8s", "kubernetes"], ["sign in", "log-in"]]"#,
            r#"[["撤销", "取消"], ["node.js", " Node "], ["undo", "undo", "back"]]"#,
        ] {
            assert!(said(fine).is_empty(), "{fine}");
        }
    }

    #[test]
    fn each_fault_is_pointed_at() {
        for (value, message, at) in [
            (r#""undo""#, "not a list of groups", r#""undo""#),
            (r#"["undo", "yank"]"#, "is not a list", r#""undo""#),
            (r#"[["undo", 1]]"#, "is not a text", "1"),
            (r#"[["undo", ""]]"#, "no letter", r#""""#),
            (r#"[["undo", " + "]]"#, "no letter", r#"" + ""#),
            (r#"[["C++", "cpp"]]"#, "with a sign", r#""C++""#),
            (r#"[["--force", "f"]]"#, "with a sign", r#""--force""#),
            ("[[]]", "is empty", "[]"),
            (r#"[["undo"]]"#, "stands alone", r#"["undo"]"#),
            (
                r#"[["Undo", "undo "]]"#,
                "stands alone",
                r#"["Undo", "undo "]"#,
            ),
        ] {
            let said = said(value);
            assert_eq!(said.len(), 1, "{value}: {said:?}");
            assert!(said[0].0.contains(message), "{value}: {said:?}");
            assert_eq!(said[0].1, at, "{value}");
        }
    }
}
