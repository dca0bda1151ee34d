//! What a word may stand for: its stem, what it may become while it is being
//! typed, and what was meant when nothing has it.

use std::collections::BTreeMap;

use anyhow::Result;
use tantivy::Term;
use tantivy::schema::Field;

use crate::index::text::Words;

/// What a match counts for when the word was completed or corrected.
const COMPLETED: f32 = 0.5;
const CORRECTED: f32 = 0.7;
/// How many completions, and corrections, of one word are tried.
const COMPLETIONS: usize = 20;
const CORRECTIONS: usize = 3;
/// The shortest word that is corrected, in letters.
const CORRECTABLE: usize = 5;

impl Words {
    /// The stems to look for in place of `word`, each with what it counts
    /// for: its own, then what it may become when `open`, and only when there
    /// is nothing, what may have been meant.
    pub(super) fn forms(&self, word: &str, open: bool) -> Result<Vec<(String, f32)>> {
        let own = self
            .stems(word)
            .pop()
            .map_or_else(|| word.to_owned(), |token| token.text);
        let mut forms = vec![(own.clone(), 1.0)];
        let mut known = self
            .fields
            .iter()
            .any(|(field, _)| self.frequency(*field, &own) > 0);
        if open && word.chars().count() > 1 {
            let mut completions =
                self.stems_where(word, |stem| stem.starts_with(word) && stem != own)?;
            if completions.is_empty() && !known {
                // While `configuratio` is typed, the stem `configur` is
                // already too short to start with it.
                completions = self.stems_where("", |stem| {
                    stem.len() > 3 && word.starts_with(stem) && word.len() - stem.len() < 6
                })?;
            }
            known |= !completions.is_empty();
            forms.extend(
                completions
                    .into_iter()
                    .take(COMPLETIONS)
                    .map(|stem| (stem, COMPLETED)),
            );
        }
        known |= self.frequency(self.code, word) > 0;
        if !known && word.chars().count() >= CORRECTABLE {
            let length = own.chars().count();
            let corrections = self.stems_where("", |stem| {
                stem.len().abs_diff(own.len()) <= 4
                    && stem.chars().count().abs_diff(length) <= 1
                    && strsim::osa_distance(stem, &own) == 1
            })?;
            forms.extend(
                corrections
                    .into_iter()
                    .take(CORRECTIONS)
                    .map(|stem| (stem, CORRECTED)),
            );
        }
        Ok(forms)
    }

    pub(super) fn frequency(&self, field: Field, text: &str) -> u64 {
        self.searcher
            .doc_freq(&Term::from_field_text(field, text))
            .unwrap_or(0)
    }

    /// The indexed stems from `start` on for which `wanted` holds, the most
    /// frequent first. Stops at the first stem that does not start with
    /// `start`.
    fn stems_where(&self, start: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
        let mut found: BTreeMap<String, u32> = BTreeMap::new();
        for reader in self.searcher.segment_readers() {
            for (field, _) in &self.fields {
                let inverted = reader.inverted_index(*field)?;
                let mut stream = inverted.terms().range().ge(start).into_stream()?;
                while stream.advance() {
                    let Ok(stem) = std::str::from_utf8(stream.key()) else {
                        continue;
                    };
                    if !stem.starts_with(start) {
                        break;
                    }
                    if wanted(stem) {
                        *found.entry(stem.to_owned()).or_default() += stream.value().doc_freq;
                    }
                }
            }
        }
        let mut found: Vec<(String, u32)> = found.into_iter().collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(found.into_iter().map(|(stem, _)| stem).collect())
    }
}
