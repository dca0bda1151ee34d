//! `[output.html]`: mdBook's keys for its HTML.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// `[output.html]`: mdBook's keys for its HTML.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "kebab-case", default)]
pub struct Html {
    /// Style sheets, relative to the book's root, linked after the theme's.
    pub additional_css: Vec<PathBuf>,
    /// Scripts, relative to the book's root.
    pub additional_js: Vec<PathBuf>,
    /// Whether the names of these files carry a mark of their bytes, so that
    /// browsers may keep them; they do unless it says otherwise.
    pub hash_files: Option<bool>,
    /// Whether quotes and dashes become typographic; in a book with a
    /// `SUMMARY.md` they do unless it says otherwise.
    pub smart_punctuation: bool,
    /// Whether definition lists are read; they are unless it says otherwise.
    pub definition_lists: Option<bool>,
    /// Whether alerts are read, and every other spelling of a note; they are
    /// unless it says otherwise.
    pub admonitions: Option<bool>,
    /// Whether `$a^2$` and `$$a^2$$` are formulas.
    pub math: bool,
    /// Whether `\\(a^2\\)` and `\\[a^2\\]` are.
    pub mathjax_support: bool,
    /// The link in the header.
    pub git_repository_url: Option<String>,
    /// What the link is called.
    pub git_repository_name: Option<String>,
    /// Whose the site is, as HTML for the foot of each page.
    pub copyright: Option<String>,
    /// What the states that pages name are called.
    pub status: BTreeMap<String, String>,
    /// The picture in front of the site's title, a file of the content.
    pub logo: Option<String>,
    /// The site's icon, likewise.
    pub favicon: Option<String>,
    /// The edit link: `{path}` stands for the file.
    pub edit_url_template: Option<String>,
    /// Where the site is published.
    pub site_url: Option<String>,
    /// Old addresses and what they lead to now.
    pub redirect: BTreeMap<String, String>,
    /// The folder of mdBook's theme files; else `theme`.
    pub theme: Option<PathBuf>,
    /// The name of mdBook's theme for a reader whose system is light.
    pub default_theme: Option<String>,
    /// The same for one whose system is dark.
    pub preferred_dark_theme: Option<String>,
    /// Whether chapters go without their numbers.
    pub no_section_label: bool,
    /// The host of the site, written to the file `CNAME`.
    pub cname: Option<String>,
    /// The page for addresses that do not exist; an empty name for none.
    pub input_404: Option<String>,
    /// Which branches of the navigation stand open.
    pub fold: Fold,
    /// The page of all pages.
    pub print: Print,
    /// Blocks of code.
    pub code: Code,
    /// The search.
    pub search: HtmlSearch,
}

/// `[output.html.fold]`.
#[derive(Debug, Clone, Copy, Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", default)]
pub struct Fold {
    /// Whether branches are folded at all.
    pub enable: bool,
    /// Down to which level they stand open.
    pub level: usize,
}

/// `[output.html.print]`.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", default)]
pub struct Print {
    /// Whether there is such a page; unless the book says, that depends on
    /// its length.
    pub enable: Option<bool>,
    /// Whether each chapter starts a new sheet.
    pub page_break: bool,
}

impl Default for Print {
    fn default() -> Self {
        Self {
            enable: None,
            page_break: true,
        }
    }
}

/// `[output.html.code]`.
#[derive(Debug, Clone, Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", default)]
pub struct Code {
    /// By language, what stands in front of a line that is hidden.
    pub hidelines: BTreeMap<String, String>,
}

/// `[output.html.search]`, as far as docent's search has the thing.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", default)]
pub struct HtmlSearch {
    /// Whether pages offer a search.
    pub enable: bool,
    /// How many hits are shown; `search.limit` goes before it.
    pub limit_results: Option<usize>,
    /// Pages and folders with settings of their own.
    pub chapter: BTreeMap<String, Chapter>,
}

impl Default for HtmlSearch {
    fn default() -> Self {
        Self {
            enable: true,
            limit_results: None,
            chapter: BTreeMap::new(),
        }
    }
}

/// `[output.html.search.chapter."path"]`.
#[derive(Debug, Clone, Copy, Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", default)]
pub struct Chapter {
    /// Whether it is searched.
    pub enable: Option<bool>,
}

/// Which colours a reader sees who has chosen none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Those of the system.
    System,
    /// Light ones.
    Light,
    /// Dark ones.
    Dark,
}

impl Html {
    /// What mdBook's two names of themes come to: docent has one light and
    /// one dark theme.
    pub fn scheme(&self) -> Scheme {
        let dark =
            |name: &str| matches!(name.to_ascii_lowercase().as_str(), "coal" | "navy" | "ayu");
        let light_system = self.default_theme.as_deref().is_some_and(dark);
        let dark_system = self.preferred_dark_theme.as_deref().is_none_or(dark);
        match (light_system, dark_system) {
            (true, true) => Scheme::Dark,
            (false, false) => Scheme::Light,
            _ => Scheme::System,
        }
    }

    /// Whether the page at `path` is searched: the most particular of the
    /// settings for it and its folders decides.
    pub fn is_searched(&self, path: &str) -> bool {
        let mut enabled = (0, true);
        for (name, chapter) in &self.search.chapter {
            let depth = Path::new(name).components().count();
            if let Some(enable) = chapter.enable
                && Path::new(path).starts_with(name)
                && depth >= enabled.0
            {
                enabled = (depth, enable);
            }
        }
        enabled.1
    }
}

#[cfg(test)]
mod tests {
    use super::{Html, Scheme};

    #[test]
    fn two_names_of_themes_come_to_light_dark_or_the_system() {
        let scheme = |default: Option<&str>, dark: Option<&str>| {
            let html = Html {
                default_theme: default.map(str::to_owned),
                preferred_dark_theme: dark.map(str::to_owned),
                ..Html::default()
            };
            html.scheme()
        };
        assert_eq!(scheme(None, None), Scheme::System);
        assert_eq!(scheme(Some("rust"), Some("navy")), Scheme::System);
        assert_eq!(scheme(Some("coal"), None), Scheme::Dark);
        assert_eq!(scheme(Some("light"), Some("rust")), Scheme::Light);
    }

    #[test]
    fn the_most_particular_setting_of_the_search_wins() {
        let html: Html = toml::from_str(
            "[search.chapter]\n\"cli\" = { enable = false }\n\"cli/watch.md\" = { enable = true }\n\"x\" = {}\n",
        )
        .unwrap();
        assert!(html.is_searched("a.md"));
        assert!(html.is_searched("client.md"));
        assert!(!html.is_searched("cli/a.md"));
        assert!(html.is_searched("cli/watch.md"));
    }
}
