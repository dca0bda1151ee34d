//! The chunks of a book, page by page, so that an unchanged page keeps its
//! own from one index to the next.
//!
//! Takes what was cut, gives each chunk a number. Nothing is copied: the
//! chunks of a page are shared by every index that has that page.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops;
use std::sync::{Arc, Weak};

use crate::index::named::Letters;
use crate::index::{Chunk, Digest, digest};
use crate::markdown::Document;
use crate::site::Page;

/// The chunks of one page.
#[derive(Debug)]
pub struct PageChunks {
    /// The page's address relative to the site's root.
    pub address: String,
    /// The chunks, in reading order.
    pub chunks: Vec<Chunk>,
    /// The SHA-256 of all that is indexed by words.
    pub digest: Digest,
    /// For each chunk a number that stands for its heading and its text.
    contents: Vec<u64>,
    /// With which letters the words of each chunk's title and heading begin.
    letters: Vec<[Letters; 2]>,
    /// What they were cut from.
    document: Weak<Document>,
}

impl PageChunks {
    /// The `chunks` that were cut from `page`.
    pub fn of(page: &Page, chunks: Vec<Chunk>) -> Self {
        let document = Arc::downgrade(&page.document);
        Self {
            document,
            ..Self::new(page.address.clone(), chunks)
        }
    }

    fn new(address: String, chunks: Vec<Chunk>) -> Self {
        let parts = chunks.iter().flat_map(|chunk| {
            // The numbers say where a chunk's headings and blocks end.
            let lengths = [chunk.trail.len(), chunk.unseen.len(), chunk.blocks.len()];
            let lengths = lengths.map(|length| Part::Length((length as u64).to_le_bytes()));
            let texts = [&chunk.title].into_iter().chain(&chunk.trail);
            let texts = texts.chain(&chunk.unseen);
            let texts = texts.chain(chunk.blocks.iter().map(|block| &block.text));
            let texts = texts.map(|text| Part::Text(text));
            lengths.into_iter().chain(texts)
        });
        Self {
            digest: digest(parts),
            contents: chunks.iter().map(content).collect(),
            letters: chunks.iter().map(letters).collect(),
            address,
            chunks,
            document: Weak::new(),
        }
    }

    /// Whether cutting `page` again would give the same chunks, as far as its
    /// counter is the same: it has the very same document, title and kind.
    pub fn is_of(&self, page: &Page) -> bool {
        let same = |chunk: &Chunk| chunk.title == page.title && chunk.kind == page.kind();
        // What a weak pointer points at is not used again for anything else.
        std::ptr::eq(self.document.as_ptr(), Arc::as_ptr(&page.document))
            && self.address == page.address
            && self.chunks.first().is_some_and(same)
    }
}

/// The heading and the text of a chunk in a number, which is the same for all
/// that say the same. Not for the disk: another compiler may make another.
fn content(chunk: &Chunk) -> u64 {
    let mut hasher = DefaultHasher::new();
    chunk.heading().hash(&mut hasher);
    for block in &chunk.blocks {
        block.text.hash(&mut hasher);
    }
    hasher.finish()
}

/// The letters with which the words of a chunk's title and heading begin.
fn letters(chunk: &Chunk) -> [Letters; 2] {
    [&chunk.title, chunk.heading()].map(Letters::of)
}

enum Part<'a> {
    Length([u8; 8]),
    Text(&'a str),
}

impl AsRef<[u8]> for Part<'_> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Length(bytes) => bytes,
            Self::Text(text) => text.as_bytes(),
        }
    }
}

/// All chunks of a book in reading order, numbered from 0.
#[derive(Debug, Clone, Default)]
pub struct Chunks {
    pages: Vec<Arc<PageChunks>>,
    /// The number of each page's first chunk.
    starts: Vec<usize>,
    /// The place in `pages` of each chunk's page.
    places: Vec<u32>,
    /// What each page says of its chunks, side by side: a search asks for
    /// hundreds of them, all over the book.
    contents: Vec<u64>,
    letters: Vec<[Letters; 2]>,
    counter: String,
}

impl Chunks {
    /// The chunks of `pages`, cut by the counter of this name.
    pub fn new(pages: Vec<Arc<PageChunks>>, counter: &str) -> Self {
        let mut starts = Vec::with_capacity(pages.len());
        let mut places = Vec::new();
        let mut contents = Vec::new();
        let mut letters = Vec::new();
        for (place, page) in (0..).zip(&pages) {
            starts.push(places.len());
            places.resize(places.len() + page.chunks.len(), place);
            contents.extend(&page.contents);
            letters.extend(&page.letters);
        }
        Self {
            pages,
            starts,
            places,
            contents,
            letters,
            counter: counter.to_owned(),
        }
    }

    /// How many chunks there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The chunk of this number.
    pub fn get(&self, number: usize) -> Option<&Chunk> {
        let place = *self.places.get(number)? as usize;
        self.pages[place].chunks.get(number - self.starts[place])
    }

    /// A number that chunks with the same heading and the same text share.
    pub fn content(&self, number: usize) -> u64 {
        self.contents[number]
    }

    /// The letters with which the words of a chunk's title and heading begin.
    pub fn letters(&self, number: usize) -> [Letters; 2] {
        self.letters[number]
    }

    /// A number that the chunks of one page share.
    pub fn page(&self, number: usize) -> u32 {
        self.places[number]
    }

    /// The numbers of all chunks that stand on the page of chunk `number`.
    pub fn beside(&self, number: usize) -> ops::Range<usize> {
        let place = self.places[number] as usize;
        let start = self.starts[place];
        start..start + self.pages[place].chunks.len()
    }

    /// Every chunk in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Chunk> + Clone {
        self.pages.iter().flat_map(|page| &page.chunks)
    }

    /// Every page with the number of its first chunk, in order.
    pub fn pages(&self) -> impl Iterator<Item = (&Arc<PageChunks>, usize)> + Clone {
        self.pages.iter().zip(self.starts.iter().copied())
    }

    /// The pages by their address; none when another counter than the one of
    /// this name cut them.
    pub fn known(&self, counter: &str) -> HashMap<&str, &Arc<PageChunks>> {
        let pages = self.pages.iter().filter(|_| self.counter == counter);
        pages.map(|page| (page.address.as_str(), page)).collect()
    }
}

impl ops::Index<usize> for Chunks {
    type Output = Chunk;

    fn index(&self, number: usize) -> &Chunk {
        let place = self.places[number] as usize;
        &self.pages[place].chunks[number - self.starts[place]]
    }
}

/// Neighbouring chunks of the same page belong together.
impl From<Vec<Chunk>> for Chunks {
    fn from(chunks: Vec<Chunk>) -> Self {
        let mut pages: Vec<Vec<Chunk>> = Vec::new();
        for chunk in chunks {
            match pages.last_mut() {
                Some(page) if page[0].page == chunk.page => page.push(chunk),
                _ => pages.push(vec![chunk]),
            }
        }
        let page = |chunks: Vec<Chunk>| PageChunks::new(chunks[0].page.clone(), chunks);
        Self::new(
            pages
                .into_iter()
                .map(|chunks| page(chunks).into())
                .collect(),
            "",
        )
    }
}
