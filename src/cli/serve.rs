//! `docent serve`, the authoring server, and `docent mcp`, the same for one
//! assistant over stdin and stdout.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::args::{Mcp, Serve};
use super::engine::{self, Engine};
use super::report::{Terminal, count, plural};
use super::{Exit, build, keys, models};
use crate::answer::{self, Generator};
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::index::{Embedder, Index};
use crate::models::Presence;
use crate::pipeline::{self, Build};
use crate::serve::{self, Callbacks, Configured, Indexing, Notice, State};

/// Builds, serves, watches, until Ctrl-C.
pub fn run(terminal: &Terminal, args: &Serve) -> anyhow::Result<Exit> {
    let (config, warnings) = match build::configure(terminal, &args.dir)? {
        Ok(configured) => configured,
        Err(exit) => return Ok(exit),
    };
    let root = config.root.clone();
    let config = with_flags(config, args);
    let listener = serve::bind(&config.serve)?;
    if args.pull {
        pull_missing(terminal)?;
    }
    let engine = Engine::open(terminal, &config, !args.no_embeddings)?;
    let generator = if args.extractive {
        None
    } else {
        engine.generator(&config)?
    };
    if let Some(generator) = &generator {
        generator.warm();
    }
    let built = first_build(terminal, config, warnings)?;
    let host = host_in_url(&built.config.serve.host);
    let address = format!("http://{host}:{}/", listener.local_addr()?.port());
    let state = State::new(built, callbacks(*terminal, args, root, &engine, generator));
    terminal.step("Serving", &format!("{address} (Ctrl-C stops)"));
    if args.open && open::that_detached(&address).is_err() {
        terminal.note(&format!(
            "no browser could be opened; open {address} yourself"
        ));
    }
    keys::listen(*terminal, &state, &address);
    serve::run(listener, &state)?;
    Ok(Exit::Fine)
}

/// Builds, watches and answers over stdin and stdout, until they are closed.
/// Writes no site; everything for people goes to stderr.
pub fn mcp(terminal: &Terminal, args: &Mcp) -> anyhow::Result<Exit> {
    let (config, warnings) = match build::configure(terminal, &args.dir)? {
        Ok(configured) => configured,
        Err(exit) => return Ok(exit),
    };
    let args = Serve {
        dir: args.dir.clone(),
        no_embeddings: args.no_embeddings,
        extractive: args.extractive,
        allow_preprocessors: args.allow_preprocessors,
        ..Serve::default()
    };
    let base = published(&config);
    let root = config.root.clone();
    let config = with_flags(config, &args);
    let engine = Engine::open(terminal, &config, !args.no_embeddings)?;
    let generator = if args.extractive {
        None
    } else {
        engine.generator(&config)?
    };
    if let Some(generator) = &generator {
        generator.warm();
    }
    let mut built = pipeline::build(config)?;
    built.diagnostics.extend(warnings);
    let problems = count(&built.diagnostics);
    let pages = plural(built.site.pages.len(), "page");
    terminal.step(
        "Serving",
        &format!("{pages} over stdin and stdout, {problems}"),
    );
    let callbacks = callbacks(*terminal, &args, root, &engine, generator);
    serve::mcp::stdio(&State::in_memory(built, callbacks), &base)?;
    Ok(Exit::Fine)
}

/// The address of the published site, a `/` at its end; empty when it is not
/// known.
fn published(config: &Config) -> String {
    let given = config.html.site_url.as_deref().unwrap_or_default();
    if given.starts_with("https://") || given.starts_with("http://") {
        format!("{}/", given.trim_end_matches('/'))
    } else {
        String::new()
    }
}

fn with_flags(mut config: Config, args: &Serve) -> Config {
    if let Some(host) = &args.hostname {
        config.serve.host.clone_from(host);
    }
    if let Some(port) = args.port {
        config.serve.port = port;
    }
    config.build.allow_preprocessors |= args.allow_preprocessors;
    // The server is at the root, wherever the site is published.
    config.html.site_url = None;
    config
}

/// An address that people can open: every interface is shown as this machine.
fn host_in_url(host: &str) -> String {
    match host {
        "0.0.0.0" => "127.0.0.1".to_owned(),
        "::" => "[::1]".to_owned(),
        host if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
        host => host.to_owned(),
    }
}

fn pull_missing(terminal: &Terminal) -> anyhow::Result<()> {
    let store = engine::store()?;
    let missing: Vec<&str> = store
        .list()
        .into_iter()
        .filter(|listed| listed.model.default && listed.presence != Presence::Present)
        .map(|listed| listed.model.name)
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        models::pull(terminal, &store, &missing, None)
    }
}

fn first_build(
    terminal: &Terminal,
    config: Config,
    warnings: Vec<Diagnostic>,
) -> anyhow::Result<Build> {
    let start = Instant::now();
    let mut built = pipeline::build(config)?;
    built.diagnostics.extend(warnings);
    diagnostic::sort(&mut built.diagnostics);
    pipeline::write(&built)?;
    terminal.some_diagnostics(&built.diagnostics);
    let pages = plural(built.site.pages.len(), "page");
    let problems = count(&built.diagnostics);
    let seconds = start.elapsed().as_secs_f64();
    terminal.step("Built", &format!("{pages} in {seconds:.2} s, {problems}"));
    Ok(built)
}

fn callbacks(
    terminal: Terminal,
    args: &Serve,
    root: PathBuf,
    engine: &Engine,
    generator: Option<Arc<dyn Generator>>,
) -> Callbacks {
    let flags = args.clone();
    let embedder = engine.embedder().cloned();
    let said: Mutex<Vec<Diagnostic>> = Mutex::new(Vec::new());
    Callbacks {
        configure: Box::new(move || configured(&root, &flags)),
        index: Box::new(move |built, indexing| index(built, embedder.clone(), indexing)),
        answer: Box::new(move |question, emit| {
            let ask = answer::Ask {
                index: question.index,
                config: question.config,
                generator: generator.as_deref().filter(|_| !question.extractive),
                question: question.text,
                gone: question.gone,
            };
            answer::answer(&ask, emit)
        }),
        log: Box::new(move |notice| log(&terminal, notice, &said)),
    }
}

/// `book.toml` as it is now, under the flags that were given at start.
fn configured(root: &std::path::Path, args: &Serve) -> Configured {
    let (config, warnings) = build::read(root)?;
    Ok((with_flags(config, args), warnings))
}

/// An index of the words at once, then the whole one.
fn index(
    built: &Build,
    embedder: Option<Arc<dyn Embedder>>,
    indexing: &Indexing<'_>,
) -> anyhow::Result<Arc<Index>> {
    let stop: &dyn Fn() -> bool = &|| (indexing.stop)();
    let before = indexing.before.as_deref();
    let chunks = pipeline::chunks(&built.site, embedder.as_deref(), before);
    let index = |chunks, embedder| {
        let index = pipeline::index(&built.config, chunks, embedder, before, &|_| {}, stop);
        index.map(Arc::new)
    };
    if embedder.is_some() {
        (indexing.meanwhile)(index(chunks.clone(), None)?);
    }
    index(chunks, embedder)
}

/// One tidy line for each thing that happened; the same problems are shown
/// once, not after every save.
fn log(terminal: &Terminal, notice: &Notice<'_>, said: &Mutex<Vec<Diagnostic>>) {
    match notice {
        Notice::Rebuilt {
            diagnostics,
            files,
            took,
        } => {
            show_new(terminal, diagnostics, said);
            let problems = count(diagnostics);
            let ms = took.as_millis();
            terminal.step(
                "Rebuilt",
                &format!("{} in {ms} ms, {problems}", plural(*files, "file")),
            );
        }
        Notice::NotRebuilt { diagnostics } => {
            show_new(terminal, diagnostics, said);
            terminal.note("the last good site stays up");
        }
        Notice::Indexed { chunks, took } => {
            let seconds = took.as_secs_f64();
            terminal.step(
                "Indexed",
                &format!("{} in {seconds:.2} s", plural(*chunks, "section")),
            );
        }
        Notice::NeedsRestart => {
            terminal.note("what changed in `[serve]` counts from the next start on");
        }
        Notice::Trouble(what) => terminal.error(what, None),
    }
}

/// What tells one problem from another. The line is not a part of it: adding
/// one above makes no problem new.
type Key<'a> = (&'static str, Option<&'a str>, &'a str);

fn key(diagnostic: &Diagnostic) -> Key<'_> {
    let place = diagnostic.place.as_ref();
    let path = place.map(|place| place.path.as_str());
    (diagnostic.code, path, &diagnostic.message)
}

fn show_new(terminal: &Terminal, diagnostics: &[Diagnostic], said: &Mutex<Vec<Diagnostic>>) {
    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
    // Most of a book's problems stay from one save to the next.
    let same = |(old, new): &(&Diagnostic, &Diagnostic)| old.is(new);
    let start = said.iter().zip(diagnostics).take_while(same).count();
    let (before, now) = (&said[start..], &diagnostics[start..]);
    let ends = before.iter().rev().zip(now.iter().rev());
    let end = ends.take_while(same).count();
    let known: HashSet<Key<'_>> = before[..before.len() - end].iter().map(key).collect();
    let is_new = |diagnostic: &&Diagnostic| !known.contains(&key(diagnostic));
    let now = now[..now.len() - end].iter();
    let new: Vec<Diagnostic> = now.filter(is_new).cloned().collect();
    terminal.some_diagnostics(&new);
    *said = diagnostics.to_vec();
}
