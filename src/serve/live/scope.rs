//! Which files make a difference to the book: the folders to watch, and what
//! of their events matters.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::content::walk;

/// Where the files of a book lie.
pub(super) struct Scope {
    root: PathBuf,
    /// Watched with everything below them: without links, as events spell
    /// them, and as the book does.
    deep: Vec<(PathBuf, PathBuf)>,
    /// Single files, whose folders are watched.
    files: Vec<PathBuf>,
    /// What docent writes itself.
    own: [PathBuf; 2],
}

impl Scope {
    pub(super) fn of(config: &Config) -> Self {
        let both = |folder: PathBuf| (real(&folder), folder);
        let mut deep = vec![both(config.src.clone()), both(config.root.join("themes"))];
        let extra = config.build.extra_watch_dirs.iter();
        deep.extend(extra.map(|folder| both(config.root.join(folder))));
        let html = &config.html;
        let own = html.additional_css.iter().chain(&html.additional_js);
        let mut files: Vec<PathBuf> = config.read_from.iter().map(|file| real(file)).collect();
        files.extend(own.map(|file| real(&config.root.join(file))));
        Self {
            root: real(&config.root),
            deep,
            files,
            own: [real(&config.build_dir), real(&config.cache_dir)],
        }
    }

    /// The folders to watch, with whether to watch what lies deeper.
    pub(super) fn folders(&self) -> BTreeMap<PathBuf, bool> {
        let parents = self.files.iter().filter_map(|file| file.parent());
        let shallow = parents.chain([self.root.as_path()]);
        let mut folders: BTreeMap<PathBuf, bool> = shallow
            .map(|folder| (folder.to_path_buf(), false))
            .collect();
        folders.extend(self.deep.iter().map(|(folder, _)| (folder.clone(), true)));
        folders.retain(|folder, _| folder.is_dir());
        folders
    }

    /// The path as the book spells it, when the book may be another one after
    /// an event at `path`.
    pub(super) fn concerns(&self, path: &Path) -> Option<PathBuf> {
        if self.own.iter().any(|own| path.starts_with(own)) {
            return None;
        }
        let below = self.deep.iter().find_map(|(folder, spelt)| {
            let below = path.strip_prefix(folder).ok()?;
            Some((below, spelt))
        });
        match below {
            // The content's walk passes these over, too.
            Some((below, _)) if below.iter().any(is_passed_over) => None,
            Some((below, spelt)) => Some(spelt.join(below)),
            None => self.files.iter().find(|file| *file == path).cloned(),
        }
    }
}

fn is_passed_over(part: &std::ffi::OsStr) -> bool {
    let name = part.to_string_lossy();
    name.starts_with('.') || walk::is_editors(&name)
}

/// The path as events spell it: without links.
fn real(path: &Path) -> PathBuf {
    fs_err::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Scope;

    #[test]
    fn what_docent_writes_and_hidden_files_concern_nobody() {
        let deep = |folder: &str| (PathBuf::from(folder), PathBuf::from(folder));
        let scope = Scope {
            root: PathBuf::from("/b"),
            deep: vec![deep("/b/content"), deep("/b/themes")],
            files: vec![PathBuf::from("/b/book.toml"), PathBuf::from("/b/own.css")],
            own: [PathBuf::from("/b/book"), PathBuf::from("/b/content/.cache")],
        };
        for (path, concerns) in [
            ("/b/content/a.md", true),
            ("/b/content", true),
            ("/b/themes/default/page.html", true),
            ("/b/book.toml", true),
            ("/b/own.css", true),
            ("/b/README.md", false),
            ("/b/book/a.html", false),
            ("/b/content/.cache/x", false),
            ("/b/content/.a.md.swp", false),
            ("/b/content/.git/index", false),
            ("/b/content/a.md~", false),
            ("/b/content/#a.md#", false),
        ] {
            let spelt = concerns.then(|| PathBuf::from(path));
            assert_eq!(scope.concerns(Path::new(path)), spelt, "{path}");
        }
    }
}
