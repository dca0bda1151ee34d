//! `INHERIT`: a file that gives what this one does not say.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::clean;
use super::yaml::{self, Node, Value};
use crate::diagnostic::{Diagnostic, Place, Span};

/// Files that inherit from each other, at most.
const DEPTH: usize = 10;

/// Reads the file `name` of the folder `root` and what it inherits; gives the
/// files that were read, too.
///
/// # Errors
/// A file that cannot be read, is no YAML, or lies outside the folder.
pub fn read(root: &Path, name: &str) -> Result<(Node, Vec<PathBuf>), Box<Diagnostic>> {
    let mut files = vec![root.join(name)];
    let mut whole = parse(root, &files[0], None)?;
    let mut next = parent(&whole);
    while let Some(node) = next {
        let file = locate(root, &files, &node)?;
        let inherited = parse(root, &file, Some(&node))?;
        files.push(file);
        next = parent(&inherited);
        whole = merge(&inherited, whole);
    }
    Ok((whole, files))
}

fn parent(node: &Node) -> Option<Node> {
    node.get("INHERIT").filter(|node| !node.is_null()).cloned()
}

/// The file that `node`, in the last of `files`, names.
fn locate(root: &Path, files: &[PathBuf], node: &Node) -> Result<PathBuf, Box<Diagnostic>> {
    let fail = |message: String| {
        Err(Box::new(
            Diagnostic::error("mkdocs/inherit", message).at(node.place()),
        ))
    };
    let Some(name) = node.text() else {
        return fail(format!("`INHERIT` must be a path, not {}", node.what()));
    };
    let folder = files.last().and_then(|file| file.parent()).unwrap_or(root);
    let file = clean(&folder.join(name));
    if fs_err::metadata(&file).is_err() {
        fail(format!("`{name}` does not exist"))
    } else if !is_inside(repository(root), &file) {
        fail(format!("`{name}` lies outside the book and its repository"))
    } else if files.len() > DEPTH {
        fail(format!("more than {DEPTH} files inherit from each other"))
    } else {
        Ok(file)
    }
}

/// The folder of the git repository that holds the book; without one the
/// book's own. What lies there came with the book.
fn repository(root: &Path) -> &Path {
    let mut above = root.ancestors();
    above
        .find(|folder| folder.join(".git").exists())
        .unwrap_or(root)
}

/// Whether `file` lies in the folder `root`, wherever links lead.
pub fn is_inside(root: &Path, file: &Path) -> bool {
    let real = |path: &Path| fs_err::canonicalize(path).ok();
    real(file).is_some_and(|file| real(root).is_some_and(|root| file.starts_with(root)))
}

/// Reads the file `file` of the book in `root`, which `asked` names.
///
/// # Errors
/// A file that cannot be read or does not hold keys with values.
pub fn parse(root: &Path, file: &Path, asked: Option<&Node>) -> Result<Node, Box<Diagnostic>> {
    let shown = shown(root, file);
    let unreadable = |message: String| {
        let diagnostic = Diagnostic::error("config/unreadable", message);
        Box::new(match asked {
            Some(node) => diagnostic.at(node.place()),
            None => diagnostic,
        })
    };
    let size = fs_err::metadata(file).map_err(|error| unreadable(error.to_string()))?;
    if size.len() > yaml::LIMIT as u64 {
        let message = format!(
            "`{shown}` is {} bytes long, over {}",
            size.len(),
            yaml::LIMIT
        );
        return Err(Box::new(Diagnostic::error("mkdocs/invalid", message)));
    }
    let bytes = fs_err::read(file).map_err(|error| unreadable(error.to_string()))?;
    let text: Arc<str> = match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => return Err(unreadable(format!("`{shown}` is not UTF-8"))),
    };
    let node = yaml::parse(&shown, &text)?;
    if node.map().is_some() {
        return Ok(node);
    }
    let message = format!("`{shown}` must hold keys with values, such as `site_name: Tea`");
    let place = Place {
        path: shown,
        text,
        span: Span::default(),
    };
    Err(Box::new(
        Diagnostic::error("mkdocs/invalid", message).at(place),
    ))
}

/// `file` as seen from the folder `root`.
fn shown(root: &Path, file: &Path) -> String {
    let above = root.ancestors().enumerate();
    let mut found = above.filter_map(|(up, folder)| {
        let inside = file.strip_prefix(folder).ok()?;
        let inside = inside.to_string_lossy().replace('\\', "/");
        Some(format!("{}{inside}", "../".repeat(up)))
    });
    found.next().unwrap_or_else(|| file.display().to_string())
}

/// What `over` says goes before what `under` says, map by map.
fn merge(under: &Node, over: Node) -> Node {
    let (Value::Map(base), Value::Map(mine)) = (&under.value, &over.value) else {
        return over;
    };
    let mut entries = base.clone();
    for (key, value) in mine {
        let at = entries
            .iter()
            .position(|(known, _)| known.text() == key.text());
        match at {
            Some(at) => {
                let old = entries[at].1.clone();
                entries[at] = (key.clone(), merge(&old, value.clone()));
            }
            None => entries.push((key.clone(), value.clone())),
        }
    }
    over.with(Value::Map(entries))
}
