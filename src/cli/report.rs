//! What people read on the terminal: problems, notes, counts. The only place
//! that prints to stderr; data goes to stdout through [`Terminal::data`].

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

use serde::{Deserialize, Serialize};

use super::args::Color;
use crate::diagnostic::{Diagnostic, Severity, render};

/// Problems with the same code that `docent build` shows before it counts
/// the rest.
const SHOWN: usize = 20;

/// Where messages go, and whether in colour.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Whether stderr takes colour.
    pub colour: bool,
    /// Whether a person watches stderr.
    pub interactive: bool,
}

impl Terminal {
    /// As the flag says, else as the terminal and `NO_COLOR`
    /// (<https://no-color.org>) have it.
    pub fn new(color: Color) -> Self {
        let interactive = std::io::stderr().is_terminal();
        let unwanted = super::engine::variable("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => interactive && !unwanted,
        };
        Self {
            colour,
            interactive,
        }
    }

    /// A line on stderr. A closed stderr is nobody's problem.
    pub fn line(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// What a person answers to, on stderr, the cursor behind it.
    pub fn ask(&self, prompt: &str) {
        let mut out = std::io::stderr().lock();
        let _ = write!(out, "{}", self.paint("1;36", prompt));
        let _ = out.flush();
    }

    /// Data on stdout, as it is.
    ///
    /// # Errors
    /// When stdout is gone for another reason than a closed pipe.
    pub fn data(&self, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// A step that is done: the verb stands out.
    pub fn step(&self, verb: &str, text: &str) {
        self.line(&format!(
            "{} {text}",
            self.paint("1;32", &format!("{verb:>9}"))
        ));
    }

    /// Something to know.
    pub fn note(&self, text: &str) {
        self.line(&format!("{} {text}", self.paint("1;36", "note:")));
    }

    /// A mistake without a place in a file.
    pub fn error(&self, message: &str, help: Option<&str>) {
        self.line(&format!("{} {message}", self.paint("1;31", "error:")));
        if let Some(help) = help {
            self.line(&format!("{} {help}", self.paint("1;36", " help:")));
        }
    }

    /// What the environment did, with its causes.
    pub fn failure(&self, error: &anyhow::Error) {
        self.error(&error.to_string(), None);
        let mut last = error.to_string();
        for cause in error.chain().skip(1) {
            let text = cause.to_string();
            if !last.contains(&text) {
                self.line(&format!("  because: {text}"));
            }
            last = text;
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Every problem.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            self.line(&format!("{}\n", render::text(diagnostic, self.colour)));
        }
    }

    /// The first problems of each code and the number of the others.
    pub fn some_diagnostics(&self, diagnostics: &[Diagnostic]) {
        self.summary(&Summary::of(diagnostics));
    }

    /// Problems that were summed up, in this build or in an earlier one.
    pub fn summary(&self, summary: &Summary) {
        for [plain, coloured] in &summary.shown {
            self.line(if self.colour { coloured } else { plain });
        }
        for (code, more) in &summary.more {
            self.note(&format!(
                "{more} more of `{code}`; `docent check` shows them all"
            ));
        }
    }

    /// `2 errors, 1 warning`, or nothing when there are none.
    pub fn count(&self, diagnostics: &[Diagnostic]) {
        if !diagnostics.is_empty() {
            self.line(&count(diagnostics));
        }
    }
}

/// What `docent build` says of a book's problems.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Some of each code, without colour and with it.
    shown: Vec<[String; 2]>,
    /// How many more there are of a code.
    more: Vec<(String, usize)>,
}

impl Summary {
    /// Sums up the problems.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut summary = Self::default();
        for diagnostic in diagnostics {
            let count = counts.entry(diagnostic.code).or_insert(0);
            *count += 1;
            if *count <= SHOWN {
                let text = |colour| format!("{}\n", render::text(diagnostic, colour));
                summary.shown.push([text(false), text(true)]);
            }
        }
        let more = counts.into_iter().filter(|(_, count)| *count > SHOWN);
        summary.more = more
            .map(|(code, count)| (code.to_owned(), count - SHOWN))
            .collect();
        summary
    }
}

/// `2 errors, 1 warning`.
pub fn count(diagnostics: &[Diagnostic]) -> String {
    let nouns = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Note, "note"),
    ];
    let parts: Vec<String> = nouns
        .into_iter()
        .filter_map(|(severity, noun)| {
            let same = diagnostics.iter().filter(|one| one.severity == severity);
            let count = same.count();
            (count > 0).then(|| plural(count, noun))
        })
        .collect();
    if parts.is_empty() {
        "no problems".to_owned()
    } else {
        parts.join(", ")
    }
}

/// `1 page`, `2 pages`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}
