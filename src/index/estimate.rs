//! About how many tokens a text has, without an embedder to ask.

use crate::index::tokens::{self, LONGEST};

/// About how many tokens a WordPiece model of English makes of `text`: one
/// for each sign, one for each word and for every six letters more. Over
/// documentation in English it is right within a tenth.
pub fn estimate(text: &str) -> usize {
    let counts = if text.is_ascii() {
        Counts::of_ascii(text.as_bytes())
    } else {
        Counts::of(text)
    };
    let signs = counts.all.saturating_sub(counts.letters + counts.spaces);
    counts.words + counts.longer + signs + 2
}

/// What a text has of each, in characters but for the first two.
#[derive(Default)]
struct Counts {
    words: usize,
    /// How often a word goes on for six letters more.
    longer: usize,
    letters: usize,
    spaces: usize,
    all: usize,
}

impl Counts {
    fn of(text: &str) -> Self {
        let mut counts = Self {
            spaces: text.chars().filter(|char| char.is_whitespace()).count(),
            all: text.chars().count(),
            ..Self::default()
        };
        for range in tokens::word_ranges(text) {
            // A few letters become two in lower case.
            let lower = text[range].chars().flat_map(char::to_lowercase);
            counts.word(lower.count());
        }
        counts
    }

    /// The same for a text in ASCII, in one pass.
    fn of_ascii(text: &[u8]) -> Self {
        let mut counts = Self {
            all: text.len(),
            ..Self::default()
        };
        let mut letters = 0;
        for byte in text {
            if byte.is_ascii_alphanumeric() {
                letters += 1;
                continue;
            }
            if letters > 0 {
                counts.word_of_ascii(letters);
                letters = 0;
            }
            counts.spaces += usize::from(matches!(byte, b'\t'..=b'\r' | b' '));
        }
        if letters > 0 {
            counts.word_of_ascii(letters);
        }
        counts
    }

    fn word_of_ascii(&mut self, letters: usize) {
        if letters <= LONGEST {
            self.word(letters);
        }
    }

    fn word(&mut self, letters: usize) {
        self.words += 1;
        self.letters += letters;
        self.longer += letters.saturating_sub(1) / 6;
    }
}

#[cfg(test)]
mod tests {
    use super::estimate;

    #[test]
    fn signs_words_and_long_words_count() {
        for (text, tokens) in [
            ("", 2),
            ("plain words", 4),
            ("don't stop.", 7),
            ("internationalisation", 6),
            ("İÉ\u{a0}é ", 4),
        ] {
            assert_eq!(estimate(text), tokens, "{text}");
        }
    }
}
