//! What a word may stand for: its stem, what it may become while it is being
//! typed, and what was meant when nothing has it.

use anyhow::Result;

use crate::index::text::Words;
use crate::index::text::analyze::{CODE, STEMMED};
use crate::index::text::columns::Found;
use crate::index::text::vocabulary::Vocabulary;

/// What a match counts for when the word was completed or corrected.
const COMPLETED: f32 = 0.5;
const CORRECTED: f32 = 0.7;
/// How many completions, and corrections, of one word are tried.
const COMPLETIONS: usize = 20;
const CORRECTIONS: usize = 3;
/// The shortest word that is corrected, in letters.
const CORRECTABLE: usize = 5;

/// A stem to look for in place of a word.
pub struct Form<'a> {
    pub stem: String,
    /// What a match counts for.
    pub counts: f32,
    /// Where it stands in each field that has stems.
    pub found: [Found<'a>; STEMMED.len()],
}

impl Form<'_> {
    fn is_known(&self) -> bool {
        self.found.iter().any(|found| found.documents > 0)
    }
}

impl Words {
    /// The forms of `word`: its own, then what it may become when `open`, and
    /// only when there is nothing, what may have been meant.
    pub(super) fn forms(&self, word: &str, open: bool) -> Result<Vec<Form<'_>>> {
        let own = self
            .stems(word)
            .pop()
            .map_or_else(|| word.to_owned(), |token| token.text);
        let mut forms = vec![self.form(&own, 1.0)?];
        let mut known = forms[0].is_known();
        if open && word.chars().count() > 1 {
            let mut completions = self.completions(word, &own)?;
            if completions.is_empty() && !known {
                completions = self.beginnings(word)?;
            }
            known |= !completions.is_empty();
            for stem in &completions {
                forms.push(self.form(stem, COMPLETED)?);
            }
        }
        if !known && word.chars().count() >= CORRECTABLE {
            known = self.name(word)?.documents > 0;
        }
        if !known && word.chars().count() >= CORRECTABLE {
            for stem in &self.corrections(&own)? {
                forms.push(self.form(stem, CORRECTED)?);
            }
        }
        Ok(forms)
    }

    fn form(&self, stem: &str, counts: f32) -> Result<Form<'_>> {
        let term = self.vocabulary()?.find(stem);
        Ok(Form {
            stem: stem.to_owned(),
            counts,
            found: self.columns.stem(&term),
        })
    }

    /// Where an identifier stands.
    pub(super) fn name(&self, identifier: &str) -> Result<Found<'_>> {
        let places = self.names.find(&self.columns, identifier)?;
        Ok(Found::new(CODE, places.into(), &[]))
    }

    /// The commonest stems that start with `word`, the most frequent first.
    fn completions(&self, word: &str, own: &str) -> Result<Vec<String>> {
        let all = self.vocabulary()?.starting(word);
        let others = all.filter(|(stem, _)| *stem != own);
        Ok(by_frequency(others, COMPLETIONS))
    }

    /// The stems that `word` starts with: while `configuratio` is typed, the
    /// stem `configur` is already too short to start with it.
    fn beginnings(&self, word: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for end in word.len().saturating_sub(5).max(4)..=word.len() {
            if let Some(stem) = word.get(..end) {
                let form = self.form(stem, COMPLETED)?;
                let documents: u64 = form.found.iter().map(|found| found.documents).sum();
                if documents > 0 {
                    found.push((stem, u32::try_from(documents).unwrap_or(u32::MAX)));
                }
            }
        }
        Ok(by_frequency(found.into_iter(), COMPLETIONS))
    }

    /// The commonest stems one slip away from `own`, the most frequent first.
    fn corrections(&self, own: &str) -> Result<Vec<String>> {
        let length = own.chars().count();
        let near = |(stem, _): &(&str, u32)| {
            stem.len().abs_diff(own.len()) <= 4
                && stem.chars().count().abs_diff(length) <= 1
                && strsim::osa_distance(stem, own) == 1
        };
        let all = self.vocabulary()?.near(own);
        Ok(by_frequency(all.filter(near), CORRECTIONS))
    }

    /// The stems of the book, which are read when they are asked for first.
    pub(super) fn vocabulary(&self) -> Result<&Vocabulary> {
        if let Some(vocabulary) = self.vocabulary.get() {
            return Ok(vocabulary);
        }
        let vocabulary = Vocabulary::of(self)?;
        Ok(self.vocabulary.get_or_init(|| vocabulary))
    }
}

/// The `most` frequent of different stems, the most frequent first.
fn by_frequency<'a>(found: impl Iterator<Item = (&'a str, u32)>, most: usize) -> Vec<String> {
    let mut found: Vec<(&str, u32)> = found.collect();
    let order = |a: &(&str, u32), b: &(&str, u32)| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0));
    if found.len() > most {
        found.select_nth_unstable_by(most, order);
        found.truncate(most);
    }
    found.sort_unstable_by(order);
    found.into_iter().map(|(stem, _)| stem.to_owned()).collect()
}
