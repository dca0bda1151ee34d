//! What is shown of the pages that are found: titles, headings, addresses.
//!
//! Takes the chunks, gives a list for each page, several pages to a file.

use rayon::prelude::*;
use serde_json::{Value, json};

use crate::index::{Chunk, Chunks};

/// About how many bytes a file has.
const SIZE: usize = 6000;

/// The pages from one number on.
pub struct Block {
    /// The number of the first page.
    pub from: usize,
    /// The pages in JSON: address, title, and for each section with an anchor
    /// of its own how many headings it shares with the one before, the others
    /// and the anchor.
    pub pages: String,
}

/// Whether a chunk goes on with the section of the one before.
pub fn goes_on(before: &Chunk, chunk: &Chunk) -> bool {
    before.page == chunk.page && before.anchor == chunk.anchor
}

/// The pages of `chunks` in files.
pub fn blocks(chunks: &Chunks) -> Vec<Block> {
    let pages: Vec<&[Chunk]> = chunks.pages().map(|(page, _)| &*page.chunks).collect();
    let texts: Vec<String> = pages
        .par_iter()
        .map(|page| page_of(page).to_string())
        .collect();
    let mut blocks: Vec<Block> = Vec::new();
    for (number, text) in texts.into_iter().enumerate() {
        match blocks.last_mut() {
            Some(block) if block.pages.len() + text.len() <= SIZE => {
                block.pages.push_str(",\n");
                block.pages.push_str(&text);
            }
            _ => blocks.push(Block {
                from: number,
                pages: text,
            }),
        }
    }
    blocks
}

fn page_of(chunks: &[Chunk]) -> Value {
    let mut page = Vec::new();
    let mut before: Option<&Chunk> = None;
    for chunk in chunks {
        match before {
            None => page.extend([json!(chunk.page), json!(chunk.title)]),
            Some(before) if goes_on(before, chunk) => continue,
            Some(_) => {}
        }
        let above = before.map_or(&[][..], |before| &before.trail);
        let shared = above.iter().zip(&chunk.trail);
        let shared = shared.take_while(|(one, other)| one == other).count();
        let mut section = vec![json!(shared)];
        section.extend(chunk.trail[shared..].iter().map(|heading| json!(heading)));
        section.push(json!(chunk.anchor));
        page.push(Value::Array(section));
        before = Some(chunk);
    }
    Value::Array(page)
}

#[cfg(test)]
mod tests {
    use super::blocks;
    use crate::index::Chunk;

    fn chunk(page: &str, anchor: &str, trail: &[&str]) -> Chunk {
        let trail = trail.iter().map(|heading| (*heading).to_owned()).collect();
        let [page, anchor, title] = [page, anchor, "Title"].map(str::to_owned);
        Chunk::new(page, anchor, title, trail, None, Vec::new())
    }

    #[test]
    fn a_section_is_listed_once_with_the_headings_that_are_new() {
        let chunks = [
            chunk("a.html", "", &[]),
            chunk("a.html", "use", &["Use"]),
            chunk("a.html", "use", &["Use"]),
            chunk("a.html", "keys", &["Use", "Keys"]),
            chunk("b.html", "", &[]),
        ];
        let blocks = blocks(&Vec::from(chunks).into());
        assert_eq!(blocks.len(), 1);
        assert_eq!(
            blocks[0].pages,
            "[\"a.html\",\"Title\",[0,\"\"],[0,\"Use\",\"use\"],[1,\"Keys\",\"keys\"]],\n\
             [\"b.html\",\"Title\",[0,\"\"]]"
        );
    }

    #[test]
    fn many_pages_are_in_several_files() {
        let name = |number| format!("a-page-with-a-long-name-{number}.html");
        let chunks: Vec<Chunk> = (0..500)
            .map(|number| chunk(&name(number), "", &[]))
            .collect();
        let blocks = blocks(&chunks.into());
        assert!(blocks.len() > 2);
        assert_eq!(blocks[0].from, 0);
        assert!(blocks[1].pages.contains(&name(blocks[1].from)));
    }
}
