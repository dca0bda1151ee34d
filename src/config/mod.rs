//! `book.toml`, read once into a [`Config`] that never changes again.
//!
//! mdBook's keys keep their names and meanings. Neither the environment nor
//! the current folder is read here: `cli` passes in what it knows.

pub mod keys;
mod read;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

pub use read::load;

/// A book's configuration, with absolute paths and every default filled in.
#[derive(Debug, Clone)]
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
    /// More folders that `docent serve` watches.
    pub extra_watch_dirs: Vec<PathBuf>,
}

impl Default for Build {
    fn default() -> Self {
        Self {
            build_dir: PathBuf::from("book"),
            cache_dir: PathBuf::from(".docent"),
            theme: "default".to_owned(),
            extra_watch_dirs: Vec::new(),
        }
    }
}

/// `[search]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Search {
    /// Whether to search by meaning too, when the model is there.
    pub embeddings: bool,
    /// The embedding model's name.
    pub model: String,
    /// The weight of the words' score against the vectors', 0 to 1.
    pub alpha: f32,
    /// How many hits a search gives unless it asks for another number.
    pub limit: usize,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            embeddings: true,
            model: "minilm-l6-v2-int8".to_owned(),
            alpha: 0.4,
            limit: 10,
        }
    }
}

/// `[answer]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Answer {
    /// A model of the manifest, or the path of a GGUF file.
    pub model: String,
    /// The longest generated answer, in tokens.
    pub max_tokens: usize,
    /// The most evidence in a prompt, in tokens.
    pub evidence_tokens: usize,
    /// The cosine under which the best section counts as not about the
    /// question.
    pub min_similarity: f32,
    /// Where to ask instead: a URL shown when the docs are silent.
    pub contact: Option<String>,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            model: "smollm2-135m-instruct".to_owned(),
            max_tokens: 120,
            evidence_tokens: 300,
            min_similarity: 0.4,
            contact: None,
        }
    }
}

/// `[serve]`.
#[derive(Debug, Clone, Deserialize)]
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
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 3000,
            allowed_hosts: Vec::new(),
            queue: 4,
        }
    }
}

/// `[output.html]`: mdBook's keys for its HTML.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "kebab-case", default)]
pub struct Html {
    /// Style sheets, relative to the book's root, linked after the theme's.
    pub additional_css: Vec<PathBuf>,
    /// Scripts, relative to the book's root.
    pub additional_js: Vec<PathBuf>,
    /// Whether quotes and dashes become typographic.
    pub smart_punctuation: bool,
    /// The link in the header.
    pub git_repository_url: Option<String>,
    /// The edit link: `{path}` stands for the file.
    pub edit_url_template: Option<String>,
    /// Where the site is published.
    pub site_url: Option<String>,
    /// Old addresses and what they lead to now.
    pub redirect: BTreeMap<String, String>,
}
