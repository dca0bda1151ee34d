//! The files of the theme that is in the program.

/// The script that `docent serve` adds to every page; no part of a built site.
pub const LIVE: &str = include_str!("../../themes/default/live.js");

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("../../themes/default/", $name)).as_slice())),*]
    };
}

/// The files of the built-in theme.
pub(super) const BUILT_IN: &[(&str, &[u8])] = &built_in![
    "404.html",
    "ask.js",
    "base.css",
    "base.html",
    "blocks.css",
    "blocks.js",
    "code.css",
    "code.js",
    "docent.js",
    "favicon.svg",
    "front.css",
    "head.js",
    "landing.html",
    "layout.css",
    "nav.css",
    "nav.html",
    "page.html",
    "prose.css",
    "redirect.html",
    "screens.css",
    "search.js",
    "tools.css",
    "missing.js",
    "move.js",
    "print.html",
    "strings/ar.json",
    "strings/de.json",
    "strings/en.json",
    "strings/es.json",
    "strings/fr.json",
    "strings/ja.json",
    "strings/zh.json",
];

/// The style sheets that become the one `docent.css`, in this order.
pub(super) const SHEETS: [&str; 9] = [
    "base.css",
    "layout.css",
    "nav.css",
    "front.css",
    "prose.css",
    "blocks.css",
    "code.css",
    "tools.css",
    "screens.css",
];
