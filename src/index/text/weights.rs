//! What the words of a query and their forms count for, before any document is
//! looked at.

use crate::index::text::Words;
use crate::index::text::analyze::STEMMED;
use crate::index::text::columns::Weighed;
use crate::index::text::compound::{Group, Looked};
use crate::index::text::forms::{Form, Stood};
use crate::index::text::scores::STEM;

/// A group of words with what each form counts for.
pub struct Weights<'a> {
    /// The forms of each word.
    pub words: Vec<Vec<FormWeights<'a>>>,
    /// Those of all words as one.
    pub joined: Vec<FormWeights<'a>>,
}

/// A form with what it counts for in each field.
pub struct FormWeights<'a> {
    pub fields: InFields<Weighed<'a>>,
    /// The same of its other half, without which it counts for nothing.
    pub half: Option<InFields<Weighed<'a>>>,
    /// The same of the other words of a name.
    pub rest: Vec<InFields<Weighed<'a>>>,
    /// The documents of each shard that match, in order, when not all do that
    /// have it.
    pub only: Option<Vec<Vec<u32>>>,
}

/// Something for each field that has stems.
type InFields<T> = [T; STEMMED.len()];

impl FormWeights<'_> {
    /// Whether every document that has it matches, for what its fields say.
    pub fn is_plain(&self) -> bool {
        self.half.is_none() && self.rest.is_empty() && self.only.is_none()
    }
}

impl Words {
    /// What the forms of a group count for. Words as one, and another name, count
    /// for no more than the words themselves, or a rare spelling would stand
    /// before what is about the matter.
    pub(super) fn weights<'a>(&self, group: Group<'a>) -> Weights<'a> {
        let rarities = |word: &Looked<'a>| self.rarities(&word.forms[0].found);
        let most: Vec<InFields<f32>> = group.words.iter().map(rarities).collect();
        let all = STEMMED.map(|field| {
            let words = group.words.iter().zip(&most);
            words.map(|(word, most)| word.weight * most[field]).sum()
        });
        let joined = group.joined.into_iter().flatten();
        let joined = joined.map(|form| self.weights_at_most(form, all, 1.0));
        let joined = joined.collect();
        let words = group.words.into_iter().zip(most).map(|(word, most)| {
            let weigh = |form: Form<'a>| match form.name {
                Some(_) => self.weights_at_most(form, most, word.weight),
                None => self.form_weights(form, word.weight),
            };
            word.forms.into_iter().map(weigh).collect()
        });
        Weights {
            words: words.collect(),
            joined,
        }
    }

    fn rarities(&self, found: &Stood<'_>) -> InFields<f32> {
        STEMMED.map(|field| self.columns.rarity(&found[field]))
    }

    fn form_weights<'a>(&self, form: Form<'a>, weight: f32) -> FormWeights<'a> {
        let counts = STEM.map(|stem| stem * (form.counts * weight));
        let weigh = |found: Stood<'a>| {
            let mut counts = counts.into_iter();
            found.map(|found| self.columns.weigh(found, counts.next().unwrap_or_default()))
        };
        FormWeights {
            fields: weigh(form.found),
            half: form.half.map(|(_, found)| weigh(found)),
            rest: Vec::new(),
            only: None,
        }
    }

    /// What a form counts for that stands for words of this rarity: its own words
    /// share it when they are rarer.
    fn weights_at_most<'a>(
        &self,
        form: Form<'a>,
        most: InFields<f32>,
        weight: f32,
    ) -> FormWeights<'a> {
        let (rest, only) = match form.name {
            Some((_, phrase)) => (phrase.rest, phrase.documents),
            None => (Vec::new(), None),
        };
        let rest = rest.into_iter().map(|(_, found)| found);
        let rest: Vec<Stood<'a>> = rest.collect();
        let mut all = self.rarities(&form.found);
        for found in &rest {
            let more = self.rarities(found).into_iter();
            all.iter_mut()
                .zip(more)
                .for_each(|(all, more)| *all += more);
        }
        let counts = STEM.map(|stem| stem * (form.counts * weight));
        let weigh = |found: Stood<'a>| {
            let mut fields = STEMMED.into_iter();
            found.map(|found| {
                let field = fields.next().unwrap_or_default();
                let share = self.columns.rarity(&found) / all[field];
                self.columns
                    .weigh_at_most(found, most[field] * share, counts[field])
            })
        };
        FormWeights {
            fields: weigh(form.found),
            half: None,
            rest: rest.into_iter().map(weigh).collect(),
            only,
        }
    }
}
