//! `docent gaps`: the questions that the book did not answer, and the answers
//! that did not help.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use super::engine::Engine;
use super::report::{Terminal, plural};
use super::{Exit, build, hits};
use crate::gaps::feedback::{self, Judged};
use crate::gaps::{self, Asked, Gap, Verdict, log};
use crate::pipeline;

/// How many other wordings of a question are shown.
const WORDINGS: usize = 5;

/// `docent gaps`.
#[derive(Debug, clap::Args)]
pub struct Gaps {
    /// The folder that holds `book.toml` or `mkdocs.yml`
    #[arg(default_value = ".")]
    pub dir: PathBuf,

    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Group by words only, not meaning
    #[arg(long)]
    pub no_embeddings: bool,

    /// Remove every question that was kept
    #[arg(long, conflicts_with_all = ["format", "no_embeddings"])]
    pub clear: bool,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// Shows what is kept, or removes it.
pub fn run(terminal: &Terminal, args: &Gaps) -> anyhow::Result<Exit> {
    let (config, _) = match build::configure(terminal, &args.dir)? {
        Ok(configured) => configured,
        Err(exit) => return Ok(exit),
    };
    let folder = &config.cache_dir;
    if args.clear {
        let any = log::clear(folder)?;
        let what = if any {
            "every question that was kept"
        } else {
            "nothing: none was kept"
        };
        terminal.step("Removed", what);
        return Ok(Exit::Fine);
    }
    let asked = Asked::count(&log::read(folder)?);
    let mut found = Vec::new();
    if !asked.is_empty() {
        let (site, _) = pipeline::check(&config)?;
        let engine = Engine::open(terminal, &config, !args.no_embeddings)?;
        let index = engine.index(&config, site)?;
        found = gaps::gaps(&asked, &index, &config.answer)?;
    }
    let judged = feedback::judged(&feedback::read(folder)?);
    if args.format == Format::Json {
        let all = json!({ "gaps": found, "feedback": judged });
        terminal.data(&format!("{all:#}\n"))?;
        return Ok(Exit::Fine);
    }
    if !judged.is_empty() {
        terminal.data(&told(&judged))?;
    }
    if found.is_empty() {
        terminal.note(if config.answer.keep_questions {
            "no question was kept yet: every one was answered, or none was asked"
        } else {
            "no question is kept; `keep-questions = true` in the table `[answer]` lets `docent serve` keep those without an answer"
        });
    } else {
        let space = if judged.is_empty() { "" } else { "\n" };
        terminal.data(&format!("{space}{}", text(&found)))?;
        if found.iter().any(|gap| gap.verdict != Verdict::AnsweredNow) {
            terminal.note("where a page has it under another name, group both names in `synonyms` in the table `[search]`");
        }
    }
    Ok(Exit::Fine)
}

/// What readers said of answers: those that did not help one by one.
fn told(judged: &[Judged]) -> String {
    let unhelpful: usize = judged.iter().map(|one| one.unhelpful).sum();
    let helpful: usize = judged.iter().map(|one| one.helpful).sum();
    let answers = plural(helpful + unhelpful, "answer");
    let mut out = format!("{answers} judged by readers, {unhelpful} as no help\n");
    for one in judged.iter().filter(|one| one.unhelpful > 0) {
        let of = one.unhelpful + one.helpful;
        out.push_str(&format!(
            "\n{:>4} of {of} {}\n",
            one.unhelpful, one.question
        ));
        for reason in one.reasons.iter().rev().take(WORDINGS) {
            out.push_str(&format!("       because: {reason}\n"));
        }
    }
    out
}

fn text(gaps: &[Gap]) -> String {
    let asked: usize = gaps.iter().map(|gap| gap.count).sum();
    let mut out = format!(
        "{} without an answer, in {}\n",
        plural(asked, "question"),
        plural(gaps.len(), "group")
    );
    for gap in gaps {
        out.push_str(&format!("\n{:>4} × {}\n", gap.count, gap.question));
        if !gap.also.is_empty() {
            let more = gap.also.len().saturating_sub(WORDINGS);
            let more = if more > 0 {
                format!("; {more} more")
            } else {
                String::new()
            };
            let also: Vec<&str> = gap.also.iter().take(WORDINGS).map(String::as_str).collect();
            out.push_str(&format!("       also: {}{more}\n", also.join("; ")));
        }
        out.push_str(match gap.verdict {
            Verdict::ContentMissing => "       content missing: no page speaks of it\n",
            Verdict::SearchFailed => {
                "       search failed: a page has it, in words that were not sure enough\n"
            }
            Verdict::AnsweredNow => "       answered now\n",
        });
        for near in &gap.nearest {
            let name = hits::name(&near.title, &near.heading);
            out.push_str(&format!("       near: {name} ({})\n", near.url));
        }
    }
    out
}
