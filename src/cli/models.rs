//! `docent models` and `docent doctor`.

use anyhow::Context as _;

use super::args::{Doctor, Models, ModelsAction};
use super::engine::{self, check_processor, store, variable};
use super::progress::Bar;
use super::report::{Terminal, plural};
use super::{Exit, build};
use crate::answer::remote::Refusal;
use crate::answer::{Generator as _, RemoteModel};
use crate::models::pull::Options;
use crate::models::verify::Health;
use crate::models::{Presence, Progress, Store, hub};

/// Lists, pulls or verifies.
pub fn run(terminal: &Terminal, args: &Models) -> anyhow::Result<Exit> {
    let store = store()?;
    match &args.action {
        ModelsAction::List => list(terminal, &store),
        ModelsAction::Pull { names, from } => {
            if let Some(unknown) = names.iter().find_map(|name| store.model(name).err()) {
                terminal.error(&unknown.what, Some(&unknown.fix));
                return Ok(Exit::Usage);
            }
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            pull(terminal, &store, &names, from.clone())?;
            Ok(Exit::Fine)
        }
        ModelsAction::Verify => verify(terminal, &store),
    }
}

/// Fetches models, with a bar on a terminal and plain lines elsewhere.
///
/// # Errors
/// When a file could not be had from any source.
pub fn pull(
    terminal: &Terminal,
    store: &Store,
    names: &[&str],
    from: Option<std::path::PathBuf>,
) -> anyhow::Result<()> {
    let mut options = Options {
        from,
        hub: hub_options(),
        ..Options::default()
    };
    if let Some(python) = variable("PYTHON").filter(|python| !python.is_empty()) {
        options.python = python.into();
    }
    let bar = Bar::new(*terminal);
    store.pull(names, &options, &|step| show(terminal, &bar, step))?;
    bar.finish();
    terminal.step("Ready", &format!("models in `{}`", store.dir().display()));
    Ok(())
}

/// The hub's variables, as its own tools read them.
fn hub_options() -> hub::Options {
    let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
    let set =
        |name: &str| text(name).is_some_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    let mut options = hub::Options::default();
    if let Some(endpoint) = text("HF_ENDPOINT").filter(|endpoint| !endpoint.is_empty()) {
        options.endpoint = endpoint;
    }
    options.offline = set("HF_HUB_OFFLINE") || set("TRANSFORMERS_OFFLINE");
    options
}

fn show(terminal: &Terminal, bar: &Bar, step: Progress<'_>) {
    match step {
        Progress::Waiting { model } => {
            terminal.note(&format!("waiting for another pull of `{model}`"));
        }
        Progress::Present { model, file } => terminal.step("Present", &format!("{model}/{file}")),
        Progress::Trying {
            model,
            file,
            source,
        } => {
            terminal.step("Fetching", &format!("{model}/{file} from {source}"));
        }
        Progress::Failed { source, why, .. } => terminal.note(&format!("not from {source}: {why}")),
        Progress::Bytes { done, total } => bar.bytes(done, total),
        Progress::Placed { model, file, bytes } => {
            bar.finish();
            terminal.step("Checked", &format!("{model}/{file}, {}", size(bytes)));
        }
        Progress::Making { model, file } => terminal.step("Making", &format!("{model}/{file}")),
        Progress::Checking { model, file } => terminal.step("Reading", &format!("{model}/{file}")),
    }
}

fn list(terminal: &Terminal, store: &Store) -> anyhow::Result<Exit> {
    let mut out = String::new();
    for listed in store.list() {
        let model = listed.model;
        let here = match listed.presence {
            Presence::Present => "here",
            Presence::Partial => "incomplete",
            Presence::Absent => "not here",
        };
        out.push_str(&format!(
            "{:<24} {:<10} {:<12} {:>9}  {here}\n",
            model.name,
            model.purpose.word(),
            model.licence,
            size(model.bytes()),
        ));
    }
    terminal.data(&out)?;
    terminal.line(&format!("in `{}`", store.dir().display()));
    Ok(Exit::Fine)
}

fn verify(terminal: &Terminal, store: &Store) -> anyhow::Result<Exit> {
    let found = store.verify(&|_| {});
    if found.is_empty() {
        terminal.error("no models are here", Some("run `docent models pull`"));
        return Ok(Exit::Environment);
    }
    let mut out = String::new();
    for file in &found {
        out.push_str(&format!(
            "{:<28} {}\n",
            file.health.words(),
            file.path.display()
        ));
    }
    terminal.data(&out)?;
    let bad: Vec<_> = found
        .iter()
        .filter(|file| file.health != Health::Ok)
        .collect();
    for file in &bad {
        let what = format!("{}: {}", file.path.display(), file.health.words());
        terminal.error(&what, file.fix.as_deref());
    }
    terminal.step("Verified", &plural(found.len(), "file"));
    Ok(if bad.is_empty() {
        Exit::Fine
    } else {
        Exit::Environment
    })
}

/// Bytes as people read them, in decimal units.
fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} B"),
        1_000..=999_999 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// One finding a line: what was looked at, whether it is well, the fix.
pub fn doctor(terminal: &Terminal, args: &Doctor) -> anyhow::Result<Exit> {
    let mut findings = Findings {
        out: String::new(),
        bad: false,
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    findings.add(
        "processor",
        Ok(format!(
            "{} for docent's kernels, {}",
            check_processor(),
            plural(cores, "core")
        )),
    );
    let store = store()?;
    findings.add("model folder", Ok(store.dir().display().to_string()));
    for listed in store
        .list()
        .into_iter()
        .filter(|listed| listed.model.default)
    {
        let name = listed.model.name;
        findings.add(
            name,
            match listed.presence {
                Presence::Present => Ok("here".to_owned()),
                Presence::Partial => Err((
                    "incomplete".to_owned(),
                    format!("run `docent models pull {name}`"),
                )),
                Presence::Absent => Err((
                    "not here".to_owned(),
                    format!("run `docent models pull {name}`"),
                )),
            },
        );
    }
    match build::read(&std::path::absolute(&args.dir).context("finding the book")?) {
        Ok((config, _)) => {
            findings.add("book", Ok(build::shown(&config.src)));
            let engine = engine::Engine::open(terminal, &config, true)?;
            let meaning = if engine.embedder().is_some() {
                "words and meaning"
            } else {
                "words only"
            };
            findings.add("search", Ok(meaning.to_owned()));
            if let Some(base_url) = &config.answer.base_url {
                let model = engine::remote_model(base_url, &config, &args.remote);
                findings.add("language model", asked(model));
            }
        }
        Err(problems) => {
            let problem = problems.first();
            let what = problem.map_or_else(String::new, |problem| problem.message.clone());
            let fix = problem
                .and_then(|problem| problem.help.clone())
                .unwrap_or_default();
            findings.add("book", Err((what, fix)));
        }
    }
    terminal.data(&findings.out)?;
    Ok(if findings.bad {
        Exit::Environment
    } else {
        Exit::Fine
    })
}

/// Whether the book's model behind a URL may be asked, answers, and is there.
fn asked(model: Result<RemoteModel, Refusal>) -> Result<String, (String, String)> {
    let model = model.map_err(|refusal| (refusal.what, refusal.fix))?;
    let (name, place) = (model.name(), model.address().place());
    match model.look() {
        Ok((_, true)) => Ok(format!("`{name}` at `{place}`, which answers")),
        Ok((names, false)) => Err((
            format!("`{place}` answers, but lists no model `{name}`"),
            format!(
                "set `model` in the table `[answer]` to one of: {}",
                names.join(", ")
            ),
        )),
        Err(why) => Err((
            format!("`{place}` does not answer: {why}"),
            "start the server, or correct `base-url` in the table `[answer]`".to_owned(),
        )),
    }
}

struct Findings {
    out: String,
    bad: bool,
}

impl Findings {
    fn add(&mut self, what: &str, finding: Result<String, (String, String)>) {
        match finding {
            Ok(text) => self.out.push_str(&format!("ok    {what}: {text}\n")),
            Err((text, fix)) => {
                self.bad = true;
                self.out
                    .push_str(&format!("lacks {what}: {text}\n      fix: {fix}\n"));
            }
        }
    }
}
