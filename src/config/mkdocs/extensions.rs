//! `markdown_extensions`: which Markdown the pages are written in.

use super::fields::{Named, Problems};
use super::tags;
use super::yaml::Node;
use crate::config::dialect::{Dialect, Slugs, TabIds};

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
    ("pymdownx.inlinehilite", On(|d| d.inline_code = true)),
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
    if name == "pymdownx.tabbed"
        && let Some(slugify) = given.option("slugify")
    {
        tab_ids(slugify, given, dialect, problems);
    }
    if name == "toc"
        && let Some(slugify) = given.option("slugify")
    {
        toc_slugs(slugify, dialect, problems);
    }
}

/// With `slugify` the ids of tabs are made from their titles.
fn tab_ids(node: &Node, given: &Named<'_>, dialect: &mut Dialect, problems: &mut Problems) {
    // Of tabs only one form of ids is made: that which everybody uses.
    if slugs(node) != Some(Slugs::Pymdownx) {
        let effect = "it makes the ids of tabs";
        return problems.unsupported(node, "`slugify` of `pymdownx.tabbed`", effect);
    }
    let combined = given.option("combine_header_slug").and_then(Node::flag);
    dialect.tab_ids = if combined == Some(true) {
        TabIds::Headings
    } else {
        TabIds::Titles
    };
}

/// `slugify` of `toc` decides every heading id.
fn toc_slugs(node: &Node, dialect: &mut Dialect, problems: &mut Problems) {
    match slugs(node) {
        Some(slugs) => dialect.slugs = slugs,
        None => problems.unsupported(node, "`slugify` of `toc`", "it makes the ids of headings"),
    }
}

/// What a function of Python that is known makes of a text.
fn slugs(node: &Node) -> Option<Slugs> {
    let name = tags::python(node).or(node.text()).unwrap_or_default();
    let case = node.get("kwds").and_then(|kwds| kwds.get("case"));
    let percent = node.get("kwds").and_then(|kwds| kwds.get("percent_encode"));
    if percent.and_then(Node::flag) == Some(true) {
        return None;
    }
    Some(match name {
        "markdown.extensions.toc.slugify" => Slugs::PythonMarkdown,
        "markdown.extensions.toc.slugify_unicode" => Slugs::PythonMarkdownUnicode,
        "pymdownx.slugs.slugify" => match case.and_then(Node::text) {
            None | Some("none") => Slugs::PymdownxCased,
            Some(_) => Slugs::Pymdownx,
        },
        "pymdownx.slugs.uslugify" | "pymdownx.slugs.gfm" => Slugs::Pymdownx,
        "pymdownx.slugs.uslugify_cased" => Slugs::PymdownxCased,
        _ => return None,
    })
}
