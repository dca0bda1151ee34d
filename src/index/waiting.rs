//! Which chunks of an index still wait for their embedding.
//!
//! Few or all of them do: after an edit those of its page, in a book that is
//! new everything. Asked for each chunk that a search compares.

use std::ops::Range;

/// The numbers of the chunks that wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// In order.
    chunks: Vec<usize>,
}

impl Waiting {
    /// Nothing waits.
    pub const fn none() -> Self {
        Self { chunks: Vec::new() }
    }

    /// Chunk `chunk` waits, too; it comes behind all that wait already.
    pub fn add(&mut self, chunk: usize) {
        debug_assert!(self.chunks.last().is_none_or(|last| *last < chunk));
        self.chunks.push(chunk);
    }

    /// How many wait.
    pub fn count(&self) -> usize {
        self.chunks.len()
    }

    /// Whether this one waits.
    pub fn has(&self, chunk: usize) -> bool {
        self.chunks.binary_search(&chunk).is_ok()
    }

    /// Whether one of these waits.
    pub fn any(&self, range: Range<usize>) -> bool {
        let first = self.chunks.partition_point(|chunk| *chunk < range.start);
        self.chunks
            .get(first)
            .is_some_and(|chunk| *chunk < range.end)
    }

    /// Those that wait, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.chunks.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::Waiting;

    #[test]
    fn a_range_is_whole_when_none_of_it_waits() {
        let mut waiting = Waiting::none();
        for chunk in [3, 7] {
            waiting.add(chunk);
        }
        assert_eq!(
            (waiting.count(), waiting.has(3), waiting.has(4)),
            (2, true, false)
        );
        assert!(waiting.any(0..4) && waiting.any(7..8));
        assert!(!waiting.any(0..3) && !waiting.any(4..7) && !waiting.any(8..20));
        assert_eq!(waiting.iter().collect::<Vec<_>>(), [3, 7]);
    }
}
