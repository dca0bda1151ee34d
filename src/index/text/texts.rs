//! The terms of all chunks, as they were when every shard was made at once.
//!
//! Takes what each shard was made from, gives every term with the chunks that
//! hold it. The same can be read out of the finished shards, but that takes
//! several times as long.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::index::text::analyze::FIELDS;
use crate::index::text::inverted::Inverted;
use crate::index::text::lexicon::Lexicon;
use crate::index::text::terms::Found;

/// So many terms of texts, repeats included, are kept at most: 32 MiB.
pub const MOST: usize = 8 << 20;

/// Which terms stand where, chunk by chunk.
pub struct Texts {
    /// The terms in the order of their bytes.
    terms: Vec<Arc<str>>,
    /// What each shard was made from, its terms by their place in that order.
    shards: Vec<Inverted>,
    /// For each chunk of the book its shard, and its place there.
    chunks: Vec<(u32, u32)>,
}

/// What a shard was made from.
pub struct Source {
    /// The place of the lexicon that has its terms.
    pub lexicon: usize,
    /// The terms of its chunks.
    pub inverted: Inverted,
}

impl Texts {
    /// Of the shards that were made from `sources`, each with the numbers of
    /// its chunks.
    pub fn of(sources: Vec<(Source, &[u32])>, lexicons: &[Lexicon]) -> Self {
        let (terms, ranks) = ranked(lexicons);
        let mut chunks = vec![(0, 0); sources.iter().map(|(_, numbers)| numbers.len()).sum()];
        for (shard, (_, numbers)) in (0..).zip(&sources) {
            for (place, number) in (0..).zip(*numbers) {
                chunks[*number as usize] = (shard, place);
            }
        }
        let ordered = sources.into_par_iter().map(|(source, _)| {
            let mut inverted = source.inverted;
            inverted.renumber(&ranks[source.lexicon]);
            inverted
        });
        Self {
            terms,
            shards: ordered.collect(),
            chunks,
        }
    }

    /// All terms in as many parts as there are processors: each part reads all
    /// texts.
    pub fn spans(&self) -> Vec<Range<usize>> {
        let share = self.terms.len().div_ceil(rayon::current_num_threads());
        let starts = (0..self.terms.len()).step_by(share.max(1));
        starts
            .map(|start| start..self.terms.len().min(start + share))
            .collect()
    }

    /// Calls `found` with the terms of a part, in the order of their bytes.
    pub fn terms(&self, part: Range<usize>, found: &mut Found<'_>) {
        let fields: [Field; FIELDS.len()] =
            std::array::from_fn(|field| Field::of(self, field, &part));
        for (at, term) in self.terms[part].iter().enumerate() {
            let postings = std::array::from_fn(|field| fields[field].list(at));
            if postings.iter().any(|list| !list.is_empty()) {
                found(term, &postings);
            }
        }
    }

    /// The terms of every chunk in a field.
    fn field(&self, field: usize) -> impl Iterator<Item = &[u32]> {
        let chunks = self.chunks.iter();
        chunks.map(move |(shard, place)| self.shards[*shard as usize].document(field, *place))
    }
}

/// The terms of a part in one field.
struct Field {
    /// Chunks with how often they have a term, term by term.
    places: Vec<(u32, u32)>,
    /// Where the list of each term ends.
    ends: Vec<u32>,
}

impl Field {
    fn of(texts: &Texts, field: usize, part: &Range<usize>) -> Self {
        let own = |term: &u32| Some(*term as usize).filter(|term| part.contains(term));
        let own = |term: &u32| own(term).map(|term| term - part.start);
        // For each term the last chunk that has it, from 1, and how many have it.
        let mut known = vec![(0_u32, 0_u32); part.len()];
        for (chunk, terms) in (1..).zip(texts.field(field)) {
            for term in terms.iter().filter_map(own) {
                let (last, count) = &mut known[term];
                *count += u32::from(*last != chunk);
                *last = chunk;
            }
        }
        // From now on where the next one goes instead.
        let mut all = 0;
        for (last, count) in &mut known {
            *last = 0;
            all += std::mem::replace(count, all);
        }
        let mut places = vec![(0, 0); all as usize];
        for (chunk, terms) in (1..).zip(texts.field(field)) {
            for term in terms.iter().filter_map(own) {
                let (last, next) = &mut known[term];
                if *last != chunk {
                    *last = chunk;
                    places[*next as usize] = (chunk - 1, 0);
                    *next += 1;
                }
                places[*next as usize - 1].1 += 1;
            }
        }
        let ends = known.into_iter().map(|(_, end)| end);
        Self {
            places,
            ends: ends.collect(),
        }
    }

    /// The list of a term of the part.
    fn list(&self, term: usize) -> &[(u32, u32)] {
        let start = term.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.places[start as usize..self.ends[term] as usize]
    }
}

/// The terms of all lexicons in the order of their bytes, each once, and for
/// each lexicon the place there of each of its terms.
fn ranked(lexicons: &[Lexicon]) -> (Vec<Arc<str>>, Vec<Vec<u32>>) {
    let mut all: Vec<(u64, &Arc<str>, usize, u32)> = Vec::new();
    for (place, lexicon) in lexicons.iter().enumerate() {
        let terms = lexicon.terms();
        all.extend(
            (0..)
                .zip(terms)
                .map(|(number, (start, term))| (start, term, place, number)),
        );
    }
    all.par_sort_unstable();
    let mut ranks: Vec<Vec<u32>> = lexicons.iter().map(|one| vec![0; one.len()]).collect();
    let mut terms: Vec<Arc<str>> = Vec::with_capacity(all.len());
    for (_, term, place, number) in all {
        if terms.last() != Some(term) {
            terms.push(Arc::clone(term));
        }
        ranks[place][number as usize] = u32::try_from(terms.len() - 1).unwrap_or(u32::MAX);
    }
    (terms, ranks)
}
