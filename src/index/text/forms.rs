//! What a word may stand for: its stem, what it may become while it is being
//! typed, and what was meant when nothing has it.
//!
//! `compound` has words that are joined or split, `synonyms` what the author
//! says to be the same.

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
    pub found: Stood<'a>,
    /// The stem of the other half, when the word is two words in this book: only
    /// chunks with both match.
    pub half: Option<(String, Stood<'a>)>,
    /// The other name that it is, as the author writes it, with what else
    /// belongs to it.
    pub name: Option<(&'a str, Phrase<'a>)>,
}

/// What a name has beside its first word.
pub struct Phrase<'a> {
    /// The stems of its other words that are about something.
    pub rest: Vec<(String, Stood<'a>)>,
    /// Where it has several words the documents of each shard in which they
    /// stand side by side, in order: only these match.
    pub documents: Option<Vec<Vec<u32>>>,
}

/// Where a stem stands in each field that has stems.
pub type Stood<'a> = [Found<'a>; STEMMED.len()];

impl Form<'_> {
    pub(super) fn is_known(&self) -> bool {
        self.documents() > 0
    }

    /// In how many documents it stands, for a word in the field that has it most
    /// often.
    pub(super) fn documents(&self) -> u64 {
        let phrase = self.name.as_ref().map(|(_, phrase)| phrase);
        match phrase.and_then(|phrase| phrase.documents.as_ref()) {
            Some(shards) => shards.iter().map(|shard| shard.len() as u64).sum(),
            None => {
                let documents = self.found.iter().map(|found| found.documents);
                documents.max().unwrap_or_default()
            }
        }
    }
}

impl Words {
    /// The forms of `word`: its own, then what it may become when `open`, its
    /// other names, and only when there is nothing, what may have been meant.
    pub(super) fn forms(&self, word: &str, open: bool) -> Result<Vec<Form<'_>>> {
        let mut forms = self.named_forms(word, open)?;
        if !forms.iter().any(Form::is_known) {
            let own = forms[0].stem.clone();
            forms.extend(self.meant(word, &own, open)?);
        }
        Ok(forms)
    }

    /// The forms of `word` that need no guess at what was meant: its own stem,
    /// what it may become when `open`, and its other names.
    pub(super) fn named_forms(&self, word: &str, open: bool) -> Result<Vec<Form<'_>>> {
        let mut forms = self.plain_forms(word, open)?;
        let own = std::slice::from_ref(&forms[0].stem);
        let others = self.other_names(own)?;
        forms.extend(others);
        Ok(forms)
    }

    /// The stem of `word`.
    pub fn stem(&self, word: &str) -> String {
        let stem = self.stems(word).pop();
        stem.map_or_else(|| word.to_owned(), |token| token.text)
    }

    /// The forms of `word` by its own letters: its stem, and what it may become
    /// when `open`.
    pub(super) fn plain_forms(&self, word: &str, open: bool) -> Result<Vec<Form<'_>>> {
        let own = self.stem(word);
        let mut forms = vec![self.form(&own, 1.0)?];
        if open && word.chars().count() > 1 {
            for stem in &self.completions(word, &own)? {
                forms.push(self.form(stem, COMPLETED)?);
            }
        }
        Ok(forms)
    }

    /// What may have been meant by `word`, with the stem `own`, that the book
    /// does not know: two words of the book, unless one is only a slip away; a
    /// word that goes beyond its stem while it is typed; the word that is a slip
    /// away.
    fn meant(&self, word: &str, own: &str, open: bool) -> Result<Vec<Form<'_>>> {
        let letters = word.chars().count();
        let unknown = letters >= CORRECTABLE && self.name(word)?.documents == 0;
        let mut slips = None;
        if unknown && let Some((_, halves)) = self.halves(word)? {
            let near = self.corrections(own)?;
            if near.is_empty() {
                return Ok(vec![self.split(&halves)?]);
            }
            slips = Some(near);
        }
        let begun = match open && letters > 1 {
            true => self.beginnings(word)?,
            false => Vec::new(),
        };
        let (stems, counts) = match (begun.is_empty(), unknown, slips) {
            (false, ..) => (begun, COMPLETED),
            (true, true, Some(near)) => (near, CORRECTED),
            (true, true, None) => (self.corrections(own)?, CORRECTED),
            (true, false, _) => return Ok(Vec::new()),
        };
        let forms = stems.iter().map(|stem| self.form(stem, counts));
        forms.collect()
    }

    pub(super) fn form(&self, stem: &str, counts: f32) -> Result<Form<'_>> {
        let term = self.vocabulary()?.find(stem);
        Ok(Form {
            stem: stem.to_owned(),
            counts,
            found: self.columns.stem(&term),
            half: None,
            name: None,
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
