//! `nav`: pages, sections and addresses, in order.

use super::fields::Problems;
use super::yaml::Node;
use crate::config::layout::{Leads, NavEntry};

/// The entries of `nav`.
pub fn entries(node: &Node, problems: &mut Problems) -> Vec<NavEntry> {
    let Some(nodes) = node.list() else {
        return match node.map() {
            Some(pairs) => pairs
                .iter()
                .filter_map(|pair| named(pair, problems))
                .collect(),
            None => {
                problems.wrong(node, "nav", "a list");
                Vec::new()
            }
        };
    };
    let mut entries = Vec::new();
    for item in nodes {
        match (item.text(), item.map()) {
            (Some(path), _) => entries.push(NavEntry {
                title: None,
                leads: Leads::To(path.to_owned()),
                place: item.place(),
            }),
            (None, Some(pairs)) => {
                entries.extend(pairs.iter().filter_map(|pair| named(pair, problems)));
            }
            (None, None) => problems.wrong(item, "an entry of `nav`", "a path or `Title: path`"),
        }
    }
    entries
}

/// `Title: path`, or `Title:` with entries under it.
fn named((title, node): &(Node, Node), problems: &mut Problems) -> Option<NavEntry> {
    let Some(name) = title.text() else {
        problems.wrong(title, "a title in `nav`", "text");
        return None;
    };
    let leads = match node.text() {
        Some(path) => Leads::To(path.to_owned()),
        None if node.is_null() => {
            problems.error(node, &format!("the entry `{name}` of `nav` leads nowhere"));
            return None;
        }
        None => Leads::Section(entries(node, problems)),
    };
    Some(NavEntry {
        title: Some(name.to_owned()),
        leads,
        place: if node.text().is_some() {
            node.place()
        } else {
            title.place()
        },
    })
}
