//! Every key of `book.toml` that is known, and what docent makes of it.

/// What becomes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Read and honoured.
    Used,
    /// A table whose keys are the author's own.
    Free,
    /// mdBook's, harmless here: passed over in silence.
    Inert,
    /// mdBook's, not honoured: one warning.
    Unsupported,
}

use Support::{Free, Inert, Unsupported, Used};

/// The known keys with their tables, in the order of the reference page.
pub const KEYS: &[(&str, Support)] = &[
    ("book.title", Used),
    ("book.description", Used),
    ("book.authors", Used),
    ("book.language", Used),
    ("book.text-direction", Used),
    ("book.src", Used),
    ("book.multilingual", Inert),
    ("build.build-dir", Used),
    ("build.cache-dir", Used),
    ("build.theme", Used),
    ("build.create-missing", Inert),
    ("build.use-default-preprocessors", Inert),
    ("build.extra-watch-dirs", Used),
    ("search.embeddings", Used),
    ("search.model", Used),
    ("search.alpha", Used),
    ("search.limit", Used),
    ("answer.model", Used),
    ("answer.max-tokens", Used),
    ("answer.evidence-tokens", Used),
    ("answer.min-similarity", Used),
    ("answer.contact", Used),
    ("serve.host", Used),
    ("serve.port", Used),
    ("serve.allowed-hosts", Used),
    ("serve.queue", Used),
    ("output.html.additional-css", Used),
    ("output.html.additional-js", Used),
    ("output.html.smart-punctuation", Used),
    ("output.html.git-repository-url", Used),
    ("output.html.git-repository-icon", Inert),
    ("output.html.edit-url-template", Used),
    ("output.html.site-url", Used),
    ("output.html.redirect", Free),
    ("output.html.theme", Unsupported),
    ("output.html.default-theme", Unsupported),
    ("output.html.preferred-dark-theme", Unsupported),
    ("output.html.definition-lists", Unsupported),
    ("output.html.admonitions", Unsupported),
    ("output.html.curly-quotes", Unsupported),
    ("output.html.mathjax-support", Unsupported),
    ("output.html.copy-fonts", Inert),
    ("output.html.no-section-label", Unsupported),
    ("output.html.cname", Unsupported),
    ("output.html.input-404", Unsupported),
    ("output.html.hash-files", Inert),
    ("output.html.sidebar-header-nav", Inert),
    ("output.html.google-analytics", Unsupported),
    ("output.html.print", Unsupported),
    ("output.html.fold", Unsupported),
    ("output.html.playground", Unsupported),
    ("output.html.playpen", Unsupported),
    ("output.html.code", Unsupported),
    ("output.html.search", Unsupported),
    ("rust.edition", Inert),
];

/// What becomes of the key `path`, when it is known.
pub fn support(path: &str) -> Option<Support> {
    KEYS.iter()
        .find(|(key, _)| *key == path)
        .map(|(_, support)| *support)
}

/// Whether `path` is a table above known keys.
pub fn is_table(path: &str) -> bool {
    KEYS.iter().any(|(key, _)| {
        key.strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

/// The names that may stand directly in the table `path` (empty for the top).
pub fn names_in(path: &str) -> Vec<&'static str> {
    let mut names: Vec<&str> = KEYS
        .iter()
        .filter_map(|(key, _)| {
            let rest = if path.is_empty() {
                key
            } else {
                key.strip_prefix(path)?.strip_prefix('.')?
            };
            rest.split('.').next()
        })
        .collect();
    if path.is_empty() {
        names.push("preprocessor");
    }
    names.sort_unstable();
    names.dedup();
    names
}
