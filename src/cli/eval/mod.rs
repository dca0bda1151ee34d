//! `docent eval`: measures search and answers, and proposes questions.

mod args;
mod text;

use std::path::Path;

pub use args::Eval;
use args::{Format, Mode};
use serde_json::{Map, Value, json};

use super::engine::Engine;
use super::progress::Bar;
use super::report::{Terminal, plural};
use super::{Exit, build};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::eval::{
    self, Comparison, Expected, Job, Labels, Limit, Measure, Record, Run, Set, limits, mine,
};
use crate::pipeline;
use crate::site::Site;

/// Measures, or proposes questions.
pub fn run(terminal: &Terminal, args: &Eval) -> anyhow::Result<Exit> {
    let Some(file) = &args.file else {
        return propose(terminal, args);
    };
    let typed = match typed(args) {
        Ok(typed) => typed,
        Err((message, help)) => {
            terminal.error(&message, Some(&help));
            return Ok(Exit::Usage);
        }
    };
    let before = args.compare.as_deref();
    let before = match before.map(|path| kept(terminal, path)).transpose() {
        Ok(before) => before,
        Err(exit) => return Ok(exit),
    };
    let (mut set, mut problems) = match set(terminal, file)? {
        Ok(read) => read,
        Err(exit) => return Ok(exit),
    };
    let (mut config, _) = match build::configure(terminal, &args.dir)? {
        Ok(configured) => configured,
        Err(exit) => return Ok(exit),
    };
    let (site, _) = pipeline::check(&config)?;
    let engine = Engine::open(terminal, &config, args.mode != Some(Mode::Text))?;
    let Some(mode) = mode(terminal, args, &engine) else {
        return Ok(Exit::Environment);
    };
    if mode == "vector" {
        config.search.alpha = Some(0.0);
    }
    let index = engine.index(&config, &site)?;
    let labels = Labels::new(&config, &site, &index.chunks);
    let expected = match expected(&labels, &mut set, args.limit) {
        Ok(expected) if problems.is_empty() => expected,
        other => {
            problems.extend(other.err().unwrap_or_default());
            return Ok(refuse(terminal, problems));
        }
    };
    let generator = if args.generate {
        engine.generator(&config, &args.remote)?
    } else {
        None
    };
    if args.generate && generator.is_none() {
        let message = "`--generate` needs a language model";
        terminal.error(message, Some("see `docent doctor`"));
        return Ok(Exit::Environment);
    }
    let bar = Bar::new(*terminal);
    let count = set.questions.len() as u64;
    let slow = generator.is_some();
    let job = Job {
        index: &index,
        mode,
        answers: args.ask.then_some(&config.answer),
        generator: generator.as_deref(),
        progress: &|done| {
            if slow {
                bar.count(done as u64, count, "questions put");
            }
        },
    };
    let run = eval::run(&job, &set.questions, &expected)?;
    bar.finish();
    if !args.ask
        && set
            .questions
            .iter()
            .any(|question| question.expect.is_empty())
    {
        terminal.note("refusals and phrases are measured with `--ask`");
    }
    show(terminal, args, &run, before.as_ref())?;
    Ok(judge(terminal, &run, &limits::joined(&set.limits, typed)))
}

/// What each question expects; only then are some of them left out, so that a
/// quick run finds every stale label, too.
fn expected(
    labels: &Labels<'_>,
    set: &mut Set,
    limit: Option<usize>,
) -> Result<Vec<Vec<Expected>>, Vec<Diagnostic>> {
    let expected = labels.of(&set.questions)?;
    let Some(limit) = limit else {
        return Ok(expected);
    };
    eval::thin(&mut set.questions, limit);
    labels.of(&set.questions)
}

/// Keeps the run and prints it, with what changed since the one `before`.
fn show(terminal: &Terminal, args: &Eval, run: &Run, before: Option<&Run>) -> anyhow::Result<()> {
    let comparison = before.map(|before| eval::compare(before, run));
    if let Some(path) = &args.save {
        fs_err::write(path, format!("{:#}\n", json!(run)))?;
    }
    match args.format {
        Format::Text => {
            let mut out = text::run(run, args.verbose);
            out.extend(comparison.as_ref().map(text::comparison));
            terminal.data(&out)
        }
        Format::Json => terminal.data(&json_of(run, comparison.as_ref())),
    }
}

/// The limits among the arguments.
fn typed(args: &Eval) -> Result<Vec<Limit>, (String, String)> {
    let min = args.min.iter().map(|text| limits::typed(true, text));
    min.chain(args.max.iter().map(|text| limits::typed(false, text)))
        .collect()
}

/// The run in the file at `path`; its faults are shown here.
fn kept(terminal: &Terminal, path: &Path) -> Result<Run, Exit> {
    let read = fs_err::read_to_string(path).map_err(|error| (error.to_string(), ""));
    read.and_then(|text| Run::read(&text))
        .map_err(|(message, help)| {
            let message = format!("no run to compare with in `{}`: {message}", path.display());
            terminal.error(&message, Some(help).filter(|help| !help.is_empty()));
            Exit::Usage
        })
}

/// The questions in `file`, with what is wrong with them.
fn set(terminal: &Terminal, file: &Path) -> anyhow::Result<Result<(Set, Vec<Diagnostic>), Exit>> {
    let bytes = match fs_err::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("no file `{}`", file.display());
            let help = "propose questions with `docent eval --mine --output FILE`";
            terminal.error(&message, Some(help));
            return Ok(Err(Exit::Usage));
        }
        Err(error) => return Err(error.into()),
    };
    let name = build::shown(file);
    let Ok(text) = String::from_utf8(bytes) else {
        terminal.error(
            &format!("`{name}` is not UTF-8"),
            Some("save the file as UTF-8"),
        );
        return Ok(Err(Exit::Content));
    };
    Ok(Ok(eval::read(&name, &text.into())))
}

/// How it is searched, by what is wanted and what is there.
fn mode(terminal: &Terminal, args: &Eval, engine: &Engine) -> Option<&'static str> {
    let mode = match (args.mode, engine.embedder()) {
        (Some(Mode::Text), _) | (None, None) => "text",
        (Some(Mode::Vector), Some(_)) => "vector",
        (Some(Mode::Hybrid) | None, Some(_)) => "hybrid",
        (Some(_), None) => {
            let message = "searching by meaning needs the embedding model";
            terminal.error(
                message,
                Some("see `docent doctor`, or measure `--mode text`"),
            );
            return None;
        }
    };
    Some(mode)
}

/// Shows what is wrong with the questions. Nothing is measured then: wrong
/// labels make wrong figures.
fn refuse(terminal: &Terminal, mut problems: Vec<Diagnostic>) -> Exit {
    crate::diagnostic::sort(&mut problems);
    terminal.some_diagnostics(&problems);
    terminal.count(&problems);
    Exit::Content
}

/// The run as one document: measures first, then groups, then each question.
fn json_of(run: &Run, comparison: Option<&Comparison>) -> String {
    let records: Vec<&Record> = run.questions.iter().collect();
    let measures: Map<String, Value> = Measure::ALL
        .into_iter()
        .filter_map(|measure| Some((measure.name().to_owned(), json!(measure.value(&records)?))))
        .collect();
    let mut document = json!(run);
    document["measures"] = Value::Object(measures);
    if let Some(comparison) = comparison {
        document["comparison"] = json!(comparison);
    }
    format!("{document:#}\n")
}

/// Whether the run keeps its limits; what it does not keep is shown.
fn judge(terminal: &Terminal, run: &Run, limits: &[Limit]) -> Exit {
    let broken = limits::broken(run, limits);
    for (message, help) in &broken {
        terminal.error(message, help.as_deref());
    }
    if broken.is_empty() {
        if !limits.is_empty() {
            terminal.step("Kept", &plural(limits.len(), "limit"));
        }
        Exit::Fine
    } else {
        Exit::Content
    }
}

/// Proposes questions.
fn propose(terminal: &Terminal, args: &Eval) -> anyhow::Result<Exit> {
    let (config, _): (Config, _) = match build::configure(terminal, &args.dir)? {
        Ok(configured) => configured,
        Err(exit) => return Ok(exit),
    };
    let (site, _): (Site, _) = pipeline::check(&config)?;
    let mut proposals = mine::mine(&site, &config.book.language);
    eval::thin(&mut proposals, args.limit.unwrap_or(usize::MAX));
    let lines = args.output.as_ref().and_then(|path| path.extension());
    let lines = lines.is_some_and(|extension| extension == "jsonl" || extension == "ndjson");
    let text = if lines || args.format == Format::Json {
        mine::json_lines(&proposals)
    } else {
        mine::yaml(&proposals)
    };
    let Some(path) = &args.output else {
        terminal.data(&text)?;
        return Ok(Exit::Fine);
    };
    // Questions that someone reviewed are not written over.
    if path.exists() {
        let message = format!("`{}` is there already", path.display());
        terminal.error(&message, Some("name another file"));
        return Ok(Exit::Usage);
    }
    fs_err::write(path, text)?;
    let count = plural(proposals.len(), "question");
    terminal.step(
        "Proposed",
        &format!("{count} in `{}`: read them", path.display()),
    );
    Ok(Exit::Fine)
}
