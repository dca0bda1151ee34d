//! Names that readers use for the same, as the book's author groups them: who
//! looks for *undo* also finds *yank*.
//!
//! A name is one word or several side by side. Compared are stems, so that
//! every form of a name stands for every form of the others.

use std::collections::HashMap;

use anyhow::Result;

use crate::index::query::{self, Wanted};
use crate::index::text::Words;
use crate::index::text::forms::{Form, Phrase};
use crate::index::tokens;

/// What a match counts for that has another name of what was asked for.
const NAMED: f32 = 0.9;

/// A name of a group.
#[derive(Debug, PartialEq, Eq)]
pub struct Name {
    /// As the author writes it, in lower case.
    pub written: String,
    /// The stems of its words.
    pub stems: Vec<String>,
    /// The places of the words that are about something; all, when none is.
    subject: Vec<usize>,
}

impl Name {
    /// The words of it that are about something, in lower case.
    pub fn subject(&self) -> Vec<String> {
        let words = tokens::words(&self.written);
        let subject = self.subject.iter();
        let word = |place: &usize| words.get(*place).map(|word| word.text.clone());
        subject.filter_map(word).collect()
    }
}

/// The groups of names of a book.
#[derive(Default)]
pub struct Synonyms {
    /// Each group with its names in the author's order.
    pub groups: Vec<Vec<Name>>,
    /// By the stems of a name the groups that have it.
    holding: HashMap<Vec<String>, Vec<usize>>,
    /// How many words the longest name has.
    longest: usize,
}

impl Synonyms {
    /// Whether the book has none.
    pub fn are_none(&self) -> bool {
        self.longest == 0
    }

    /// The other names of what these stems are a name of, each once.
    fn others(&self, stems: &[String]) -> Vec<&Name> {
        let mut others: Vec<&Name> = Vec::new();
        for group in self.holding.get(stems).into_iter().flatten() {
            for name in &self.groups[*group] {
                let known = others.iter().any(|other| other.stems == name.stems);
                if name.stems != stems && !known {
                    others.push(name);
                }
            }
        }
        others
    }
}

/// Words of a query that are a name, and what else they are called.
pub struct Named<'a> {
    /// The places of the words in [`Wanted::words`].
    pub places: Vec<usize>,
    /// The other names.
    pub others: Vec<&'a Name>,
}

impl Words {
    /// The same with the names that the author groups. What holds no word is
    /// passed over.
    #[must_use]
    pub fn with_synonyms(self, groups: &[Vec<String>]) -> Self {
        let mut synonyms = Synonyms::default();
        for group in groups {
            let names = group.iter().map(|written| self.name_of(written));
            let names: Vec<Name> = names.filter(|name| !name.stems.is_empty()).collect();
            for name in &names {
                let groups = synonyms.holding.entry(name.stems.clone()).or_default();
                groups.push(synonyms.groups.len());
                groups.dedup();
                synonyms.longest = synonyms.longest.max(name.stems.len());
            }
            synonyms.groups.push(names);
        }
        Self { synonyms, ..self }
    }

    fn name_of(&self, written: &str) -> Name {
        let written = written.trim().to_lowercase();
        let stems = self.stems(&written);
        let carries = |stem: &tokens::Token| {
            let word = written.get(stem.range.clone()).unwrap_or_default();
            !self.is_function(word)
        };
        let subject = (0..).zip(&stems).filter(|(_, stem)| carries(stem));
        let mut subject: Vec<usize> = subject.map(|(place, _)| place).collect();
        if subject.is_empty() {
            subject = (0..stems.len()).collect();
        }
        Name {
            stems: stems.into_iter().map(|stem| stem.text).collect(),
            written,
            subject,
        }
    }

    /// The names that the author groups.
    pub fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// The names among the words of `wanted`, longer ones before those that they
    /// begin with, then the pairs that are one when they are written as one word.
    pub fn named(&self, wanted: &Wanted) -> Vec<Named<'_>> {
        let mut named = Vec::new();
        if self.synonyms.are_none() {
            return named;
        }
        let mut add = |places: &[usize], stems: &[String]| {
            let others = self.synonyms.others(stems);
            if !others.is_empty() {
                let places = places.to_vec();
                named.push(Named { places, others });
            }
        };
        let word = |place: usize| wanted.words[place].0.as_str();
        for run in &wanted.runs {
            let stems = run.iter().map(|place| self.stem(word(*place)));
            let stems: Vec<String> = stems.collect();
            for start in 0..run.len() {
                let longest = self.synonyms.longest.min(run.len() - start);
                for end in (start + 1..=start + longest).rev() {
                    add(&run[start..end], &stems[start..end]);
                }
            }
        }
        for [one, next] in &wanted.pairs {
            let whole = format!("{}{}", word(*one), word(*next));
            add(&[*one, *next], &[self.stem(&whole)]);
        }
        named
    }

    /// `text` with each name exchanged for the other one that the book has most,
    /// where it has that more; nothing when all is as it was.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn in_its_words(&self, text: &str) -> Result<Option<String>> {
        if self.synonyms.are_none() {
            return Ok(None);
        }
        let text = query::cut(text);
        let words = tokens::words(text);
        let stems: Vec<String> = words.iter().map(|word| self.stem(&word.text)).collect();
        let (mut out, mut at, mut place) = (String::new(), 0, 0);
        while place < words.len() {
            let seams = words[place..].windows(2).take(self.synonyms.longest - 1);
            let within = seams.take_while(|pair| query::may_be_a_name(text, &pair[0], &pair[1]));
            let longest = self.synonyms.longest.min(within.count() + 1);
            let mut lengths = (1..=longest).rev();
            let found = lengths.find_map(|length| {
                let better = self.commonest(&stems[place..place + length]);
                better.transpose().map(|better| (length, better))
            });
            let Some((length, better)) = found else {
                place += 1;
                continue;
            };
            out.push_str(&text[at..words[place].range.start]);
            out.push_str(better?);
            at = words[place + length - 1].range.end;
            place += length;
        }
        out.push_str(&text[at..]);
        Ok((at > 0).then_some(out))
    }

    /// The other name of what these stems are a name of that the book has most,
    /// if it has that more.
    fn commonest(&self, stems: &[String]) -> Result<Option<&str>> {
        let others = self.other_names(stems)?;
        let others = others.iter().filter_map(|form| {
            let (written, _) = form.name.as_ref()?;
            Some((form.documents(), *written))
        });
        // The author's order decides between names that are as common.
        let Some((most, written)) = others.rev().max_by_key(|(documents, _)| *documents) else {
            return Ok(None);
        };
        let own = match stems {
            [stem] => self.form(stem, NAMED)?.documents(),
            _ => self
                .side_by_side(stems)?
                .iter()
                .map(|shard| shard.len() as u64)
                .sum(),
        };
        Ok((most > own).then_some(written))
    }

    /// The forms of the other names of what these stems are a name of, as far as
    /// the book has them.
    pub(super) fn other_names(&self, stems: &[String]) -> Result<Vec<Form<'_>>> {
        let others = self.synonyms.others(stems).into_iter();
        let forms = others.map(|name| self.by_name(name));
        let mut forms = forms.collect::<Result<Vec<_>>>()?;
        forms.retain(Form::is_known);
        Ok(forms)
    }

    fn by_name<'a>(&'a self, name: &'a Name) -> Result<Form<'a>> {
        let mut subject = name.subject.iter().map(|place| &name.stems[*place]);
        let first = subject.next().map_or("", String::as_str);
        let rest = subject.map(|stem| Ok((stem.clone(), self.form(stem, NAMED)?.found)));
        let phrase = Phrase {
            rest: rest.collect::<Result<_>>()?,
            documents: match name.stems.len() {
                1 => None,
                _ => Some(self.side_by_side(&name.stems)?),
            },
        };
        Ok(Form {
            name: Some((name.written.as_str(), phrase)),
            ..self.form(first, NAMED)?
        })
    }
}
