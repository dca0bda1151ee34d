//! The arguments of `docent eval`, as typed.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::args::RemoteHosts;

/// `docent eval`.
#[derive(Debug, clap::Args)]
pub struct Eval {
    /// The questions: YAML, or JSON Lines in a file that ends in `.jsonl`
    #[arg(required_unless_present = "mine", conflicts_with = "mine")]
    pub file: Option<PathBuf>,

    /// The folder that holds `book.toml` or `mkdocs.yml`
    #[arg(short = 'C', long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,

    /// How to search; by both when the embedding model is there, else by words
    #[arg(long, value_enum)]
    pub mode: Option<Mode>,

    /// Measure whole answers too: refusals, citations, phrases
    #[arg(long)]
    pub ask: bool,

    /// Let the language model write, and measure its sentences
    #[arg(long, requires = "ask")]
    pub generate: bool,

    /// At most so many questions, spread evenly over all of them
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,

    /// Fail when a measure is lower, such as `hit@5=0.95`; may be repeated
    #[arg(long, value_name = "MEASURE=N")]
    pub min: Vec<String>,

    /// Fail when a measure is higher, such as `false-refusal=0.05`; may be
    /// repeated
    #[arg(long, value_name = "MEASURE=N")]
    pub max: Vec<String>,

    /// Keep the run in this file
    #[arg(long, value_name = "RUN")]
    pub save: Option<PathBuf>,

    /// Show what changed since the run in this file, question by question
    #[arg(long, value_name = "RUN")]
    pub compare: Option<PathBuf>,

    /// How to print the result, or what was proposed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Show every question that missed, not only the first ones
    #[arg(short, long)]
    pub verbose: bool,

    /// Propose questions from the book's headings, FAQ entries, link texts and
    /// redirects
    #[arg(
        long,
        conflicts_with_all = ["mode", "ask", "min", "max", "save", "compare", "verbose"]
    )]
    pub mine: bool,

    /// Write the proposed questions into this file, which must not be there
    #[arg(short, long, value_name = "FILE", requires = "mine")]
    pub output: Option<PathBuf>,

    /// Where the language model may be
    #[command(flatten)]
    pub remote: RemoteHosts,
}

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// By words
    Text,
    /// By meaning
    Vector,
    /// By both, as readers search
    Hybrid,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table; YAML for proposed questions
    Text,
    /// One JSON document; JSON Lines for proposed questions
    Json,
}
