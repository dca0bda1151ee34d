//! Where identifiers stand, with those that were asked for last.
//!
//! Every word of a query may be a part of one, and has to be looked up in the
//! dictionary of each shard; the same words are asked for again and again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::index::text::analyze::CODE;
use crate::index::text::columns::Columns;
use crate::index::text::vocabulary::Place;

/// How many are remembered at most: two megabytes if all stand everywhere.
const MOST: usize = 4_000;
/// Longer ones are rare, and not remembered.
const LONGEST: usize = 40;

/// The identifiers of a book.
#[derive(Default)]
pub struct Names {
    known: Mutex<HashMap<String, Vec<Place>>>,
}

impl Names {
    /// Where `name` stands, in order of the columns.
    ///
    /// # Errors
    /// When tantivy cannot read a dictionary.
    pub fn find(&self, columns: &Columns, name: &str) -> Result<Vec<Place>> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = known().get(name) {
            return Ok(places.clone());
        }
        let mut places = Vec::new();
        for (shard, fields) in columns.shards().enumerate() {
            if let Some(info) = fields[CODE].index.terms().get(name)? {
                places.push(Place::of(Place::column_of(shard, CODE), &info)?);
            }
        }
        if name.len() <= LONGEST {
            let mut known = known();
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(name.to_owned(), places.clone());
        }
        Ok(places)
    }
}
