//! From a query to hits: words and meaning, fused, no page crowding out the
//! others.

use anyhow::{Context, Result};

use crate::content::Kind;
use crate::index::query::{self, Wanted};
use crate::index::{Hit, Index, Query, fuse, vector};

/// How many of the best by words, and by meaning, are compared with each
/// other.
const CANDIDATES: usize = 100;
/// How many chunks of one page may stand before the chunks of others.
pub(super) const PER_PAGE: usize = 3;
/// The cosine under which a chunk without any of the words is not shown.
/// Unrelated English texts stay under it with MiniLM.
const UNRELATED: f32 = 0.2;
/// The same for a query of which the book holds no word at all, which is more
/// often a slip of the keyboard than a synonym.
const UNKNOWN: f32 = 0.35;

/// What a search compared.
pub(super) struct Seen {
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// What was compared, by number.
    pub candidates: Vec<usize>,
    /// The scores by words of the candidates, stretched to 0 to 1.
    pub words: Vec<f32>,
    /// Their cosines, stretched likewise; 0 without embeddings, and as much as
    /// the words of a chunk whose embedding is still to come.
    pub meaning: Vec<f32>,
    /// What the words weigh.
    pub alpha: f32,
}

impl Index {
    /// The chunks that answer `query` best, at most `query.limit`.
    ///
    /// Sections come once, and pages with at most three sections, before
    /// the list is filled with what that leaves out; within each part the
    /// best come first.
    ///
    /// # Errors
    /// When the index or the embedder fails.
    pub fn search(&self, query: &Query) -> Result<Vec<Hit>> {
        Ok(self.look(query)?.map_or_else(Vec::new, |seen| seen.hits))
    }

    /// The same with what the scores were made of; nothing when there is
    /// nothing to look for.
    pub(super) fn look(&self, query: &Query) -> Result<Option<Seen>> {
        let wanted = Wanted::read(&query.text, &self.language);
        if wanted.is_empty() || query.limit == 0 {
            return Ok(None);
        }
        let words = self.words.scores(&wanted).context("searching the index")?;
        let cosines = self.cosines(&query.text)?.unwrap_or_default();
        let known = words.of.iter().any(|score| *score > 0.0);
        let floor = if known { UNRELATED } else { UNKNOWN };
        let fits = |chunk: usize| {
            let text = words.of[chunk] > 0.0;
            let near = cosines.get(chunk).is_some_and(|cosine| *cosine >= floor);
            let kind = |kind: Kind| self.chunks[chunk].kind == Some(kind);
            (text || (near && !words.exclusive)) && query.kind.is_none_or(kind)
        };
        let pool = CANDIDATES.max(query.limit);
        let open: Vec<usize> = (0..words.of.len()).filter(|chunk| fits(*chunk)).collect();
        let mut candidates = vector::top_among(open.clone(), &words.of, pool);
        if !cosines.is_empty() {
            candidates.extend(vector::top_among(open, &cosines, pool));
        }
        candidates.sort_unstable();
        candidates.dedup();
        let text: Vec<f32> = candidates.iter().map(|chunk| words.of[*chunk]).collect();
        let cosine = |chunk: usize| cosines.get(chunk).copied().unwrap_or_default();
        let near = candidates.iter().copied();
        let near: Vec<Option<f32>> = near
            .map(|chunk| (!self.waits(chunk)).then(|| cosine(chunk)))
            .collect();
        let words_of = fuse::stretch(&text);
        let mut seen = Seen {
            alpha: if cosines.is_empty() {
                1.0
            } else {
                self.alpha.clamp(0.0, 1.0)
            },
            meaning: fuse::stretch_known(&near, &words_of),
            words: words_of,
            candidates,
            hits: Vec::new(),
        };
        let fused = fuse::convex(&seen.words, &seen.meaning, seen.alpha);
        let order = vector::top(&fused, fused.len());
        let ranked = order
            .iter()
            .map(|place| (seen.candidates[*place], fused[*place]))
            .collect();
        let hits = self
            .spread(ranked)
            .into_iter()
            .take(query.limit)
            .map(|(chunk, score)| Hit {
                chunk,
                score,
                text: (words.of[chunk] > 0.0).then(|| (words.of[chunk], rank(&words.of, chunk))),
                vector: cosines
                    .get(chunk)
                    .filter(|_| !self.waits(chunk))
                    .map(|cosine| (*cosine, rank(&cosines, chunk))),
            });
        seen.hits = hits.collect();
        Ok(Some(seen))
    }

    /// The embedding of `text`, when the index has an embedder.
    ///
    /// # Errors
    /// When the embedder fails.
    pub fn embed(&self, text: &str) -> Result<Option<Vec<f32>>> {
        let Some(embedder) = &self.embedder else {
            return Ok(None);
        };
        let vectors = embedder
            .embed(&[query::cut(text).to_owned()])
            .context("embedding a query")?;
        Ok(vectors.into_iter().next())
    }

    /// The cosine of a chunk with an embedding, when both exist.
    pub fn similarity(&self, chunk: usize, embedding: &[f32]) -> Option<f32> {
        let rows = self.rows.as_ref().filter(|_| !self.waits(chunk))?;
        Some(vector::dot(rows.vectors.row(chunk)?, embedding))
    }

    /// Whether the embedding of a chunk is still to come.
    fn waits(&self, chunk: usize) -> bool {
        let rows = self.rows.as_ref();
        rows.is_some_and(|rows| rows.waiting.has(chunk))
    }

    /// In how many chunks `word` stands, in any of its forms.
    pub fn frequency(&self, word: &str) -> usize {
        self.words.holding(word)
    }

    /// The cosines of all chunks with `text`, the least of all numbers for
    /// those that wait; nothing when there is no embedding at all.
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
        for chunk in rows.waiting.iter() {
            cosines[chunk] = f32::MIN;
        }
        Ok(Some(cosines))
    }

    /// Puts what repeats a section or goes beyond a page's share behind the
    /// rest.
    fn spread(&self, ranked: Vec<(usize, f32)>) -> Vec<(usize, f32)> {
        let mut first: Vec<(usize, f32)> = Vec::new();
        let mut rest = Vec::new();
        for (chunk, score) in ranked {
            let this = &self.chunks[chunk];
            let same_page = first.iter().map(|(chunk, _)| &self.chunks[*chunk]);
            let same_page: Vec<&str> = same_page
                .filter(|other| other.page == this.page)
                .map(|other| other.anchor.as_str())
                .collect();
            if same_page.len() < PER_PAGE && !same_page.contains(&this.anchor.as_str()) {
                first.push((chunk, score));
            } else {
                rest.push((chunk, score));
            }
        }
        first.extend(rest);
        first
    }
}

/// The place, from 1, of `chunk` among `scores`, highest first.
fn rank(scores: &[f32], chunk: usize) -> usize {
    1 + scores
        .iter()
        .filter(|score| **score > scores[chunk])
        .count()
}
