//! `docent ask`: one question, or a talk.

use std::io::{BufRead as _, IsTerminal as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::json;

use super::Exit;
use super::args::Ask;
use super::hits;
use super::query::{self, Opened};
use super::report::Terminal;
use crate::answer::{
    self, Answer, AnswerError, Citation, Event, Generator, Quote, Remembering, Sentence, follow,
};

/// What a person at a terminal is shown before each question.
const PROMPT: &str = "\n? ";

/// Answers the question, or one after the other from the standard input.
pub fn ask(terminal: &Terminal, args: &Ask) -> anyhow::Result<Exit> {
    let opened = match query::open(terminal, &args.dir, !args.no_embeddings)? {
        Ok(opened) => opened,
        Err(exit) => return Ok(exit),
    };
    let generator = if args.extractive {
        None
    } else {
        opened.engine.generator(&opened.config, &args.remote)?
    };
    let mut talk = Talk {
        terminal,
        args,
        opened,
        generator: generator.map(|model| Arc::new(Remembering::new(model)) as _),
        earlier: Vec::new(),
    };
    if args.question.is_empty() {
        talk.listen()
    } else {
        talk.put(&args.question.join(" "))
    }
}

/// Questions of which each may lean on those before it.
struct Talk<'a> {
    terminal: &'a Terminal,
    args: &'a Ask,
    opened: Opened,
    generator: Option<Arc<dyn Generator>>,
    earlier: Vec<String>,
}

impl Talk<'_> {
    /// One question from each line of the standard input.
    fn listen(&mut self) -> anyhow::Result<Exit> {
        let input = std::io::stdin();
        let by_hand = self.terminal.interactive && input.is_terminal();
        if by_hand {
            let how = "ask, and ask on: \"why?\", \"and on Windows?\"; Ctrl-D ends";
            self.terminal.note(how);
            if let Some(generator) = &self.generator {
                generator.warm();
            }
            self.terminal.ask(PROMPT);
        }
        let mut last = None;
        for line in input.lock().lines() {
            let line = line.map_err(|error| anyhow::anyhow!("reading the questions: {error}"))?;
            if !line.trim().is_empty() {
                if last.is_some() && !by_hand && !self.args.json {
                    self.terminal.data("\n")?;
                }
                last = Some(self.put(&line)?);
            }
            if by_hand {
                self.terminal.ask(PROMPT);
            }
        }
        if by_hand {
            self.terminal.line("");
            return Ok(Exit::Fine);
        }
        Ok(last.unwrap_or_else(|| {
            let help = "write it behind `docent ask`, or one on each line of the standard input";
            self.terminal.error("no question", Some(help));
            Exit::Usage
        }))
    }

    /// Prints the answer to one question as it comes.
    fn put(&mut self, question: &str) -> anyhow::Result<Exit> {
        let ask = answer::Ask {
            index: &self.opened.index,
            config: &self.opened.config.answer,
            generator: self.generator.as_deref(),
            question,
            earlier: &self.earlier,
            gone: &|| false,
        };
        let mut failure = None;
        let mut whole = Answer::to(question.trim());
        let mut printer = Printer {
            terminal: self.terminal,
            verbose: self.args.verbose,
            last: Part::Start,
        };
        let result = answer::answer(&ask, &mut |event| {
            let printed = if self.args.json {
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
                self.terminal.error(&why, None);
                return Ok(Exit::Usage);
            }
            Err(error) => return Err(error.into()),
        }
        if self.args.json {
            self.terminal.data(&format!("{:#}\n", json!(whole)))?;
        }
        if let Some(failure) = &whole.usage.failure {
            self.terminal.note(failure);
        }
        self.earlier.push(question.to_owned());
        let old = self.earlier.len().saturating_sub(follow::TURNS);
        self.earlier.drain(..old);
        Ok(Exit::Fine)
    }
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
            Event::Understood { question } => self
                .terminal
                .data(&format!("Understood as: {question}\n\n")),
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
                message,
                nearest,
                contact,
            } => {
                let nearest: String = nearest.iter().map(source).collect();
                let near = if nearest.is_empty() {
                    ""
                } else {
                    "\nNearest sections\n"
                };
                let contact = contact.as_ref();
                let contact = contact.map(|contact| format!("\nAsk instead: {contact}\n"));
                let contact = contact.unwrap_or_default();
                let text = format!("{message}\n{near}{nearest}{contact}");
                self.terminal.data(&text)
            }
            Event::Done { usage } => {
                for (text, reason) in usage.held_back.iter().filter(|_| self.verbose) {
                    self.terminal.line(&format!("held back, {reason}: {text}"));
                }
                let model = usage.model.as_deref().unwrap_or("passages only");
                let remembered = if usage.cached { ", remembered" } else { "" };
                let seconds = usage.total_ms as f64 / 1000.0;
                let none = usage.dropped > 0 && usage.sentences == 0;
                let held = if none {
                    "; no sentence of it passed the check"
                } else {
                    ""
                };
                self.terminal
                    .line(&format!("\n{model}{remembered}, {seconds:.2} s{held}"));
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
