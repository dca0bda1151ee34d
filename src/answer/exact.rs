//! What may not be off by a character: names, flags, numbers, versions, code.
//!
//! Pure. Takes a sentence, gives the pieces of it that must stand in its
//! source as they are.

use crate::index::tokens;

/// The pieces of `sentence` that must occur verbatim, in lower case: what
/// stands between backticks, identifiers and numbers.
pub fn pieces(sentence: &str) -> Vec<String> {
    let identifiers = tokens::identifiers(sentence)
        .into_iter()
        .map(|token| token.text);
    let mut pieces: Vec<String> = identifiers.chain(code(sentence)).collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// The words with a capital that is not owed to the beginning of the
/// sentence: mostly names.
pub fn names(sentence: &str) -> Vec<String> {
    let words = tokens::words(sentence).into_iter().skip(1);
    let capital = |range: std::ops::Range<usize>| {
        sentence[range]
            .chars()
            .next()
            .is_some_and(char::is_uppercase)
    };
    words
        .filter(|word| capital(word.range.clone()))
        .map(|word| word.text)
        .collect()
}

/// Whether `piece` stands in `text`, both in lower case, and not as a part
/// of something longer.
pub fn stands_in(piece: &str, text: &str) -> bool {
    let joins = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let first_joins = joins(piece.chars().next());
    let last_joins = joins(piece.chars().next_back());
    text.match_indices(piece).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + piece.len()..].chars().next();
        !(first_joins && joins(before) || last_joins && joins(after))
    })
}

/// What stands between backticks.
fn code(sentence: &str) -> impl Iterator<Item = String> {
    let parts = sentence.split('`');
    let inside = parts.skip(1).step_by(2);
    inside
        .map(|code| code.trim().to_lowercase())
        .filter(|code| !code.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{names, pieces, stands_in};

    #[test]
    fn flags_numbers_and_code_are_exact() {
        let found = pieces("Run `cargo build` with --release on port 3000, see Cargo.toml.");
        for piece in ["cargo build", "--release", "3000", "cargo.toml"] {
            assert!(
                found.iter().any(|found| found == piece),
                "{piece}: {found:?}"
            );
        }
        assert!(pieces("Only plain words here.").is_empty());
    }

    #[test]
    fn a_piece_is_no_part_of_something_longer() {
        assert!(stands_in("300", "at most 300."));
        assert!(!stands_in("300", "at most 3000"));
        assert!(stands_in("--locked", "build --locked"));
        assert!(!stands_in("cargo b", "cargo build"));
    }

    #[test]
    fn a_capital_within_a_sentence_makes_a_name() {
        assert_eq!(
            names("The crate is kept on GitHub or in Paris."),
            ["github", "paris"]
        );
    }
}
