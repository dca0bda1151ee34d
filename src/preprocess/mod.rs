//! mdBook's preprocessors: programs that change pages before they are parsed.
//!
//! Takes the loaded content, hands it to each program that may run, by
//! mdBook 0.5's protocol, and puts what comes back in its place. They run with
//! the rights of whoever builds the book, so none starts unless that was
//! allowed; what is not run is named. No failure here ends a build.

pub mod book;
pub mod order;
pub mod program;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::config::{Config, Preprocessor};
use crate::content::{Content, Source, rework};
use crate::diagnostic::Diagnostic;
use crate::site::summary::{self, Part};

use book::{Book, Chapter};
use program::{Failure, Program};

/// How long a program may take for the whole book. Some are compiled first.
pub const LIMIT: Duration = Duration::from_secs(300);
/// The mdBook whose protocol is spoken: programs compare it with their own.
const VERSION: &str = "0.5.4";
/// The renderer that docent is to them.
const RENDERER: &str = "html";

/// What docent does by itself, and where to read about it.
const NATIVE: &[(&str, &str)] = &[
    ("mermaid", "docent draws Mermaid diagrams itself"),
    ("katex", "docent sets formulas itself"),
    (
        "admonish",
        "docent knows its fences itself, and `::: note` beside them",
    ),
    ("alerts", "docent knows `> [!NOTE]` and its like itself"),
    ("toc", "every page has its contents beside it"),
    ("linkcheck", "docent checks every link itself"),
];

/// Runs the book's preprocessors over `content`. Gives the chapters when a
/// program changed which there are, and everything worth saying.
pub fn run(config: &Config, content: &mut Content) -> (Option<Vec<Part>>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    if config.preprocessors.is_empty() {
        return (None, diagnostics);
    }
    let wanted = wanted(config, &mut diagnostics);
    if wanted.is_empty() {
        return (None, diagnostics);
    }
    let order = match order::order(config) {
        Ok(order) => order,
        Err(problem) => {
            diagnostics.push(*problem);
            return (None, diagnostics);
        }
    };
    let links = order.iter().position(|name| name == "links");
    let (before, after) = order.split_at(links.unwrap_or_default());
    let mut desk = Desk {
        config,
        content,
        parts: None,
        diagnostics,
    };
    desk.stage(&wanted, before, true);
    desk.stage(&wanted, after, false);
    (desk.parts, desk.diagnostics)
}

/// The preprocessors that are to run; of the others each is named.
fn wanted<'a>(
    config: &'a Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> HashMap<&'a str, &'a Preprocessor> {
    let mut wanted = HashMap::new();
    for (name, preprocessor) in &config.preprocessors {
        if matches!(name.as_str(), "links" | "index") {
            continue;
        }
        let native = NATIVE.iter().find(|(native, _)| native == name);
        let others = preprocessor.renderers.as_ref();
        if let Some((_, instead)) = native {
            let message = format!("the preprocessor `{name}` is not needed");
            let note = Diagnostic::note("config/native", message).help(*instead);
            diagnostics.push(placed(note, preprocessor));
        } else if others.is_some_and(|all| !all.iter().any(|one| one == RENDERER)) {
            // It is for another renderer.
        } else if config.build.allow_preprocessors {
            wanted.insert(name.as_str(), preprocessor);
        } else {
            let message = format!("the preprocessor `{name}` is not run");
            let problem = Diagnostic::warning("config/preprocessor", message).help(
                "it is a program: if you trust the book, allow it with `--allow-preprocessors` \
                 or with `allow-preprocessors = true` in the table `[build]`",
            );
            diagnostics.push(placed(problem, preprocessor));
        }
    }
    wanted
}

fn placed(diagnostic: Diagnostic, preprocessor: &Preprocessor) -> Diagnostic {
    match &preprocessor.place {
        Some(place) => diagnostic.at(place.clone()),
        None => diagnostic,
    }
}

/// The content while programs work on it.
struct Desk<'a> {
    config: &'a Config,
    content: &'a mut Content,
    parts: Option<Vec<Part>>,
    diagnostics: Vec<Diagnostic>,
}

impl Desk<'_> {
    /// Runs the programs of `names`; `raw` says that they see the directives
    /// that docent replaces, and may write some.
    fn stage(&mut self, wanted: &HashMap<&str, &Preprocessor>, names: &[String], raw: bool) {
        let names: Vec<&String> = names
            .iter()
            .filter(|name| wanted.contains_key(name.as_str()))
            .collect();
        if names.is_empty() {
            return;
        }
        let sent = self.book(raw);
        let mut book = sent.clone();
        for name in names {
            let preprocessor = wanted[name.as_str()];
            match self.pass(name, preprocessor, &book) {
                Ok(Some(changed)) => book = changed,
                Ok(None) => {}
                Err(problem) => self.diagnostics.push(placed(*problem, preprocessor)),
            }
        }
        self.take(&sent, &book, raw);
    }

    /// What one program makes of the book; nothing when it is not for HTML or
    /// is not there.
    fn pass(
        &mut self,
        name: &str,
        preprocessor: &Preprocessor,
        book: &Book,
    ) -> Result<Option<Book>, Box<Diagnostic>> {
        let default = format!("mdbook-{name}");
        let command = preprocessor.command.as_deref().unwrap_or(&default);
        let failed = |what: String| {
            let message = format!("the preprocessor `{name}` {what}");
            Box::new(
                Diagnostic::error("preprocessor/failed", message)
                    .help("the pages stay as they are without it"),
            )
        };
        let program = Program::new(command, &self.config.root)
            .ok_or_else(|| failed(format!("has the command `{command}`, which is none")))?;
        if preprocessor.renderers.is_none() {
            match program.supports(RENDERER, LIMIT) {
                Ok(true) => {}
                Ok(false) => {
                    let message = format!("the preprocessor `{name}` says that it is not for HTML");
                    let note = Diagnostic::note("preprocessor/said", message);
                    self.diagnostics.push(placed(note, preprocessor));
                    return Ok(None);
                }
                Err(Failure::Absent) => {
                    self.absent(name, command, preprocessor);
                    return Ok(None);
                }
                // As in mdBook, one that cannot say is not run.
                Err(failure @ Failure::Failed { .. }) => {
                    self.unasked(name, &failure, preprocessor);
                    return Ok(None);
                }
                Err(failure) => return Err(failed(failure.to_string())),
            }
        }
        let input = json!([context(self.config), book]).to_string();
        let ran = match program.run(input.into_bytes(), LIMIT) {
            Ok(ran) => ran,
            Err(Failure::Absent) => {
                self.absent(name, command, preprocessor);
                return Ok(None);
            }
            Err(failure) => return Err(failed(failure.to_string())),
        };
        if !ran.said.is_empty() {
            let message = format!("the preprocessor `{name}` says: {}", ran.said);
            self.diagnostics.push(placed(
                Diagnostic::note("preprocessor/said", message),
                preprocessor,
            ));
        }
        let book = serde_json::from_slice(&ran.out);
        book.map(Some)
            .map_err(|error| failed(format!("gave back no book: {error}")))
    }

    fn unasked(&mut self, name: &str, failure: &Failure, preprocessor: &Preprocessor) {
        let message = format!("the preprocessor `{name}` is not run: asked for HTML, it {failure}");
        let problem = Diagnostic::warning("config/preprocessor", message)
            .help("mend its command; what it would replace stays as written");
        self.diagnostics.push(placed(problem, preprocessor));
    }

    fn absent(&mut self, name: &str, command: &str, preprocessor: &Preprocessor) {
        let message = format!("the preprocessor `{name}` is not there: no program `{command}`");
        let problem = if preprocessor.optional {
            Diagnostic::note("config/preprocessor", message)
        } else {
            Diagnostic::warning("config/preprocessor", message)
                .help("install it; what it would replace stays as written")
        };
        self.diagnostics.push(placed(problem, preprocessor));
    }

    /// The book as programs see it.
    fn book(&self, raw: bool) -> Book {
        let texts: HashMap<&str, usize> = self.texts();
        let content = |path: &str| match texts.get(path) {
            Some(at) if raw => rework::raw_body(self.config, &self.content.sources[*at]),
            Some(at) => {
                let source = &self.content.sources[*at];
                source.text[source.body..].to_owned()
            }
            None => String::new(),
        };
        match (&self.parts, &self.content.summary) {
            (Some(parts), _) => Book::of_parts(parts, &content),
            (None, Some(source)) => Book::of_parts(&summary::read(source).parts, &content),
            (None, None) => {
                let paths = self.content.sources.iter();
                Book::of_paths(paths.map(|source| source.path.as_str()), &content)
            }
        }
    }

    fn texts(&self) -> HashMap<&str, usize> {
        let all = self.content.sources.iter().enumerate();
        all.map(|(at, source)| (source.path.as_str(), at)).collect()
    }

    /// Puts what came back in its place.
    fn take(&mut self, sent: &Book, book: &Book, raw: bool) {
        let before: HashMap<&str, &str> = sent
            .chapters()
            .into_iter()
            .filter_map(|chapter| Some((chapter.file()?, chapter.content.as_str())))
            .collect();
        let expand = raw && self.config.expands_directives();
        let mut made = Vec::new();
        let places: HashMap<String, usize> = self
            .texts()
            .into_iter()
            .map(|(path, at)| (path.to_owned(), at))
            .collect();
        for chapter in book.chapters() {
            let Some(path) = chapter.file() else {
                continue;
            };
            let Some(&at) = places.get(path) else {
                if !before.contains_key(path) {
                    made.push(new_source(self.config, chapter, path, expand).into());
                }
                continue;
            };
            if before.get(path) != Some(&chapter.content.as_str()) {
                let source = Arc::make_mut(&mut self.content.sources[at]);
                rework::rework(self.config, source, &chapter.content, expand);
            }
        }
        if !made.is_empty() {
            self.content.sources.extend(made);
            self.content.sources.sort_by(|a, b| a.path.cmp(&b.path));
        }
        if self.content.summary.is_some() && !sent.same_shape(book) {
            self.parts = Some(book.parts());
        }
    }
}

/// A chapter that a program added.
fn new_source(config: &Config, chapter: &Chapter, path: &str, expand: bool) -> Source {
    let mut source = rework::made(path);
    rework::rework(config, &mut source, &chapter.content, expand);
    source
}

/// What programs are told beside the book: mdBook's own keys, because they
/// refuse others.
fn context(config: &Config) -> Value {
    const TABLES: [(&str, &[&str]); 3] = [
        (
            "book",
            &[
                "title",
                "authors",
                "description",
                "language",
                "text-direction",
            ],
        ),
        (
            "build",
            &[
                "build-dir",
                "create-missing",
                "use-default-preprocessors",
                "extra-watch-dirs",
            ],
        ),
        ("rust", &["edition"]),
    ];
    let raw = json!(config.raw);
    let mut all = serde_json::Map::new();
    for (name, keys) in TABLES {
        let table = raw[name].as_object().into_iter().flatten();
        let known = table.filter(|(key, _)| keys.contains(&key.as_str()));
        let known = known.map(|(key, value)| (key.clone(), value.clone()));
        all.insert(name.to_owned(), Value::Object(known.collect()));
    }
    let src = config.src.strip_prefix(&config.root).unwrap_or(&config.src);
    all["book"]["src"] = json!(src);
    for name in ["output", "preprocessor"] {
        let table = raw.get(name).cloned();
        all.insert(name.to_owned(), table.unwrap_or_else(|| json!({})));
    }
    json!({
        "root": config.root,
        "config": all,
        "renderer": RENDERER,
        "mdbook_version": VERSION,
    })
}
