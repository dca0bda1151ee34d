//! `docent serve`, the authoring server, and `docent mcp`, the same for one
//! assistant over stdin and stdout.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::args::{Mcp, Serve};
use super::done::Done;
use super::engine;
use super::loading::{Generates, Models};
use super::report::{Terminal, count, plural};
use super::{Exit, build, keys, models};
use crate::answer;
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::models::Presence;
use crate::pipeline::ledger::Ledger;
use crate::pipeline::stamp::Inputs;
use crate::pipeline::{self, Build};
use crate::serve::{self, Callbacks, Configured, Notice, Question, State};

/// What a server's stamp says of the index, which it makes in its own time.
const SERVED: &str = "served";

/// Builds, serves, watches, until Ctrl-C.
pub fn run(terminal: &Terminal, args: &Serve) -> anyhow::Result<Exit> {
    let (config, warnings) = match build::configure(terminal, &args.dir)? {
        Ok(configured) => configured,
        Err(exit) => return Ok(exit),
    };
    let config = with_flags(config, args);
    let listener = serve::bind(&config.serve)?;
    if args.pull {
        pull_missing(terminal)?;
    }
    let models = Models::start(*terminal, &config, args)?;
    let (built, mut ledger) = first_build(terminal, config, warnings)?;
    let host = host_in_url(&built.config.serve.host);
    let address = format!("http://{host}:{}/", listener.local_addr()?.port());
    let callbacks = callbacks(*terminal, args, &built, &models);
    let state = State::new(built, callbacks);
    let first = state.snapshot();
    if !first.build.is_standing() {
        ledger.wrote(&first.build, None);
        state.mark_written();
    }
    state.keep_account(ledger);
    models.stop_if_damaged(&state)?;
    terminal.step("Serving", &format!("{address} (Ctrl-C stops)"));
    if args.open && open::that_detached(&address).is_err() {
        terminal.note(&format!(
            "no browser could be opened; open {address} yourself"
        ));
    }
    keys::listen(*terminal, &state, &address);
    serve::run(listener, &state)?;
    if let Some(ledger) = state.take_account() {
        ledger.keep(|build| {
            let done = Done::of(build, SERVED.to_owned()).again();
            serde_json::to_value(done).unwrap_or_default()
        });
    }
    models.verdict().map(|()| Exit::Fine)
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
        remote: args.remote.clone(),
        ..Serve::default()
    };
    let base = published(&config);
    let config = with_flags(config, &args);
    let models = Models::start(*terminal, &config, &args)?;
    let mut built = pipeline::build(config)?;
    built.diagnostics.extend(warnings);
    let problems = count(&built.diagnostics);
    let pages = plural(built.site.pages.len(), "page");
    terminal.step(
        "Serving",
        &format!("{pages} over stdin and stdout, {problems}"),
    );
    models.generator();
    models.verdict()?;
    let callbacks = callbacks(*terminal, &args, &built, &models);
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

/// The book to start with: what the last build left, where nothing changed
/// since, and otherwise a new one.
fn first_build(
    terminal: &Terminal,
    config: Config,
    warnings: Vec<Diagnostic>,
) -> anyhow::Result<(Build, Ledger)> {
    let start = Instant::now();
    let program = build::program();
    let inputs = Inputs::take(&config, &program);
    let standing = inputs.as_ref().and_then(|inputs| inputs.unchanged(&config));
    let ledger = Ledger::new(program, inputs);
    if let Some(standing) = standing {
        return Ok((Build::standing(config, standing.files), ledger));
    }
    let mut built = pipeline::build(config)?;
    built.diagnostics.extend(warnings);
    diagnostic::sort(&mut built.diagnostics);
    pipeline::write(&built)?;
    terminal.some_diagnostics(&built.diagnostics);
    say_built(
        terminal,
        built.site.pages.len(),
        &built.diagnostics,
        start.elapsed(),
    );
    Ok((built, ledger))
}

fn say_built(terminal: &Terminal, pages: usize, said: &[Diagnostic], took: Duration) {
    let (pages, problems) = (plural(pages, "page"), count(said));
    let seconds = took.as_secs_f64();
    terminal.step("Built", &format!("{pages} in {seconds:.2} s, {problems}"));
}

fn callbacks(terminal: Terminal, args: &Serve, first: &Build, models: &Models) -> Callbacks {
    let flags = args.clone();
    let root = first.config.root.clone();
    let (for_index, for_answers) = (models.clone(), models.clone());
    let for_waits = models.clone();
    let for_browsers = models.clone();
    let said: Mutex<Vec<Diagnostic>> = Mutex::new(first.diagnostics.clone());
    Callbacks {
        configure: Box::new(move || configured(&root, &flags)),
        index: Box::new(move |built, indexing| {
            serve::index(built, for_index.embedder().clone(), indexing)
        }),
        answer: Box::new(move |question, emit| {
            answer::answer(&asked(question, for_answers.generator()), emit)
        }),
        waits: Box::new(move |question| {
            let loaded = for_waits.loaded();
            let needs = |model| answer::needs_model(&asked(question, model)).unwrap_or(true);
            loaded.is_none_or(needs)
        }),
        model: Box::new(move || for_browsers.model()),
        log: Box::new(move |notice| log(&terminal, notice, &said)),
    }
}

/// A question as it is answered with this model.
fn asked<'a>(question: &Question<'a>, model: &'a Generates) -> answer::Ask<'a> {
    let generator = model.as_deref();
    answer::Ask {
        index: question.index,
        config: question.config,
        generator: generator.filter(|_| !question.extractive),
        question: question.text,
        earlier: question.earlier,
        gone: question.gone,
    }
}

/// `book.toml` as it is now, under the flags that were given at start.
fn configured(root: &std::path::Path, args: &Serve) -> Configured {
    let (config, warnings) = build::read(root)?;
    Ok((with_flags(config, args), warnings))
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
            let (what, ms, problems) = (rebuilt(files), took.as_millis(), count(diagnostics));
            terminal.step("Rebuilt", &format!("{what} in {ms} ms, {problems}"));
        }
        Notice::Built {
            pages,
            diagnostics,
            took,
        } => {
            show_new(terminal, diagnostics, said);
            say_built(terminal, *pages, diagnostics, *took);
        }
        Notice::NotRebuilt { diagnostics } => {
            show_new(terminal, diagnostics, said);
            terminal.note("the last good site stays up");
        }
        Notice::Indexed {
            chunks,
            waiting,
            took,
        } => {
            let (sections, seconds) = (plural(*chunks, "section"), took.as_secs_f64());
            let how = match waiting {
                0 => String::new(),
                waiting => format!(" by words; the meaning of {waiting} follows"),
            };
            terminal.step("Indexed", &format!("{sections}{how} in {seconds:.2} s"));
        }
        Notice::NeedsRestart => {
            terminal.note("what changed in `[serve]` counts from the next start on");
        }
        Notice::Watching(how) => terminal.note(how),
        Notice::Trouble(what) => terminal.error(what, None),
    }
}

/// What an author looks for: the page that was saved, or how many look
/// different. The page of the whole book always does.
fn rebuilt(files: &[String]) -> String {
    let is_page = |file: &&String| file.ends_with(".html") && *file != "print.html";
    let pages: Vec<&String> = files.iter().filter(is_page).collect();
    match pages.as_slice() {
        [] if !files.is_empty() => plural(files.len(), "file"),
        [page] => (*page).clone(),
        pages => plural(pages.len(), "page"),
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
