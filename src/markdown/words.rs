//! What readers see in the text of a page that no author wrote.

use std::collections::BTreeMap;

use super::labels::made_title;

/// Words by key: those of a language, where it has them, else English ones.
#[derive(Debug, Clone, Copy, Default)]
pub struct Words<'a>(Option<&'a BTreeMap<String, String>>);

impl<'a> Words<'a> {
    /// The words of this table.
    pub fn of(table: &'a BTreeMap<String, String>) -> Self {
        Self(Some(table))
    }

    fn get(self, key: &str) -> Option<&'a str> {
        let word = self.0?.get(key)?;
        (!word.is_empty()).then_some(word)
    }

    /// What a heading's link to itself is called.
    pub fn section(self) -> &'a str {
        self.get("section").unwrap_or("Link to this section")
    }

    /// What leads from a footnote to where it is referred to.
    pub fn back(self) -> &'a str {
        self.get("back_to_text").unwrap_or("Back to the text")
    }

    /// The number of a note about a line of code.
    pub fn note(self, number: usize) -> String {
        let words = self.get("code_note").unwrap_or("Note {number}");
        words.replace("{number}", &number.to_string())
    }

    /// What shows the source of a diagram.
    pub fn diagram(self) -> &'a str {
        self.get("diagram_source")
            .unwrap_or("Source of the diagram")
    }

    /// The title of a note of these classes.
    pub fn title(self, classes: &str) -> String {
        let class = classes.split_whitespace().next().unwrap_or("note");
        let known = self.get(&format!("title_{class}"));
        known.map_or_else(|| made_title(classes), str::to_owned)
    }
}
