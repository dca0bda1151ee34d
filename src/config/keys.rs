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
    /// mdBook's, not honoured: one warning, with what to do instead.
    Unsupported(&'static str),
    /// The same, but in silence when the value is what docent does anyway.
    Unless(bool, &'static str),
}

use Support::{Free, Inert, Unless, Unsupported, Used};

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
    ("build.create-missing", Used),
    ("build.use-default-preprocessors", Used),
    ("build.allow-preprocessors", Used),
    ("build.last-change", Used),
    ("build.extra-watch-dirs", Used),
    ("build.append-snippets", Used),
    ("search.embeddings", Used),
    ("search.model", Used),
    ("search.query-prefix", Used),
    ("search.passage-prefix", Used),
    ("search.alpha", Used),
    ("search.limit", Used),
    ("search.browser", Used),
    ("search.synonyms", Used),
    ("answer.model", Used),
    ("answer.base-url", Used),
    ("answer.api-key-env", Used),
    ("answer.max-tokens", Used),
    ("answer.evidence-tokens", Used),
    ("answer.min-similarity", Used),
    ("answer.contact", Used),
    ("answer.keep-questions", Used),
    ("serve.host", Used),
    ("serve.port", Used),
    ("serve.allowed-hosts", Used),
    ("serve.queue", Used),
    ("serve.editor", Used),
    ("site.urls", Used),
    ("site.navigation", Used),
    ("site.nav", Free),
    ("site.section-indexes", Used),
    ("site.exclude", Used),
    ("site.drafts", Used),
    ("site.not-in-nav", Used),
    ("site.tags", Used),
    ("site.tags-page", Used),
    ("site.hidden-tags", Used),
    ("markdown.slugs", Used),
    ("markdown.smart-punctuation", Used),
    ("markdown.definition-lists", Used),
    ("markdown.alerts", Used),
    ("markdown.admonitions", Used),
    ("markdown.tabs", Used),
    ("markdown.directives", Used),
    ("markdown.attributes", Used),
    ("markdown.markdown-in-html", Used),
    ("markdown.marks", Used),
    ("markdown.carets", Used),
    ("markdown.tildes", Used),
    ("markdown.keys", Used),
    ("markdown.abbreviations", Used),
    ("markdown.icons", Used),
    ("markdown.contents", Used),
    ("markdown.inline-code", Used),
    ("markdown.tab-ids", Used),
    ("blog", Free),
    ("check.strict", Used),
    ("check.links", Used),
    ("check.anchors", Used),
    ("check.omitted", Used),
    ("check.entries", Used),
    ("output.html.additional-css", Used),
    ("output.html.additional-js", Used),
    ("output.html.smart-punctuation", Used),
    ("output.html.math", Used),
    ("output.html.git-repository-url", Used),
    ("output.html.git-repository-icon", Inert),
    ("output.html.git-repository-name", Used),
    ("output.html.copyright", Used),
    ("output.html.status", Free),
    ("output.html.logo", Used),
    ("output.html.favicon", Used),
    ("output.html.edit-url-template", Used),
    ("output.html.site-url", Used),
    ("output.html.cname", Used),
    ("output.html.redirect", Free),
    ("output.html.theme", Used),
    ("output.html.default-theme", Used),
    ("output.html.preferred-dark-theme", Used),
    ("output.html.definition-lists", Used),
    ("output.html.admonitions", Used),
    ("output.html.curly-quotes", Used),
    ("output.html.mathjax-support", Used),
    ("output.html.copy-fonts", Inert),
    ("output.html.no-section-label", Used),
    ("output.html.input-404", Used),
    ("output.html.hash-files", Used),
    ("output.html.sidebar-header-nav", Inert),
    (
        "output.html.google-analytics",
        Unsupported(
            "docent puts no tracker into a page; a script of your own goes into `additional-js`",
        ),
    ),
    ("output.html.live-reload-endpoint", Inert),
    ("output.html.print.enable", Used),
    ("output.html.print.page-break", Used),
    ("output.html.fold.enable", Used),
    ("output.html.fold.level", Used),
    (
        "output.html.playground.editable",
        Unless(false, "code is shown and can be copied, not edited"),
    ),
    ("output.html.playground.copyable", Inert),
    ("output.html.playground.copy-js", Inert),
    ("output.html.playground.line-numbers", Inert),
    (
        "output.html.playground.runnable",
        Unless(
            false,
            "code is shown and can be copied, not run: that would send it to a server",
        ),
    ),
    ("output.html.code.hidelines", Free),
    ("output.html.search.enable", Used),
    ("output.html.search.limit-results", Used),
    (
        "output.html.search.teaser-word-count",
        Unsupported("hits are shown with the passage that fits best"),
    ),
    (
        "output.html.search.use-boolean-and",
        Unsupported("the more of the words a section holds, the higher it ranks"),
    ),
    ("output.html.search.boost-title", Unsupported(RANKING)),
    ("output.html.search.boost-hierarchy", Unsupported(RANKING)),
    ("output.html.search.boost-paragraph", Unsupported(RANKING)),
    (
        "output.html.search.expand",
        Unless(true, "the word being typed always matches longer words"),
    ),
    (
        "output.html.search.heading-split-level",
        Unsupported("every heading starts a section of its own"),
    ),
    ("output.html.search.copy-js", Inert),
    ("output.html.search.chapter", Free),
    ("rust.edition", Inert),
];

const RANKING: &str = "docent ranks by words and meaning; see the table `[search]`";

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
