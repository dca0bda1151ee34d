//! Text into sentences, whole or as it arrives.
//!
//! Where a sentence ends depends on the text alone, never on how a stream
//! was cut: [`Splitter`] waits for as much as it needs to be sure.

/// The sentences of `text`, trimmed, in order; a line break ends one too.
pub fn split(text: &str) -> Vec<String> {
    let mut splitter = Splitter::default();
    let mut sentences = splitter.push(text);
    sentences.extend(splitter.finish());
    sentences
}

/// Takes text in pieces and gives each sentence once it is surely complete.
#[derive(Debug, Default)]
pub struct Splitter {
    /// What no sentence was made of yet.
    rest: String,
}

impl Splitter {
    /// Takes the next piece and gives the sentences that it completes.
    pub fn push(&mut self, piece: &str) -> Vec<String> {
        self.rest.push_str(piece);
        let mut sentences = Vec::new();
        let mut from = 0;
        while let Some(length) = first_end(&self.rest[from..]) {
            sentences.extend(trimmed(&self.rest[from..from + length]));
            from += length;
        }
        self.rest.drain(..from);
        sentences
    }

    /// The last sentence, which the end of the text completes.
    pub fn finish(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.rest);
        trimmed(&rest)
    }
}

fn trimmed(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The length of the first sentence of `text`, when what follows it is
/// there to prove that it ended.
fn first_end(text: &str) -> Option<usize> {
    let mut in_code = false;
    for (at, character) in text.char_indices() {
        match character {
            '\n' => return Some(at + 1),
            '`' => in_code = !in_code,
            '。' | '！' | '？' => return Some(at + character.len_utf8()),
            '.' | '!' | '?' if !in_code => {
                let rest = &text[at + 1..];
                let closing = rest.len() - rest.trim_start_matches(CLOSING).len();
                let end = at + 1 + closing;
                match follows(&text[end..]) {
                    Follows::Unknown => return None,
                    Follows::Sentence if !is_abbreviation(&text[..at]) => return Some(end),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    None
}

enum Follows {
    /// Not enough text to say.
    Unknown,
    /// A space and something that can begin a sentence.
    Sentence,
    /// The sentence goes on.
    More,
}

fn follows(rest: &str) -> Follows {
    let Some(first) = rest.chars().next() else {
        return Follows::Unknown;
    };
    if first == '\n' || !first.is_whitespace() {
        return Follows::More;
    }
    match rest
        .chars()
        .find(|character| !character.is_whitespace() || *character == '\n')
    {
        None => Follows::Unknown,
        Some(next) if next.is_lowercase() => Follows::More,
        Some(_) => Follows::Sentence,
    }
}

/// Whether the full stop after `text` belongs to its last word: `e.g`,
/// `etc`, the number of a list item.
fn is_abbreviation(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or(text).trim_start();
    if !line.is_empty() && line.chars().all(|character| character.is_ascii_digit()) {
        return true;
    }
    let word = text.rsplit(char::is_whitespace).next().unwrap_or(text);
    let word = word.trim_start_matches(['(', '[', '"', '“']).to_lowercase();
    ABBREVIATIONS.contains(&word.as_str())
}

const CLOSING: [char; 7] = ['"', '\'', ')', ']', '”', '’', '*'];

const ABBREVIATIONS: [&str; 8] = ["e.g", "i.e", "etc", "vs", "cf", "approx", "fig", "resp"];

/// A sentence without the mark of a list, heading or quotation before it and
/// without emphasis.
pub fn plain(sentence: &str) -> String {
    let mut text = sentence.trim();
    let marks = |character: char| "-*+#>".contains(character) || character.is_ascii_digit();
    if let Some((mark, rest)) = text.split_once(' ') {
        let number = mark
            .strip_suffix('.')
            .is_some_and(|number| !number.is_empty());
        let sign = !mark.contains(|character: char| character.is_ascii_digit());
        if mark.trim_end_matches('.').chars().all(marks) && (number || sign) {
            text = rest;
        }
    }
    text.replace("**", "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Splitter, plain, split};

    #[test]
    fn sentences_end_where_a_reader_says_so() {
        for (text, expected) in [
            ("One. Two! Three?", vec!["One.", "Two!", "Three?"]),
            (
                "Use v1.2.3 of it. Then go.",
                vec!["Use v1.2.3 of it.", "Then go."],
            ),
            (
                "Some, e.g. These, etc. Also",
                vec!["Some, e.g. These, etc. Also"],
            ),
            (
                "1. First step. Next\n2. Second",
                vec!["1. First step.", "Next", "2. Second"],
            ),
            ("Run `a. B` now. Done.", vec!["Run `a. B` now.", "Done."]),
            (
                "He said \"stop.\" Then left.",
                vec!["He said \"stop.\"", "Then left."],
            ),
            (
                "Edit Cargo.toml. it is there",
                vec!["Edit Cargo.toml. it is there"],
            ),
            ("これは。次です。", vec!["これは。", "次です。"]),
            ("\n\n  \n", vec![]),
        ] {
            assert_eq!(split(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_stream_cut_anywhere_gives_the_same_sentences(
            text in "[a-zA-Z0-9 .!?`\"()\n。é]{0,80}",
            cuts in prop::collection::vec(0usize..80, 0..12),
        ) {
            let mut splitter = Splitter::default();
            let mut sentences = Vec::new();
            let mut cuts: Vec<usize> =
                cuts.iter().map(|cut| text.floor_char_boundary(*cut)).collect();
            cuts.sort_unstable();
            let mut from = 0;
            for cut in cuts.into_iter().chain([text.len()]) {
                sentences.extend(splitter.push(&text[from..cut]));
                from = cut;
            }
            sentences.extend(splitter.finish());
            prop_assert_eq!(sentences, split(&text));
        }

        #[test]
        fn no_word_is_lost(text in "\\PC{0,200}") {
            let all: String = split(&text).concat();
            let kept = |text: &str| -> String {
                text.chars().filter(|character| !character.is_whitespace()).collect()
            };
            prop_assert_eq!(kept(&all), kept(&text));
        }
    }

    #[test]
    fn marks_of_lists_are_taken_off() {
        assert_eq!(plain("- **Run** it."), "Run it.");
        assert_eq!(plain("12. Then stop."), "Then stop.");
        assert_eq!(plain("--locked is a flag"), "--locked is a flag");
        assert_eq!(plain("## Steps"), "Steps");
        assert_eq!(plain("3000 is the port."), "3000 is the port.");
    }
}
