//! YAML as a tree in which every value knows its place.
//!
//! The library gives events; here they become nodes, within bounds: so many
//! bytes, so deep, and so many nodes after aliases are written out.

use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::diagnostic::{Diagnostic, Place, Span};

/// The longest file that is read, in bytes.
pub const LIMIT: usize = 1024 * 1024;
/// The most values of a file, each alias counted as what it stands for.
const NODES: usize = 100_000;
/// Lists and maps within each other, at most.
const DEPTH: usize = 64;

/// A file that nodes came from.
#[derive(Debug)]
pub struct Origin {
    /// Relative to the book's root: what messages show.
    pub path: String,
    /// Its whole text.
    pub text: Arc<str>,
}

/// A value with its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Its tag as written, such as `!ENV`, when it has one.
    pub tag: Option<String>,
    span: Span,
    origin: Arc<Origin>,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text, and whether it stands without quotes, so that it may be a number,
    /// a truth value or nothing.
    Scalar(String, bool),
    /// Values in order.
    List(Vec<Node>),
    /// Keys with values, in order.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place {
            path: self.origin.path.clone(),
            text: self.origin.text.clone(),
            span: self.span,
        }
    }

    /// The same place with another value: for what stands for something else.
    #[must_use]
    pub fn with(&self, value: Value) -> Self {
        Self {
            value,
            tag: None,
            span: self.span,
            origin: self.origin.clone(),
        }
    }

    /// The text of a scalar, quoted or not.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text, _) if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Whether it is nothing: an empty value, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(text, true)
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
            && !self.is_python()
    }

    /// Whether its tag names something of Python.
    pub fn is_python(&self) -> bool {
        self.tag
            .as_deref()
            .is_some_and(|tag| tag.starts_with("!!python/"))
    }

    /// A truth value, by the words of YAML 1.1, which MkDocs reads.
    pub fn flag(&self) -> Option<bool> {
        let Value::Scalar(text, true) = &self.value else {
            return None;
        };
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// The values of a list.
    pub fn list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(nodes) => Some(nodes),
            _ => None,
        }
    }

    /// The entries of a map.
    pub fn map(&self) -> Option<&[(Self, Self)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let found = |(name, _): &&(Self, Self)| name.text() == Some(key);
        self.map()?.iter().find(found).map(|(_, value)| value)
    }

    /// What it is, in words.
    pub fn what(&self) -> &'static str {
        match &self.value {
            Value::Scalar(..) if self.is_null() => "nothing",
            Value::Scalar(..) if self.flag().is_some() => "a truth value",
            Value::Scalar(..) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "keys with values",
        }
    }

    fn size(&self) -> usize {
        1 + match &self.value {
            Value::Scalar(..) => 0,
            Value::List(nodes) => nodes.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|(k, v)| k.size() + v.size()).sum(),
        }
    }
}

/// Reads the first document of `text`, the file at `path`; an empty file is
/// an empty map.
///
/// # Errors
/// Text that is not YAML, or beyond the bounds.
pub fn parse(path: &str, text: &Arc<str>) -> Result<Node, Box<Diagnostic>> {
    let origin = Arc::new(Origin {
        path: path.to_owned(),
        text: text.clone(),
    });
    let mut builder = Builder::new(origin);
    if text.len() > LIMIT {
        let message = format!("`{path}` is {} bytes long, over {LIMIT}", text.len());
        return Err(Box::new(Diagnostic::error("mkdocs/invalid", message)));
    }
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    builder
        .chars
        .extend(text[bom..].char_indices().map(|(at, _)| at + bom));
    for event in Parser::new_from_str(&text[bom..]) {
        let (event, span) = event.map_err(|error| {
            let at = builder.offset(error.marker().index());
            builder.error(error.info(), Span::new(at, at))
        })?;
        let span = Span::new(
            builder.offset(span.start.index()),
            builder.offset(span.end.index()),
        );
        if builder.event(event, span)? {
            break;
        }
    }
    let empty = Value::Map(Vec::new());
    let done = builder.done.take();
    Ok(done.unwrap_or_else(|| builder.node(empty, None, Span::default())))
}

/// A list or map that is still open.
struct Open {
    anchor: usize,
    tag: Option<String>,
    start: usize,
    items: Vec<Node>,
    is_map: bool,
}

struct Builder {
    origin: Arc<Origin>,
    /// The byte offset of each character.
    chars: Vec<usize>,
    open: Vec<Open>,
    anchors: Vec<(usize, Node)>,
    nodes: usize,
    done: Option<Node>,
}

impl Builder {
    fn new(origin: Arc<Origin>) -> Self {
        Self {
            origin,
            chars: Vec::new(),
            open: Vec::new(),
            anchors: Vec::new(),
            nodes: 0,
            done: None,
        }
    }

    fn offset(&self, index: usize) -> usize {
        let end = self.origin.text.len();
        self.chars.get(index).copied().unwrap_or(end)
    }

    fn node(&self, value: Value, tag: Option<String>, span: Span) -> Node {
        Node {
            value,
            tag,
            span,
            origin: self.origin.clone(),
        }
    }

    fn error(&self, message: &str, span: Span) -> Box<Diagnostic> {
        let place = Place {
            path: self.origin.path.clone(),
            text: self.origin.text.clone(),
            span,
        };
        Box::new(Diagnostic::error("mkdocs/invalid", message).at(place))
    }

    /// Takes an event in; says whether the document is complete.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<bool, Box<Diagnostic>> {
        match event {
            Event::DocumentEnd => return Ok(true),
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let tag = tag.map(|tag| written(&tag));
                let node = self.node(Value::Scalar(text.into_owned(), plain), tag, span);
                self.add(node, anchor)?;
            }
            Event::SequenceStart(anchor, tag) => self.start(anchor, tag.as_deref(), span, false)?,
            Event::MappingStart(anchor, tag) => self.start(anchor, tag.as_deref(), span, true)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(anchor) => {
                let found = self.anchors.iter().rev().find(|(id, _)| *id == anchor);
                let Some(node) = found.map(|(_, node)| node.clone()) else {
                    return Err(self.error("this alias stands for nothing", span));
                };
                self.nodes += node.size();
                self.add(node, 0)?;
            }
            _ => {}
        }
        Ok(false)
    }

    fn start(
        &mut self,
        anchor: usize,
        tag: Option<&Tag>,
        span: Span,
        is_map: bool,
    ) -> Result<(), Box<Diagnostic>> {
        if self.open.len() == DEPTH {
            let message = format!("more than {DEPTH} lists or maps within each other");
            return Err(self.error(&message, span));
        }
        self.open.push(Open {
            anchor,
            tag: tag.map(written),
            start: span.start,
            items: Vec::new(),
            is_map,
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Box<Diagnostic>> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = if open.is_map {
            let mut entries = Vec::new();
            let mut items = open.items.into_iter();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                entries.push((key, value));
            }
            Value::Map(merged(entries))
        } else {
            Value::List(open.items)
        };
        let span = Span::new(open.start, span.end.max(open.start));
        let node = self.node(value, open.tag, span);
        self.add(node, open.anchor)
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Box<Diagnostic>> {
        self.nodes += 1;
        if self.nodes > NODES {
            return Err(self.error("more values than docent reads", node.span));
        }
        if anchor > 0 {
            self.anchors.push((anchor, node.clone()));
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.done = Some(node),
        }
        Ok(())
    }
}

/// YAML's merge key: `<<: *defaults` gives what the map does not say itself.
fn merged(entries: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    let is_merge =
        |(key, _): &(Node, Node)| matches!(&key.value, Value::Scalar(text, true) if text == "<<");
    if !entries.iter().any(is_merge) {
        return entries;
    }
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_merge);
    for (_, value) in merges {
        let maps = match value.value {
            Value::List(nodes) => nodes,
            _ => vec![value],
        };
        for (key, value) in maps.iter().filter_map(Node::map).flatten() {
            if !own.iter().any(|(known, _)| known.text() == key.text()) {
                own.push((key.clone(), value.clone()));
            }
        }
    }
    own
}

/// The tag as people write it.
fn written(tag: &Tag) -> String {
    if tag.is_yaml_core_schema() {
        format!("!!{}", tag.suffix)
    } else {
        format!("{}{}", tag.handle, tag.suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_value_is_shown_where_it_stands() {
        let text: std::sync::Arc<str> = "größe: ä\nnav:\n  - Löwe: zoo.md\n".into();
        let root = parse("mkdocs.yml", &text).expect("YAML");
        let entry = &root.get("nav").and_then(|nav| nav.list()).expect("a list")[0];
        let (key, value) = &entry.map().expect("a map")[0];
        let shown =
            |place: crate::diagnostic::Place| text[place.span.start..place.span.end].to_owned();
        assert_eq!(shown(key.place()), "Löwe");
        assert_eq!(shown(value.place()), "zoo.md");
    }

    #[test]
    fn an_alias_stands_for_its_value_within_bounds() {
        let text = "a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n".into();
        let root = parse("mkdocs.yml", &text).expect("YAML");
        let c = root.get("c").expect("c");
        assert_eq!(c.get("b").and_then(|b| b.text()), Some("1"));
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for at in 1..12 {
            let before = vec![format!("*a{}", at - 1); 10].join(",");
            bomb.push_str(&format!("a{at}: &a{at} [{before}]\n"));
        }
        let error = parse("mkdocs.yml", &bomb.into()).expect_err("too much");
        assert_eq!(error.code, "mkdocs/invalid");
    }

    #[test]
    fn what_is_not_yaml_or_too_deep_is_refused() {
        for text in ["a: [", "a: *b", "\t- x: {", &"[".repeat(5000)] {
            let error = parse("mkdocs.yml", &text.into()).expect_err(text);
            assert_eq!(error.code, "mkdocs/invalid");
        }
    }
}
