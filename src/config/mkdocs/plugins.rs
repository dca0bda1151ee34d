//! `plugins`: those that docent does natively, and the rest by name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::blog;
use super::fields::{Named, Problems};
use super::yaml::Node;
use crate::config::Blog;
use crate::config::layout::{Patterns, Tags};

/// What the plugins come to.
#[derive(Debug, Default)]
pub struct Plugins {
    /// Old pages and what they lead to now.
    pub redirects: BTreeMap<String, String>,
    /// Files that are no part of the site.
    pub exclude: Patterns,
    /// Whether the folders' own pages stand for them.
    pub section_index: bool,
    /// Tags of pages.
    pub tags: Tags,
    /// Blogs, and the files that they were read from.
    pub blogs: (Vec<Blog>, Vec<PathBuf>),
}

/// What docent does without a plugin.
const NATIVE: &[&str] = &[
    "search",
    "git-revision-date",
    "git-revision-date-localized",
    "llmstxt",
    "offline",
    "optimize",
    "minify",
    "minify_html",
    "privacy",
    "group",
    "info",
    "same-dir",
    "htmlproofer",
    "linkcheck",
    "mermaid2",
    "typeset",
];

/// Plugins that docent has not, with their effect.
const PLUGINS: &[(&str, &str)] = &[
    ("api-autonav", "it writes pages from code"),
    (
        "autorefs",
        "`[Title][id]` is a link to a heading of another page",
    ),
    (
        "awesome-nav",
        "the files `.nav.yml` order the navigation; here `nav` in `mkdocs.yml` does",
    ),
    (
        "awesome-pages",
        "the files `.pages` order the navigation; here `nav` in `mkdocs.yml` does",
    ),
    ("exclude-search", "some pages are left out of the search"),
    ("gen-files", "a script writes pages"),
    ("git-authors", "pages name their authors, from git"),
    ("git-committers", "pages name their authors, from git"),
    ("glightbox", "pictures open large"),
    ("i18n", "the site is built once for each language"),
    (
        "include-markdown",
        "`{% include-markdown %}` stands for a file; here `--8<--` does",
    ),
    ("jupyter", "notebooks are pages"),
    (
        "literate-nav",
        "the files `SUMMARY.md` order the navigation; here `nav` in `mkdocs.yml` does",
    ),
    (
        "macros",
        "`{{ name }}` and `{% %}` are run as Jinja templates",
    ),
    ("markdown-exec", "code is run and its output shown"),
    (
        "meta",
        "the files `.meta.yml` give front matter to all pages of a folder",
    ),
    ("mike", "the site is published once for each version"),
    ("mkdocs-jupyter", "notebooks are pages"),
    (
        "mkdocstrings",
        "`::: name` stands for documentation from code",
    ),
    ("monorepo", "other folders are built into the site"),
    (
        "open-in-new-tab",
        "links that leave the site open in a new tab",
    ),
    ("pdf-export", "the site is also a PDF"),
    (
        "print-site",
        "the site is also one page; here it is at `print.html`",
    ),
    ("projects", "other folders are built into the site"),
    ("rss", "there is a feed of new pages"),
    (
        "social",
        "there is a picture of each page for link previews",
    ),
    ("swagger-ui-tag", "API descriptions are shown"),
    ("table-reader", "tables are read from files"),
    ("with-pdf", "the site is also a PDF"),
];

/// Plugins that keep pages or parts of them from readers. What they would
/// have hidden must not be published, so the build stops.
const HIDING: &[(&str, &str)] = &[
    ("encryptcontent", "pages can only be read with a password"),
    ("file-filter", "it leaves files out of the site"),
    ("exclude-unused-files", "it leaves files out of the site"),
    ("hidden-pages", "it leaves pages out of the site"),
    ("ignore-in-build", "it leaves files out of the site"),
    ("placeholder-hide", "it leaves text out of the site"),
];

/// Reads `plugins` of the book in `root` with the content folder `src`.
pub fn read(node: Option<&Node>, root: &Path, src: &Path, problems: &mut Problems) -> Plugins {
    let mut plugins = Plugins::default();
    plugins.tags.shown = false;
    let Some(node) = node else {
        return plugins;
    };
    for plugin in problems.named(node, "plugins") {
        if plugin.option("enabled").and_then(Node::flag) == Some(false) {
            continue;
        }
        let full = plugin.text();
        let name = full.rsplit('/').next().unwrap_or_default();
        match name {
            "redirects" => redirects(&plugin, &mut plugins, problems),
            "exclude" => exclude(&plugin, &mut plugins, problems),
            "section-index" => plugins.section_index = true,
            "tags" => tags(&plugin, &mut plugins.tags, problems),
            "blog" => {
                let mut blog = blog::read(&plugin, problems);
                let file = blog::authors(&mut blog, &plugin, (root, src), problems);
                plugins.blogs.0.push(blog);
                plugins.blogs.1.extend(file);
            }
            name if NATIVE.contains(&name) => {}
            name => unsupported(name, &plugin, problems),
        }
    }
    plugins
}

fn unsupported(name: &str, plugin: &Named<'_>, problems: &mut Problems) {
    let what = format!("the plugin `{name}`");
    if let Some((_, effect)) = HIDING.iter().find(|(known, _)| *known == name) {
        let message =
            format!("{what} is not there, and {effect}: docent does not build without it");
        problems.error(plugin.name, &message);
        return;
    }
    let effect = PLUGINS.iter().find(|(known, _)| *known == name);
    let effect = effect.map_or(
        "it is code in Python, which docent does not run",
        |(_, does)| does,
    );
    problems.unsupported(plugin.name, &what, effect);
}

fn redirects(plugin: &Named<'_>, plugins: &mut Plugins, problems: &mut Problems) {
    for (key, value) in plugin.options() {
        match key.text() {
            Some("redirect_maps") => {
                for (from, to) in problems.entries(value, "redirect_maps") {
                    if let Some(to) = problems.text(to, "redirect_maps") {
                        let from = from.text().unwrap_or_default().to_owned();
                        plugins.redirects.insert(from, to);
                    }
                }
            }
            _ => problems.unknown(key, "redirects", &["redirect_maps"]),
        }
    }
}

/// The plugin `tags`.
fn tags(plugin: &Named<'_>, tags: &mut Tags, problems: &mut Problems) {
    tags.shown = true;
    let mut shadow = false;
    for (key, value) in plugin
        .options()
        .iter()
        .filter(|(_, value)| !value.is_null())
    {
        let name = key.text().unwrap_or_default();
        match name {
            "enabled" => {}
            "tags" => tags.shown = problems.flag(value, name).unwrap_or(true),
            "tags_file" => tags.page = problems.text(value, name),
            "shadow" => shadow = problems.flag(value, name).unwrap_or(false),
            "shadow_tags" => tags.hidden.extend(problems.texts(value, name)),
            "shadow_tags_prefix" => {
                let prefix = problems.text(value, name).filter(|text| !text.is_empty());
                tags.hidden.extend(prefix.map(|text| format!("{text}*")));
            }
            "shadow_tags_suffix" => {
                let suffix = problems.text(value, name).filter(|text| !text.is_empty());
                tags.hidden.extend(suffix.map(|text| format!("*{text}")));
            }
            "shadow_on_serve" | "export" | "export_file" | "export_only" => {}
            _ => {
                let what = format!("`{name}` of the plugin `tags`");
                problems.unsupported(key, &what, "it changes how tags are listed");
            }
        }
    }
    if shadow {
        tags.hidden.clear();
    }
}

/// The plugin `exclude`: its patterns let `*` pass over `/`.
fn exclude(plugin: &Named<'_>, plugins: &mut Plugins, problems: &mut Problems) {
    for (key, value) in plugin.options() {
        match key.text() {
            Some("glob") => {
                let globs = match value.text() {
                    Some(glob) => vec![glob.to_owned()],
                    None => problems.texts(value, "glob"),
                };
                for glob in globs {
                    match line(&glob) {
                        Some(line) => plugins.exclude.lines.push(line),
                        None => cannot(value, &format!("`{glob}`"), problems),
                    }
                }
                plugins.exclude.place = Some(value.place());
            }
            Some("regex") => cannot(value, "`regex`", problems),
            _ => problems.unknown(key, "exclude", &["glob", "regex"]),
        }
    }
}

/// The line of a `.gitignore` that leaves out at least what `glob` does.
fn line(glob: &str) -> Option<String> {
    let rest = glob.strip_prefix("*/");
    let bare = rest.unwrap_or(glob);
    let inner = bare.trim_start_matches('*').trim_end_matches('*');
    let spans = bare.starts_with('*') && inner.contains('/');
    let odd = inner.contains(['*', '?', '[', ']', '!', '\\']) || inner.starts_with('#');
    if spans || odd {
        return None;
    }
    Some(if rest.is_some() {
        format!("**/{bare}")
    } else if bare.contains('/') || bare.contains('*') {
        bare.to_owned()
    } else {
        format!("/{bare}")
    })
}

fn cannot(node: &Node, what: &str, problems: &mut Problems) {
    let message = format!(
        "{what} of the plugin `exclude` cannot be read: write it as lines of `exclude_docs`"
    );
    problems.error(node, &message);
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_glob_leaves_out_as_much_as_in_mkdocs_or_is_refused() {
        assert_eq!(line("*.tmp").as_deref(), Some("*.tmp"));
        assert_eq!(line("*/x.md").as_deref(), Some("**/x.md"));
        assert_eq!(line("drafts/*").as_deref(), Some("drafts/*"));
        assert_eq!(line("secret.md").as_deref(), Some("/secret.md"));
        for glob in ["a*b.md", "*a/b", "a?.md", "[ab].md"] {
            assert_eq!(line(glob), None, "{glob}");
        }
    }
}
