//! docent builds a folder of Markdown into a documentation site, proves its
//! links, searches it by words and by meaning, and answers questions about it
//! with a local language model, citing the exact section: one binary,
//! offline.
//!
//! The stages, in the order in which a page meets them; each may use those
//! above it and never those below:
//!
//! 1. [`diagnostic`]: what is wrong in an author's file, and where;
//! 2. [`config`]: `book.toml`, read once;
//! 3. [`content`]: files become sources with front matter and includes;
//! 4. [`markdown`]: one parse gives a document of events, sections, links;
//! 5. [`site`]: addresses, navigation, the one resolver, templates, output;
//! 6. [`links`]: every link of every page;
//! 7. [`index`]: chunks, words, vectors, fusion;
//! 8. [`answer`]: evidence, extract, prompt, generation, checked citations;
//! 9. [`eval`]: questions with known answers, measured;
//! 10. [`gaps`]: questions without an answer, kept and grouped;
//! 11. [`pipeline`]: the stages in order, on one screen;
//! 12. [`serve`]: a snapshot behind HTTP, and live reload;
//! 13. [`cli`]: arguments, printing, exit codes.
//!
//! [`models`] lies beside `index` and `answer`: where model files live.
//!
//! # The author's files
//!
//! `book.toml` is read by `config`; `*.md`, `SUMMARY.md` and included files
//! by `content`; `themes/<name>/*` by `site`. The output folder is written by
//! `site`, the cache folder by `index` and `links`. Nothing else touches the
//! disk but `models`, which has a folder of its own, and `cli`.
//!
//! # Building a book
//!
//! ```
//! let folder = tempfile::tempdir()?;
//! fs_err::create_dir(folder.path().join("content"))?;
//! fs_err::write(folder.path().join("book.toml"), "[book]\ntitle = \"Tea\"\n")?;
//! fs_err::write(folder.path().join("content/index.md"), "# Tea\n\nSee [milk](milk.md).\n")?;
//!
//! let (config, warnings) = docent::pipeline::configure(folder.path()).expect("a configuration");
//! assert!(warnings.is_empty());
//! let built = docent::pipeline::build(config)?;
//! assert_eq!(built.diagnostics[0].code, "link/no-such-page");
//! assert!(built.output.contains_key("index.html"));
//! # anyhow::Ok(())
//! ```

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that cannot go on fails")
)]

pub mod answer;
pub mod cli;
pub mod config;
pub mod content;
pub mod diagnostic;
pub mod eval;
pub mod gaps;
pub mod index;
pub mod links;
pub mod markdown;
pub mod models;
pub mod pipeline;
pub mod preprocess;
pub mod serve;
pub mod site;
