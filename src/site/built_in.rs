//! The files of the theme that is in the program.

use std::borrow::Cow;

/// The script that `docent serve` adds to every page; no part of a built site.
const LIVE: &str = include_str!("../../themes/default/live.js");

/// The same as it is served.
pub fn live() -> Cow<'static, [u8]> {
    published("live.js", LIVE.as_bytes())
}

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("../../themes/default/", $name)).as_slice())),*]
    };
}

/// The files of the built-in theme.
pub(super) const BUILT_IN: &[(&str, &[u8])] = &built_in![
    "404.html",
    "ask-answer.js",
    "ask-button.js",
    "ask-tools.js",
    "ask.js",
    "base.css",
    "base.html",
    "blocks.css",
    "blog.css",
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
    "post.html",
    "prose.css",
    "redirect.html",
    "screens.css",
    "search-dialog.js",
    "search-excerpt.js",
    "search-files.js",
    "search-forms.js",
    "search-index.js",
    "search-words.js",
    "search.js",
    "talk.css",
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
pub(super) const SHEETS: [&str; 11] = [
    "base.css",
    "layout.css",
    "nav.css",
    "front.css",
    "prose.css",
    "blocks.css",
    "blog.css",
    "code.css",
    "tools.css",
    "talk.css",
    "screens.css",
];

/// What is published of a file: scripts go without what is for those who read
/// the source, remarks that fill a line and the space in front of lines.
pub(super) fn published(name: &str, bytes: &'static [u8]) -> Cow<'static, [u8]> {
    if !name.ends_with(".js") {
        return Cow::Borrowed(bytes);
    }
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.trim_ascii_start());
    let code = lines.filter(|line| !line.starts_with(b"//"));
    Cow::Owned(code.flatten().copied().collect())
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, published};

    #[test]
    fn scripts_go_without_their_remarks() {
        assert_eq!(
            published("a.js", b"// a\nb(() => {\n  c(); // d\n  // e\n});\n"),
            b"b(() => {\nc(); // d\n});\n".as_slice()
        );
        assert_eq!(published("a.css", b"// a\n"), b"// a\n".as_slice());
    }

    #[test]
    fn no_script_has_text_over_several_lines_that_could_look_like_a_remark() {
        for (name, bytes) in BUILT_IN.iter().filter(|(name, _)| name.ends_with(".js")) {
            let script = String::from_utf8_lossy(bytes);
            for line in script.lines() {
                let bare = line.trim_start();
                let quotes = bare.matches('`').count() - bare.matches("'`").count();
                let remark = bare.starts_with("//");
                assert!(remark || quotes % 2 == 0, "{name}: {line}");
            }
        }
    }
}
