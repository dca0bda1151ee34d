//! The folders of a book: what lies in them, and how messages name it.

use std::path::{Component, Path, PathBuf};

use crate::config::Config;

/// The folders that text may come from.
#[derive(Debug, Clone)]
pub struct Roots {
    /// The book's folder: messages name files relative to it.
    pub root: PathBuf,
    /// The content folder, which may lie elsewhere.
    pub src: PathBuf,
    /// The folders in which snippets are looked for, the first first.
    pub snippets: Vec<PathBuf>,
    /// The snippets that every page ends with.
    pub appended: Vec<String>,
}

impl Roots {
    /// The folders of the book that `config` describes.
    pub fn of(config: &Config) -> Self {
        Self {
            root: config.root.clone(),
            src: config.src.clone(),
            snippets: config.snippets.clone(),
            appended: config.build.append_snippets.clone(),
        }
    }

    /// Whether `file`, a path without `..`, lies inside, and still does when
    /// symbolic links are followed.
    pub fn hold(&self, file: &Path) -> bool {
        let roots = [&self.root, &self.src];
        let written = roots
            .iter()
            .any(|root| file.starts_with(lexically_normal(root)));
        let Ok(real) = fs_err::canonicalize(file) else {
            return written;
        };
        written
            && roots
                .iter()
                .filter_map(|root| fs_err::canonicalize(root).ok())
                .any(|root| real.starts_with(root))
    }
}

/// `file` relative to `root`, with `/` between the parts; a file elsewhere is
/// shown whole.
pub fn shown_path(root: &Path, file: &Path) -> String {
    let Ok(relative) = file.strip_prefix(root) else {
        return file.to_string_lossy().into_owned();
    };
    let parts: Vec<_> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// `path` without `.` and, as far as it goes, without `..`.
pub fn lexically_normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match (part, normal.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                normal.pop();
            }
            (Component::ParentDir, Some(Component::RootDir | Component::Prefix(_))) => {}
            _ => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::lexically_normal;

    fn check(path: &str, expected: &str) {
        assert_eq!(lexically_normal(Path::new(path)), Path::new(expected));
    }

    #[test]
    fn a_path_keeps_the_dots_that_lead_out_of_it() {
        check("a/./b/../c", "a/c");
        check("a/../../b", "../b");
        check("/a/../../b", "/b");
    }
}
