//! `docent build` and `docent check`.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::args::{self, Check, Format};
use super::done::{Done, Indexed};
use super::engine::{self, Engine};
use super::report::{Terminal, count, plural};
use super::{Exit, format};
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::index::Index;
use crate::pipeline::stamp::{self, Inputs};
use crate::pipeline::{self, Build};

/// A configuration and its warnings, or what leaves none to work with.
type Configured = Result<(Config, Vec<Diagnostic>), Vec<Diagnostic>>;

/// Builds the site and its index.
pub fn build(terminal: &Terminal, args: &args::Build) -> anyhow::Result<Exit> {
    let start = Instant::now();
    let (mut config, warnings) = match configure(terminal, &args.dir)? {
        Ok(configured) => configured,
        Err(exit) => return Ok(exit),
    };
    config.build.allow_preprocessors |= args.allow_preprocessors;
    if let Some(dest) = &args.dest_dir {
        config.build_dir = std::path::absolute(dest)?;
    }
    config.search.browser &= !args.no_index;
    let strict = args.strict || config.layout.checks.strict;
    let asked = asked(args, &config);
    let inputs = Inputs::take(&config, &program());
    if let Some(done) = inputs
        .as_ref()
        .and_then(|inputs| Done::find(inputs, &config, &asked))
    {
        engine::note_absent(terminal, &config, args.embeds())?;
        done.built.say(terminal, &config, start.elapsed());
        if let Some(indexed) = &done.indexed {
            indexed.say(terminal, Duration::ZERO);
        }
        return Ok(done.verdict(terminal, strict));
    }
    let guard = pipeline::lock(&config)?;
    // The process ends when the build is done, and its memory with it: to give
    // all of it back piece by piece first would only take time.
    let mut built = ManuallyDrop::new(pipeline::build_ahead(config)?);
    built.diagnostics.extend(warnings);
    diagnostic::sort(&mut built.diagnostics);
    let mut done = Done::of(&built, asked);
    done.built.written = pipeline::write(&built)?;
    built.put_down();
    let sealed = inputs.and_then(|inputs| inputs.seal(&built));
    done.built.say(terminal, &built.config, start.elapsed());
    let words = if args.no_index {
        None
    } else {
        Some(index_words(terminal, &mut built, args)?)
    };
    let outputs = sealed.as_ref().and_then(|_| stamp::outputs(&built));
    drop(guard);
    if let Some(words) = words {
        done.indexed = Some(index_meaning(terminal, &built.config, &words)?);
    }
    let exit = done.verdict(terminal, strict);
    let outputs = outputs.and_then(|outputs| outputs.with_index(&built.config));
    if let Some((sealed, outputs)) = sealed.zip(outputs) {
        let said = serde_json::to_value(done.again())?;
        sealed.keep(&built.config, outputs, said);
    }
    Ok(exit)
}

/// Which index is wanted beside the site.
fn asked(args: &args::Build, config: &Config) -> String {
    if args.no_index {
        return "no index".to_owned();
    }
    let embedder = engine::embedder_id(config, !args.no_embeddings);
    embedder.unwrap_or_else(|| "words".to_owned())
}

/// What decides besides the book's files what its site looks like.
pub fn program() -> String {
    let program = std::env::current_exe().and_then(fs_err::metadata);
    let program = program.and_then(|data| Ok((data.len(), data.modified()?)));
    format!("{} {:?}", env!("CARGO_PKG_VERSION"), program.ok())
}

/// The index of words, and how long that took.
struct Words {
    engine: Engine,
    index: ManuallyDrop<Index>,
    took: Duration,
}

/// Indexes the words, for searches on this machine and in browsers. The pages
/// are given back once they are cut into chunks.
fn index_words(
    terminal: &Terminal,
    built: &mut Build,
    args: &args::Build,
) -> anyhow::Result<Words> {
    let start = Instant::now();
    let engine = Engine::open(terminal, &built.config, !args.no_embeddings)?;
    let index = engine.words(&built.config, std::mem::take(&mut built.site))?;
    pipeline::write_browser_index(built, &index)?;
    Ok(Words {
        engine,
        index: ManuallyDrop::new(index),
        took: start.elapsed(),
    })
}

/// Goes on with the meaning, which takes many times as long as everything
/// else the first time.
fn index_meaning(terminal: &Terminal, config: &Config, words: &Words) -> anyhow::Result<Indexed> {
    let start = Instant::now();
    let indexed = Indexed {
        sections: words.index.chunks.len(),
        by_meaning: words.engine.embedder().is_some(),
    };
    if indexed.by_meaning {
        words.engine.meaning(config, &words.index)?;
    }
    indexed.say(terminal, words.took + start.elapsed());
    Ok(indexed)
}

/// Shows every problem; nothing is written.
pub fn check(terminal: &Terminal, args: &Check) -> anyhow::Result<Exit> {
    let root = root(&args.dir)?;
    let (config, mut diagnostics) = match read(&root) {
        Ok((config, warnings)) => (Some(config), warnings),
        Err(problems) => (None, problems),
    };
    let mut pages = 0;
    let mut strict = args.strict;
    if let Some(mut config) = config {
        config.build.allow_preprocessors |= args.allow_preprocessors;
        strict |= config.layout.checks.strict;
        let built = pipeline::build(config)?;
        pages = built.site.pages.len();
        diagnostics.extend(built.diagnostics);
        if args.external {
            diagnostics.extend(engine::check_external(
                terminal,
                &built.config,
                &built.site,
            )?);
        }
    }
    diagnostic::sort(&mut diagnostics);
    if matches!(args.format, Format::Github | Format::Sarif) {
        diagnostics = format::in_repository(&root, diagnostics);
    }
    match args.format {
        Format::Text => terminal.diagnostics(&diagnostics),
        Format::Json => terminal.data(&format::json(&diagnostics))?,
        Format::Github => terminal.data(&format::github(&diagnostics))?,
        Format::Sarif => terminal.data(&format::sarif(&diagnostics))?,
    }
    terminal.step(
        "Checked",
        &format!("{}: {}", plural(pages, "page"), count(&diagnostics)),
    );
    Ok(exit(&diagnostics, strict))
}

/// Reads the configuration; its problems are shown here.
pub fn configure(
    terminal: &Terminal,
    dir: &Path,
) -> anyhow::Result<Result<(Config, Vec<Diagnostic>), Exit>> {
    Ok(read(&root(dir)?).map_err(|problems| {
        terminal.diagnostics(&problems);
        terminal.count(&problems);
        Exit::Content
    }))
}

/// Reads `book.toml` or `mkdocs.yml` in `root` under the environment's
/// variables.
pub fn read(root: &Path) -> Configured {
    let variables: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    pipeline::configure_with(root, &variables)
}

/// The book's folder as an absolute path.
pub fn root(dir: &Path) -> anyhow::Result<PathBuf> {
    let path = std::path::absolute(dir)?;
    Ok(path.components().collect())
}

fn exit(diagnostics: &[Diagnostic], strict: bool) -> Exit {
    let fails =
        |diagnostic: &Diagnostic| diagnostic.is_error() || (strict && !diagnostic.is_note());
    if diagnostics.iter().any(fails) {
        Exit::Content
    } else {
        Exit::Fine
    }
}

/// `path` as a person in the current folder would write it.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let relative = path.strip_prefix(&here).unwrap_or(path);
    if relative.as_os_str().is_empty() {
        ".".to_owned()
    } else {
        relative.display().to_string()
    }
}

/// `path` fit for a shell.
pub fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    if text.contains([' ', '\'', '"']) {
        format!("'{}'", text.replace('\'', r"'\''"))
    } else {
        text
    }
}
