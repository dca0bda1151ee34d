//! Files chosen by the lines of a `.gitignore`; the only file that names the
//! crate `ignore`.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::config::Patterns;
use crate::diagnostic::Diagnostic;

/// Patterns, ready to ask.
#[derive(Debug)]
pub struct Matcher {
    all: Gitignore,
    /// Whether a line takes something back.
    excepts: bool,
}

impl Matcher {
    /// The lines of `patterns` behind the `first` ones; lines that are no
    /// pattern are reported.
    pub fn new(first: &[&str], patterns: &Patterns) -> (Self, Vec<Diagnostic>) {
        let mut builder = GitignoreBuilder::new("");
        let mut problems = Vec::new();
        let lines = patterns.lines.iter().map(String::as_str);
        let mut excepts = false;
        for line in first.iter().copied().chain(lines) {
            excepts |= line.starts_with('!');
            if let Err(error) = builder.add_line(None, line) {
                problems.push(bad_line(line, &error, patterns));
            }
        }
        let all = builder.build().unwrap_or_else(|error| {
            problems.push(bad_line("", &error, patterns));
            Gitignore::empty()
        });
        (Self { all, excepts }, problems)
    }

    /// Whether the file at `path`, relative to the content folder, is meant.
    pub fn matches(&self, path: &str) -> bool {
        !self.all.is_empty()
            && self
                .all
                .matched_path_or_any_parents(path, false)
                .is_ignore()
    }

    /// Whether everything in the folder at `path` is meant.
    pub fn takes_folder(&self, path: &str) -> bool {
        !self.excepts && self.all.matched_path_or_any_parents(path, true).is_ignore()
    }
}

/// An error: a line that is not understood would publish what it hides.
fn bad_line(line: &str, error: &ignore::Error, patterns: &Patterns) -> Diagnostic {
    let message = format!("`{line}` is no pattern of a `.gitignore`: {error}");
    let diagnostic = Diagnostic::error("content/pattern", message);
    match &patterns.place {
        Some(place) => diagnostic.at(place.clone()),
        None => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use super::Matcher;
    use crate::config::Patterns;

    fn check(lines: &[&str], path: &str, expected: bool) {
        let patterns = Patterns {
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            place: None,
        };
        let (matcher, problems) = Matcher::new(&[".*", "/templates/"], &patterns);
        assert!(problems.is_empty());
        assert_eq!(matcher.matches(path), expected, "{path} by {lines:?}");
    }

    #[test]
    fn files_are_chosen_as_git_does() {
        check(&[], "a/.hidden/b.md", true);
        check(&[], "templates/x.html", true);
        check(&[], "a/templates/x.html", false);
        check(&["!.assets"], ".assets/x.css", false);
        check(&["*.tmp"], "a/b.tmp", true);
        check(&["/drafts/", "!/drafts/keep.md"], "drafts/keep.md", false);
        check(&["/drafts/", "!/drafts/keep.md"], "drafts/other.md", true);
        check(&["/a/**/*.md"], "a/b/c.md", true);
    }
}
