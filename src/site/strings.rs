//! What readers see that no author wrote: one table for each language, which a
//! book's own theme may change word by word.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::built_in::BUILT_IN;
use crate::config::Config;
use crate::markdown::Words;

/// The language whose table is whole.
const ENGLISH: &str = "en";

/// The words of the templates and those of the scripts, by key.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Strings {
    /// For templates: the variable `text`.
    pub page: BTreeMap<String, String>,
    /// For scripts: `docent.say`.
    pub script: BTreeMap<String, String>,
}

impl Strings {
    /// The built-in words of a language.
    pub fn built_in(language: &str) -> Self {
        let mut strings = Self::default();
        for language in Self::languages(language) {
            let path = Self::path(&language);
            let table = BUILT_IN.iter().find(|(name, _)| *name == path);
            let table = table.and_then(|(_, bytes)| Self::read(bytes).ok());
            strings.add(table.unwrap_or_default());
        }
        strings
    }

    /// The words of a book, its own included. The theme reports a table that
    /// cannot be read.
    pub fn of(config: &Config) -> Self {
        let mut strings = Self::built_in(&config.book.language);
        let theme = config.root.join("themes").join(&config.build.theme);
        for language in Self::languages(&config.book.language) {
            let table = fs_err::read(theme.join(Self::path(&language))).ok();
            let table = table.and_then(|bytes| Self::read(&bytes).ok());
            strings.add(table.unwrap_or_default());
        }
        strings
    }

    /// The path of a language's table in a theme.
    pub fn path(language: &str) -> String {
        format!("strings/{language}.json")
    }

    /// The languages to look in for `language`, the most general first:
    /// English, then `pt`, then `pt-BR`.
    pub fn languages(language: &str) -> Vec<String> {
        let mut all = vec![ENGLISH.to_owned()];
        let plain = language.replace('_', "-");
        for (at, _) in plain.match_indices('-').chain([(plain.len(), "")]) {
            let part = plain[..at].to_owned();
            if !part.is_empty() && !all.contains(&part) {
                all.push(part);
            }
        }
        all
    }

    /// Reads a table.
    ///
    /// # Errors
    /// When it is no JSON of this form.
    pub fn read(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }

    /// Takes over what `other` says.
    pub fn add(&mut self, other: Self) {
        self.page.extend(other.page);
        self.script.extend(other.script);
    }

    /// The word of the templates with this key.
    pub fn get(&self, key: &str) -> &str {
        self.page.get(key).map_or("", String::as_str)
    }

    /// Those that stand in the text of pages.
    pub fn words(&self) -> Words<'_> {
        Words::of(&self.page)
    }

    /// The statement that gives the scripts their words.
    pub fn statement(&self) -> String {
        let json = serde_json::to_string(&self.script).unwrap_or_else(|_| "{}".to_owned());
        format!("const docentText = {json};\n")
    }
}

#[cfg(test)]
mod tests {
    use super::Strings;

    #[test]
    fn a_language_falls_back_on_what_is_more_general() {
        assert_eq!(Strings::languages("pt-BR"), ["en", "pt", "pt-BR"]);
        assert_eq!(Strings::languages("en_GB"), ["en", "en-GB"]);
        assert_eq!(Strings::languages(""), ["en"]);
    }
}
