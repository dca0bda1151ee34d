//! Which terms stand where, turned from documents with their terms into terms
//! with their documents.
//!
//! Takes the numbers of terms, gives the files that tantivy's own writer makes
//! of the same texts, byte for byte. That one looks every word up by its letters
//! and keeps a list of its own for each; here all that a field holds is one list
//! of numbers, put in order once.

use anyhow::Result;
use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer, FieldNormsWriter};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};

use crate::index::text::analyze::{self, CODE, FIELDS};
use crate::index::text::lexicon::Lexicon;
use crate::index::{Chunk, tokens};

/// Every field of the documents of a shard.
#[derive(Default)]
pub struct Inverted {
    fields: [Field; FIELDS.len()],
}

/// One field: the terms of all documents in reading order.
#[derive(Default)]
struct Field {
    terms: Vec<u32>,
    /// Where the terms of each document end.
    ends: Vec<u32>,
}

/// A term that stands in a document, and which of its terms it is.
type Place = (u32, u32);

impl Inverted {
    /// Adds a document.
    pub fn add(&mut self, chunk: &Chunk, lexicon: &mut Lexicon) {
        let [title, headings, body, code] = &mut self.fields;
        let mut ranges = Vec::new();
        // No word and no identifier goes over the end of a line, so headings and
        // blocks are read one by one.
        let mut identifiers = |text: &str, lexicon: &mut Lexicon| {
            ranges.clear();
            tokens::identifier_ranges(text, &mut ranges);
            let found = ranges.iter().cloned();
            code.terms
                .extend(found.map(|range| lexicon.identifier(&text[range])));
        };
        title.stems(&chunk.title, lexicon);
        identifiers(&chunk.title, lexicon);
        // What a page says of itself without showing it names it as a heading does.
        for heading in chunk.trail.iter().chain(&chunk.unseen) {
            headings.stems(heading, lexicon);
            identifiers(heading, lexicon);
        }
        for block in &chunk.blocks {
            body.stems(&block.text, lexicon);
            identifiers(&block.text, lexicon);
        }
        self.fields.iter_mut().for_each(Field::end_document);
    }

    /// How many terms all documents have, repeats included.
    pub fn len(&self) -> usize {
        self.fields.iter().map(|field| field.terms.len()).sum()
    }

    /// The terms of a document in a field.
    pub fn document(&self, field: usize, document: u32) -> &[u32] {
        let Field { terms, ends } = &self.fields[field];
        let at = document as usize;
        let start = at.checked_sub(1).map_or(0, |before| ends[before]);
        &terms[start as usize..ends[at] as usize]
    }

    /// Gives every term another number: the one that stands at its own.
    pub fn renumber(&mut self, numbers: &[u32]) {
        for term in self.fields.iter_mut().flat_map(|field| &mut field.terms) {
            *term = numbers[*term as usize];
        }
    }

    /// Writes what a segment knows of terms: its lengths, dictionaries, lists
    /// and positions.
    ///
    /// # Errors
    /// When tantivy fails, as it does out of memory.
    pub fn write(&self, segment: &Segment, lexicon: &Lexicon) -> Result<()> {
        let schema = segment.schema();
        let mut norms = FieldNormsWriter::for_schema(&schema);
        let fields = analyze::fields(&schema)?;
        for (field, own) in fields.iter().zip(&self.fields) {
            for (document, terms) in (0..).zip(own.documents()) {
                norms.record(document, *field, u32::try_from(terms.len())?);
            }
        }
        let file = segment.open_write(SegmentComponent::FieldNorms)?;
        norms.serialize(FieldNormsSerializer::from_write(file)?, None)?;
        let norms = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)?;
        let mut serializer = InvertedIndexSerializer::open(segment)?;
        for (place, (field, own)) in fields.iter().zip(&self.fields).enumerate() {
            if own.terms.is_empty() {
                continue;
            }
            let (total, norms) = (own.terms.len() as u64, norms.get_field(*field)?);
            let mut lists = serializer.new_field(*field, total, norms)?;
            own.write(&mut lists, lexicon, place != CODE)?;
            lists.close()?;
        }
        serializer.close()?;
        Ok(())
    }
}

impl Field {
    fn stems(&mut self, text: &str, lexicon: &mut Lexicon) {
        let words = tokens::word_ranges(text);
        self.terms
            .extend(words.map(|range| lexicon.stem(text, range)));
    }

    fn end_document(&mut self) {
        self.ends
            .push(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
    }

    /// The terms of each document.
    fn documents(&self) -> impl Iterator<Item = &[u32]> {
        let ends = self.ends.iter().map(|end| *end as usize);
        let starts = [0].into_iter().chain(ends.clone());
        starts.zip(ends).map(|(start, end)| &self.terms[start..end])
    }

    fn write(
        &self,
        lists: &mut FieldSerializer<'_>,
        lexicon: &Lexicon,
        has_positions: bool,
    ) -> Result<()> {
        let (terms, mut next) = self.ordered(lexicon);
        let mut places: Vec<Place> = vec![(0, 0); self.terms.len()];
        for (document, terms) in (0..).zip(self.documents()) {
            for (at, term) in (0..).zip(terms) {
                let next = &mut next[*term as usize];
                places[*next as usize] = (document, at);
                *next += 1;
            }
        }
        let mut start = 0;
        let mut steps = Vec::new();
        for term in terms {
            // By now, where the next place of the term would go is where they end.
            let end = next[term as usize] as usize;
            let places = &places[start..end];
            start = end;
            let of_documents = || places.chunk_by(|(one, _), (other, _)| one == other);
            let documents = u32::try_from(of_documents().count())?;
            lists.new_term(lexicon.term(term).as_bytes(), documents, true)?;
            for of_document in of_documents() {
                steps.clear();
                let mut before = 0;
                if has_positions {
                    steps.extend(of_document.iter().map(|(_, at)| {
                        let step = at - before;
                        before = *at;
                        step
                    }));
                }
                let count = u32::try_from(of_document.len())?;
                lists.write_doc(of_document[0].0, count, &steps);
            }
            lists.close_term()?;
        }
        Ok(())
    }

    /// The different terms in the order of their bytes, and for the number of
    /// each where its places start among those of all.
    fn ordered(&self, lexicon: &Lexicon) -> (Vec<u32>, Vec<u32>) {
        let mut counts = vec![0_u32; lexicon.len()];
        let mut terms = Vec::new();
        for term in &self.terms {
            let count = &mut counts[*term as usize];
            if *count == 0 {
                terms.push(*term);
            }
            *count += 1;
        }
        lexicon.sort(&mut terms);
        let mut start = 0;
        for term in &terms {
            start += std::mem::replace(&mut counts[*term as usize], start);
        }
        (terms, counts)
    }
}
