//! Why a hit was found and stands where it does.
//!
//! Asked for by people who want to know, so it may search again and read
//! lists that a search need not.

use anyhow::Result;

use crate::index::query::Wanted;
use crate::index::spread::Behind;
use crate::index::text::Match;
use crate::index::{Hit, Index, Named, Query};

/// The parts of a hit's score.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Why {
    /// What the words weigh, 0 to 1; the meaning weighs the rest. 1 without
    /// embeddings.
    pub alpha: f32,
    /// The BM25 score with its page's share, stretched to 0 to 1 over all that
    /// was compared.
    pub words: f32,
    /// The cosine with what its page's cosines add, stretched likewise; 0
    /// without embeddings.
    pub meaning: f32,
    /// The words of the query that it has.
    pub matches: Vec<Match>,
    /// What of it is called what was typed, so that it stands before better hits.
    pub named: Option<Named>,
    /// Why it stands behind worse hits, when it does.
    pub behind: Option<Behind>,
}

impl Index {
    /// The hits of [`Index::search`], each with its reasons.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn explain(&self, query: &Query) -> Result<Vec<(Hit, Why)>> {
        let Some(seen) = self.look(query)? else {
            return Ok(Vec::new());
        };
        let wanted = Wanted::read(&query.text, self.language());
        let mut explained = Vec::with_capacity(seen.hits.len());
        for (hit, behind) in seen.hits {
            let place = seen
                .candidates
                .binary_search(&hit.chunk)
                .unwrap_or_default();
            let why = Why {
                alpha: seen.alpha,
                words: seen.words[place],
                meaning: seen.meaning[place],
                matches: self.words.matches(&wanted, hit.chunk)?,
                named: seen.called.get(hit.chunk),
                behind,
            };
            explained.push((hit, why));
        }
        Ok(explained)
    }
}
