//! The words that carry a text's meaning, cut and stemmed alike for
//! questions, pages and generated sentences.
//!
//! Pure. The stemmer is light on purpose: it has to bring `installing` and
//! `installed` together, never to name a word.

use std::collections::HashSet;

use crate::index::tokens;

/// The stems of the words of `text` that carry meaning, in order, with
/// repetitions.
pub fn content(text: &str) -> Vec<String> {
    let words = tokens::words(text).into_iter();
    let words = words.filter(|word| !is_function_word(&word.text));
    words.map(|word| stem(&word.text)).collect()
}

/// The stems of all words of `text`.
pub fn stems(text: &str) -> HashSet<String> {
    let words = tokens::words(text);
    words.iter().map(|word| stem(&word.text)).collect()
}

/// How many words `text` has, as a reader counts them.
pub fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// What is compared of a word in lower case: its beginning, without the
/// commonest English endings.
pub fn stem(word: &str) -> String {
    let mut stem = without_plural(word);
    for ending in ENDINGS {
        if let Some(rest) = stem.strip_suffix(ending)
            && rest.chars().count() >= 4
        {
            stem = rest.to_owned();
            halve_last(&mut stem);
            break;
        }
    }
    if stem.chars().count() > 4 && stem.ends_with(['e', 'y']) {
        stem.pop();
    }
    stem
}

/// Whether a word in lower case holds a sentence together rather than says
/// what it is about.
pub fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.binary_search(&word).is_ok()
}

fn without_plural(word: &str) -> String {
    let long = word.chars().count();
    if long > 4 && word.ends_with("ies") {
        format!("{}y", &word[..word.len() - 3])
    } else if long > 4 && word.ends_with("sses") {
        word[..word.len() - 2].to_owned()
    } else if long > 3 && word.ends_with('s') && !KEPT.iter().any(|end| word.ends_with(end)) {
        word[..word.len() - 1].to_owned()
    } else {
        word.to_owned()
    }
}

/// `running` leaves `runn`, `install` keeps its `ll`.
fn halve_last(stem: &mut String) {
    let mut last = stem.chars().rev();
    if let (Some(a), Some(b)) = (last.next(), last.next())
        && a == b
        && a != 'l'
        && a != 's'
        && stem.chars().count() > 4
    {
        stem.pop();
    }
}

/// Endings in `s` that are no plural.
const KEPT: [&str; 3] = ["ss", "us", "is"];

const ENDINGS: [&str; 11] = [
    "ations", "ation", "ingly", "ing", "edly", "ed", "ment", "ly", "er", "or", "ion",
];

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
    use super::{FUNCTION_WORDS, content, stem};

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for forms in [
            ["install", "installs", "installing", "installed"],
            ["dependency", "dependencies", "dependency", "dependencies"],
            ["configure", "configures", "configured", "configuring"],
            ["process", "processes", "processing", "processed"],
            ["run", "runs", "run", "run"],
        ] {
            let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.iter().all(|stem| *stem == stems[0]), "{stems:?}");
        }
        assert_ne!(stem("status"), stem("state"));
        assert_eq!(stem("日"), "日");
    }

    #[test]
    fn function_words_are_left_out() {
        assert_eq!(
            content("How do I add a git dependency?"),
            ["add", "git", "dependenc"]
        );
        assert!(FUNCTION_WORDS.is_sorted());
    }
}
