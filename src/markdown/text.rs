//! A section as plain text, block by block, for search and for evidence.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};
use serde::{Deserialize, Serialize};

use super::{Document, html_words};

/// What a [`Block`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// One item of a list, without the items of lists inside it.
    ListItem,
    /// A block of code, as written.
    Code,
    /// A table: a line for each row, ` | ` between the cells.
    Table,
    /// Quoted text or an alert.
    Quote,
    /// A heading, where a chunk holds more than one section.
    Heading,
    /// Nothing but images: the words that stand for them, which no reader sees.
    Picture,
}

/// A paragraph, list item, table or piece of code as plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text without markup.
    pub text: String,
}

/// The blocks of the events `range`, in reading order, headings left out.
pub fn blocks(document: &Document, range: Range<usize>) -> Vec<Block> {
    let mut writer = Writer::default();
    for (event, _) in &document.events[range] {
        writer.event(event);
    }
    writer.flush();
    writer.blocks
}

#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    text: String,
    /// How many images the text stands in.
    images: usize,
    /// Whether some of the text stands outside of images.
    is_worded: bool,
    items: usize,
    quotes: usize,
    in_code: bool,
    in_table: bool,
    in_heading: bool,
    cells: usize,
}

impl Writer {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) | Event::Code(text) => self.push(text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.push(text),
            Event::SoftBreak | Event::HardBreak => self.push(" "),
            Event::Html(html) => {
                self.flush();
                self.push(&html_words::words(html));
                self.flush();
            }
            Event::TaskListMarker(done) => self.push(if *done { "[x] " } else { "[ ] " }),
            Event::InlineHtml(_) | Event::FootnoteReference(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { .. } => self.in_heading = true,
            Tag::Item | Tag::DefinitionListDefinition => {
                self.flush();
                self.items += 1;
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.in_code = true;
            }
            Tag::Table(_) => {
                self.flush();
                self.in_table = true;
            }
            Tag::TableRow | Tag::TableHead => self.cells = 0,
            Tag::TableCell => {
                if self.cells > 0 {
                    self.text.push_str(" | ");
                }
                self.cells += 1;
            }
            Tag::Paragraph | Tag::List(_) | Tag::DefinitionListTitle => self.flush(),
            Tag::Image { .. } => self.images += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.in_heading = false,
            TagEnd::Paragraph | TagEnd::DefinitionListTitle => self.flush(),
            TagEnd::Item | TagEnd::DefinitionListDefinition => {
                self.flush();
                self.items = self.items.saturating_sub(1);
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                self.flush();
                self.in_code = false;
            }
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::TableHead | TagEnd::TableRow => self.text.push('\n'),
            TagEnd::Table => {
                self.flush();
                self.in_table = false;
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if !self.in_heading {
            self.text.push_str(text);
            self.is_worded |= self.images == 0 && !text.trim().is_empty();
        }
    }

    fn flush(&mut self) {
        let kind = if self.in_code {
            BlockKind::Code
        } else if self.in_table {
            BlockKind::Table
        } else if !self.is_worded {
            BlockKind::Picture
        } else if self.items > 0 {
            BlockKind::ListItem
        } else if self.quotes > 0 {
            BlockKind::Quote
        } else {
            BlockKind::Paragraph
        };
        // Code keeps its indentation; everything else only its words.
        let text = if self.in_code {
            self.text.trim_end().trim_start_matches('\n')
        } else {
            self.text.trim()
        };
        if !text.trim().is_empty() {
            self.blocks.push(Block {
                kind,
                text: text.to_owned(),
            });
        }
        self.text.clear();
        self.is_worded = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockKind, blocks};
    use crate::config::Dialect;
    use crate::markdown::parse;

    /// What stands in `text`, block by block.
    fn shown(text: &str) -> Vec<(BlockKind, String)> {
        let document = parse(text, 0, Dialect::default());
        let blocks = blocks(&document, 0..document.events.len()).into_iter();
        blocks.map(|block| (block.kind, block.text)).collect()
    }

    #[test]
    fn every_block_becomes_its_own_text() {
        let text = "# T\n\nOne\ntwo `c`.\n\n- a\n  - b\n- c\n\n```sh\n  x\n\ny\n```\n\n| h | i |\n|---|---|\n| 1 | 2 |\n\n> q\n\n<p>raw <b>html</b></p>\n";
        assert_eq!(
            shown(text),
            [
                (BlockKind::Paragraph, "One two c.".to_owned()),
                (BlockKind::ListItem, "a".to_owned()),
                (BlockKind::ListItem, "b".to_owned()),
                (BlockKind::ListItem, "c".to_owned()),
                (BlockKind::Code, "  x\n\ny".to_owned()),
                (BlockKind::Table, "h | i\n1 | 2".to_owned()),
                (BlockKind::Quote, "q".to_owned()),
                (BlockKind::Paragraph, "raw html".to_owned()),
            ]
        );
    }

    #[test]
    fn an_image_that_stands_alone_is_no_sentence() {
        let text =
            "![A heron](a.png) ![Its nest](b.png)\n\nSee ![a heron](a.png).\n\n- ![b](b.png)\n";
        assert_eq!(
            shown(text),
            [
                (BlockKind::Picture, "A heron Its nest".to_owned()),
                (BlockKind::Paragraph, "See a heron.".to_owned()),
                (BlockKind::Picture, "b".to_owned()),
            ]
        );
    }
}
