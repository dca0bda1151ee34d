//! From a query to hits: words and meaning, fused, no page crowding out the
//! others.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use anyhow::{Context, Result};

use crate::content::Kind;
use crate::index::named::{Called, Named};
use crate::index::query::{self, Wanted};
use crate::index::spread::{Behind, spread};
use crate::index::text::Scores;
use crate::index::text::synonyms::Name;
use crate::index::unrelated::stretched;
use crate::index::{Embedder, Hit, Index, Query, balance, best, fuse, page_share};

/// How many of the best by words, and by meaning, are compared with each
/// other.
const CANDIDATES: usize = 100;
/// Among how many times as many they are looked for when most of them say the
/// same.
const COPIES: usize = 16;
/// The cosine under which a chunk without any of the words is not shown.
/// Unrelated English texts stay under it with MiniLM.
const UNRELATED: f32 = 0.2;
/// The same for a query of which the book holds no word at all, which is more
/// often a slip of the keyboard than a synonym.
const UNKNOWN: f32 = 0.35;

/// How many sections show what a model makes of all of a book.
const LOOKED_AT: usize = 1024;

/// What a search compared.
pub(super) struct Seen {
    /// The hits in their order, each with why it stands behind worse ones.
    pub hits: Vec<(Hit, Option<Behind>)>,
    /// What was compared, by number.
    pub candidates: Vec<usize>,
    /// The scores by words of the candidates, each with its page's share,
    /// stretched to 0 to 1.
    pub words: Vec<f32>,
    /// Their cosines with what their pages' add, stretched likewise; 0 without
    /// embeddings, and as much as
    /// the words of a chunk whose embedding is still to come.
    pub meaning: Vec<f32>,
    /// Which of them are called what was typed.
    pub called: Called,
    /// What the words weigh.
    pub alpha: f32,
}

/// What was found of every chunk of the book.
struct Compared<'a> {
    /// The scores by words.
    words: &'a [f32],
    /// Nothing without embeddings.
    cosines: &'a [f32],
}

impl Index {
    /// The chunks that answer `query` best, at most `query.limit`.
    ///
    /// What is called so stands first, see [`Named`]. Sections come once, what is said in several places with the best of
    /// them, and pages with at most three sections, before the list is filled
    /// with what that leaves out; within each part the best come first.
    ///
    /// # Errors
    /// When the index or the embedder fails.
    pub fn search(&self, query: &Query) -> Result<Vec<Hit>> {
        let hits = self.look(query)?.map_or_else(Vec::new, |seen| seen.hits);
        Ok(hits.into_iter().map(|(hit, _)| hit).collect())
    }

    /// The same with what the scores were made of; nothing when there is
    /// nothing to look for.
    pub(super) fn look(&self, query: &Query) -> Result<Option<Seen>> {
        let wanted = Wanted::read(&query.text, self.language());
        if wanted.is_empty() || query.limit == 0 {
            return Ok(None);
        }
        let (words, cosines) = self.compare(query, &wanted)?;
        let is_spelled = !cosines.is_empty() && self.is_spelled(&query.text);
        let known = words.of.iter().any(|score| *score > 0.0);
        let floor = if known { UNRELATED } else { UNKNOWN };
        let fits = |chunk: usize| {
            let text = words.of[chunk] > 0.0;
            let near = cosines.get(chunk).is_some_and(|cosine| *cosine >= floor) && !is_spelled;
            let kind = |kind: Kind| self.chunks[chunk].kind == Some(kind);
            (text || (near && !words.exclusive)) && query.kind.is_none_or(kind)
        };
        let pool = CANDIDATES.max(query.limit);
        let mut candidates = self.pool(&words.of, pool, fits);
        if !cosines.is_empty() {
            candidates.extend(self.pool(&cosines, pool, fits));
        }
        let called = Called::of(&self.words, &self.chunks, &wanted, &candidates);
        candidates.extend(called.titled().filter(|chunk| fits(*chunk)));
        candidates.sort_unstable();
        candidates.dedup();
        let text: Vec<f32> = candidates.iter().map(|chunk| words.of[*chunk]).collect();
        let near = self.near(&cosines, &candidates);
        let page = |place: usize| self.chunks.page(candidates[place]);
        let shared = |scores: &[f32]| page_share::shared(scores, page);
        let words_of = fuse::stretch(&shared(&text));
        let mut seen = Seen {
            alpha: if cosines.is_empty() {
                1.0
            } else {
                balance::of_question(self.alpha, is_spelled)
            },
            meaning: fuse::stretch(&shared(&fuse::stretch_known(&near, &words_of))),
            words: words_of,
            called,
            candidates,
            hits: Vec::new(),
        };
        let scores = Compared {
            words: &words.of,
            cosines: &cosines,
        };
        seen.hits = self.in_order(&seen, &scores, query.limit);
        Ok(Some(seen))
    }

    /// Whether the model of this index knows only the letters of `text`, so that
    /// cosines with it say little; not without one.
    pub fn is_spelled(&self, text: &str) -> bool {
        let embedder = self.embedder.as_deref();
        embedder.is_some_and(|embedder| balance::is_spelled(embedder, query::cut(text)))
    }

    /// The hits in their order, at most `limit`, with what is called what was typed
    /// first.
    fn in_order(
        &self,
        seen: &Seen,
        compared: &Compared<'_>,
        limit: usize,
    ) -> Vec<(Hit, Option<Behind>)> {
        let fused = fuse::convex(&seen.words, &seen.meaning, seen.alpha);
        let ahead = seen.candidates.iter().zip(&fused).map(|(chunk, score)| {
            let named = seen.called.get(*chunk);
            score + named.map_or(0.0, Named::ahead)
        });
        let ahead: Vec<f32> = ahead.collect();
        let ranked = best::ranked(&ahead).map(|place| (seen.candidates[place], fused[place]));
        let placed = spread(&self.chunks, ranked, limit);
        let numbers: Vec<usize> = placed.iter().map(|placed| placed.chunk).collect();
        let by_words = ranks(compared.words, &numbers);
        let by_meaning = ranks(compared.cosines, &numbers);
        let hits = placed.into_iter().zip(by_words.into_iter().zip(by_meaning));
        let hits = hits.map(|(placed, (text, vector))| {
            let hit = Hit {
                chunk: placed.chunk,
                score: placed.score,
                text: text.filter(|(score, _)| *score > 0.0),
                vector: vector.filter(|_| !self.waits(placed.chunk)),
            };
            (hit, placed.behind)
        });
        hits.collect()
    }

    /// What the words say of every chunk, and the cosines. The model reads the
    /// query while the words are scored on the other processors: this thread
    /// waits for it, and none that others need.
    fn compare(&self, query: &Query, wanted: &Wanted) -> Result<(Scores, Vec<f32>)> {
        let words = || self.words.scores(wanted).context("searching the index");
        if self.rows.is_none() {
            return Ok((words()?, Vec::new()));
        }
        let mut scored = None;
        let cosines = rayon::in_place_scope(|scope| {
            scope.spawn(|_| scored = Some(words()));
            self.cosines(&query.text)
        });
        let scored = scored.context("nothing was scored")??;
        Ok((scored, cosines?.unwrap_or_default()))
    }

    /// The best chunks by `scores` of those that fit: `count` that say
    /// different things, and what stands between them and repeats one of them.
    fn pool(&self, scores: &[f32], count: usize, fits: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut most = count;
        loop {
            let mut found = best::top_where(scores, most, &fits);
            let mut different: HashSet<u64, BuildHasherDefault<AsItIs>> = HashSet::default();
            let is_enough = |chunk: &usize| {
                different.insert(self.chunks.content(*chunk));
                different.len() == count
            };
            let enough = found.iter().position(is_enough);
            if enough.is_some() || found.len() < most || most >= COPIES * count {
                found.truncate(enough.map_or(found.len(), |last| last + 1));
                return found;
            }
            most = COPIES * count;
        }
    }

    /// The embedding of `text`, when the index has an embedder.
    ///
    /// # Errors
    /// When the embedder fails.
    pub fn embed(&self, text: &str) -> Result<Option<Vec<f32>>> {
        let Some(embedder) = &self.embedder else {
            return Ok(None);
        };
        let vector = embedder.embed_question(query::cut(text));
        vector.context("embedding a query").map(Some)
    }

    /// The cosine of a question with sections that know nothing of it, to the model
    /// of this index; 0 for the one that all else was measured with.
    fn unrelated(&self) -> f32 {
        let embedder = self.embedder.as_deref();
        let Some((unrelated, rows)) = embedder
            .and_then(Embedder::unrelated)
            .zip(self.rows.as_ref())
        else {
            return 0.0;
        };
        *self.unrelated.get_or_init(|| {
            let step = self.chunks.len().div_ceil(LOOKED_AT).max(1);
            let count = self.chunks.len().div_ceil(step);
            unrelated.between(count, |passage, question| {
                let chunk = passage * step;
                let is_there = !self.waits(chunk);
                let cosine = is_there.then(|| rows.vectors.cosine(chunk, question));
                cosine.flatten()
            })
        })
    }

    /// What the meaning says of each of the `chunks`, in their order: its
    /// cosine with a part of its page's; nothing as long as it waits, and the
    /// same of all without embeddings.
    fn near(&self, cosines: &[f32], chunks: &[usize]) -> Vec<Option<f32>> {
        if cosines.is_empty() {
            return vec![Some(0.0); chunks.len()];
        }
        let known = |chunk: usize| {
            let known = cosines.get(chunk).filter(|_| !self.waits(chunk));
            known.copied()
        };
        let mut page = (0..0, 0.0);
        let near = chunks.iter().map(|chunk| {
            let cosine = known(*chunk)?;
            if !page.0.contains(chunk) {
                let beside = self.chunks.beside(*chunk);
                page = (
                    beside.clone(),
                    page_share::of_meaning(beside.filter_map(known)),
                );
            }
            Some(cosine + page.1)
        });
        near.collect()
    }

    /// Whether the embedding of a chunk is still to come.
    fn waits(&self, chunk: usize) -> bool {
        let rows = self.rows.as_ref();
        rows.is_some_and(|rows| rows.waiting.has(chunk))
    }

    /// In how many chunks `word` stands, in any of its forms or by another name.
    pub fn frequency(&self, word: &str) -> usize {
        self.words.holding(word)
    }

    /// `text` in the words of the book: with a space in each that it only knows
    /// as two; as it is when the index cannot be read.
    pub fn split_up(&self, text: &str) -> String {
        let split = self.words.split_up(text);
        split.unwrap_or_else(|_| text.to_owned())
    }

    /// The names in `text` of which the author has others, each with one of these:
    /// both as words in lower case, those left out that carry no subject.
    pub fn names(&self, text: &str) -> Vec<(Vec<String>, Vec<String>)> {
        let wanted = Wanted::read(text, self.language());
        let named = self.words.named(&wanted).into_iter();
        let pairs = named.flat_map(|named| {
            let words = named.places.iter().map(|place| &wanted.words[*place].0);
            let words: Vec<String> = words.cloned().collect();
            let others = named.others.into_iter().map(Name::subject);
            others.map(move |other| (words.clone(), other))
        });
        pairs.collect()
    }

    /// The cosines of all chunks with `text`, or with the same in the words of the
    /// book where that is nearer; the least of all numbers for those that wait.
    /// Nothing when there is no embedding at all.
    fn cosines(&self, text: &str) -> Result<Option<Vec<f32>>> {
        let all = self.chunks.len();
        let rows = self.rows.as_ref();
        let Some(rows) = rows.filter(|rows| rows.waiting.count() < all) else {
            return Ok(None);
        };
        let Some(embedding) = self.embed(text)? else {
            return Ok(None);
        };
        let mut cosines = rows.vectors.cosines(&embedding);
        // The model need not know what the reader calls it.
        let other = self
            .words
            .in_its_words(text)
            .context("searching the index")?;
        let other = other.map(|other| self.embed(&other)).transpose()?;
        if let Some(other) = other.flatten() {
            let others = rows.vectors.cosines(&other).into_iter();
            let pairs = cosines.iter_mut().zip(others);
            pairs.for_each(|(cosine, other)| *cosine = cosine.max(other));
        }
        let unrelated = self.unrelated();
        if unrelated > 0.0 {
            let cosines = cosines.iter_mut();
            cosines.for_each(|cosine| *cosine = stretched(*cosine, unrelated));
        }
        for chunk in rows.waiting.iter() {
            cosines[chunk] = f32::MIN;
        }
        Ok(Some(cosines))
    }
}

/// Each of the `chosen` scores with its place, from 1, among all of them,
/// highest first; nothing where there is no score.
fn ranks(scores: &[f32], chosen: &[usize]) -> Vec<Option<(f32, usize)>> {
    /// So many are passed over at once when none is higher.
    const BLOCK: usize = 64;
    let of = |place: &usize| scores.get(*place).copied();
    let least = chosen.iter().filter_map(of).fold(f32::INFINITY, f32::min);
    let blocks = scores.chunks(BLOCK);
    let blocks = blocks.filter(|block| best::higher(block, least) > 0);
    let higher = blocks.flatten().copied().filter(|score| *score > least);
    let higher: Vec<f32> = higher.collect();
    let rank = |score: f32| 1 + best::higher(&higher, score) as usize;
    let ranked = chosen
        .iter()
        .map(|place| of(place).map(|score| (score, rank(score))));
    ranked.collect()
}

/// A hash of numbers that are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
