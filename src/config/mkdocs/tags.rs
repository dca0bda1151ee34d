//! The tags of MkDocs' YAML: `!ENV` for the environment, `!!python/name:` for
//! what only Python knows.

use super::yaml::{Node, Value};
use crate::diagnostic::Diagnostic;

/// The value of a variable of the environment.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Names of Python whose meaning docent has built in, by how they begin.
const KNOWN: &[&str] = &[
    "material.extensions.emoji.",
    "materialx.emoji.",
    "pymdownx.emoji.",
    "pymdownx.superfences.",
    "pymdownx.arithmatex.",
    "pymdownx.slugs.",
    "markdown.extensions.toc.slugify",
    "mermaid2.fence_mermaid",
];

/// Writes the values of `!ENV` into the tree, and gives a warning for each
/// name of Python that means nothing here.
pub fn resolve(node: &mut Node, variables: Variables<'_>, problems: &mut Vec<Diagnostic>) {
    match node.tag.as_deref() {
        Some("!ENV") => *node = environment(node, variables),
        Some(tag) if tag.starts_with("!!python/") => {
            let name = tag.rsplit(':').next().unwrap_or_default();
            if !KNOWN.iter().any(|known| name.starts_with(known)) {
                let message = format!("`{name}` is code in Python, which docent does not run");
                problems.push(Diagnostic::warning("mkdocs/python", message).at(node.place()));
            }
        }
        Some("!relative") => {
            let message = "`!relative` is taken as the book's folder";
            problems.push(Diagnostic::warning("mkdocs/python", message).at(node.place()));
        }
        _ => {}
    }
    match &mut node.value {
        Value::Scalar(..) => {}
        Value::List(nodes) => {
            for node in nodes {
                resolve(node, variables, problems);
            }
        }
        Value::Map(entries) => {
            for (_, value) in entries {
                resolve(value, variables, problems);
            }
        }
    }
}

/// `!ENV NAME`, or `!ENV [NAME, OTHER, default]`; nothing when no variable is
/// set and there is no default.
fn environment(node: &Node, variables: Variables<'_>) -> Node {
    let plain = |text: String| node.with(Value::Scalar(text, true));
    match &node.value {
        Value::Scalar(name, _) => plain(variables(name).unwrap_or_default()),
        Value::List(nodes) => {
            let (names, default) = match nodes.split_last() {
                Some((last, names)) if !names.is_empty() => (names, Some(last)),
                _ => (nodes.as_slice(), None),
            };
            let mut set = names.iter().filter_map(|name| variables(name.text()?));
            match (set.next(), default) {
                (Some(text), _) => plain(text),
                (None, Some(default)) => default.clone(),
                (None, None) => plain(String::new()),
            }
        }
        Value::Map(_) => plain(String::new()),
    }
}

/// The name of Python that a node stands for.
pub fn python(node: &Node) -> Option<&str> {
    let tag = node.tag.as_deref()?.strip_prefix("!!python/")?;
    tag.split_once(':').map(|(_, name)| name)
}
