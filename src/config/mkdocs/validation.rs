//! `validation` and `strict`: how bad a broken link is.

use super::fields::Problems;
use super::yaml::Node;
use crate::config::layout::{Checks, Level};

/// The checks of a book of MkDocs. What nobody set is a warning, because
/// docent proves links where MkDocs mentions them.
pub fn read(strict: bool, node: Option<&Node>, problems: &mut Problems) -> Checks {
    let mut checks = Checks {
        strict,
        links: Level::Warning,
        anchors: Level::Warning,
        omitted: Level::Ignore,
        entries: Level::Warning,
    };
    let Some(node) = node else {
        return checks;
    };
    for (key, value) in problems.entries(node, "validation") {
        match key.text() {
            // Directly under `validation` a key counts for both tables.
            Some("nav") => {
                for (key, value) in problems.entries(value, "validation.nav") {
                    one(key, value, Table::Nav, &mut checks, problems);
                }
            }
            Some("links") => {
                for (key, value) in problems.entries(value, "validation.links") {
                    one(key, value, Table::Links, &mut checks, problems);
                }
            }
            _ => one(key, value, Table::Both, &mut checks, problems),
        }
    }
    checks
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    Nav,
    Links,
    Both,
}

const NAMES: &[&str] = &[
    "omitted_files",
    "not_found",
    "absolute_links",
    "unrecognized_links",
    "anchors",
];

fn one(key: &Node, value: &Node, table: Table, checks: &mut Checks, problems: &mut Problems) {
    let name = key.text().unwrap_or_default();
    if !NAMES.contains(&name) {
        return problems.unknown(key, "validation", NAMES);
    }
    let level = match value.text() {
        Some("warn") => Level::Warning,
        Some("info" | "ignore") => Level::Ignore,
        // docent reads such links as MkDocs does with this setting.
        Some("relative_to_docs") if name == "absolute_links" => return,
        _ => return problems.wrong(value, name, "`warn`, `info` or `ignore`"),
    };
    match name {
        "omitted_files" => checks.omitted = level,
        "anchors" => checks.anchors = level,
        "not_found" => {
            if table != Table::Nav {
                checks.links = level;
            }
            if table != Table::Links {
                checks.entries = level;
            }
        }
        _ => {}
    }
}
