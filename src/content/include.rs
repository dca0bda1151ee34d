//! mdBook's directives for text from other files, expanded before parsing.
//!
//! `{{#include}}`, `{{#rustdoc_include}}`, `{{#playground}}` with lines and
//! anchors, and `{{#title}}`; the snippets of MkDocs beside them. The expansion remembers which file each part
//! came from, so that every later message shows the author's own line.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::content::directive::{Directive, next_directive};
use crate::content::roots::{Roots, lexically_normal, shown_path};
use crate::content::select::{is_anchor_line, select, without_last_newline};
use crate::content::{Piece, load, snippet};
use crate::diagnostic::{Diagnostic, Place, Span, suggest};

/// Includes within includes, at most.
const DEPTH: usize = 10;

/// Includes in one page, at most: ten files of ten includes each, one within
/// the other, would be ten thousand million.
const COUNT: usize = 10_000;

/// A text with its includes in place.
#[derive(Debug, Default)]
pub struct Expanded {
    /// The text.
    pub text: String,
    /// Which file each part came from.
    pub pieces: Vec<Piece>,
    /// What `{{#title}}` said.
    pub title: Option<String>,
    /// What is wrong with the directives.
    pub diagnostics: Vec<Diagnostic>,
}

/// Expands the directives of the file `file`, whose text is `text`. Paths are
/// relative to the including file and must stay inside the book. Nothing when
/// there is no directive.
pub fn expand(roots: &Roots, file: &Path, text: &Arc<str>) -> Option<Expanded> {
    let asks = next_directive(text, 0, text.len()).is_some()
        || snippet::next(text, 0, text.len()).is_some();
    if !asks && roots.appended.is_empty() {
        return None;
    }
    let mut expander = Expander {
        roots,
        out: Expanded::default(),
        open: vec![lexically_normal(file)],
        indent: String::new(),
        left: COUNT,
        in_circle: false,
    };
    expander.file(file, text, std::slice::from_ref(&(0..text.len())));
    expander.append(file, text);
    Some(expander.out)
}

/// Puts files in place of what asks for them.
pub(super) struct Expander<'a> {
    pub(super) roots: &'a Roots,
    pub(super) out: Expanded,
    /// The files being expanded, outermost first.
    pub(super) open: Vec<PathBuf>,
    /// What a snippet has in front of each of its lines.
    pub(super) indent: String,
    /// How many more includes the page may have.
    left: usize,
    /// Whether a file included itself, which is said once for a page.
    in_circle: bool,
}

/// Why a file is not included; nothing when the page has a message that says
/// it already.
pub(super) type Refusal = Option<Box<Diagnostic>>;

/// A refusal with its message.
pub(super) fn refuse(diagnostic: Diagnostic) -> Refusal {
    Some(Box::new(diagnostic))
}

impl Expander<'_> {
    /// Adds parts of a file, with what they ask for in place.
    pub(super) fn file(&mut self, file: &Path, text: &Arc<str>, parts: &[Range<usize>]) {
        for part in parts {
            let mut at = part.start;
            while let Some(marker) = snippet::next(text, at, part.end) {
                self.directives(file, text, at..marker.span.start);
                self.snippets(file, text, &marker);
                at = marker.span.end;
            }
            self.directives(file, text, at..part.end);
        }
    }

    fn directives(&mut self, file: &Path, text: &Arc<str>, part: Range<usize>) {
        let mut at = part.start;
        while let Some(directive) = next_directive(text, at, part.end) {
            self.push(file, text, at..directive.span.start);
            if directive.escaped {
                self.push(file, text, directive.span.start + 1..directive.span.end);
            } else {
                self.directive(file, text, &directive);
            }
            at = directive.span.end;
        }
        self.push(file, text, at..part.end);
    }

    fn directive(&mut self, file: &Path, text: &Arc<str>, directive: &Directive<'_>) {
        let argument = directive.argument.trim();
        match directive.name {
            "title" => self.out.title = Some(argument.to_owned()),
            "include" => self.include(file, text, directive, argument, None),
            "rustdoc_include" => self.include(file, text, directive, argument, Some("# ")),
            "playground" | "playpen" => {
                let (path, attributes) = argument
                    .split_once(char::is_whitespace)
                    .unwrap_or((argument, ""));
                let attributes: Vec<&str> = attributes.split_whitespace().collect();
                let info = if attributes.is_empty() {
                    String::new()
                } else {
                    format!(",{}", attributes.join(","))
                };
                self.synthetic(file, text, directive, &format!("```rust{info}\n"));
                self.include(file, text, directive, path, None);
                let newline = if self.out.text.ends_with('\n') {
                    ""
                } else {
                    "\n"
                };
                self.synthetic(file, text, directive, &format!("{newline}```"));
            }
            _ => self.push(file, text, directive.span.clone()),
        }
    }

    fn include(
        &mut self,
        file: &Path,
        text: &Arc<str>,
        directive: &Directive<'_>,
        argument: &str,
        hide: Option<&str>,
    ) {
        let (path, selection) = argument.split_once(':').unwrap_or((argument, ""));
        let included = match self.read(file, path, selection) {
            Ok(included) => included,
            Err(diagnostic) => {
                let place = self.place(file, text, directive.span.clone());
                let placed = diagnostic.map(|diagnostic| diagnostic.at(place));
                self.out.diagnostics.extend(placed);
                self.push(file, text, directive.span.clone());
                return;
            }
        };
        let (target, target_text) = included;
        let Some(lines) = select(&target_text, selection) else {
            let message = format!("no anchor `{selection}` in `{path}`");
            let place = self.place(file, text, directive.span.clone());
            self.out.diagnostics.push(
                Diagnostic::error("include/no-such-anchor", message)
                    .at(place)
                    .help(format!(
                        "mark the part with `ANCHOR: {selection}` and `ANCHOR_END: {selection}`"
                    )),
            );
            return;
        };
        match hide {
            None => {
                let lines = without_last_newline(&target_text, &lines);
                self.open.push(target.clone());
                self.file(&target, &target_text, &lines);
                self.open.pop();
            }
            Some(mark) => self.hidden(&target, &target_text, &lines, mark),
        }
    }

    /// The selected lines as they are, all others behind `mark`, which hides
    /// them in Rust examples.
    fn hidden(&mut self, file: &Path, text: &Arc<str>, selected: &[Range<usize>], mark: &str) {
        let mut at = 0;
        let mut first = true;
        for line in text.split_inclusive('\n') {
            let range = at..at + line.trim_end_matches(['\n', '\r']).len();
            at += line.len();
            if is_anchor_line(line) {
                continue;
            }
            if !first {
                self.synthetic_at(file, text, range.start, "\n");
            }
            first = false;
            let shown = selected
                .iter()
                .any(|part| part.contains(&range.start) || *part == range);
            if !shown {
                self.synthetic_at(file, text, range.start, mark);
            }
            self.push(file, text, range);
        }
    }

    /// The file at `path` and its text.
    fn read(
        &mut self,
        file: &Path,
        path: &str,
        selection: &str,
    ) -> Result<(PathBuf, Arc<str>), Refusal> {
        let folder = file.parent().unwrap_or(&self.roots.root);
        let target = lexically_normal(&folder.join(path));
        self.check(&target, path, selection)?;
        self.open_file(&target, path)
    }

    /// The file `target`, which may be included, and its text.
    pub(super) fn open_file(
        &mut self,
        target: &Path,
        path: &str,
    ) -> Result<(PathBuf, Arc<str>), Refusal> {
        let size = match fs_err::metadata(target) {
            Ok(data) if data.is_file() => usize::try_from(data.len()).unwrap_or(usize::MAX),
            _ => return Err(refuse(self.no_such_file(path, target))),
        };
        if size.saturating_add(self.out.text.len()) > load::LIMIT {
            self.left = 0;
            let message = format!(
                "with `{path}` the page is longer than {} bytes",
                load::LIMIT
            );
            return Err(refuse(
                Diagnostic::error("include/too-long", message)
                    .help("include the lines that matter: `{{#include file:1:20}}`"),
            ));
        }
        let Ok(bytes) = fs_err::read(target) else {
            return Err(refuse(self.no_such_file(path, target)));
        };
        match String::from_utf8(bytes) {
            Ok(text) => Ok((target.to_path_buf(), text.into())),
            Err(_) => {
                let message = format!("`{path}` is not UTF-8");
                Err(refuse(
                    Diagnostic::error("include/not-utf8", message).help("save the file as UTF-8"),
                ))
            }
        }
    }

    /// Whether the file `target` may be included here: it is in the book, and
    /// neither it nor the page has no end.
    pub(super) fn check(
        &mut self,
        target: &Path,
        path: &str,
        selection: &str,
    ) -> Result<(), Refusal> {
        if self.left == 0 {
            return Err(None);
        }
        self.left -= 1;
        if self.left == 0 {
            let message = format!("the page has more than {COUNT} includes");
            return Err(refuse(
                Diagnostic::error("include/too-long", message).help("split the page"),
            ));
        }
        if !self.roots.hold(target) {
            let message = format!("`{path}` lies outside the book");
            return Err(refuse(
                Diagnostic::error("include/outside", message).help("copy the file into the book"),
            ));
        }
        // A file may show a part of itself, but not the whole.
        let is_open = selection.is_empty() && self.open.iter().any(|open| open == target);
        if is_open || self.open.len() > DEPTH {
            if std::mem::replace(&mut self.in_circle, true) {
                return Err(None);
            }
            let message = if is_open {
                format!("`{path}` includes itself")
            } else {
                format!("`{path}` is included more than {DEPTH} levels deep")
            };
            return Err(refuse(
                Diagnostic::error("include/too-deep", message)
                    .help("break the circle, or name the lines that are meant"),
            ));
        }
        Ok(())
    }

    fn no_such_file(&self, path: &str, target: &Path) -> Diagnostic {
        let message = format!("no file `{path}` to include");
        let diagnostic = Diagnostic::error("include/no-such-file", message);
        let names: Vec<String> = target
            .parent()
            .and_then(|folder| fs_err::read_dir(folder).ok())
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        let wanted = target.file_name().unwrap_or_default().to_string_lossy();
        match suggest::nearest(&wanted, names.iter().map(String::as_str)) {
            Some(near) => {
                let folder = path
                    .rsplit_once('/')
                    .map(|(folder, _)| format!("{folder}/"));
                diagnostic.help(format!(
                    "did you mean `{}{near}`?",
                    folder.unwrap_or_default()
                ))
            }
            None => {
                let shown = shown_path(&self.roots.root, target);
                diagnostic.help(format!("looked for `{shown}`"))
            }
        }
    }

    pub(super) fn push(&mut self, file: &Path, text: &Arc<str>, range: Range<usize>) {
        if self.indent.is_empty() {
            return self.push_part(file, text, range);
        }
        let mut at = range.start;
        for line in text[range].split_inclusive('\n') {
            let starts = self.out.text.is_empty() || self.out.text.ends_with('\n');
            if starts && !line.trim().is_empty() {
                let indent = std::mem::take(&mut self.indent);
                self.synthetic_at(file, text, at, &indent);
                self.indent = indent;
            }
            self.push_part(file, text, at..at + line.len());
            at += line.len();
        }
    }

    fn push_part(&mut self, file: &Path, text: &Arc<str>, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let start = self.out.text.len();
        self.out.text.push_str(&text[range.clone()]);
        self.piece(file, text, start, range.start);
    }

    fn synthetic(&mut self, file: &Path, text: &Arc<str>, directive: &Directive<'_>, what: &str) {
        self.synthetic_at(file, text, directive.span.start, what);
    }

    pub(super) fn synthetic_at(&mut self, file: &Path, text: &Arc<str>, origin: usize, what: &str) {
        let start = self.out.text.len();
        self.out.text.push_str(what);
        self.piece(file, text, start, origin);
    }

    fn piece(&mut self, file: &Path, text: &Arc<str>, start: usize, origin: usize) {
        self.out.pieces.push(Piece {
            expanded: Span::new(start, self.out.text.len()),
            file: shown_path(&self.roots.root, file),
            text: text.clone(),
            start: origin,
        });
    }

    pub(super) fn place(&self, file: &Path, text: &Arc<str>, span: Range<usize>) -> Place {
        Place {
            path: shown_path(&self.roots.root, file),
            text: text.clone(),
            span: Span::new(span.start, span.end),
        }
    }
}
