//! `book.toml`, read once into a [`Config`] that never changes again.
//!
//! mdBook's keys keep their names and meanings. Neither the environment nor
//! the current folder is read here: `cli` passes in what it knows.

pub mod blog;
pub mod dialect;
pub mod environment;
mod html;
pub mod keys;
pub mod layout;
mod listed;
pub mod mkdocs;
mod read;
pub mod remote;
mod synonyms;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::diagnostic::Place;

pub use blog::Blog;
pub use dialect::{Dialect, Slugs, TabIds};
pub use html::{Chapter, Code, Fold, Html, HtmlSearch, Print, Scheme};
pub use layout::{Checks, Layout, Leads, Level, NavEntry, Navigation, Patterns, Tags, UrlStyle};
pub use read::{load, load_with};

/// A book's configuration, with absolute paths and every default filled in.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The folder that holds `book.toml`.
    pub root: PathBuf,
    /// The content folder.
    pub src: PathBuf,
    /// The output folder.
    pub build_dir: PathBuf,
    /// Where the index and other things that can be made again are kept.
    pub cache_dir: PathBuf,
    /// `[book]`.
    pub book: Book,
    /// `[build]`.
    pub build: Build,
    /// `[search]`.
    pub search: Search,
    /// `[answer]`.
    pub answer: Answer,
    /// `[serve]`.
    pub serve: Serve,
    /// `[output.html]`.
    pub html: Html,
    /// Which Markdown the pages are written in.
    pub dialect: Dialect,
    /// Where the files of `--8<--` lie: the folders to look in, in order.
    pub snippets: Vec<PathBuf>,
    /// Which files are pages, where they lie, how they are listed.
    pub layout: Layout,
    /// The blogs among the pages.
    pub blogs: Vec<Blog>,
    /// The files that this was read from.
    pub read_from: Vec<PathBuf>,
    /// `[preprocessor.NAME]`: mdBook's external programs.
    pub preprocessors: BTreeMap<String, Preprocessor>,
    /// The whole file as it stands, for those programs.
    pub raw: toml::Table,
}

impl Config {
    /// Whether mdBook's directives are replaced, which a book can switch off.
    pub fn expands_directives(&self) -> bool {
        self.build.use_default_preprocessors || self.preprocessors.contains_key("links")
    }

    /// Whether a built site carries an index that its pages search without a
    /// server.
    pub fn has_browser_index(&self) -> bool {
        self.html.search.enable && self.search.browser
    }
}

/// `[book]`: what the book is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Book {
    /// The name of the site.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// A BCP 47 language tag.
    pub language: String,
    /// `ltr` or `rtl`; empty means: as the language has it.
    pub text_direction: String,
    /// The content folder; empty means `content`, or `src` when there is no
    /// `content`.
    pub src: PathBuf,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            title: "Documentation".to_owned(),
            description: String::new(),
            authors: Vec::new(),
            language: "en".to_owned(),
            text_direction: String::new(),
            src: PathBuf::new(),
        }
    }
}

/// `[build]`: where things go.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Build {
    /// The output folder.
    pub build_dir: PathBuf,
    /// The cache folder.
    pub cache_dir: PathBuf,
    /// The folder under `themes/` whose files override the built-in theme.
    pub theme: String,
    /// Whether pages show when they last changed, as git has it.
    pub last_change: bool,
    /// More folders that `docent serve` watches.
    pub extra_watch_dirs: Vec<PathBuf>,
    /// Snippets that every page ends with, such as definitions of links.
    pub append_snippets: Vec<String>,
    /// Whether a page that the summary lists and nobody wrote is made of its
    /// title. The file itself is not written.
    pub create_missing: bool,
    /// Whether mdBook's directives are replaced.
    pub use_default_preprocessors: bool,
    /// Whether the programs of `[preprocessor.NAME]` may run.
    pub allow_preprocessors: bool,
}

impl Default for Build {
    fn default() -> Self {
        Self {
            build_dir: PathBuf::from("book"),
            cache_dir: PathBuf::from(".docent"),
            theme: "default".to_owned(),
            last_change: true,
            extra_watch_dirs: Vec::new(),
            append_snippets: Vec::new(),
            create_missing: false,
            use_default_preprocessors: true,
            allow_preprocessors: false,
        }
    }
}

/// `[search]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Search {
    /// Whether to search by meaning too, when the model is there.
    pub embeddings: bool,
    /// An embedding model of the manifest, or the path of a folder with one.
    pub model: String,
    /// What is written in front of a question before the model reads it; unless it
    /// is set, what the model's folder says.
    pub query_prefix: Option<String>,
    /// The same in front of a passage.
    pub passage_prefix: Option<String>,
    /// The weight of the words' score against the vectors', 0 to 1; unless it is
    /// set, what suits the book's language and the model.
    pub alpha: Option<f32>,
    /// How many hits a search gives unless it asks for another number.
    pub limit: usize,
    /// Whether a built site carries an index, so that its pages search without
    /// a server.
    pub browser: bool,
    /// Groups of names that readers use for the same, each of one word or of
    /// several side by side.
    pub synonyms: Vec<Vec<String>>,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            embeddings: true,
            model: "minilm-l6-v2-int8".to_owned(),
            query_prefix: None,
            passage_prefix: None,
            alpha: None,
            limit: 10,
            browser: true,
            synonyms: Vec::new(),
        }
    }
}

/// `[answer]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Answer {
    /// A model of the manifest, or the path of a GGUF file; with a
    /// `base_url`, the name by which that server knows it.
    pub model: String,
    /// The address of a server with OpenAI's protocol that runs the model,
    /// such as `http://127.0.0.1:8000/v1`.
    pub base_url: Option<String>,
    /// The environment variable that holds the server's key.
    pub api_key_env: Option<String>,
    /// The longest generated answer, in tokens.
    pub max_tokens: usize,
    /// The most evidence in a prompt, in tokens.
    pub evidence_tokens: usize,
    /// The cosine under which the best section counts as not about the
    /// question; nothing leaves it to the book's own index.
    pub min_similarity: Option<f32>,
    /// Where to ask instead: a URL shown when the docs are silent.
    pub contact: Option<String>,
    /// Whether the server keeps the questions that it cannot answer, on this
    /// machine.
    pub keep_questions: bool,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            model: "smollm2-135m-instruct".to_owned(),
            base_url: None,
            api_key_env: None,
            max_tokens: 120,
            evidence_tokens: 150,
            min_similarity: None,
            contact: None,
            keep_questions: false,
        }
    }
}

/// `[serve]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Serve {
    /// The address to listen on.
    pub host: String,
    /// The port to listen on.
    pub port: u16,
    /// Host names that requests may carry besides the local ones.
    pub allowed_hosts: Vec<String>,
    /// How many questions may wait while one is answered.
    pub queue: usize,
    /// The editor that problems in the browser lead to: a name, or an address
    /// with `{path}`, `{line}` and `{column}` in it.
    pub editor: String,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 3000,
            allowed_hosts: Vec::new(),
            queue: 4,
            editor: String::new(),
        }
    }
}

/// `[preprocessor.NAME]`, as far as it is not the program's own.
#[derive(Debug, Clone, Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", default)]
pub struct Preprocessor {
    /// The program with its arguments; else `mdbook-NAME`.
    pub command: Option<String>,
    /// The renderers that it is for; else it is asked.
    pub renderers: Option<Vec<String>>,
    /// The preprocessors that come after it.
    pub before: Vec<String>,
    /// The preprocessors that come before it.
    pub after: Vec<String>,
    /// Whether nobody minds when it is not installed.
    pub optional: bool,
    /// Where it is named in `book.toml`.
    #[serde(skip)]
    pub place: Option<Place>,
}
