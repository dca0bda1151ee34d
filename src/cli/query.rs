//! `docent search` and `docent ask`.

use std::ops::ControlFlow;

use serde_json::json;

use super::args::{Ask, Search};
use super::engine::Engine;
use super::report::Terminal;
use super::{Exit, build};
use crate::answer::{self, Answer, AnswerError, Citation, Event, Quote, Sentence};
use crate::config::Config;
use crate::content::Kind;
use crate::index::{Chunk, Hit, Index, Query};
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
    let hits = opened.index.search(&query)?;
    let shown = hits.iter().map(|hit| {
        let chunk = &opened.index.chunks[hit.chunk];
        Ok((hit, chunk, opened.index.excerpt(hit, &query)?))
    });
    let shown: Vec<Shown<'_>> = shown.collect::<anyhow::Result<_>>()?;
    if args.json {
        terminal.data(&json_hits(&query, &shown))?;
    } else if shown.is_empty() {
        terminal.note("nothing found");
    } else {
        terminal.data(&text_hits(&shown))?;
    }
    Ok(Exit::Fine)
}

/// A hit with its chunk and its excerpt: pieces of text, matching words
/// marked.
type Shown<'a> = (&'a Hit, &'a Chunk, Vec<(String, bool)>);

fn json_hits(query: &Query, shown: &[Shown<'_>]) -> String {
    let hits: Vec<serde_json::Value> = shown
        .iter()
        .map(|(hit, chunk, excerpt)| {
            let excerpt: Vec<_> = excerpt
                .iter()
                .map(|(text, mark)| json!({ "text": text, "mark": mark }))
                .collect();
            json!({
                "title": chunk.title,
                "heading": chunk.heading(),
                "trail": chunk.trail,
                "kind": chunk.kind,
                "url": chunk.url(),
                "excerpt": excerpt,
                "score": hit.score,
                "text": hit.text.map(|(score, rank)| json!({ "score": score, "rank": rank })),
                "vector": hit.vector.map(|(score, rank)| json!({ "score": score, "rank": rank })),
            })
        })
        .collect();
    format!("{:#}\n", json!({ "query": query.text, "hits": hits }))
}

fn text_hits(shown: &[Shown<'_>]) -> String {
    let mut out = String::new();
    for (at, (_, chunk, excerpt)) in shown.iter().enumerate() {
        let excerpt: String = excerpt.iter().map(|(text, _)| text.as_str()).collect();
        let excerpt = excerpt.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = name(&chunk.title, chunk.heading());
        out.push_str(&format!(
            "{:>2}. {name}\n    {}\n    {excerpt}\n\n",
            at + 1,
            chunk.url()
        ));
    }
    out
}

/// `Page › Section`, or the page alone.
fn name(title: &str, heading: &str) -> String {
    if heading == title {
        title.to_owned()
    } else {
        format!("{title} › {heading}")
    }
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
    let index = engine.index(&config, &site)?;
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
        opened.engine.generator(&opened.config)?
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
    let name = name(&citation.title, &citation.heading);
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
