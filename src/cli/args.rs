//! The arguments, as typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub use super::eval::Eval;
pub use super::gaps::Gaps;

/// docent builds Markdown into a documentation site and answers questions
/// about it, offline
#[derive(Debug, Parser)]
#[command(name = "docent", version, max_term_width = 100)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub command: Command,

    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that wants it
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a small book that builds without a warning
    Init(Init),
    /// Build the site and its search index
    Build(Build),
    /// Show every problem in the content; nothing is written
    Check(Check),
    /// Build, watch, reload open pages, answer searches and questions
    Serve(Serve),
    /// Search a book in the terminal
    Search(Search),
    /// Ask a book a question in the terminal
    Ask(Ask),
    /// Measure how well a book is searched and answered
    Eval(Box<Eval>),
    /// Show the questions of readers that a book did not answer
    Gaps(Gaps),
    /// Let an assistant or editor search, read and ask a book, over stdin and stdout
    Mcp(Mcp),
    /// List, pull and verify model files
    Models(Models),
    /// Show what this machine has and lacks, with the fix
    Doctor(Doctor),
}

/// `docent init`.
#[derive(Debug, clap::Args)]
pub struct Init {
    /// The folder of the new book
    #[arg(default_value = ".")]
    pub dir: PathBuf,

    /// Write the `book.toml` for a book of another tool in the folder
    #[arg(long, value_enum, value_name = "TOOL")]
    pub from: Option<Tool>,
}

/// A tool whose books can be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// MkDocs, with or without Material for MkDocs
    Mkdocs,
}

/// `docent build`.
#[derive(Debug, clap::Args)]
pub struct Build {
    /// The folder that holds `book.toml` or `mkdocs.yml`
    #[arg(default_value = ".")]
    pub dir: PathBuf,

    /// Write the site there instead of `build-dir`
    #[arg(short, long, value_name = "DIR")]
    pub dest_dir: Option<PathBuf>,

    /// Leave the search index out
    #[arg(long)]
    pub no_index: bool,

    /// Index words only, not meaning
    #[arg(long)]
    pub no_embeddings: bool,

    /// Let warnings fail the build
    #[arg(long)]
    pub strict: bool,

    /// Run the programs that `[preprocessor.NAME]` in `book.toml` names
    #[arg(long)]
    pub allow_preprocessors: bool,
}

impl Build {
    /// Whether a model may be loaded to index the meaning.
    pub fn embeds(&self) -> bool {
        !self.no_index && !self.no_embeddings
    }
}

/// `docent check`.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// The folder that holds `book.toml` or `mkdocs.yml`
    #[arg(default_value = ".")]
    pub dir: PathBuf,

    /// Also ask the network about links that leave the site
    #[arg(long)]
    pub external: bool,

    /// How to print problems
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Let warnings fail the check
    #[arg(long)]
    pub strict: bool,

    /// Run the programs that `[preprocessor.NAME]` in `book.toml` names
    #[arg(long)]
    pub allow_preprocessors: bool,
}

/// How `docent check` prints problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the line and a caret, on stderr
    Text,
    /// One JSON document on stdout
    Json,
    /// Workflow commands for GitHub Actions, on stdout
    Github,
    /// SARIF 2.1.0 on stdout
    Sarif,
}

/// `docent serve`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Serve {
    /// The folder that holds `book.toml` or `mkdocs.yml`
    #[arg(default_value = ".")]
    pub dir: PathBuf,

    /// The address to listen on
    #[arg(short = 'n', long, visible_alias = "host", value_name = "HOST")]
    pub hostname: Option<String>,

    /// The port to listen on; 0 takes any free one
    #[arg(short, long)]
    pub port: Option<u16>,

    /// Open the site in the browser
    #[arg(short, long)]
    pub open: bool,

    /// Fetch missing models first
    #[arg(long)]
    pub pull: bool,

    /// Search words only, not meaning
    #[arg(long)]
    pub no_embeddings: bool,

    /// Answer with passages only; load no language model
    #[arg(long)]
    pub extractive: bool,

    /// Run the programs that `[preprocessor.NAME]` in `book.toml` names
    #[arg(long)]
    pub allow_preprocessors: bool,

    /// Where the language model may be
    #[command(flatten)]
    pub remote: RemoteHosts,
}

/// The machines that a book's language model may be on.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RemoteHosts {
    /// Let questions and passages go to the book's language model on this host
    #[arg(long, value_name = "HOST[:PORT]")]
    pub allow_remote_model: Vec<String>,
}

/// `docent search`.
#[derive(Debug, clap::Args)]
pub struct Search {
    /// What to look for
    #[arg(required = true)]
    pub query: Vec<String>,

    /// The folder that holds `book.toml` or `mkdocs.yml`
    #[arg(short = 'C', long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,

    /// Only pages of this kind: tutorial, how-to, reference, explanation
    #[arg(long)]
    pub kind: Option<String>,

    /// At most so many hits
    #[arg(long)]
    pub limit: Option<usize>,

    /// Show why each hit was found: both scores, both places, and the words
    #[arg(long)]
    pub explain: bool,

    /// Print one JSON document
    #[arg(long)]
    pub json: bool,

    /// Search words only, not meaning
    #[arg(long)]
    pub no_embeddings: bool,
}

/// `docent ask`.
#[derive(Debug, clap::Args)]
pub struct Ask {
    /// The question; without one, each line of the standard input is one
    pub question: Vec<String>,

    /// The folder that holds `book.toml` or `mkdocs.yml`
    #[arg(short = 'C', long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,

    /// Answer with passages only; load no language model
    #[arg(long)]
    pub extractive: bool,

    /// Print one JSON document
    #[arg(long)]
    pub json: bool,

    /// Search words only, not meaning
    #[arg(long)]
    pub no_embeddings: bool,

    /// Show what the model wrote and the check held back, with the reason
    #[arg(short, long)]
    pub verbose: bool,

    /// Where the language model may be
    #[command(flatten)]
    pub remote: RemoteHosts,
}

/// `docent mcp`.
#[derive(Debug, Clone, clap::Args)]
pub struct Mcp {
    /// The folder that holds `book.toml` or `mkdocs.yml`
    #[arg(default_value = ".")]
    pub dir: PathBuf,

    /// Search words only, not meaning
    #[arg(long)]
    pub no_embeddings: bool,

    /// Answer with passages only; load no language model
    #[arg(long)]
    pub extractive: bool,

    /// Run the programs that `[preprocessor.NAME]` in `book.toml` names
    #[arg(long)]
    pub allow_preprocessors: bool,

    /// Where the language model may be
    #[command(flatten)]
    pub remote: RemoteHosts,
}

/// `docent models`.
#[derive(Debug, clap::Args)]
pub struct Models {
    /// What to do with them
    #[command(subcommand)]
    pub action: ModelsAction,
}

/// What to do with models.
#[derive(Debug, Subcommand)]
pub enum ModelsAction {
    /// Show every model: purpose, licence, size, whether it is here
    List,
    /// Fetch models and check their SHA-256
    Pull {
        /// Which ones; the default ones when none is named
        names: Vec<String>,
        /// Look in this folder before asking the network
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
    },
    /// Check the SHA-256 of every file that is here
    Verify,
}

/// `docent doctor`.
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// The folder that holds `book.toml` or `mkdocs.yml`
    #[arg(default_value = ".")]
    pub dir: PathBuf,

    /// Where the language model may be
    #[command(flatten)]
    pub remote: RemoteHosts,
}
