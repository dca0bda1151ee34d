//! What `docent build` says at its end, in this run or once more when there was
//! nothing to do.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Exit;
use super::build::shown;
use super::report::{Summary, Terminal, count, plural};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::pipeline::Build;
use crate::pipeline::stamp::Inputs;
use crate::site::write::Written;

/// A build that is done.
#[derive(Debug, Serialize, Deserialize)]
pub struct Done {
    /// Which index was wanted.
    asked: String,
    /// The site.
    pub built: Built,
    /// The search index, unless it was not wanted.
    pub indexed: Option<Indexed>,
    /// `2 errors, 1 warning`; nothing when nothing is wrong.
    problems: Option<String>,
    errors: bool,
    warnings: bool,
}

/// A site that was written.
#[derive(Debug, Serialize, Deserialize)]
pub struct Built {
    pages: usize,
    /// What became of its files.
    pub written: Written,
    problems: Summary,
}

/// An index that was made.
#[derive(Debug, Serialize, Deserialize)]
pub struct Indexed {
    /// How many sections it has.
    pub sections: usize,
    /// Whether it has embeddings.
    pub by_meaning: bool,
}

impl Done {
    /// Of a build, whose files are still to be written; `asked` tells which
    /// index is wanted.
    pub fn of(build: &Build, asked: String) -> Self {
        let said = &build.diagnostics;
        let any = |severity: Severity| said.iter().any(|one: &Diagnostic| one.severity == severity);
        Self {
            asked,
            built: Built {
                pages: build.site.pages.len(),
                written: Written::default(),
                problems: Summary::of(said),
            },
            indexed: None,
            problems: (!said.is_empty()).then(|| count(said)),
            errors: any(Severity::Error),
            warnings: any(Severity::Warning),
        }
    }

    /// The last build, when there is nothing to do.
    pub fn find(inputs: &Inputs, config: &Config, asked: &str) -> Option<Self> {
        let done: Self = serde_json::from_value(inputs.unchanged(config)?.said).ok()?;
        (done.asked == asked).then_some(done)
    }

    /// What the next build says when there is nothing to do.
    pub fn again(mut self) -> Self {
        let written = &mut self.built.written;
        written.unchanged += std::mem::take(&mut written.changed);
        written.removed = 0;
        self
    }

    /// Says how many problems there are, and whether they fail the build.
    pub fn verdict(&self, terminal: &Terminal, strict: bool) -> Exit {
        if let Some(problems) = &self.problems {
            terminal.line(problems);
        }
        if self.errors || (strict && self.warnings) {
            Exit::Content
        } else {
            Exit::Fine
        }
    }
}

impl Built {
    /// Says so.
    pub fn say(&self, terminal: &Terminal, config: &Config, took: Duration) {
        terminal.summary(&self.problems);
        terminal.step(
            "Built",
            &format!(
                "{} in {:.2} s: {} written, {} unchanged, {} removed in `{}`",
                plural(self.pages, "page"),
                took.as_secs_f64(),
                self.written.changed,
                self.written.unchanged,
                self.written.removed,
                shown(&config.build_dir),
            ),
        );
    }
}

impl Indexed {
    /// Says so.
    pub fn say(&self, terminal: &Terminal, took: Duration) {
        let how = if self.by_meaning {
            "words and meaning"
        } else {
            "words"
        };
        terminal.step(
            "Indexed",
            &format!(
                "{} by {how} in {:.2} s",
                plural(self.sections, "section"),
                took.as_secs_f64()
            ),
        );
    }
}
