//! Values of `mkdocs.yml` by their type, and what is said of those that do
//! not fit or do nothing.

use super::yaml::Node;
use crate::diagnostic::{Diagnostic, suggest};

/// What is wrong so far.
#[derive(Debug, Default)]
pub struct Problems {
    /// In the order found.
    pub all: Vec<Diagnostic>,
}

impl Problems {
    /// A value of the wrong type.
    pub fn wrong(&mut self, node: &Node, key: &str, expected: &str) {
        let message = format!("`{key}` must be {expected}, not {}", node.what());
        self.error(node, &message);
    }

    /// A value that makes no sense.
    pub fn error(&mut self, node: &Node, message: &str) {
        self.all
            .push(Diagnostic::error("mkdocs/invalid", message).at(node.place()));
    }

    /// A key that means nothing, with the nearest of the `known` ones.
    pub fn unknown(&mut self, key: &Node, within: &str, known: &[&str]) {
        let name = key.text().unwrap_or_default();
        let place = if within.is_empty() {
            "at the top".to_owned()
        } else {
            format!("in `{within}`")
        };
        let message = format!("the key `{name}` {place} means nothing to docent");
        let diagnostic = Diagnostic::warning("mkdocs/unknown-key", message).at(key.place());
        self.all
            .push(match suggest::nearest(name, known.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic,
            });
    }

    /// Something that has no effect, and what it would have done.
    pub fn unsupported(&mut self, at: &Node, what: &str, effect: &str) {
        let message = format!("{what} has no effect");
        self.all.push(
            Diagnostic::warning("mkdocs/unsupported", message)
                .at(at.place())
                .help(format!("in MkDocs {effect}")),
        );
    }

    /// Something that has no effect on what the pages say.
    pub fn appearance(&mut self, at: &Node, what: &str, effect: &str) {
        let message = format!("{what} has no effect");
        self.all.push(
            Diagnostic::note("mkdocs/appearance", message)
                .at(at.place())
                .help(format!("in MkDocs {effect}")),
        );
    }

    /// A text; nothing when there is none.
    pub fn text(&mut self, node: &Node, key: &str) -> Option<String> {
        let text = node.text().map(str::to_owned);
        if text.is_none() && !node.is_null() {
            self.wrong(node, key, "text");
        }
        text
    }

    /// A truth value.
    pub fn flag(&mut self, node: &Node, key: &str) -> Option<bool> {
        let flag = node.flag();
        if flag.is_none() && !node.is_null() {
            self.wrong(node, key, "`true` or `false`");
        }
        flag
    }

    /// Texts in a list.
    pub fn texts(&mut self, node: &Node, key: &str) -> Vec<String> {
        if node.is_null() {
            return Vec::new();
        }
        let Some(nodes) = node.list() else {
            self.wrong(node, key, "a list");
            return Vec::new();
        };
        nodes
            .iter()
            .filter_map(|node| self.text(node, key))
            .collect()
    }

    /// The keys of a map; nothing when there is none.
    pub fn entries<'n>(&mut self, node: &'n Node, key: &str) -> &'n [(Node, Node)] {
        if node.is_null() {
            return &[];
        }
        match node.map() {
            Some(entries) => entries,
            None => {
                self.wrong(node, key, "keys with values");
                &[]
            }
        }
    }

    /// Names with options, such as plugins: a list of names and of maps of
    /// one name to its options, or one map. Options may be missing.
    pub fn named<'n>(&mut self, node: &'n Node, key: &str) -> Vec<Named<'n>> {
        let mut all = Vec::new();
        if let Some(entries) = node.map() {
            all.extend(entries.iter().map(Named::of));
            return all;
        }
        if node.is_null() {
            return all;
        }
        let Some(nodes) = node.list() else {
            self.wrong(node, key, "a list");
            return all;
        };
        for item in nodes {
            match (item.text(), item.map()) {
                (Some(_), _) => all.push(Named {
                    name: item,
                    options: None,
                }),
                (None, Some(entries)) => all.extend(entries.iter().map(Named::of)),
                (None, None) if item.is_null() => {}
                (None, None) => self.wrong(item, key, "a list of names"),
            }
        }
        all
    }
}

/// A name with its options.
#[derive(Debug, Clone, Copy)]
pub struct Named<'n> {
    /// The name.
    pub name: &'n Node,
    /// Its options, when it has any.
    pub options: Option<&'n Node>,
}

impl<'n> Named<'n> {
    fn of((name, options): &'n (Node, Node)) -> Self {
        Self {
            name,
            options: (!options.is_null()).then_some(options),
        }
    }

    /// The name as text.
    pub fn text(&self) -> &'n str {
        self.name.text().unwrap_or_default()
    }

    /// An option.
    pub fn option(&self, key: &str) -> Option<&'n Node> {
        self.options?.get(key).filter(|node| !node.is_null())
    }

    /// The options with their names.
    pub fn options(&self) -> &'n [(Node, Node)] {
        self.options.and_then(Node::map).unwrap_or_default()
    }
}
