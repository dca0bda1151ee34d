//! The full-text index read from end to end: every term with the chunks that
//! hold it.
//!
//! For those who write the index down in another form. Nothing is searched
//! and nothing is cut here.

use anyhow::Result;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::IndexRecordOption;
use tantivy::termdict::{TermMerger, TermStreamer};

use crate::index::text::Words;
use crate::index::text::analyze::{FIELDS, STEMMED};
use crate::index::text::columns::Column;

/// How many spans the terms are divided into: enough for every processor to
/// be busy to the end.
const SPANS: usize = 16;

/// The chunks that hold a term in each field, in order, with how often: title,
/// headings, body and identifiers.
pub type Postings<'a> = [&'a [(u32, u32)]; FIELDS.len()];

/// Told of a term and the chunks that hold it.
pub type Found<'a> = dyn FnMut(&str, &Postings<'_>) + 'a;

/// The terms from one, up to the next span.
#[derive(Debug)]
pub struct Span {
    from: Vec<u8>,
    to: Option<Vec<u8>>,
}

impl Span {
    /// Its terms in `column`.
    pub(super) fn of<'a>(&self, column: &'a Column) -> std::io::Result<TermStreamer<'a>> {
        let terms = column.index.terms().range().ge(&self.from);
        match &self.to {
            Some(to) => terms.lt(to).into_stream(),
            None => terms.into_stream(),
        }
    }
}

/// What BM25 has to know of a field besides its terms.
pub struct Lengths {
    /// The number of tokens in each chunk, as the index keeps it: a place in
    /// [`length_of`]'s table.
    pub coded: Vec<u8>,
    /// The number of tokens in all chunks.
    pub total: u64,
}

/// How many tokens a coded length stands for.
pub fn length_of(coded: u8) -> u32 {
    FieldNormReader::id_to_fieldnorm(coded)
}

impl Words {
    /// All terms in spans of about the same size, in order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn spans(&self) -> Result<Vec<Span>> {
        let columns = self.columns.shards().flatten();
        let largest = columns.max_by_key(|column| column.index.terms().num_terms());
        let mut starts = vec![Vec::new()];
        if let Some(column) = largest {
            let terms = column.index.terms();
            for span in 1..SPANS {
                let mut start = Vec::new();
                let middle = terms.num_terms() * span / SPANS;
                if terms.ord_to_term(middle as u64, &mut start)? {
                    starts.push(start);
                }
            }
        }
        starts.dedup();
        let ends = starts.iter().skip(1).cloned().map(Some).chain([None]);
        let ends: Vec<Option<Vec<u8>>> = ends.collect();
        let spans = starts.into_iter().zip(ends);
        Ok(spans.map(|(from, to)| Span { from, to }).collect())
    }

    /// Calls `found` with every term of any field in `span`, in the order of
    /// their bytes.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn terms(&self, span: &Span, found: &mut Found<'_>) -> Result<()> {
        let shards = self.columns.shards().zip(&self.shards);
        let parts: Vec<(usize, &[u32], &Column)> = shards
            .flat_map(|(columns, (_, numbers))| {
                let columns = columns.iter().enumerate();
                columns.map(|(field, column)| (field, numbers.as_slice(), column))
            })
            .collect();
        let streams = parts.iter().map(|(_, _, column)| span.of(column));
        let mut merger = TermMerger::new(streams.collect::<std::io::Result<_>>()?);
        let mut blocks = Vec::new();
        blocks.resize_with(parts.len(), || None);
        let mut postings: [Vec<(u32, u32)>; FIELDS.len()] = Default::default();
        while merger.advance() {
            postings.iter_mut().for_each(Vec::clear);
            for (place, info) in merger.current_segment_ords_and_term_infos() {
                let (field, numbers, Column { index, .. }) = parts[place];
                let block =
                    match &mut blocks[place] {
                        Some(block) => {
                            index.reset_block_postings_from_terminfo(&info, block)?;
                            block
                        }
                        none => none.insert(index.read_block_postings_from_terminfo(
                            &info,
                            IndexRecordOption::WithFreqs,
                        )?),
                    };
                while block.block_len() > 0 {
                    let chunks = block.docs().iter().map(|place| numbers[*place as usize]);
                    postings[field].extend(chunks.zip(block.freqs().iter().copied()));
                    block.advance();
                }
            }
            // One run for each shard, which this sort takes as they are.
            postings.iter_mut().for_each(|list| list.sort());
            if let Ok(term) = std::str::from_utf8(merger.key()) {
                found(term, &postings.each_ref().map(Vec::as_slice));
            }
        }
        Ok(())
    }

    /// The lengths of the chunks in each field.
    pub fn lengths(&self) -> Vec<Lengths> {
        let of = |field: usize| {
            let (mut coded, mut total) = (vec![0; self.chunks()], 0);
            for (columns, (_, numbers)) in self.columns.shards().zip(&self.shards) {
                let column = &columns[field];
                for (length, number) in column.lengths.iter().zip(numbers) {
                    coded[*number as usize] = *length;
                }
                total += column.index.total_num_tokens();
            }
            Lengths { coded, total }
        };
        (0..FIELDS.len()).map(of).collect()
    }
}

/// In how many chunks a term stands, field by field, identifiers left out.
pub fn often(postings: &Postings<'_>) -> usize {
    STEMMED.iter().map(|field| postings[*field].len()).sum()
}
