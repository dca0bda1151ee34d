//! The theme: templates, style sheets and scripts, built in and replaced file
//! by file by those of the book.
//!
//! Takes the configuration, gives templates that are known to parse and files
//! under names that change with their bytes. No page is known here.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};
use tera::{ErrorKind, Tera};

pub use super::built_in::live;
use super::built_in::{self, BUILT_IN, SHEETS};
use super::mdbook_theme::{self, MdbookTheme};
use super::strings::Strings;
use super::url;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place, Span};

/// The template with the components of the navigation.
const NAV: &str = "nav.html";
/// Calls the built-in component for an item of the navigation.
const NAV_ITEM: (&str, &str) = (
    "docent/nav-item.html",
    "{{ <nav_item item={item} root={root} /> }}",
);

/// A theme, ready to render with.
pub struct Theme {
    /// The templates, parsed.
    pub(super) tera: Tera,
    /// The published address of each of the theme's files, by its name.
    pub(super) addresses: BTreeMap<String, String>,
    /// What readers see in the book's language.
    pub(super) strings: Strings,
    /// The book's own style sheets, by address.
    pub(super) css: Vec<String>,
    /// The book's own scripts, by address.
    pub(super) js: Vec<String>,
    /// What an mdBook's own theme has for its pages.
    pub(super) mdbook: MdbookTheme,
    templates: BTreeMap<String, Template>,
    /// Whether items of the navigation are written as the built-in theme does.
    has_nav_item: bool,
    files: Vec<(String, Bytes)>,
}

type Bytes = Cow<'static, [u8]>;

/// The text of a template and what messages call it.
struct Template {
    shown: String,
    text: String,
}

/// A file of the theme, from the binary or from the book.
struct File {
    shown: String,
    bytes: Bytes,
}

/// Reads the theme of the book: the built-in files, each replaced by the one
/// of the same name in `themes/<name>/` when there is one. Other files there
/// are published or, when they are templates, can be included.
///
/// # Errors
/// The theme that does not exist, the file that cannot be read, and every
/// mistake in a template.
pub fn load(config: &Config) -> Result<Theme, Vec<Diagnostic>> {
    let mut files: BTreeMap<String, File> = BUILT_IN
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), built_in(name, bytes)))
        .collect();
    let mut problems = Vec::new();
    // A book's own table then needs to hold only what differs.
    files.retain(|name, _| !is_strings(name));
    let mut mdbook = mdbook_theme::read(config);
    for (name, bytes) in std::mem::take(&mut mdbook.icons) {
        let (shown, bytes) = (name.to_owned(), Cow::Owned(bytes));
        files.insert(name.to_owned(), File { shown, bytes });
    }
    override_files(config, &mut files, &mut problems);
    let mut theme = Theme {
        tera: Tera::new(),
        addresses: BTreeMap::new(),
        strings: Strings::built_in(&config.book.language),
        css: Vec::new(),
        js: Vec::new(),
        mdbook,
        templates: BTreeMap::new(),
        has_nav_item: false,
        files: Vec::new(),
    };
    theme.take_strings(config, &mut files, &mut problems);
    theme.take_templates(&mut files, &mut problems);
    theme.take_files(files);
    theme.css = theme.add_own(config, &config.html.additional_css, &mut problems);
    theme.js = theme.add_own(config, &config.html.additional_js, &mut problems);
    if problems.is_empty() {
        Ok(theme)
    } else {
        Err(problems)
    }
}

/// The path of the file `name` with a mark of its bytes.
pub(super) fn fingerprinted(name: &str, bytes: &[u8]) -> String {
    marked(&format!("assets/{name}"), bytes)
}

/// `path` with a mark of its bytes in front of the ending.
fn marked(path: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let mark: String = digest[..4]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    match url::split(path).1.rsplit_once('.') {
        Some((_, ending)) => {
            let stem = &path[..path.len() - ending.len() - 1];
            format!("{stem}-{mark}.{ending}")
        }
        None => format!("{path}-{mark}"),
    }
}

fn built_in(name: &str, bytes: &'static [u8]) -> File {
    File {
        shown: format!("{name} (built in)"),
        bytes: built_in::published(name, bytes),
    }
}

fn is_strings(name: &str) -> bool {
    name.starts_with("strings/") && name.ends_with(".json")
}

fn override_files(
    config: &Config,
    files: &mut BTreeMap<String, File>,
    problems: &mut Vec<Diagnostic>,
) {
    let name = &config.build.theme;
    let folder = config.root.join("themes").join(name);
    if folder.is_dir() {
        let shown = format!("themes/{name}");
        if let Err(error) = read_folder(&folder, "", &shown, files) {
            problems.push(Diagnostic::error("theme/unreadable", error.to_string()));
        }
    } else if name != "default" {
        let message = format!("no theme at `themes/{name}`");
        let help = "create the folder, or remove `theme` from the table `[build]`";
        problems.push(Diagnostic::error("theme/missing", message).help(help));
    }
}

fn read_folder(
    folder: &Path,
    inside: &str,
    shown: &str,
    files: &mut BTreeMap<String, File>,
) -> std::io::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = url::join(inside, &name);
        if entry.path().is_dir() {
            read_folder(&entry.path(), &path, shown, files)?;
        } else if path != "live.js" {
            let bytes = Cow::Owned(fs_err::read(entry.path())?);
            let shown = format!("{shown}/{path}");
            files.insert(path, File { shown, bytes });
        }
    }
    Ok(())
}

impl Theme {
    /// The files to publish: paths relative to the site's root, with bytes.
    pub fn assets(&self) -> Vec<(String, Cow<'_, [u8]>)> {
        let borrow = |(path, bytes): &(String, Bytes)| (path.clone(), bytes.clone());
        self.files.iter().map(borrow).collect()
    }

    /// The SHA-256 of all that pages are rendered with.
    pub(super) fn digest(&self) -> [u8; 32] {
        let templates = self.templates.iter();
        let templates = templates.flat_map(|(name, template)| [name, &template.text]);
        let words = self
            .strings
            .page
            .iter()
            .flat_map(|(name, text)| [name, text]);
        let mut hasher = Sha256::new();
        for part in templates.chain(words) {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.finalize().into()
    }

    /// What writes one item of the navigation, unless the book does it its way.
    pub(super) fn nav_item(&self) -> Option<&'static str> {
        self.has_nav_item.then_some(NAV_ITEM.0)
    }

    /// What is not wrong, but has no effect.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.mdbook.problems
    }

    /// Takes the book's own tables of words.
    fn take_strings(
        &mut self,
        config: &Config,
        files: &mut BTreeMap<String, File>,
        problems: &mut Vec<Diagnostic>,
    ) {
        for language in Strings::languages(&config.book.language) {
            let Some(file) = files.get(&Strings::path(&language)) else {
                continue;
            };
            match Strings::read(&file.bytes) {
                Ok(table) => self.strings.add(table),
                Err(error) => {
                    let message = format!("the words in `{}` cannot be read: {error}", file.shown);
                    let help =
                        "write them as `{\"page\": {}, \"script\": {}}` with a text for each key";
                    problems.push(Diagnostic::error("theme/strings", message).help(help));
                }
            }
        }
        files.retain(|name, _| !is_strings(name));
    }

    fn take_templates(
        &mut self,
        files: &mut BTreeMap<String, File>,
        problems: &mut Vec<Diagnostic>,
    ) {
        let names: Vec<String> = files
            .keys()
            .filter(|name| name.ends_with(".html"))
            .cloned()
            .collect();
        for name in names {
            let Some(File { shown, bytes }) = files.remove(&name) else {
                continue;
            };
            match String::from_utf8(bytes.into_owned()) {
                Ok(text) => {
                    self.templates.insert(name, Template { shown, text });
                }
                Err(_) => {
                    let message = format!("the template `{shown}` is not UTF-8");
                    problems.push(
                        Diagnostic::error("theme/template", message).help("save it as UTF-8"),
                    );
                }
            }
        }
        let nav = self.templates.get(NAV).map(|nav| nav.text.as_bytes());
        self.has_nav_item = BUILT_IN.contains(&(NAV, nav.unwrap_or_default()));
        let texts = self.templates.iter();
        let texts = texts.map(|(name, template)| (name.as_str(), template.text.as_str()));
        let texts = texts.chain(self.has_nav_item.then_some(NAV_ITEM));
        if let Err(error) = self.tera.add_raw_templates(texts) {
            problems.extend(self.diagnose(&error));
        }
    }

    fn take_files(&mut self, mut files: BTreeMap<String, File>) {
        let mut sheet = Vec::new();
        for name in SHEETS {
            if let Some(part) = files.remove(name) {
                sheet.extend_from_slice(&part.bytes);
                sheet.push(b'\n');
            }
        }
        self.publish("docent.css", Cow::Owned(sheet));
        for (name, file) in files {
            let bytes = if name == "docent.js" {
                let words = self.strings.statement().into_bytes();
                Cow::Owned([words.as_slice(), &file.bytes].concat())
            } else {
                file.bytes
            };
            self.publish(&name, bytes);
        }
    }

    /// Publishes a file under a name that changes with its bytes, so that
    /// browsers may keep it for ever.
    fn publish(&mut self, name: &str, bytes: Bytes) {
        let path = fingerprinted(name, &bytes);
        self.addresses.insert(name.to_owned(), url::encode(&path));
        self.files.push((path, bytes));
    }

    /// Publishes the book's own files in the folders that they have in the
    /// content or else under the book's root, so that what they name beside
    /// them is found. Their names carry a mark, as mdBook's do.
    fn add_own(
        &mut self,
        config: &Config,
        paths: &[std::path::PathBuf],
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<String> {
        let mut addresses = Vec::new();
        for path in paths {
            let shown = path.to_string_lossy().replace('\\', "/");
            let file = config.root.join(path);
            let inside = file.strip_prefix(&config.src).unwrap_or(path);
            let inside = inside.to_string_lossy().replace('\\', "/");
            let place = url::normal("", &inside).filter(|_| path.is_relative());
            match (place, fs_err::read(&file)) {
                (Some(place), Ok(bytes)) => {
                    let place = if config.html.hash_files.unwrap_or(true) {
                        marked(&place, &bytes)
                    } else {
                        place
                    };
                    addresses.push(url::encode(&place));
                    self.files.push((place, Cow::Owned(bytes)));
                }
                _ => {
                    let message = format!("no file at `{shown}` in the book's folder");
                    let help =
                        "correct `additional-css` or `additional-js` in the table `[output.html]`";
                    problems.push(Diagnostic::error("theme/no-such-file", message).help(help));
                }
            }
        }
        addresses
    }

    /// What is wrong with a template, where it stands.
    pub(super) fn diagnose(&self, error: &tera::Error) -> Vec<Diagnostic> {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let range = report.span().range.clone();
                let span = Span::new(range.start, range.end);
                vec![self.problem(report.message(), report.filename(), Some(span))]
            }
            other => {
                let text = other.to_string();
                let reports = text
                    .split("\n\n")
                    .filter_map(|report| self.reported(report));
                let reports: Vec<Diagnostic> = reports.collect();
                if reports.is_empty() {
                    vec![self.problem(&text, "", None)]
                } else {
                    reports
                }
            }
        }
    }

    /// Reads one of the reports that Tera makes when it checks all templates
    /// together: those have no other form than text.
    fn reported(&self, report: &str) -> Option<Diagnostic> {
        let mut lines = report.lines();
        let message = lines.next()?.strip_prefix("error: ")?;
        let place = lines.next()?.trim().strip_prefix("--> ")?;
        let width = report.lines().last()?.matches('^').count();
        let mut parts = place.rsplitn(3, ':');
        let column: usize = parts.next()?.parse().ok()?;
        let line: usize = parts.next()?.parse().ok()?;
        let name = parts.next()?;
        let text = &self.templates.get(name)?.text;
        let above = text.split_inclusive('\n').take(line.checked_sub(1)?);
        let above: usize = above.map(str::len).sum();
        let before = text[above..].chars().take(column.checked_sub(1)?);
        let start = above + before.map(char::len_utf8).sum::<usize>();
        let length: usize = text[start..].chars().take(width).map(char::len_utf8).sum();
        Some(self.problem(message, name, Some(Span::new(start, start + length))))
    }

    fn problem(&self, message: &str, name: &str, span: Option<Span>) -> Diagnostic {
        let mut chars = message.trim_end_matches('.').chars();
        let first = chars.next().map(char::to_lowercase).into_iter().flatten();
        let message: String = first.chain(chars).collect();
        let diagnostic = Diagnostic::error("theme/template", message);
        match (self.templates.get(name), span) {
            (Some(template), Some(span)) => diagnostic.at(Place {
                path: template.shown.clone(),
                text: template.text.as_str().into(),
                span,
            }),
            _ => diagnostic,
        }
    }
}
