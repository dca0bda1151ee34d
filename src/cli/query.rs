//! `docent search` and `docent ask`.

use std::ops::ControlFlow;

use serde_json::json;

use super::args::{Ask, Search};
use super::engine::Engine;
use super::hits::{self, Shown};
use super::report::Terminal;
use super::{Exit, build};
use crate::answer::{self, Answer, AnswerError, Citation, Event, Quote, Sentence};
use crate::config::Config;
use crate::content::Kind;
use crate::index::{Hit, Index, Query, Why};
use crate::pipeline;

/// Prints the hits of a query.
pub fn search(terminal: &Terminal, args: &Search) -> anyhow::Result<Exit> {
    let kind = match args
        .kind
        .as_deref()
        .map(|name| (name, Kind::from_name(name)))
    {
        Some((name, None)) => {
            let help = "use `tutorial`, `how-to`, `reference` or `explanation`";
            terminal.error(&format!("no kind is called `{name}`"), Some(help));
            return Ok(Exit::Usage);
        }
        Some((_, kind)) => kind,
        None => None,
    };
    let opened = match open(terminal, &args.dir, !args.no_embeddings)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let limit = args.limit.unwrap_or(opened.config.search.limit);
    let query = Query {
        text: args.query.join(" "),
        kind,
        limit,
    };
    let found: Vec<(Hit, Option<Why>)> = if args.explain {
        let explained = opened.index.explain(&query)?.into_iter();
        explained.map(|(hit, why)| (hit, Some(why))).collect()
    } else {
        let hits = opened.index.search(&query)?.into_iter();
        hits.map(|hit| (hit, None)).collect()
    };
    let shown = found.into_iter().map(|(hit, why)| {
        let chunk = &opened.index.chunks[hit.chunk];
        let excerpt = opened.index.excerpt(&hit, &query)?;
        Ok(Shown {
            hit,
            chunk,
            excerpt,
            why,
        })
    });
    let shown: Vec<Shown<'_>> = shown.collect::<anyhow::Result<_>>()?;
    if args.json {
        terminal.data(&hits::json(&query, &shown))?;
    } else if shown.is_empty() {
        terminal.note("nothing found");
    } else {
        terminal.data(&hits::text(&shown))?;
    }
    Ok(Exit::Fine)
}

struct Opened {
    config: Config,
    index: Index,
    engine: Engine,
}

/// The book's configuration and its index, made or brought up to date.
fn open(
    terminal: &Terminal,
    dir: &std::path::Path,
    embeddings: bool,
) -> anyhow::Result<Result<Opened, Exit>> {
    let (config, _) = match build::configure(terminal, dir)? {
        Ok(configured) => configured,
        Err(exit) => return Ok(Err(exit)),
    };
    let (site, _) = pipeline::check(&config)?;
    let engine = Engine::open(terminal, &config, embeddings)?;
    let index = engine.index(&config, site)?;
    Ok(Ok(Opened {
        config,
        index,
        engine,
    }))
}

/// Prints an answer as it comes.
pub fn ask(terminal: &Terminal, args: &Ask) -> anyhow::Result<Exit> {
    let opened = match open(terminal, &args.dir, !args.no_embeddings)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let generator = if args.extractive {
        None
    } else {
        opened.engine.generator(&opened.config, &args.remote)?
    };
    let question = args.question.join(" ");
    let ask = answer::Ask {
        index: &opened.index,
        config: &opened.config.answer,
        generator: generator.as_deref(),
        question: &question,
        gone: &|| false,
    };
    let mut failure = None;
    let mut whole = Answer::to(question.trim());
    let mut printer = Printer {
        terminal,
        verbose: args.verbose,
        last: Part::Start,
    };
    let result = answer::answer(&ask, &mut |event| {
        let printed = if args.json {
            Ok(())
        } else {
            printer.print(&event)
        };
        whole.add(event);
        match printed {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    if let Some(error) = failure {
        return Err(error);
    }
    match result {
        Ok(()) => {}
        Err(AnswerError::BadQuestion(why)) => {
            terminal.error(&why, None);
            return Ok(Exit::Usage);
        }
        Err(error) => return Err(error.into()),
    }
    if args.json {
        terminal.data(&format!("{:#}\n", json!(whole)))?;
    }
    if let Some(failure) = &whole.usage.failure {
        terminal.note(failure);
    }
    Ok(Exit::Fine)
}

/// What was printed last, for the headings between the parts.
#[derive(PartialEq)]
enum Part {
    Start,
    Quotes,
    Sentences,
}

struct Printer<'a> {
    terminal: &'a Terminal,
    /// Whether to show what the check held back.
    verbose: bool,
    last: Part,
}

impl Printer<'_> {
    fn print(&mut self, event: &Event) -> anyhow::Result<()> {
        match event {
            Event::Sources { sources } => {
                let sources: String = sources.iter().map(source).collect();
                self.terminal.data(&format!("Sources\n{sources}"))
            }
            Event::Quote(Quote {
                text,
                code,
                citation,
                ..
            }) => {
                let heading = self.heading(Part::Quotes, "\nFrom the documentation\n");
                let text = quote(text, *code);
                self.terminal
                    .data(&format!("{heading}{text} [{citation}]\n"))
            }
            Event::Sentence(Sentence { text, citations }) => {
                let heading = self.heading(
                    Part::Sentences,
                    "\nIn other words, checked against the sources\n",
                );
                let marks: String = citations
                    .iter()
                    .map(|number| format!(" [{number}]"))
                    .collect();
                self.terminal.data(&format!("{heading}  {text}{marks}\n"))
            }
            Event::Abstain {
                message, nearest, ..
            } => {
                let nearest: String = nearest.iter().map(source).collect();
                let near = if nearest.is_empty() {
                    ""
                } else {
                    "\nNearest sections\n"
                };
                self.terminal.data(&format!("{message}\n{near}{nearest}"))
            }
            Event::Done { usage } => {
                for (text, reason) in usage.held_back.iter().filter(|_| self.verbose) {
                    self.terminal.line(&format!("held back, {reason}: {text}"));
                }
                let model = usage.model.as_deref().unwrap_or("passages only");
                let seconds = usage.total_ms as f64 / 1000.0;
                let none = usage.dropped > 0 && usage.sentences == 0;
                let held = if none {
                    "; no sentence of it passed the check"
                } else {
                    ""
                };
                self.terminal
                    .line(&format!("\n{model}, {seconds:.2} s{held}"));
                Ok(())
            }
        }
    }

    fn heading(&mut self, part: Part, heading: &'static str) -> &'static str {
        if self.last == part {
            return "";
        }
        self.last = part;
        heading
    }
}

fn source(citation: &Citation) -> String {
    let name = hits::name(&citation.title, &citation.heading);
    format!("  [{}] {name}\n      {}\n", citation.number, citation.url)
}

/// A quoted passage: indented code, or running text behind a bar.
fn quote(text: &str, code: bool) -> String {
    let mark = if code { "      " } else { "  > " };
    text.lines()
        .map(|line| format!("{mark}{line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
