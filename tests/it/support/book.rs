//! A book in a temporary folder, and what docent says about it.

use std::path::{Path, PathBuf};

use docent::diagnostic::{Diagnostic, render};
use docent::pipeline;
use docent::site::Site;
use tempfile::TempDir;

/// A book that is gone when the test is.
pub struct Book {
    folder: TempDir,
}

impl Book {
    /// A book of these files, paths relative to its root, and a `book.toml`
    /// with a title unless there is one among them.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let book = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        book.write("book.toml", "[book]\ntitle = \"A book\"\n");
        for (path, text) in files {
            book.write(path, text);
        }
        book
    }

    /// The folder that holds `book.toml`.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The file at `path` in the book.
    pub fn file(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Writes a file of the book.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let file = self.file(path);
        fs_err::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs_err::write(file, bytes).expect("a file");
    }

    /// The site and everything that is wrong with it, `book.toml` included.
    pub fn assemble(&self) -> (Site, Vec<Diagnostic>) {
        let (config, mut diagnostics) = match pipeline::configure(self.root()) {
            Ok(read) => read,
            Err(diagnostics) => return (Site::default(), diagnostics),
        };
        let (site, problems) = pipeline::check(&config).expect("a folder that can be read");
        diagnostics.extend(problems);
        (site, diagnostics)
    }

    /// Everything that is wrong with it, as a terminal without colours shows
    /// it, an empty line between the problems. The book's folder is `[ROOT]`.
    pub fn check(&self) -> String {
        shown(&self.assemble().1).replace(&self.root().display().to_string(), "[ROOT]")
    }
}

/// The problems as text, an empty line between them.
pub fn shown(diagnostics: &[Diagnostic]) -> String {
    let texts: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| render::text(diagnostic, false))
        .collect();
    texts.join("\n\n")
}
