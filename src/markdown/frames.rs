//! What is open around a line: list items, and the blocks written as quotes.

use crate::diagnostic::Span;

/// The open list items and blocks, outermost first.
#[derive(Debug, Default)]
pub struct Frames {
    all: Vec<Frame>,
    blocks: Vec<Block>,
    /// What stands in front of each line: the marks of the open blocks.
    pub prefix: String,
    /// The columns that the prefix stands for.
    pub column: usize,
}

/// What an open list item or block asks of the lines within it.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// The least indentation of a line that still belongs to it.
    need: usize,
    /// Where its content starts.
    content: usize,
    /// Whether it is one of the blocks written as quotes.
    is_block: bool,
}

/// An open block: where its quote mark stands, and what closes it.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// The column of the mark.
    pub at: usize,
    /// The column of the content.
    pub body: usize,
    /// The colons that close it; else the indentation does.
    pub colons: Option<usize>,
    /// The line that opened it.
    pub opened: Span,
}

impl Frames {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// How many of them are blocks.
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Where the content of the innermost starts.
    pub fn content(&self) -> usize {
        self.all.last().map_or(0, |frame| frame.content)
    }

    /// Whether the innermost goes on with a line of this indentation.
    pub fn hold(&self, indent: usize) -> bool {
        self.need() <= indent
    }

    fn need(&self) -> usize {
        self.all.last().map_or(0, |frame| frame.need)
    }

    /// Opens a list item.
    pub fn push_item(&mut self, content: usize) {
        self.all.push(Frame {
            need: content.max(self.need()),
            content,
            is_block: false,
        });
    }

    /// Opens a block.
    pub fn push_block(&mut self, block: Block) {
        let need = match block.colons {
            Some(_) => self.need(),
            None => block.body,
        };
        self.all.push(Frame {
            need,
            content: block.body,
            is_block: true,
        });
        self.blocks.push(block);
        self.set_prefix();
    }

    /// Closes the innermost; gives it when it was a block.
    pub fn pop(&mut self) -> Option<Block> {
        let frame = self.all.pop()?;
        let block = self.blocks.pop_if(|_| frame.is_block)?;
        self.set_prefix();
        Some(block)
    }

    /// Closes the innermost block when so many colons do.
    pub fn close(&mut self, colons: usize) -> bool {
        let opened = self.blocks.last().and_then(|block| block.colons);
        if opened.is_none_or(|opened| opened > colons) {
            return false;
        }
        while self.pop().is_none() {}
        true
    }

    fn set_prefix(&mut self) {
        self.prefix.clear();
        self.column = 0;
        for block in &self.blocks {
            let spaces = block.at.saturating_sub(self.column);
            self.prefix.extend(std::iter::repeat_n(' ', spaces));
            self.prefix.push_str("> ");
            self.column = block.body;
        }
    }
}
