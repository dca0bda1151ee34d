//! Files of the book that `mkdocs.yml` names: style sheets, scripts, pictures
//! of the theme, and snippets. What lies elsewhere is named and left out.

use std::path::{Path, PathBuf};

use super::clean;
use super::fields::{Named, Problems};
use super::yaml::Node;

/// The folders of a book.
pub struct Files<'a> {
    /// The book's.
    pub root: &'a Path,
    /// The content's.
    pub src: &'a Path,
}

impl Files<'_> {
    /// Style sheets or scripts of the content folder, relative to the book's.
    pub fn own(&self, node: &Node, key: &str, problems: &mut Problems) -> Vec<PathBuf> {
        let Some(nodes) = node.list() else {
            problems.wrong(node, key, "a list");
            return Vec::new();
        };
        let mut files = Vec::new();
        for node in nodes {
            let node = node.get("path").unwrap_or(node);
            let Some(path) = problems.text(node, key) else {
                continue;
            };
            if let Some(file) = self.there(node, &path, key, "linked", problems) {
                files.push(match file.strip_prefix(self.root) {
                    Ok(inside) => inside.to_path_buf(),
                    Err(_) => file,
                });
            }
        }
        files
    }

    /// A picture of the content folder, relative to it.
    pub fn picture(&self, node: &Node, key: &str, problems: &mut Problems) -> Option<String> {
        let path = problems.text(node, key)?;
        let file = self.there(node, &path, key, "shown", problems)?;
        let inside = file.strip_prefix(self.src).ok()?;
        Some(inside.to_string_lossy().replace('\\', "/"))
    }

    fn there(
        &self,
        node: &Node,
        path: &str,
        key: &str,
        done: &str,
        problems: &mut Problems,
    ) -> Option<PathBuf> {
        let what = format!("`{path}` in `{key}`");
        if path.contains("://") || path.starts_with("//") {
            let effect = "it is loaded from there; docent's pages load nothing from elsewhere";
            problems.unsupported(node, &what, effect);
            return None;
        }
        let file = clean(&self.src.join(path));
        if file.is_file() {
            return Some(file);
        }
        problems.unsupported(node, &what, &format!("it is {done}, but it does not exist"));
        None
    }
}

/// The folders that `--8<--` looks in, within the book's.
pub fn snippets(root: &Path, extensions: Option<&Node>, problems: &mut Problems) -> Vec<PathBuf> {
    let Some(node) = extensions else {
        return Vec::new();
    };
    let folders = match option(node, "base_path") {
        None => vec![".".to_owned()],
        Some(folder) => match folder.text() {
            Some(folder) => vec![folder.to_owned()],
            None => problems.texts(folder, "base_path"),
        },
    };
    let folders = folders.iter().map(|folder| clean(&root.join(folder)));
    folders.collect()
}

/// The snippets that every page ends with, as far as they are there.
pub fn appended(
    extensions: Option<&Node>,
    folders: &[PathBuf],
    problems: &mut Problems,
) -> Vec<String> {
    let Some(node) = extensions.and_then(|node| option(node, "auto_append")) else {
        return Vec::new();
    };
    let mut names = problems.texts(node, "auto_append");
    names.retain(|name| {
        let there = folders.iter().any(|folder| folder.join(name).is_file());
        if !there {
            let what = format!("`{name}` in `auto_append`");
            problems.unsupported(node, &what, "it is left out, too: it does not exist");
        }
        there
    });
    names
}

/// An option of the snippets.
fn option<'n>(extensions: &'n Node, key: &str) -> Option<&'n Node> {
    let mut quiet = Problems::default();
    let all: Vec<Named<'n>> = quiet.named(extensions, "markdown_extensions");
    let snippets = all.iter().find(|one| one.text() == "pymdownx.snippets");
    snippets.and_then(|one| one.option(key))
}
