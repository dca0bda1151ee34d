//! Words that one writer joins and another splits: *flow chart*, *flowchart*.
//!
//! Two words of a query side by side count as the one word that the book makes
//! of them; a word that the book does not know as the two words that stand side
//! by side there. What the author calls something else is looked for together
//! in the same way.

use anyhow::Result;
use tantivy::query::{EnableScoring, PhraseQuery, Query};
use tantivy::{TERMINATED, Term};

use crate::index::query::Wanted;
use crate::index::text::Words;
use crate::index::text::analyze::STEMMED;
use crate::index::text::forms::Form;
use crate::index::tokens;

/// The shortest half of a word that is split, in letters.
const HALF: usize = 3;
/// In so many ways a word is split at most, to see whether the halves stand side
/// by side.
const WAYS: usize = 4;
/// From so many letters on the second word of a pair may be one that is still
/// being typed.
const TYPED: usize = 3;

/// What is looked for together: a word, two that may be one, or some that are a
/// name.
pub struct Group<'a> {
    pub words: Vec<Looked<'a>>,
    /// All words as one, when the book has that.
    pub joined: Option<Vec<Form<'a>>>,
}

/// A word of a query with all that it may stand for.
pub struct Looked<'a> {
    pub word: &'a str,
    pub weight: f32,
    pub forms: Vec<Form<'a>>,
}

/// The places of words with the forms of all as one.
type Join<'a> = (Vec<usize>, Vec<Form<'a>>);

impl Words {
    /// The words of `wanted` in their order, those together that the book writes
    /// as one or that are a name with others. No word is in two groups.
    pub(super) fn groups<'a>(&'a self, wanted: &'a Wanted) -> Result<Vec<Group<'a>>> {
        let mut joins = self.joins(wanted)?;
        let last = wanted.words.len().saturating_sub(1);
        let seconds = joins.iter().flat_map(|(places, _)| &places[1..]);
        let seconds: Vec<usize> = seconds.copied().collect();
        let look_up = |place: usize, joined: bool| -> Result<Looked<'a>> {
            let (word, weight) = &wanted.words[place];
            let (weight, open) = (*weight, wanted.open && place == last);
            // What the book knows as one leaves nothing to be guessed.
            let forms = match joined {
                true => self.named_forms(word, open)?,
                false => self.forms(word, open)?,
            };
            Ok(Looked {
                word,
                weight,
                forms,
            })
        };
        let mut groups = Vec::new();
        for place in (0..wanted.words.len()).filter(|place| !seconds.contains(place)) {
            let join = joins.iter().position(|(places, _)| places[0] == place);
            let join = join.map(|join| joins.swap_remove(join));
            let places = join
                .as_ref()
                .map_or_else(|| vec![place], |(places, _)| places.clone());
            let words = places
                .into_iter()
                .map(|place| look_up(place, join.is_some()));
            groups.push(Group {
                words: words.collect::<Result<_>>()?,
                joined: join.map(|(_, forms)| forms),
            });
        }
        Ok(groups)
    }

    /// The words of `wanted` that are a name with others, then the pairs that are
    /// a word of the book, the first of those that overlap.
    fn joins(&self, wanted: &Wanted) -> Result<Vec<Join<'_>>> {
        let mut used = vec![false; wanted.words.len()];
        let mut joins: Vec<Join<'_>> = Vec::new();
        let names = self.named(wanted).into_iter().map(|named| named.places);
        let names = names.filter(|places| places.len() > 1);
        let pairs = wanted.pairs.iter().map(|pair| pair.to_vec());
        for places in names.chain(pairs) {
            let again = |at: usize| places[..at].contains(&places[at]);
            if (0..places.len()).any(|at| used[places[at]] || again(at)) {
                continue;
            }
            let mut forms = self.as_one(wanted, &places)?;
            forms.retain(Form::is_known);
            if !forms.is_empty() {
                places.iter().for_each(|place| used[*place] = true);
                joins.push((places, forms));
            }
        }
        Ok(joins)
    }

    /// The forms of the words at these places as one: the other names of what
    /// they are a name of, and the one word that a pair may be.
    fn as_one(&self, wanted: &Wanted, places: &[usize]) -> Result<Vec<Form<'_>>> {
        let words = places.iter().map(|place| wanted.words[*place].0.as_str());
        let words: Vec<&str> = words.collect();
        let mut forms = Vec::new();
        if wanted.pairs.iter().any(|pair| pair == places) {
            let is_last = places.ends_with(&[wanted.words.len() - 1]);
            let open = wanted.open && is_last && words[1].chars().count() >= TYPED;
            forms = self.named_forms(&words.concat(), open)?;
        }
        if !self.synonyms().are_none() {
            let stems: Vec<String> = words.iter().map(|word| self.stem(word)).collect();
            forms.extend(self.other_names(&stems)?);
        }
        Ok(forms)
    }

    /// `text` with a space in each word that the book knows as two only.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn split_up(&self, text: &str) -> Result<String> {
        let mut out = String::new();
        let mut at = 0;
        for range in tokens::word_ranges(text) {
            let written = &text[range.clone()];
            let word = written.to_lowercase();
            let forms = self.forms(&word, false)?;
            if forms.iter().any(|form| form.half.is_some())
                && let Some((end, _)) = self.halves(&word)?
                && written.is_char_boundary(end)
            {
                out.push_str(&text[at..range.start + end]);
                out.push(' ');
                at = range.start + end;
            }
        }
        out.push_str(&text[at..]);
        Ok(out)
    }

    /// The form of a word that is two words with these stems.
    pub(super) fn split(&self, [first, second]: &[String; 2]) -> Result<Form<'_>> {
        let half = self.form(second, 1.0)?;
        Ok(Form {
            half: Some((half.stem, half.found)),
            ..self.form(first, 1.0)?
        })
    }

    /// Where `word` is split, in bytes, and the stems of both halves. Of several
    /// ways that stand side by side somewhere it is the one whose rarer half is
    /// most frequent.
    pub(super) fn halves(&self, word: &str) -> Result<Option<(usize, [String; 2])>> {
        let letters = word.chars().count();
        let ends = word.char_indices().map(|(end, _)| end).skip(HALF);
        let ends: Vec<usize> = ends.take((letters + 1).saturating_sub(2 * HALF)).collect();
        let halves = ends
            .iter()
            .map(|end| format!("{} {}", &word[..*end], &word[*end..]));
        let stems = self.stems(&halves.collect::<Vec<_>>().join(" "));
        // Lower case may leave signs in a word, at which it is cut once more.
        if stems.len() != 2 * ends.len() {
            return Ok(None);
        }
        let mut ways = Vec::new();
        for (end, stems) in ends.iter().zip(stems.chunks(2)) {
            let (one, next) = word.split_at(*end);
            if [one, next].iter().any(|half| self.is_function(half)) {
                continue;
            }
            let vocabulary = self.vocabulary()?;
            let often = |stem: usize| {
                let places = vocabulary.find(&stems[stem].text).places.iter();
                places.map(|place| u64::from(place.documents)).sum::<u64>()
            };
            let rarer = often(0).min(often(1));
            if rarer > 0 {
                ways.push((rarer, *end, [stems[0].text.clone(), stems[1].text.clone()]));
            }
        }
        ways.sort_by_key(|(rarer, end, _)| (std::cmp::Reverse(*rarer), *end));
        for (_, end, stems) in ways.into_iter().take(WAYS) {
            if self.stand_side_by_side(&stems)? {
                return Ok(Some((end, stems)));
            }
        }
        Ok(None)
    }

    /// Whether the second stem follows the first anywhere.
    fn stand_side_by_side(&self, stems: &[String; 2]) -> Result<bool> {
        for field in STEMMED {
            let term = |stem: &String| Term::from_field_text(self.fields[field], stem);
            let phrase = PhraseQuery::new(stems.iter().map(term).collect());
            let weight = phrase.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
            for shard in self.searcher.segment_readers() {
                if weight.scorer(shard, 1.0)?.doc() != TERMINATED {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
