//! Which Markdown a book is written in.
//!
//! Every reading of a page takes this value, and `config` is the one place
//! that makes it.

use serde::Deserialize;

/// What differs between the Markdown of mdBook, of MkDocs and of docent's own
/// books. CommonMark, tables, footnotes, task lists, strikethrough and heading
/// attributes are read in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Dialect {
    /// Whether quotes and dashes become typographic.
    pub smart_punctuation: bool,
    /// How a heading without an id of its own gets one.
    pub slugs: Slugs,
    /// A term, and its definition behind `: `.
    pub definition_lists: bool,
    /// `> [!NOTE]`.
    pub alerts: bool,
    /// `!!! note "Title"`, and `???` for those that fold.
    pub admonitions: bool,
    /// `=== "Title"`.
    pub tabs: bool,
    /// `::: note Title`, and code groups.
    pub directives: bool,
    /// `{#id .class key=val}` behind blocks, links, images and code.
    pub attributes: bool,
    /// `<div markdown>`.
    pub markdown_in_html: bool,
    /// `==mark==`.
    pub marks: bool,
    /// `^^inserted^^` and `A^2^`.
    pub carets: bool,
    /// `H~2~O`.
    pub tildes: bool,
    /// `++ctrl+c++`.
    pub keys: bool,
    /// `*[HTML]: Hypertext Markup Language`.
    pub abbreviations: bool,
    /// `:smile:` and `:material-check:`.
    pub icons: bool,
    /// `$a^2$` and `$$a^2$$` are formulas.
    pub math: bool,
    /// How many `\` stand before the brackets of `\(a^2\)` and `\[a^2\]`;
    /// none: these are no formulas.
    pub brackets: usize,
    /// `[TOC]` for a list of the page's headings.
    pub contents: bool,
    /// `#!py x` in backticks is code in a language, and coloured.
    pub inline_code: bool,
    /// What the ids of tabs are made of.
    pub tab_ids: TabIds,
}

/// What the ids of tabs are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TabIds {
    /// Numbers.
    #[default]
    Numbers,
    /// Their titles.
    Titles,
    /// The id of the heading above, and their titles.
    Headings,
}

/// How the text of a heading becomes an id, and how a repeated one is told
/// from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slugs {
    /// Letters of every script stay; `-1` follows a repeated id.
    #[default]
    Mdbook,
    /// Python-Markdown's: what is not ASCII goes; `_1` follows.
    PythonMarkdown,
    /// The same with letters of every script.
    PythonMarkdownUnicode,
    /// PyMdown's: letters of every script, each space a `-`; `_1` follows.
    Pymdownx,
    /// The same, capitals kept.
    PymdownxCased,
    /// GitHub's: as mdBook's for most headings.
    Github,
}

impl Slugs {
    /// Whether Python-Markdown gives out the ids, whatever they are made of.
    pub fn is_python(self) -> bool {
        !matches!(self, Self::Mdbook | Self::Github)
    }
}

impl Default for Dialect {
    /// docent's own: all that no CommonMark page means otherwise.
    fn default() -> Self {
        Self {
            smart_punctuation: false,
            slugs: Slugs::Mdbook,
            definition_lists: true,
            alerts: true,
            admonitions: true,
            tabs: true,
            directives: true,
            attributes: true,
            markdown_in_html: false,
            marks: false,
            carets: false,
            tildes: false,
            keys: false,
            abbreviations: false,
            icons: false,
            math: false,
            brackets: 0,
            contents: false,
            inline_code: false,
            tab_ids: TabIds::Numbers,
        }
    }
}

/// The name of a switch in `book.toml`, and how to read it.
pub type Switch = (&'static str, fn(&Dialect) -> bool);

impl Dialect {
    /// The switches by their names in `book.toml`.
    pub const SWITCHES: &[Switch] = &[
        ("smart-punctuation", |dialect| dialect.smart_punctuation),
        ("definition-lists", |dialect| dialect.definition_lists),
        ("alerts", |dialect| dialect.alerts),
        ("admonitions", |dialect| dialect.admonitions),
        ("tabs", |dialect| dialect.tabs),
        ("directives", |dialect| dialect.directives),
        ("attributes", |dialect| dialect.attributes),
        ("markdown-in-html", |dialect| dialect.markdown_in_html),
        ("marks", |dialect| dialect.marks),
        ("carets", |dialect| dialect.carets),
        ("tildes", |dialect| dialect.tildes),
        ("keys", |dialect| dialect.keys),
        ("abbreviations", |dialect| dialect.abbreviations),
        ("icons", |dialect| dialect.icons),
        ("contents", |dialect| dialect.contents),
        ("inline-code", |dialect| dialect.inline_code),
    ];

    /// CommonMark and what every dialect has, for text that is no page of a
    /// book.
    pub fn plain() -> Self {
        Self {
            definition_lists: false,
            alerts: false,
            admonitions: false,
            tabs: false,
            directives: false,
            attributes: false,
            ..Self::default()
        }
    }

    /// Python-Markdown as Material for MkDocs sets it up, with every extension
    /// on.
    pub fn mkdocs() -> Self {
        Self {
            slugs: Slugs::PythonMarkdown,
            directives: false,
            markdown_in_html: true,
            marks: true,
            carets: true,
            tildes: true,
            keys: true,
            abbreviations: true,
            icons: true,
            math: true,
            brackets: 1,
            contents: true,
            inline_code: true,
            ..Self::default()
        }
    }
}
