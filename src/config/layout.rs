//! Which files of a book are pages, where they are published, and how they
//! are listed.

use serde::Deserialize;

use crate::diagnostic::Place;

/// How a book's files become a site.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// Where pages lie in the output.
    pub urls: UrlStyle,
    /// What readers find pages by.
    pub navigation: Navigation,
    /// Whether a folder's own page stands for the folder in the navigation
    /// instead of being the first page in it.
    pub section_indexes: bool,
    /// Files that are no part of the site, as lines of a `.gitignore`.
    pub exclude: Patterns,
    /// Pages that are drafts, likewise.
    pub drafts: Patterns,
    /// Pages that need not be in the navigation, likewise.
    pub not_in_nav: Patterns,
    /// Tags of pages.
    pub tags: Tags,
    /// What is said about links and about the navigation.
    pub checks: Checks,
}

/// What readers see of tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// Whether pages show theirs.
    pub shown: bool,
    /// The page that lists all pages by tag; else one that says so itself.
    pub page: Option<String>,
    /// Tags that nobody sees; `_*` stands for all that begin so, `*_` for all
    /// that end so.
    pub hidden: Vec<String>,
}

impl Default for Tags {
    fn default() -> Self {
        Self {
            shown: true,
            page: None,
            hidden: Vec::new(),
        }
    }
}

/// Where pages lie in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UrlStyle {
    /// `a/b.md` is at `a/b.html`, as mdBook has it.
    #[default]
    File,
    /// `a/b.md` is at `a/b.html`, and only `index.md` and `README.md` stand
    /// for their folder, as MkDocs has it without directory addresses.
    MkdocsFile,
    /// `a/b.md` is at `a/b/`, as MkDocs has it.
    Directory,
}

/// What readers find pages by.
#[derive(Debug, Clone, Default)]
pub enum Navigation {
    /// `SUMMARY.md`, else the folders, a part for each at the top.
    #[default]
    Summary,
    /// The folders as MkDocs lists them.
    Folders,
    /// These entries.
    Listed(Vec<NavEntry>),
}

/// An entry of the navigation.
#[derive(Debug, Clone)]
pub struct NavEntry {
    /// What readers see; else the page's own title.
    pub title: Option<String>,
    /// What it leads to.
    pub leads: Leads,
    /// Where it is written.
    pub place: Place,
}

/// What an entry of the navigation leads to.
#[derive(Debug, Clone)]
pub enum Leads {
    /// A page, by its file in the content folder, or an address elsewhere.
    To(String),
    /// Entries under it.
    Section(Vec<NavEntry>),
}

/// Lines of a `.gitignore`, with where they are written.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    /// The lines.
    pub lines: Vec<String>,
    /// Where they stand.
    pub place: Option<Place>,
}

/// What is said about links and about the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Checks {
    /// Whether warnings fail every build.
    pub strict: bool,
    /// Links to pages and files that are not there.
    pub links: Level,
    /// Links to headings that are not there.
    pub anchors: Level,
    /// Pages that the navigation leaves out.
    pub omitted: Level,
    /// Entries of the navigation without a page.
    pub entries: Level,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It fails the build.
    Error,
    /// It fails a strict build.
    Warning,
    /// It is not said.
    Ignore,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            strict: false,
            links: Level::Error,
            anchors: Level::Error,
            omitted: Level::Ignore,
            entries: Level::Error,
        }
    }
}

/// The table `site` of `book.toml`, without `nav`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct SiteTable {
    tags: Option<bool>,
    tags_page: Option<String>,
    hidden_tags: Vec<String>,
    urls: UrlStyle,
    navigation: Unlisted,
    section_indexes: bool,
    exclude: Vec<String>,
    drafts: Vec<String>,
    not_in_nav: Vec<String>,
}

/// The navigation of a book that does not list it in `site.nav`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Unlisted {
    #[default]
    Summary,
    Folders,
}

impl SiteTable {
    /// The layout, with the entries of `nav` when there are any.
    pub fn layout(self, nav: Option<Vec<NavEntry>>, checks: Checks) -> Layout {
        let patterns = |lines| Patterns { lines, place: None };
        Layout {
            urls: self.urls,
            navigation: match (nav, self.navigation) {
                (Some(entries), _) => Navigation::Listed(entries),
                (None, Unlisted::Folders) => Navigation::Folders,
                (None, Unlisted::Summary) => Navigation::Summary,
            },
            section_indexes: self.section_indexes,
            exclude: patterns(self.exclude),
            drafts: patterns(self.drafts),
            not_in_nav: patterns(self.not_in_nav),
            tags: Tags {
                shown: self.tags.unwrap_or(true),
                page: self.tags_page,
                hidden: self.hidden_tags,
            },
            checks,
        }
    }
}
