//! A page's HTML made fit to stand beside the HTML of other pages: its ids, and
//! what points at them, get a prefix.

use super::raw_html::{start_tags, value_range};

/// In front of a fragment that is as it should be already.
pub const FINAL: &str = "#=";

/// `html` with `prefix` in front of every id.
pub fn with_prefix(html: &str, prefix: &str) -> String {
    let mut edits = Vec::new();
    for tag in start_tags(html) {
        let name = String::from_utf8_lossy(&tag.name);
        for (key, value) in &tag.attributes {
            let key = String::from_utf8_lossy(key);
            let Some(range) = value_range(html, value.span.start, &key) else {
                continue;
            };
            if let Some(text) = prefixed(&name, &key, &html[range.clone()], prefix) {
                edits.push((range, text));
            }
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(html.len() + edits.len() * prefix.len());
    let mut written = 0;
    for (range, text) in edits {
        if range.start >= written {
            out.push_str(&html[written..range.start]);
            out.push_str(&text);
            written = range.end;
        }
    }
    out.push_str(&html[written..]);
    out
}

/// The new value of an attribute that names ids.
fn prefixed(element: &str, attribute: &str, value: &str, prefix: &str) -> Option<String> {
    match (element, attribute) {
        (_, "href") => match value.strip_prefix(FINAL) {
            Some(id) => Some(format!("#{id}")),
            None => {
                let id = value.strip_prefix('#').filter(|id| !id.is_empty())?;
                Some(format!("#{prefix}{id}"))
            }
        },
        (_, "id" | "for" | "popovertarget" | "list")
        | ("a" | "input" | "map" | "details", "name") => {
            (!value.is_empty()).then(|| format!("{prefix}{value}"))
        }
        (
            _,
            "aria-labelledby" | "aria-describedby" | "aria-controls" | "aria-owns" | "aria-details"
            | "headers",
        ) => {
            let ids = value.split_whitespace().map(|id| format!("{prefix}{id}"));
            Some(ids.collect::<Vec<_>>().join(" "))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::with_prefix;

    #[test]
    fn ids_and_what_points_at_them_get_the_prefix() {
        for (html, expected) in [
            ("<h2 id=\"a\">x</h2>", "<h2 id=\"p--a\">x</h2>"),
            ("<a href='#a'>x</a>", "<a href='#p--a'>x</a>"),
            ("<a href=\"#=q--a\">x</a>", "<a href=\"#q--a\">x</a>"),
            ("<a href=\"b.html#a\">x</a>", "<a href=\"b.html#a\">x</a>"),
            (
                "<p aria-labelledby=\"a b\">id=\"x\"</p>",
                "<p aria-labelledby=\"p--a p--b\">id=\"x\"</p>",
            ),
        ] {
            assert_eq!(with_prefix(html, "p--"), expected);
        }
    }
}
