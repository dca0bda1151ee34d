//! Everything docent does, seen from outside: one program, so that the heavy
//! crates link once. Each module is a theme; each test's name is a sentence.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answer;
#[cfg(feature = "embed")]
mod answer_quality;
mod architecture;
mod bad_input;
mod blog;
mod browser;
mod cache;
mod cmd;
mod code;
mod copies;
mod corpora;
mod dependencies;
mod dialect;
mod docs;
mod eval;
mod follow;
mod gaps;
mod hostile;
mod increments;
mod index;
mod joined;
mod languages;
mod links;
mod material;
mod mcp;
mod mdbook;
mod meaning;
mod mkdocs;
mod models;
mod named;
#[cfg(all(feature = "answer", feature = "embed"))]
mod offline;
mod outputs;
#[cfg(feature = "embed")]
mod own_embedder;
mod preprocessors;
mod properties;
mod remembered;
mod remote;
mod same_bytes;
mod serve;
mod shards;
mod standing;
mod support;
mod synonyms;
mod terminal;
mod theme;
#[cfg(feature = "embed")]
mod vectors;
mod watching;
mod words;
