//! Terms that stand in very many documents, written out: how often in each.
//!
//! *The* and *to* are most of what a search reads. A row of a byte for each
//! document takes a fraction of the time of a list, and few terms are so
//! common. A row is made when it is wanted first.

use std::sync::OnceLock;

/// A term is common from one of so many documents on: then its row is read
/// faster than its list.
const SHARE: u64 = 6;

/// How often a term stands in every document of each shard.
#[derive(Debug, Default)]
pub struct Row {
    pub shards: Vec<Vec<u8>>,
}

/// A common term of one field.
#[derive(Debug)]
pub struct Common {
    /// Its number in the vocabulary.
    pub term: usize,
    pub field: usize,
    /// Nothing in it when a document has it too often for a byte.
    pub row: OnceLock<Option<Row>>,
}

impl Common {
    /// The term of this number, when it is common: `having` of `documents`
    /// have it in the field.
    pub fn of(term: usize, field: usize, having: u64, documents: u64) -> Option<Self> {
        (having * SHARE >= documents).then(|| Self {
            term,
            field,
            row: OnceLock::new(),
        })
    }
}
