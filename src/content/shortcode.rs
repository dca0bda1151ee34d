//! Hugo's shortcodes, which docent does not run: each is said once, with how
//! often it stands in the book.
//!
//! Hugo replaces them wherever they stand, in code as well, so the text is
//! searched as it is and not as Markdown.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::content::Source;
use crate::diagnostic::{Diagnostic, Span};

/// One warning for each shortcode of the book, at its first use.
pub fn warnings(sources: &[Arc<Source>]) -> Vec<Diagnostic> {
    let uses: Vec<Vec<(&str, Span)>> = sources
        .par_iter()
        .map(|source| uses(&source.text, source.body))
        .collect();
    let mut first: BTreeMap<&str, (&Source, Span, usize)> = BTreeMap::new();
    for (source, uses) in sources.iter().zip(&uses) {
        for (name, span) in uses {
            first.entry(name).or_insert((source, *span, 0)).2 += 1;
        }
    }
    let warning = |(name, (source, span, count)): (&str, (&Source, Span, usize))| {
        let places = if count == 1 { "place" } else { "places" };
        let message =
            format!("the Hugo shortcode `{name}` is left as written, in {count} {places}");
        Diagnostic::warning("markdown/shortcode", message)
            .at(source.place(span))
            .help(instead(name))
    };
    first.into_iter().map(warning).collect()
}

/// The names of the shortcodes that the page has, in their order.
pub fn names(source: &Source) -> Vec<&str> {
    let uses = uses(&source.text, source.body).into_iter();
    uses.map(|(name, _)| name).collect()
}

/// The shortcodes that `text` opens from byte `from` on. Those that Hugo's own
/// manual would escape, `{{</* note */>}}`, and closing ones are none.
fn uses(text: &str, from: usize) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    let mut at = from;
    // What never closes is not a shortcode: C++ and Go have `{{<` and `{{%`.
    let Some(last) = text.rfind("}}") else {
        return found;
    };
    while let Some(offset) = text[at..].find("{{") {
        let start = at + offset;
        at = start + 2;
        if start > last {
            break;
        }
        let Some(inner) = text[at..].strip_prefix(['<', '%']) else {
            continue;
        };
        let inner = inner.trim_start();
        let length = inner
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')))
            .unwrap_or(inner.len());
        let name = inner[..length].trim_end_matches('/');
        if name.starts_with(|c: char| c.is_alphabetic()) && closes(&inner[length..]) {
            let name_at = text.len() - inner.len();
            found.push((name, Span::new(start, name_at + name.len())));
        }
    }
    found
}

/// Whether what follows a name may belong to a shortcode.
fn closes(rest: &str) -> bool {
    rest.starts_with(char::is_whitespace)
        || [">}}", "%}}", "/>}}", "/%}}"]
            .iter()
            .any(|end| rest.starts_with(end))
}

/// What to write in Markdown instead.
fn instead(name: &str) -> &'static str {
    match name {
        "note" | "tip" | "important" | "warning" | "caution" | "alert" => {
            "write an alert: `> [!NOTE]`, then the text behind `>`"
        }
        "ref" | "relref" | "link" => "link to the file: `[text](page.md)`",
        "include" | "readfile" => "include the file: `{{#include file.md}}`",
        "figure" | "img" | "image" => "write an image: `![alternative text](file.png)`",
        "highlight" | "code" => "write a block of code between two lines of three backticks",
        _ => "docent runs no shortcodes: write what it stands for",
    }
}

#[cfg(test)]
mod tests {
    use super::uses;

    fn check(text: &str, expected: &[&str]) {
        let found = uses(text, 0);
        let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, expected, "{text}");
        for (name, span) in found {
            assert!(text[span.start..span.end].ends_with(name));
        }
    }

    #[test]
    fn shortcodes_of_both_kinds_are_found_wherever_they_stand() {
        check("{{< note >}}x{{< /note >}}", &["note"]);
        check(
            "`{{<param \"a\">}}` {{% heading \"b\" %}}",
            &["param", "heading"],
        );
        check("{{<\n  figure src=\"a\"\n>}}", &["figure"]);
        check("{{< docs/tab/>}}{{< x.y >}}", &["docs/tab", "x.y"]);
    }

    #[test]
    fn other_braces_are_left_alone() {
        check("{{</* note */>}} {{ x }} {{#include a.md}}", &[]);
        check("std::map<int, T> m{{<int>{1}}};", &[]);
        check("{{< never closed", &[]);
    }
}
