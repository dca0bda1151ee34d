//! The direction of the code: which room may use which, and what may be named
//! where. Reads `src` as text, so that no habit can slip past a promise.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms of `src`, lowest first, and the rooms that each may use.
pub const ROOMS: &[(&str, &[&str])] = &[
    ("diagnostic", &[]),
    ("config", &["diagnostic"]),
    ("content", &["config", "diagnostic"]),
    ("markdown", &["config", "diagnostic"]),
    ("site", &["config", "content", "diagnostic", "markdown"]),
    (
        "links",
        &["config", "content", "diagnostic", "markdown", "site"],
    ),
    ("preprocess", &["config", "content", "diagnostic", "site"]),
    ("models", &["config", "diagnostic"]),
    (
        "index",
        &["config", "content", "markdown", "models", "site"],
    ),
    (
        "answer",
        &["config", "content", "index", "markdown", "models"],
    ),
    (
        "eval",
        &[
            "answer",
            "config",
            "content",
            "diagnostic",
            "index",
            "markdown",
            "site",
        ],
    ),
    ("gaps", &["answer", "config", "index"]),
    (
        "pipeline",
        &[
            "config",
            "content",
            "diagnostic",
            "index",
            "links",
            "preprocess",
            "site",
        ],
    ),
    (
        "serve",
        &[
            "answer",
            "config",
            "content",
            "diagnostic",
            "gaps",
            "index",
            "pipeline",
            "site",
        ],
    ),
    (
        "cli",
        &[
            "answer",
            "config",
            "content",
            "diagnostic",
            "eval",
            "gaps",
            "index",
            "links",
            "markdown",
            "models",
            "pipeline",
            "serve",
            "site",
        ],
    ),
];

/// Crates and calls with the only places that may name them: a file, or a
/// folder with a `/` at its end. No place means: nowhere.
const HOMES: &[(&str, &[&str])] = &[
    ("pulldown_cmark::", &["markdown/"]),
    ("html5gum::", &["markdown/"]),
    ("mermaid_svg::", &["markdown/diagram.rs"]),
    ("pulldown_latex::", &["markdown/math.rs"]),
    ("imagesize::", &["site/images.rs"]),
    ("serde_yaml::", &["content/front_matter.rs"]),
    ("saphyr_parser::", &["config/mkdocs/yaml.rs"]),
    ("ignore::", &["content/patterns.rs"]),
    ("toml::", &["config/"]),
    ("tera::", &["site/"]),
    ("lychee_lib::", &["links/external.rs"]),
    ("tantivy::", &["index/text/"]),
    ("fastembed::", &["index/embed.rs"]),
    ("ort::", &["index/embed.rs"]),
    ("mistralrs::", &["answer/ending.rs", "answer/engine.rs"]),
    ("tokenizers::", &["answer/tokens.rs"]),
    ("ureq::", &["answer/remote/", "models/"]),
    ("zip::", &["models/"]),
    ("axum::", &["serve/"]),
    ("rmcp::", &["serve/mcp/"]),
    ("notify::", &["serve/live/"]),
    ("clap::", &["cli/"]),
    ("indicatif::", &["cli/"]),
    ("println!", &["cli/"]),
    ("eprintln!", &["cli/"]),
    ("print!", &["cli/"]),
    ("eprint!", &["cli/"]),
    ("dbg!", &[]),
    ("std::env", &["cli/"]),
    ("std::fs", &[]),
    ("tokio::fs", &[]),
];

/// The most lines of a file.
const LONGEST: usize = 400;

/// What is wrong with `text`, the file at `path` relative to `src`, as
/// `src/path:line: what`.
fn faults(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |line: usize, what: String| faults.push(format!("src/{path}:{line}: {what}"));
    if !text.starts_with("//!") {
        fault(
            1,
            "does not open with a `//!` that says what it is".to_owned(),
        );
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        fault(lines, format!("has {lines} lines, over {LONGEST}"));
    }
    let mut in_tests = false;
    for (at, line) in text.lines().enumerate() {
        in_tests |= line.starts_with("mod tests {");
        for what in line_faults(path, code(line), in_tests) {
            fault(at + 1, what);
        }
    }
    faults
}

fn line_faults(path: &str, line: &str, in_tests: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let room = room_of(path);
    for place in starts(line, "crate::") {
        faults.extend(import_fault(room, &line[place + "crate::".len()..]));
    }
    if room == "main" {
        for place in starts(line, "docent::") {
            faults.extend(import_fault(room, &line[place + "docent::".len()..]));
        }
    }
    if !in_tests && line.contains("super::super::") {
        faults.push("`super::super::` hides the room: write `crate::room::`".to_owned());
    }
    let is_top = path == format!("{room}/mod.rs") || !path.contains('/');
    if !in_tests && is_top && !starts(line, "super::").is_empty() {
        faults.push("`super::` here is the whole crate: write `crate::room::`".to_owned());
    }
    for (name, homes) in HOMES {
        let home = homes.iter().any(|home| at_home(path, home));
        if !home && names(line, name) {
            let homes = if homes.is_empty() {
                "nowhere".to_owned()
            } else {
                homes.join(", ")
            };
            faults.push(format!("`{name}` belongs in {homes}"));
        }
    }
    faults
}

/// What is wrong with the room at the start of `rest`, used from `room`.
fn import_fault(room: &str, rest: &str) -> Option<String> {
    let used: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    if used.is_empty() {
        return Some("a brace after `crate::` hides the rooms: one import for each".to_owned());
    }
    let Some(rooms) = allowed(room) else {
        return Some(format!("the room `{room}` is not in the table"));
    };
    if !ROOMS.iter().any(|(name, _)| *name == used) {
        return Some(format!("`crate::{used}` is not a room of the table"));
    }
    let fine = used == room || rooms.contains(&used.as_str());
    (!fine).then(|| format!("`{room}` must not use `{used}`"))
}

/// The rooms that `room` may use; nothing for one that is not in the table.
fn allowed(room: &str) -> Option<&'static [&'static str]> {
    match room {
        "main" => Some(&["cli"]),
        "lib" => Some(&[]),
        room => ROOMS
            .iter()
            .find(|(name, _)| *name == room)
            .map(|(_, rooms)| *rooms),
    }
}

/// `site` of `site/nav.rs`, `pipeline` of `pipeline.rs`.
fn room_of(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first)
}

fn at_home(path: &str, home: &str) -> bool {
    if home.ends_with('/') {
        path.starts_with(home)
    } else {
        path == home
    }
}

/// Whether `line` names a crate or call, also inside the braces of an import
/// such as `use std::{env, fs};`.
fn names(line: &str, name: &str) -> bool {
    if let Some((outer, inner)) = name.split_once("::").filter(|(_, inner)| !inner.is_empty()) {
        let braced = line.split_once(&format!("{outer}::{{"));
        let words = |text: &str| {
            let word = |c: char| !c.is_alphanumeric() && c != '_';
            text.split(word).any(|found| found == inner)
        };
        if braced.is_some_and(|(_, inside)| words(inside)) {
            return true;
        }
    }
    starts(line, name).iter().any(|place| {
        let after = line[place + name.len()..].chars().next();
        let complete = name.ends_with([':', '!']);
        complete || !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    }) || line
        .trim_start()
        .starts_with(&format!("use {};", name.trim_end_matches("::")))
}

/// Where `name` stands in `line` as a name of its own, not as the end of
/// another.
fn starts(line: &str, name: &str) -> Vec<usize> {
    let begins = |place: &usize| {
        let before = line[..*place].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    };
    line.match_indices(name)
        .map(|(place, _)| place)
        .filter(begins)
        .collect()
}

/// The line without its comment. A `//` in a string cuts the line short,
/// which is harmless: addresses in strings name no room.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or(line)
}

/// The rooms on a way back to themselves in `table`.
fn cycles(table: &[(&str, &[&str])]) -> BTreeSet<String> {
    let uses: BTreeMap<&str, &[&str]> = table.iter().copied().collect();
    let mut found = BTreeSet::new();
    for (room, _) in table {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = uses[room].to_vec();
        while let Some(next) = open.pop() {
            if next == *room {
                found.insert((*room).to_owned());
            }
            if seen.insert(next) {
                open.extend(uses.get(next).into_iter().flat_map(|rooms| rooms.iter()));
            }
        }
    }
    found
}

/// Every Rust file under `folder`, in order.
pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn every_file_keeps_to_its_room() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = rust_files(&src);
    assert!(
        files.len() > 40,
        "only {} files in `{}`",
        files.len(),
        src.display()
    );
    let mut found = Vec::new();
    for file in files {
        let text = fs_err::read_to_string(&file).expect("UTF-8");
        let path = file.strip_prefix(&src).expect("a file of src");
        let path = path.to_string_lossy().replace('\\', "/");
        if allowed(room_of(&path)).is_none() {
            found.push(format!(
                "src/{path}: the room `{}` is not in the table",
                room_of(&path)
            ));
        }
        found.extend(faults(&path, &text));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn no_room_uses_itself_through_others() {
    assert_eq!(cycles(ROOMS), BTreeSet::new());
    let seeded: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["a"])];
    assert_eq!(cycles(seeded), ["a", "b", "c"].map(str::to_owned).into());
}

#[test]
fn a_seeded_fault_is_found_where_it_stands() {
    let check = |path: &str, line: &str, expected: &str| {
        let found = faults(path, &format!("//! A file.\n{line}\n"));
        assert_eq!(found, [format!("src/{path}:2: {expected}")], "{line}");
    };
    check(
        "index/mod.rs",
        "use crate::serve::State;",
        "`index` must not use `serve`",
    );
    check(
        "site/nav.rs",
        "    let x = crate::links::check(site);",
        "`site` must not use `links`",
    );
    check(
        "pipeline.rs",
        "use crate::answer::Event;",
        "`pipeline` must not use `answer`",
    );
    check(
        "site/nav.rs",
        "use crate::utils::x;",
        "`crate::utils` is not a room of the table",
    );
    let brace = "a brace after `crate::` hides the rooms: one import for each";
    check("site/nav.rs", "use crate::{config, content};", brace);
    let hidden = "`super::super::` hides the room: write `crate::room::`";
    check("models/gguf/read.rs", "use super::super::digest;", hidden);
    let top = "`super::` here is the whole crate: write `crate::room::`";
    check("index/mod.rs", "use super::serve;", top);
    check(
        "utils.rs",
        "use crate::site::Page;",
        "the room `utils` is not in the table",
    );
    check(
        "main.rs",
        "    docent::pipeline::check();",
        "`main` must not use `pipeline`",
    );
    check(
        "site/nav.rs",
        "    println!(\"x\");",
        "`println!` belongs in cli/",
    );
    check(
        "answer/retrieve.rs",
        "use tantivy::Index;",
        "`tantivy::` belongs in index/text/",
    );
    check(
        "index/vector.rs",
        "use ort;",
        "`ort::` belongs in index/embed.rs",
    );
    check(
        "config/read.rs",
        "use std::fs;",
        "`std::fs` belongs in nowhere",
    );
    check(
        "config/read.rs",
        "use std::{fmt, fs};",
        "`std::fs` belongs in nowhere",
    );
    check(
        "config/read.rs",
        "let home = std::env::var(\"HOME\");",
        "`std::env` belongs in cli/",
    );
}

#[test]
fn a_file_must_say_what_it_is_and_stay_short() {
    assert_eq!(
        faults("site/nav.rs", "use std::fmt;\n"),
        ["src/site/nav.rs:1: does not open with a `//!` that says what it is"]
    );
    let long = format!("//! Long.\n{}", "\n".repeat(LONGEST));
    assert_eq!(
        faults("site/nav.rs", &long),
        ["src/site/nav.rs:401: has 401 lines, over 400"]
    );
}

#[test]
fn what_only_looks_like_a_fault_is_let_pass() {
    let fine = "//! Uses crate::serve in words.\n\
        use crate::content::Kind;\n\
        let all = transport::sort(a.zip(b)); // println! and std::fs\n\
        let report = sprint!(iterator::era::x);\n\
        use super::Page;\n\
        mod tests {\n    use super::super::nav;\n}\n";
    assert_eq!(faults("site/nav.rs", fine), Vec::<String>::new());
}
