//! Headings to ids that are unique in their page and stay the same while the
//! heading does.

use std::collections::HashMap;

/// The ids given out so far in one page.
#[derive(Debug, Default)]
pub struct Anchors {
    used: HashMap<String, usize>,
}

impl Anchors {
    /// An id for a heading: the one its author chose, else one made from its
    /// text; a number follows when it was given out before.
    pub fn give(&mut self, chosen: Option<&str>, text: &str) -> String {
        let wanted = chosen.map_or_else(|| slug(text), str::to_owned);
        let count = self.used.entry(wanted.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            return wanted;
        }
        let numbered = format!("{wanted}-{}", *count - 1);
        self.give(Some(&numbered), text)
    }
}

/// The text as an id, by mdBook's rule: lower case, letters, digits, `_` and
/// `-` kept, white space as `-`, everything else dropped.
pub fn slug(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.trim().to_lowercase().chars() {
        if c.is_alphanumeric() || c == '_' || c == '-' {
            id.push(c);
        } else if c.is_whitespace() {
            id.push('-');
        }
    }
    if id.is_empty() {
        "section".to_owned()
    } else {
        id
    }
}

#[cfg(test)]
mod tests {
    use super::{Anchors, slug};

    #[test]
    fn an_id_keeps_letters_of_every_script() {
        assert_eq!(
            slug("  Diátaxis & you: `cargo build`  "),
            "diátaxis--you-cargo-build"
        );
        assert_eq!(slug("日本語"), "日本語");
        assert_eq!(slug("?!"), "section");
    }

    #[test]
    fn a_repeated_heading_is_numbered() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.give(None, "Use"), "use");
        assert_eq!(anchors.give(None, "Use"), "use-1");
        assert_eq!(anchors.give(None, "Use 1"), "use-1-1");
        assert_eq!(anchors.give(Some("Mine"), "Use"), "Mine");
    }
}
