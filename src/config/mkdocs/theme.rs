//! `theme`: what of it docent honours.

use super::fields::Problems;
use super::yaml::Node;

/// What the theme's settings come to.
#[derive(Debug, Default)]
pub struct Theme {
    /// A BCP 47 tag.
    pub language: Option<String>,
    /// `ltr` or `rtl`.
    pub direction: Option<String>,
    /// A folder of templates and files over the theme's.
    pub custom_dir: Option<String>,
    /// Whether a folder's own page stands for the folder.
    pub section_indexes: bool,
    /// Whether pages carry a link to where they can be edited.
    pub edit_links: bool,
}

/// Features that docent has always.
const ALWAYS: &[&str] = &[
    "content.code.annotate",
    "content.code.copy",
    "content.tabs.link",
    "navigation.footer",
    "navigation.instant",
    "navigation.instant.prefetch",
    "navigation.path",
    "navigation.prune",
    "navigation.sections",
    "navigation.tracking",
    "search.highlight",
    "search.suggest",
    "toc.follow",
];

/// Features that docent has not, with their effect.
const FEATURES: &[(&str, &str)] = &[
    ("announce.dismiss", "the announcement can be closed"),
    (
        "content.action.view",
        "a button shows the page's Markdown; here it has an address of its own",
    ),
    (
        "content.code.select",
        "lines of code can be selected by their numbers",
    ),
    ("content.footnote.tooltips", "footnotes show as tooltips"),
    (
        "content.tooltips",
        "titles of links show as tooltips of the theme",
    ),
    ("header.autohide", "the header goes away while scrolling"),
    ("navigation.expand", "all sections stand open"),
    (
        "navigation.instant.preview",
        "links show a preview of their page",
    ),
    (
        "navigation.instant.progress",
        "a bar shows that a page is loading",
    ),
    (
        "navigation.tabs",
        "the sections at the top are tabs; here they are headings in the sidebar",
    ),
    ("navigation.tabs.sticky", "the tabs stay in sight"),
    ("navigation.top", "a button leads back to the top"),
    ("search.share", "a button copies the address of a search"),
    (
        "toc.integrate",
        "the headings of a page stand in the navigation",
    ),
];

/// Keys that change looks only, with their effect.
const LOOKS: &[(&str, &str)] = &[
    ("font", "it sets the fonts; docent uses those of the system"),
    ("icon", "it sets icons of the theme"),
    (
        "palette",
        "it sets colours; docent follows the system and has a switch",
    ),
    ("analytics", "it loads a script that counts visits"),
    ("highlightjs", "code is highlighted in the browser"),
    ("hljs_languages", "code is highlighted in the browser"),
    ("hljs_style", "code is highlighted in the browser"),
    ("navigation_depth", "it limits the sidebar's depth"),
    ("prev_next_buttons_location", "it places the buttons"),
    ("shortcuts", "it sets keys"),
    (
        "user_color_mode_toggle",
        "a switch for dark and light shows",
    ),
    ("color_mode", "it sets dark or light"),
    ("nav_style", "it sets the colour of the header"),
    ("static_templates", "they are templates of their own"),
    ("include_search_page", "there is a search page"),
    ("search_index_only", "the search page is left out"),
];

const USED: &[&str] = &[
    "name",
    "language",
    "locale",
    "direction",
    "custom_dir",
    "features",
    "logo",
    "favicon",
];

/// Reads `theme`, a name or keys with values.
pub fn read(node: Option<&Node>, problems: &mut Problems) -> Theme {
    let mut theme = Theme::default();
    let Some(node) = node else {
        theme.edit_links = true;
        return theme;
    };
    let name = node.text().or_else(|| node.get("name")?.text());
    let is_material = name.is_some_and(|name| name.contains("material"));
    // Only Material asks for a feature before it shows the link.
    theme.edit_links = !is_material;
    if node.text().is_some() {
        return theme;
    }
    for (key, value) in problems.entries(node, "theme") {
        let name = key.text().unwrap_or_default();
        let full = format!("theme.{name}");
        match name {
            "name" => {}
            "language" | "locale" => theme.language = problems.text(value, &full),
            "direction" => theme.direction = problems.text(value, &full),
            "custom_dir" => theme.custom_dir = problems.text(value, &full),
            "features" => features(value, &mut theme, problems),
            // Read with the keys that name other files.
            "logo" | "favicon" => {}
            _ => match LOOKS.iter().find(|(known, _)| *known == name) {
                Some((_, effect)) => problems.appearance(key, &format!("`{full}`"), effect),
                None => {
                    let looks = LOOKS.iter().map(|(name, _)| *name);
                    let known: Vec<&str> = USED.iter().copied().chain(looks).collect();
                    problems.unknown(key, "theme", &known);
                }
            },
        }
    }
    theme
}

fn features(node: &Node, theme: &mut Theme, problems: &mut Problems) {
    if node.is_null() {
        return;
    }
    let Some(nodes) = node.list() else {
        problems.wrong(node, "theme.features", "a list");
        return;
    };
    for node in nodes {
        let Some(name) = problems.text(node, "theme.features") else {
            continue;
        };
        match name.as_str() {
            "navigation.indexes" => theme.section_indexes = true,
            "content.action.edit" => theme.edit_links = true,
            name if ALWAYS.contains(&name) => {}
            name => {
                let effect = FEATURES.iter().find(|(known, _)| *known == name);
                let effect = effect.map_or("it may change the theme", |(_, effect)| effect);
                problems.appearance(node, &format!("the theme feature `{name}`"), effect);
            }
        }
    }
}
