//! Terms where they stand: one column for each field of each shard.
//!
//! Scores are added up here term by term, straight from the lists of
//! documents: every chunk's score is wanted, so there is nothing to skip, and
//! tantivy's own queries cost several times as much for every shard.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use anyhow::Result;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, SegmentReader};

use crate::index::text::analyze::{self, FIELDS, STEMMED};
use crate::index::text::bm25::{self, Saturation};
use crate::index::text::common::{Common, Row};
use crate::index::text::vocabulary::{Place, Term};

/// One field of one shard.
pub struct Column {
    pub index: Arc<InvertedIndexReader>,
    /// The coded length of each document.
    pub lengths: Vec<u8>,
    /// What these lengths take away, once a common term was looked for.
    norms: OnceLock<Vec<f32>>,
}

impl Column {
    fn of(shard: &SegmentReader, field: Field) -> Result<Self> {
        let lengths = shard.get_fieldnorms_reader(field)?;
        let documents = 0..shard.max_doc();
        Ok(Self {
            index: shard.inverted_index(field)?,
            lengths: documents.map(|one| lengths.fieldnorm_id(one)).collect(),
            norms: OnceLock::new(),
        })
    }
}

/// Every field of every shard.
pub struct Columns {
    shards: Vec<[Column; FIELDS.len()]>,
    documents: u64,
    saturation: [Saturation; FIELDS.len()],
}

/// Where a term stands in one field.
pub struct Found<'a> {
    /// In how many documents.
    pub documents: u64,
    field: usize,
    /// Where it stands in any field, in order of the columns.
    places: Cow<'a, [Place]>,
    /// Its row, when it stands in very many documents.
    common: Option<&'a Common>,
}

/// A list of documents of each field, used again for the next: to make one
/// costs as much as to read a hundred documents.
#[derive(Default)]
pub struct Blocks([Option<BlockSegmentPostings>; FIELDS.len()]);

/// A term that counts for something.
pub struct Weighed<'a> {
    found: Found<'a>,
    weight: f32,
}

impl<'a> Found<'a> {
    /// A term in the field of this number; it stands in these places and may be
    /// `common`.
    pub fn new(field: usize, places: Cow<'a, [Place]>, common: &'a [Common]) -> Self {
        let here = places.iter().filter(|place| place.field() == field);
        Self {
            documents: here.map(|place| u64::from(place.documents)).sum(),
            field,
            places,
            common: common.iter().find(|common| common.field == field),
        }
    }
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
        let saturation = std::array::from_fn(|field| {
            let terms = shards
                .iter()
                .map(|shard| shard[field].index.total_num_tokens());
            Saturation::of(terms.sum::<u64>() as f32 / documents as f32)
        });
        Ok(Self {
            shards,
            documents,
            saturation,
        })
    }

    /// The fields of each shard.
    pub fn shards(&self) -> impl Iterator<Item = &[Column; FIELDS.len()]> {
        self.shards.iter()
    }

    /// How many documents there are.
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// Where a stem stands in each field that has stems.
    pub fn stem<'a>(&self, term: &Term<'a>) -> [Found<'a>; STEMMED.len()] {
        STEMMED.map(|field| Found::new(field, term.places.into(), term.common))
    }

    /// The term with what a match counts for.
    pub fn weigh<'a>(&self, found: Found<'a>, counts: f32) -> Weighed<'a> {
        let weight = bm25::weight(found.documents, self.documents) * counts;
        Weighed { found, weight }
    }

    /// What the rarity of a term counts for.
    pub fn rarity(&self, found: &Found<'_>) -> f32 {
        bm25::weight(found.documents, self.documents)
    }

    /// The same for a term that stands for others: its rarity counts for no more
    /// than `most`.
    pub fn weigh_at_most<'a>(&self, found: Found<'a>, most: f32, counts: f32) -> Weighed<'a> {
        let weight = self.rarity(&found).min(most) * counts;
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
        Weighed { found, weight }: &Weighed<'_>,
        blocks: &mut Blocks,
        mut told: impl FnMut(u32, f32),
    ) -> Result<()> {
        let lengths = self.shards[shard][found.field].lengths.as_slice();
        let saturation = &self.saturation[found.field];
        self.each(shard, found, blocks, |document, frequency| {
            let share = saturation.share(lengths[document as usize], frequency);
            told(document, weight * share);
        })
    }

    /// Adds what the BM25 score of the term counts for to the `sums` of all
    /// documents of a shard.
    ///
    /// # Errors
    /// When tantivy cannot read a list of documents.
    pub fn add(
        &self,
        shard: usize,
        term: &Weighed<'_>,
        blocks: &mut Blocks,
        sums: &mut [f32],
    ) -> Result<()> {
        let Some(row) = self.row(&term.found)? else {
            return self.score(shard, term, blocks, |document, score| {
                sums[document as usize] += score;
            });
        };
        let column = &self.shards[shard][term.found.field];
        let norms = column.norms.get_or_init(|| {
            let saturation = &self.saturation[term.found.field];
            let norms = column.lengths.iter().map(|one| saturation.norm(*one));
            norms.collect()
        });
        // Where it does not stand, 0 is added, so that eight are done at once.
        for ((sum, frequency), norm) in sums.iter_mut().zip(&row.shards[shard]).zip(norms) {
            *sum += term.weight * bm25::share(f32::from(*frequency), *norm);
        }
        Ok(())
    }

    /// The row of a common term, which is made when it is looked for first;
    /// none for other terms.
    fn row<'a>(&self, found: &Found<'a>) -> Result<Option<&'a Row>> {
        let Some(common) = found.common else {
            return Ok(None);
        };
        if let Some(row) = common.row.get() {
            return Ok(row.as_ref());
        }
        let mut row = Row::default();
        let mut fits = true;
        for (shard, columns) in self.shards.iter().enumerate() {
            let mut frequencies = vec![0; columns[found.field].lengths.len()];
            let blocks = &mut Blocks::default();
            self.each(shard, found, blocks, |document, frequency| {
                let frequency = u8::try_from(frequency);
                fits &= frequency.is_ok();
                frequencies[document as usize] = frequency.unwrap_or_default();
            })?;
            row.shards.push(frequencies);
        }
        Ok(common.row.get_or_init(|| fits.then_some(row)).as_ref())
    }

    /// Tells each document of a shard that has the term, in order, with how
    /// often.
    fn each(
        &self,
        shard: usize,
        found: &Found<'_>,
        Blocks(blocks): &mut Blocks,
        mut told: impl FnMut(u32, u32),
    ) -> Result<()> {
        let column = Place::column_of(shard, found.field);
        let place = found
            .places
            .binary_search_by_key(&column, |place| place.column as usize);
        let Ok(place) = place else {
            return Ok(());
        };
        let info = found.places[place].term_info();
        let index = &self.shards[shard][found.field].index;
        let block = match &mut blocks[found.field] {
            Some(block) => {
                index.reset_block_postings_from_terminfo(&info, block)?;
                block
            }
            none => none.insert(
                index.read_block_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?,
            ),
        };
        let mut left = info.doc_freq as usize;
        while left > 0 && !block.docs().is_empty() {
            for (document, frequency) in block.docs().iter().zip(block.freqs()) {
                told(*document, *frequency);
            }
            left = left.saturating_sub(block.docs().len());
            if left > 0 {
                block.advance();
            }
        }
        Ok(())
    }
}
