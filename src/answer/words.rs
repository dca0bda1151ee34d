//! The words that carry a text's meaning, cut and stemmed alike for
//! questions, pages and generated sentences, as the book's language has it.

use std::collections::HashSet;

use crate::index::Language;
use crate::index::tokens::{self, Token};

/// The pieces of `text` that are compared, in order, with repetitions: of each word
/// what its forms share, and of scripts without spaces every few neighbours.
pub fn pieces(text: &str, language: &Language) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    // Characters side by side that have no spaces around them, and where they end.
    let mut run: (Vec<char>, usize) = (Vec::new(), 0);
    for Token { text: stem, range } in language.stems(text) {
        let unspaced = stem.chars().all(tokens::is_unspaced);
        if !unspaced || run.1 != range.start {
            pieces.extend(cut(&run.0));
            run.0.clear();
        }
        if unspaced {
            run.0.extend(stem.chars());
            run.1 = range.end;
        } else {
            let word = text[range].to_lowercase();
            pieces.push(Piece {
                is_function: is_function_word(&word, language),
                word,
                text: stem,
            });
        }
    }
    pieces.extend(cut(&run.0));
    pieces
}

/// A run of a script without spaces in overlapping pieces: two characters mean
/// something in Chinese and of a Chinese word in Japanese; of a foreign word, which
/// Japanese writes by its sound, it takes three.
fn cut(run: &[char]) -> Vec<Piece> {
    let class = |sign: char| (is_grammar(sign), is_katakana(sign));
    let parts = run.chunk_by(|one, next| class(*one) == class(*next));
    let pieces = parts.flat_map(|part| {
        let size = if is_katakana(part[0]) { 3 } else { 2 };
        let windows = part.windows(size.min(part.len()));
        windows.map(|window| {
            let text: String = window.iter().collect();
            Piece {
                is_function: is_grammar(window[0]),
                word: text.clone(),
                text,
            }
        })
    });
    pieces.collect()
}

/// The pieces of `text` that carry meaning, in order, with repetitions.
pub fn content(text: &str, language: &Language) -> Vec<String> {
    let pieces = pieces(text, language).into_iter();
    let pieces = pieces.filter(|piece| !piece.is_function);
    pieces.map(|piece| piece.text).collect()
}

/// All pieces of `text`.
pub fn stems(text: &str, language: &Language) -> HashSet<String> {
    let pieces = pieces(text, language).into_iter();
    pieces.map(|piece| piece.text).collect()
}

/// A piece of a text that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What stands there, in lower case.
    pub word: String,
    /// What is compared.
    pub text: String,
    /// Whether it holds a sentence together rather than says what it is about.
    pub is_function: bool,
}

/// Whether a character is one of those with which Japanese and Chinese put a
/// sentence together: hiragana, and what seldom stands for anything else.
fn is_grammar(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{309F}')
        || "的了吗嗎呢吧么麼什怎哪谁誰是我你您他她它们們这這那和与與或在把被就也请請该該何如"
            .contains(character)
}

fn is_katakana(character: char) -> bool {
    matches!(character, '\u{30A0}'..='\u{30FF}')
}

/// How many words `text` has, as a reader counts them; in scripts without spaces two
/// characters are taken for one.
pub fn count(text: &str) -> usize {
    let words = text.split_whitespace();
    let counts = words.map(|word| {
        let unspaced = word
            .chars()
            .filter(|sign| tokens::is_unspaced(*sign))
            .count();
        unspaced.div_ceil(2).max(1)
    });
    counts.sum()
}

/// Whether a word in lower case holds a sentence together rather than says
/// what it is about.
pub fn is_function_word(word: &str, language: &Language) -> bool {
    language.is_function(word) || language.is_english() && is_english_function_word(word)
}

/// The same for English.
pub fn is_english_function_word(word: &str) -> bool {
    FUNCTION_WORDS.binary_search(&word).is_ok()
}

/// In order, for the binary search.
const FUNCTION_WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any",
    "are", "aren", "as", "at", "be", "because", "been", "before", "being", "below", "between",
    "both", "but", "by", "can", "cannot", "could", "d", "describe", "did", "do", "does", "doesn",
    "doing", "don", "down", "during", "each", "explain", "few", "for", "from", "further", "get",
    "had", "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if",
    "in", "into", "is", "it", "its", "itself", "just", "let", "like", "ll", "m", "may", "me",
    "might", "more", "most", "must", "my", "need", "no", "nor", "not", "of", "off", "on", "once",
    "one", "only", "or", "other", "our", "out", "over", "own", "re", "s", "same", "shall", "she",
    "should", "so", "some", "such", "t", "tell", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "through", "to", "too", "under", "until", "up",
    "us", "use", "used", "using", "ve", "very", "via", "want", "was", "way", "we", "were", "what",
    "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "within",
    "without", "would", "you", "your", "yours",
];

#[cfg(test)]
mod tests {
    use super::{FUNCTION_WORDS, content, count};
    use crate::index::Language;

    fn about(text: &str, language: &str) -> Vec<String> {
        content(text, &Language::of(language))
    }

    #[test]
    fn forms_of_a_word_are_one_as_the_language_has_it() {
        for (language, forms) in [
            ("en", vec!["install", "installs", "installing", "installed"]),
            ("en", vec!["dependency", "dependencies"]),
            ("en", vec!["run", "runs", "running"]),
            ("en", vec!["add", "adds", "adding", "added"]),
            ("de", vec!["Paket", "Pakete", "Paketen"]),
            ("fr", vec!["dépôt", "dépôts"]),
            ("ru", vec!["пакет", "пакеты", "пакетов"]),
        ] {
            let stems = forms.iter().flat_map(|form| about(form, language));
            let stems: Vec<String> = stems.collect();
            assert!(stems.iter().all(|stem| *stem == stems[0]), "{stems:?}");
        }
        assert_ne!(about("status", "en"), about("state", "en"));
    }

    #[test]
    fn words_that_only_ask_are_left_out() {
        assert_eq!(
            about("How do I add a git dependency?", "en"),
            ["add", "git", "depend"]
        );
        assert_eq!(about("Wie kann ich Pakete suchen?", "de"), ["pak", "such"]);
        assert_eq!(
            about("Comment installer un paquet ?", "fr"),
            ["install", "paquet"]
        );
        assert_eq!(about("Как установить пакет?", "ru"), ["установ", "пакет"]);
        assert!(FUNCTION_WORDS.is_sorted());
    }

    #[test]
    fn scripts_without_spaces_are_read_two_characters_at_a_time() {
        assert_eq!(
            about("パッケージの検索", "ja"),
            ["パッケ", "ッケー", "ケージ", "検索"]
        );
        assert_eq!(
            about("如何安装 Debian 包？", "zh"),
            ["安装", "debian", "包"]
        );
        assert_eq!(count("パッケージの検索 in git"), 6);
    }

    #[test]
    fn a_language_that_nobody_taught_docent_is_read_word_by_word() {
        assert_eq!(about("qet'a' wIv", "tlh"), ["qet", "a", "wiv"]);
    }
}
