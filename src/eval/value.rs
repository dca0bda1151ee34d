//! What a file of questions holds, be it YAML or lines of JSON: values and
//! fields, each with its place.
//!
//! Takes text, gives a tree. What the fields mean is not known here.

use std::sync::Arc;

use crate::config::mkdocs::yaml::{self, Node};
use crate::diagnostic::{Diagnostic, Place, Span};

/// A value with its place.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is.
    pub value: Value,
    /// Where it stands.
    pub place: Place,
}

/// What an [`Item`] is.
#[derive(Debug, Clone)]
pub enum Value {
    /// Nothing, as in `null`.
    Nothing,
    /// `true` or `false`, without quotes.
    Flag(bool),
    /// Text or a number.
    Text(String),
    /// Values in order.
    List(Vec<Item>),
    /// Names with values, in order, each name with its place.
    Fields(Vec<(String, Place, Item)>),
}

impl Item {
    /// What it is, in words.
    pub fn what(&self) -> &'static str {
        match self.value {
            Value::Nothing => "nothing",
            Value::Flag(_) => "a truth value",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Fields(_) => "keys with values",
        }
    }
}

/// Reads YAML.
///
/// # Errors
/// Text that is not YAML, or beyond the bounds of [`yaml::parse`].
pub fn yaml(path: &str, text: &Arc<str>) -> Result<Item, Diagnostic> {
    let node = yaml::parse(path, text).map_err(|error| {
        let mut own = Diagnostic::error("eval/invalid", format!("not YAML: {}", error.message));
        if let Some(place) = &error.place {
            own = own.at(place.clone());
        }
        own.help("put text that has a colon or a quotation mark in it between quotes; lines of JSON belong in a file that ends in `.jsonl`")
    })?;
    Ok(item(&node))
}

fn item(node: &Node) -> Item {
    let value = match &node.value {
        _ if node.is_null() => Value::Nothing,
        yaml::Value::Scalar(text, _) => {
            let flag = node.flag().filter(|_| is_json_flag(text));
            flag.map_or_else(|| Value::Text(text.clone()), Value::Flag)
        }
        yaml::Value::List(nodes) => Value::List(nodes.iter().map(item).collect()),
        yaml::Value::Map(entries) => {
            let name = |key: &Node| key.text().unwrap_or_default().to_owned();
            let field = |(key, value): &(Node, Node)| (name(key), key.place(), item(value));
            Value::Fields(entries.iter().map(field).collect())
        }
    };
    Item {
        value,
        place: node.place(),
    }
}

/// YAML 1.2 knows two words for truth, in three spellings; `on` and `yes` are
/// text that a reader may well look for.
fn is_json_flag(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

/// Reads one JSON value from each line that is not empty, each with the start
/// of its line as its place.
pub fn json_lines(path: &str, text: &Arc<str>) -> (Vec<Item>, Vec<Diagnostic>) {
    let (mut items, mut problems) = (Vec::new(), Vec::new());
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_start_matches('\u{feff}').trim();
        let from = start + whole.find(line).unwrap_or_default();
        start += whole.len();
        let place = |span: Span| Place {
            path: path.to_owned(),
            text: text.clone(),
            span,
        };
        let all = Span::new(from, from + line.len().min(1));
        if line.is_empty() {
            continue;
        }
        match serde_json::from_str::<serde_json::Value>(line) {
            Ok(value) => items.push(of_json(value, &place(all))),
            Err(error) => {
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or_default();
                let at = from + error.column().saturating_sub(1).min(line.len());
                problems.push(
                    Diagnostic::error("eval/invalid", format!("not JSON: {message}"))
                        .at(place(Span::new(at, at + 1)))
                        .help("write one JSON object on each line"),
                );
            }
        }
    }
    (items, problems)
}

fn of_json(value: serde_json::Value, place: &Place) -> Item {
    let value = match value {
        serde_json::Value::Null => Value::Nothing,
        serde_json::Value::Bool(flag) => Value::Flag(flag),
        serde_json::Value::Number(number) => Value::Text(number.to_string()),
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(values) => {
            let values = values.into_iter();
            Value::List(values.map(|value| of_json(value, place)).collect())
        }
        serde_json::Value::Object(fields) => {
            let fields = fields.into_iter();
            let field = |(name, value)| (name, place.clone(), of_json(value, place));
            Value::Fields(fields.map(field).collect())
        }
    };
    Item {
        value,
        place: place.clone(),
    }
}
