//! Headings to ids that are unique in their page and stay the same while the
//! heading does.

use std::collections::{BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::config::Slugs;

/// The ids given out so far in one page.
#[derive(Debug, Default)]
pub struct Anchors {
    slugs: Slugs,
    used: HashMap<String, usize>,
    /// The last number given behind each name, as Python-Markdown counts.
    counts: HashMap<String, usize>,
}

impl Anchors {
    /// For a page without an id yet.
    pub fn new(slugs: Slugs) -> Self {
        Self {
            slugs,
            ..Self::default()
        }
    }

    /// An id for a heading: the one its author chose, else one made from its
    /// text; a number follows when it was given out before.
    pub fn give(&mut self, chosen: Option<&str>, text: &str) -> String {
        let wanted = chosen.map_or_else(|| slug(text, self.slugs), str::to_owned);
        if self.slugs.is_python() {
            self.counted_up(wanted)
        } else {
            self.numbered(wanted)
        }
    }

    /// `-1` for the second of a name, `-2` for the third.
    fn numbered(&mut self, mut id: String) -> String {
        loop {
            let count = self.used.entry(id.clone()).or_insert(0);
            *count += 1;
            if *count == 1 {
                return id;
            }
            id = format!("{id}-{}", *count - 1);
        }
    }

    /// Python-Markdown's: `_1` for the second, and a name that ends so already
    /// is counted up. A heading without a letter is never without a number.
    fn counted_up(&mut self, mut id: String) -> String {
        while id.is_empty() || self.used.contains_key(&id) {
            let number = id.rsplit_once('_').and_then(|(stem, number)| {
                let number: usize = number.parse().ok()?;
                Some((stem, number))
            });
            // Where it left off last time, so that a page of equal headings
            // is not counted through again for each.
            let (stem, last) = number.map_or((id.as_str(), 0), |(stem, number)| (stem, number));
            let next = self.counts.get(stem).copied().unwrap_or_default().max(last) + 1;
            let stem = stem.to_owned();
            id = format!("{stem}_{next}");
            self.counts.insert(stem, next);
        }
        self.used.insert(id.clone(), 1);
        id
    }
}

/// `id`, or the first of `id_1`, `id_2` that is not in use, as
/// Python-Markdown counts.
pub fn unused(id: String, used: &BTreeSet<String>) -> String {
    if !id.is_empty() && !used.contains(&id) {
        return id;
    }
    let (stem, last) = match id.rsplit_once('_') {
        Some((stem, number)) => match number.parse::<usize>() {
            Ok(number) => (stem, number),
            Err(_) => (id.as_str(), 0),
        },
        None => (id.as_str(), 0),
    };
    let mut all = (last + 1..).map(|number| format!("{stem}_{number}"));
    all.find(|id| !used.contains(id)).unwrap_or_default()
}

/// The text as an id.
pub fn slug(text: &str, slugs: Slugs) -> String {
    match slugs {
        Slugs::Mdbook => mdbook(text),
        Slugs::Github => github(text),
        Slugs::PythonMarkdown => {
            python_markdown(&text.nfkd().filter(char::is_ascii).collect::<String>())
        }
        Slugs::PythonMarkdownUnicode => python_markdown(text),
        Slugs::Pymdownx => pymdownx(&text.to_lowercase()),
        Slugs::PymdownxCased => pymdownx(text),
    }
}

/// Lower case; letters, digits, `_` and `-` kept, white space as `-`,
/// everything else dropped.
fn mdbook(text: &str) -> String {
    let kept = |c: char| match c {
        '_' | '-' => Some(c),
        c if c.is_alphanumeric() => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    let id: String = text
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(kept)
        .collect();
    if id.is_empty() {
        "section".to_owned()
    } else {
        id
    }
}

/// As mdBook's, and marks that combine with a letter stay.
fn github(text: &str) -> String {
    let kept = |c: char| match c {
        '_' | '-' => Some(c),
        c if c.is_alphanumeric() || is_combining_mark(c) => Some(c),
        ' ' => Some('-'),
        _ => None,
    };
    text.trim()
        .to_lowercase()
        .chars()
        .filter_map(kept)
        .collect()
}

/// Letters, digits and `_`; runs of white space and `-` as one `-`.
fn python_markdown(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    let kept = |c: &char| is_python_word(*c) || *c == '-' || is_python_space(*c);
    let kept: String = text.chars().filter(kept).collect();
    for c in kept.trim_matches(is_python_space).chars() {
        if c == '-' || is_python_space(c) {
            if !id.ends_with('-') {
                id.push('-');
            }
        } else {
            id.extend(c.to_lowercase());
        }
    }
    id
}

/// Letters, digits and `_`, each space as `-`.
fn pymdownx(text: &str) -> String {
    let kept = |c: char| match c {
        ' ' => Some('-'),
        c => (c == '-' || is_python_word(c)).then_some(c),
    };
    text.trim().nfc().filter_map(kept).collect()
}

/// What Python's `\w` stands for: no mark that combines with a letter.
fn is_python_word(c: char) -> bool {
    c == '_' || (c.is_alphanumeric() && !is_combining_mark(c))
}

/// ASCII white space as Python's `\s` has it.
fn is_python_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\x1c'..='\x1f')
}

#[cfg(test)]
mod tests {
    use super::{Anchors, slug};
    use crate::config::Slugs;

    fn check(text: &str, mdbook: &str, python: &str, github: &str) {
        assert_eq!(slug(text, Slugs::Mdbook), mdbook, "{text}");
        assert_eq!(slug(text, Slugs::PythonMarkdown), python, "{text}");
        assert_eq!(slug(text, Slugs::Github), github, "{text}");
    }

    #[test]
    fn each_dialect_has_its_own_ids() {
        check(
            "  Diátaxis & you: cargo build  ",
            "diátaxis--you-cargo-build",
            "diataxis-you-cargo-build",
            "diátaxis--you-cargo-build",
        );
        check("日本語", "日本語", "", "日本語");
        check("?!", "section", "", "");
        check("ΟΔΟΣ _a_ - b", "οδος-_a_---b", "_a_-b", "οδος-_a_---b");
        check("Straße 1.2", "straße-12", "strae-12", "straße-12");
    }

    #[test]
    fn pythons_slugs_differ_in_case_and_script() {
        let check = |text: &str, unicode: &str, lower: &str, cased: &str| {
            assert_eq!(slug(text, Slugs::PythonMarkdownUnicode), unicode, "{text}");
            assert_eq!(slug(text, Slugs::Pymdownx), lower, "{text}");
            assert_eq!(slug(text, Slugs::PymdownxCased), cased, "{text}");
        };
        check(
            "Über  uns: 1.2",
            "über-uns-12",
            "über--uns-12",
            "Über--uns-12",
        );
        check("日本語 ½", "日本語-½", "日本語-½", "日本語-½");
        check("किताब x\u{fe0e}", "कतब-x", "कतब-x", "कतब-x");
    }

    #[test]
    fn a_repeated_heading_is_numbered() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.give(None, "Use"), "use");
        assert_eq!(anchors.give(None, "Use"), "use-1");
        assert_eq!(anchors.give(None, "Use 1"), "use-1-1");
        assert_eq!(anchors.give(Some("Mine"), "Use"), "Mine");
    }

    #[test]
    fn python_markdown_counts_with_an_underscore() {
        let mut anchors = Anchors::new(Slugs::PythonMarkdown);
        let given: Vec<_> = ["Use", "Use", "Use_1", "Use", "?", "?"]
            .map(|text| anchors.give(None, text))
            .into();
        assert_eq!(given, ["use", "use_1", "use_2", "use_3", "_1", "_2"]);
    }
}
