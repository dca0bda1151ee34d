//! `markdown_extensions`: which Markdown the pages are written in.

use super::fields::{Named, Problems};
use super::tags;
use super::yaml::Node;
use crate::config::dialect::{Dialect, Slugs};

/// What becomes of an extension.
enum Does {
    /// A switch of the dialect.
    On(fn(&mut Dialect)),
    /// docent reads it always, or it changes nothing that readers see.
    Always,
    /// It is not there: what it would have done.
    Not(&'static str),
}

use Does::{Always, Not, On};

/// The extensions by their names, without `markdown.extensions.`.
const EXTENSIONS: &[(&str, Does)] = &[
    ("abbr", On(|d| d.abbreviations = true)),
    ("admonition", On(|d| d.admonitions = true)),
    ("attr_list", On(|d| d.attributes = true)),
    ("codehilite", Always),
    ("def_list", On(|d| d.definition_lists = true)),
    ("extra", On(extra)),
    ("fenced_code", Always),
    ("footnotes", Always),
    ("legacy_attrs", Not("it reads `{@id=x}` as an attribute")),
    ("legacy_em", Always),
    ("md_in_html", On(|d| d.markdown_in_html = true)),
    ("meta", Always),
    ("nl2br", Not("every line break in a paragraph is kept")),
    ("sane_lists", Always),
    ("smarty", On(|d| d.smart_punctuation = true)),
    ("tables", Always),
    ("toc", On(|d| d.contents = true)),
    ("wikilinks", Not("`[[Page]]` is a link")),
    ("github-callouts", On(|d| d.alerts = true)),
    ("callouts", On(|d| d.alerts = true)),
    (
        "markdown_include.include",
        Not("`{!file!}` stands for the file"),
    ),
    ("mdx_include", Not("`{!file!}` stands for the file")),
    ("mdx_truly_sane_lists", Always),
    (
        "material.extensions.preview",
        Not("links show a preview of their page"),
    ),
    ("pymdownx.arithmatex", On(arithmatex)),
    ("pymdownx.b64", Not("pictures are written into the page")),
    ("pymdownx.betterem", Always),
    (
        "pymdownx.blocks.admonition",
        Not("`/// note` is an admonition"),
    ),
    ("pymdownx.blocks.caption", Not("`/// caption` is a caption")),
    (
        "pymdownx.blocks.definition",
        Not("`/// define` is a definition list"),
    ),
    ("pymdownx.blocks.details", Not("`/// details` folds")),
    ("pymdownx.blocks.html", Not("`/// html` is an element")),
    ("pymdownx.blocks.tab", Not("`/// tab` is a tab")),
    ("pymdownx.caret", On(|d| d.carets = true)),
    ("pymdownx.critic", Not("`{++text++}` marks a change")),
    ("pymdownx.details", On(|d| d.admonitions = true)),
    ("pymdownx.emoji", On(|d| d.icons = true)),
    ("pymdownx.escapeall", Not("a backslash keeps any sign")),
    ("pymdownx.extra", On(extra)),
    (
        "pymdownx.fancylists",
        Not("lists may be numbered `a.` and `i)`"),
    ),
    ("pymdownx.highlight", Always),
    ("pymdownx.inlinehilite", Always),
    ("pymdownx.keys", On(|d| d.keys = true)),
    ("pymdownx.magiclink", Always),
    ("pymdownx.mark", On(|d| d.marks = true)),
    ("pymdownx.pathconverter", Not("paths are rewritten")),
    ("pymdownx.progressbar", Not("`[=50%]` is a bar")),
    ("pymdownx.saneheaders", Always),
    ("pymdownx.smartsymbols", Not("`(c)` and `-->` become signs")),
    ("pymdownx.snippets", Always),
    (
        "pymdownx.striphtml",
        Not("comments are taken out of the page"),
    ),
    ("pymdownx.superfences", Always),
    ("pymdownx.tabbed", On(|d| d.tabs = true)),
    ("pymdownx.tasklist", Always),
    ("pymdownx.tilde", On(|d| d.tildes = true)),
];

/// Options that would change ids or text, by extension, with their effect.
const OPTIONS: &[(&str, &str, &str)] = &[
    (
        "pymdownx.tabbed",
        "slugify",
        "tabs can be linked to by their titles",
    ),
    (
        "pymdownx.tabbed",
        "combine_header_slug",
        "the id of a tab begins with that of its heading",
    ),
    ("toc", "baselevel", "headings start at that level"),
    ("toc", "separator", "it stands between the words of an id"),
    ("toc", "marker", "it stands for the list of headings"),
    (
        "pymdownx.snippets",
        "url_download",
        "text is fetched from the network",
    ),
];

fn arithmatex(dialect: &mut Dialect) {
    dialect.math = true;
    dialect.brackets = 1;
}

fn extra(dialect: &mut Dialect) {
    dialect.abbreviations = true;
    dialect.attributes = true;
    dialect.definition_lists = true;
    dialect.markdown_in_html = true;
}

/// The dialect of the extensions in `node`; those that docent has not are
/// named.
pub fn dialect(node: Option<&Node>, problems: &mut Problems) -> Dialect {
    let mut dialect = Dialect {
        slugs: Slugs::PythonMarkdown,
        contents: true,
        ..Dialect::plain()
    };
    let Some(node) = node else {
        return dialect;
    };
    for extension in problems.named(node, "markdown_extensions") {
        let name = extension.text();
        let short = name.strip_prefix("markdown.extensions.").unwrap_or(name);
        let known = EXTENSIONS.iter().find(|(known, _)| *known == short);
        match known.map(|(_, does)| does) {
            Some(On(switch)) => switch(&mut dialect),
            Some(Always) => {}
            Some(Not(effect)) => {
                let what = format!("the Markdown extension `{name}`");
                problems.unsupported(extension.name, &what, effect);
            }
            None => {
                let what = format!("the Markdown extension `{name}`");
                let effect = "it is code in Python, which docent does not run";
                problems.unsupported(extension.name, &what, effect);
            }
        }
        options(short, &extension, &mut dialect, problems);
    }
    dialect
}

/// `base_path` of the snippets.
pub fn snippet_folders(node: &Node, problems: &mut Problems) -> Vec<String> {
    let mut quiet = Problems::default();
    let all = quiet.named(node, "markdown_extensions");
    let snippets = all.iter().find(|one| one.text() == "pymdownx.snippets");
    match snippets.and_then(|one| one.option("base_path")) {
        None => vec![".".to_owned()],
        Some(folder) => match folder.text() {
            Some(folder) => vec![folder.to_owned()],
            None => problems.texts(folder, "base_path"),
        },
    }
}

fn options(name: &str, given: &Named<'_>, dialect: &mut Dialect, problems: &mut Problems) {
    for (extension, option, effect) in OPTIONS.iter().filter(|(of, ..)| *of == name) {
        if let Some(value) = given
            .option(option)
            .filter(|value| value.flag() != Some(false))
        {
            let what = format!("`{option}` of `{extension}`");
            problems.unsupported(value, &what, effect);
        }
    }
    if name == "toc"
        && let Some(slugify) = given.option("slugify")
    {
        toc_slugs(slugify, dialect, problems);
    }
}

/// `slugify` of `toc` decides every heading id.
fn toc_slugs(node: &Node, dialect: &mut Dialect, problems: &mut Problems) {
    let name = tags::python(node).or(node.text()).unwrap_or_default();
    match name.rsplit(['.', ':']).next().unwrap_or_default() {
        "slugify" if name.starts_with("markdown.") => dialect.slugs = Slugs::PythonMarkdown,
        "slugify" | "uslugify" | "gfm" | "slugify_unicode" => dialect.slugs = Slugs::Github,
        _ => problems.unsupported(node, "`slugify` of `toc`", "it makes the ids of headings"),
    }
}
