//! Terms where they stand: one column for each field of each shard.
//!
//! Scores are added up here term by term, straight from the lists of
//! documents: every chunk's score is wanted, so there is nothing to skip, and
//! tantivy's own queries cost several times as much for every shard.

use std::sync::Arc;

use anyhow::Result;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::query::Bm25Weight;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, SegmentReader};

use crate::index::text::analyze::{self, FIELDS, STEMMED};
use crate::index::text::vocabulary::Place;

/// One field of one shard.
pub struct Column {
    pub index: Arc<InvertedIndexReader>,
    pub norms: FieldNormReader,
}

impl Column {
    fn of(shard: &SegmentReader, field: Field) -> Result<Self> {
        Ok(Self {
            index: shard.inverted_index(field)?,
            norms: shard.get_fieldnorms_reader(field)?,
        })
    }
}

/// Every field of every shard.
pub struct Columns {
    shards: Vec<[Column; FIELDS.len()]>,
    documents: u64,
    /// How many terms a document has in each field on average.
    lengths: [f32; FIELDS.len()],
}

/// Where a term stands in one field.
pub struct Found {
    /// In how many documents.
    pub documents: u64,
    field: usize,
    /// In order of the shards.
    places: Vec<(usize, TermInfo)>,
}

/// A list of documents of each field, used again for the next: to make one
/// costs as much as to read a hundred documents.
#[derive(Default)]
pub struct Blocks([Option<BlockSegmentPostings>; FIELDS.len()]);

/// A term that counts for something.
pub struct Weighed {
    found: Found,
    weight: Bm25Weight,
}

impl Columns {
    /// The columns of the shards of `searcher`.
    ///
    /// # Errors
    /// When tantivy cannot read a shard.
    pub fn of(searcher: &Searcher) -> Result<Self> {
        let fields = analyze::fields(searcher.schema())?;
        let open = |reader: &SegmentReader| {
            let [title, headings, body, code] = fields.map(|field| Column::of(reader, field));
            Ok([title?, headings?, body?, code?])
        };
        let shards = searcher.segment_readers().iter().map(open);
        let shards = shards.collect::<Result<Vec<_>>>()?;
        let documents = searcher.num_docs();
        let mut lengths = [0.0; FIELDS.len()];
        for (field, length) in lengths.iter_mut().enumerate() {
            let terms = shards
                .iter()
                .map(|shard| shard[field].index.total_num_tokens());
            *length = terms.sum::<u64>() as f32 / documents as f32;
        }
        Ok(Self {
            shards,
            documents,
            lengths,
        })
    }

    /// The fields of each shard.
    pub fn shards(&self) -> impl Iterator<Item = &[Column; FIELDS.len()]> {
        self.shards.iter()
    }

    /// Where `term` stands in the field of this number.
    ///
    /// # Errors
    /// When tantivy cannot read a dictionary.
    pub fn find(&self, field: usize, term: &str) -> Result<Found> {
        let mut found = Found {
            documents: 0,
            field,
            places: Vec::new(),
        };
        for (shard, columns) in self.shards.iter().enumerate() {
            if let Some(info) = columns[field].index.terms().get(term)? {
                found.documents += u64::from(info.doc_freq);
                found.places.push((shard, info));
            }
        }
        Ok(found)
    }

    /// Where a stem stands in each field that has stems.
    pub fn stem(&self, places: &[Place]) -> [Found; STEMMED.len()] {
        let mut fields = STEMMED.map(|field| Found {
            documents: 0,
            field,
            places: Vec::new(),
        });
        for place in places {
            let column = place.column as usize;
            let (shard, field) = (column / STEMMED.len(), column % STEMMED.len());
            let info = place.term_info();
            fields[field].documents += u64::from(info.doc_freq);
            fields[field].places.push((shard, info));
        }
        fields
    }

    /// The term with what a match counts for.
    pub fn weigh(&self, found: Found, counts: f32) -> Weighed {
        let (frequency, length) = (found.documents, self.lengths[found.field]);
        let weight = Bm25Weight::for_one_term_without_explain(frequency, self.documents, length);
        let weight = weight.boost_by(counts);
        Weighed { found, weight }
    }

    /// Tells each document of a shard that has the term, in order, with what
    /// its BM25 score counts for.
    ///
    /// # Errors
    /// When tantivy cannot read a list of documents.
    pub fn score(
        &self,
        shard: usize,
        Weighed { found, weight }: &Weighed,
        Blocks(blocks): &mut Blocks,
        mut told: impl FnMut(u32, f32),
    ) -> Result<()> {
        let place = found
            .places
            .binary_search_by_key(&shard, |(shard, _)| *shard);
        let Ok(place) = place else {
            return Ok(());
        };
        let (_, info) = &found.places[place];
        let column = &self.shards[shard][found.field];
        let block = match &mut blocks[found.field] {
            Some(block) => {
                column
                    .index
                    .reset_block_postings_from_terminfo(info, block)?;
                block
            }
            none => none.insert(
                column
                    .index
                    .read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?,
            ),
        };
        let mut left = info.doc_freq as usize;
        while left > 0 && !block.docs().is_empty() {
            for (document, frequency) in block.docs().iter().zip(block.freqs()) {
                let norm = column.norms.fieldnorm_id(*document);
                told(*document, weight.score(norm, *frequency));
            }
            left = left.saturating_sub(block.docs().len());
            if left > 0 {
                block.advance();
            }
        }
        Ok(())
    }
}
