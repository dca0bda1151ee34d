//! Terms where they stand: one column for each field of each shard.
//!
//! Scores are added up here term by term, straight from the lists of
//! documents: every chunk's score is wanted, so there is nothing to skip, and
//! tantivy's own queries cost several times as much for every shard.

use std::sync::Arc;

use anyhow::Result;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::query::Bm25Weight;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, SegmentReader};

use crate::index::text::analyze::{self, FIELDS};

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
    places: Vec<(usize, TermInfo)>,
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

    /// Tells the shard, the document and `counts` times its BM25 score for
    /// each document that has the term.
    ///
    /// # Errors
    /// When tantivy cannot read a list of documents.
    pub fn score(
        &self,
        found: &Found,
        counts: f32,
        mut told: impl FnMut(usize, u32, f32),
    ) -> Result<()> {
        let (frequency, length) = (found.documents, self.lengths[found.field]);
        let weight = Bm25Weight::for_one_term_without_explain(frequency, self.documents, length);
        let weight = weight.boost_by(counts);
        for (shard, info) in &found.places {
            let column = &self.shards[*shard][found.field];
            let mut block = column
                .index
                .read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
            let mut left = info.doc_freq as usize;
            while left > 0 && !block.docs().is_empty() {
                for (document, frequency) in block.docs().iter().zip(block.freqs()) {
                    let norm = column.norms.fieldnorm_id(*document);
                    told(*shard, *document, weight.score(norm, *frequency));
                }
                left = left.saturating_sub(block.docs().len());
                if left > 0 {
                    block.advance();
                }
            }
        }
        Ok(())
    }
}
