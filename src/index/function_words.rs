//! Words that carry a question but not its subject, by language.
//!
//! Pure. English has a list of its own, which searches were measured with; the
//! lists of other languages are those of NLTK, with the words that ask.

use crate::index::text::language::primary;

/// The words of `language`, a BCP 47 tag, that carry a question but not its
/// subject, in order; none where they are not known.
pub fn function_words(language: &str) -> Vec<&'static str> {
    let tag = match primary(language).as_str() {
        "en" => return ENGLISH.to_vec(),
        "nb" | "nn" => "no".to_owned(),
        other => other.to_owned(),
    };
    let Some((_, asking)) = KNOWN.iter().find(|(known, _)| *known == tag) else {
        return Vec::new();
    };
    let known = stop_words::get(&tag).iter().chain(*asking).copied();
    let mut words: Vec<&str> = known.filter(|word| !SUBJECTS.contains(word)).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The languages whose lists are known, each with the words that ask or lead in a
/// question and are missing there.
const KNOWN: &[(&str, &[&str])] = &[
    ("ar", &[]),
    ("da", &["hvordan", "hvorfor", "hvornår", "findes"]),
    (
        "de",
        &[
            "bekomme",
            "brauche",
            "darf",
            "dürfen",
            "funktioniert",
            "geht",
            "gibt",
            "lässt",
            "möchte",
            "muß",
            "müssen",
            "sollen",
            "wann",
            "warum",
            "wer",
            "wem",
            "wen",
            "wieso",
            "wieviel",
            "wofür",
            "woher",
            "wohin",
            "womit",
            "wozu",
        ],
    ),
    ("el", &["γιατί", "πώς", "πού"]),
    (
        "es",
        &[
            "cuál", "cuáles", "cuándo", "cuánto", "cuántos", "cómo", "dónde", "hace", "hacer",
            "hago", "puede", "puedo", "usar",
        ],
    ),
    (
        "fi",
        &[
            "kuinka", "miksi", "milloin", "mistä", "miten", "voi", "voinko",
        ],
    ),
    (
        "fr",
        &[
            "combien", "comment", "dois", "doit", "faire", "fait", "faut", "lequel", "où", "peut",
            "peux", "pourquoi", "puis", "quand", "quel", "quelle", "quelles", "quels", "quoi",
        ],
    ),
    ("hu", &["hogyan", "miért", "mikor", "hol"]),
    (
        "it",
        &[
            "devo", "dove", "fa", "fare", "faccio", "perché", "posso", "può", "quale", "quali",
            "quando", "quanto",
        ],
    ),
    (
        "nl",
        &[
            "gebruik", "hoe", "kun", "kunnen", "moet", "moeten", "waar", "waarom", "wanneer",
            "welk", "welke",
        ],
    ),
    ("no", &["hvordan", "hvorfor", "når"]),
    (
        "pt",
        &[
            "fazer", "faço", "onde", "pode", "porque", "posso", "quais", "qual", "quando",
            "quanto", "usar",
        ],
    ),
    ("ro", &["când", "cum", "unde"]),
    (
        "ru",
        &[
            "где",
            "зачем",
            "как",
            "какая",
            "какие",
            "каким",
            "какого",
            "какое",
            "какой",
            "когда",
            "кто",
            "куда",
            "могу",
            "можно",
            "нужно",
            "почему",
            "сколько",
            "такое",
            "чего",
            "что",
        ],
    ),
    ("sv", &["hur", "kan", "varför", "var"]),
    ("tr", &["hangi", "nasıl", "neden", "nerede"]),
];

/// What stands in these lists and is what documentation is about.
const SUBJECTS: &[&str] = &["estado", "estados", "sentido", "sentidos"];

/// English words that carry a question but not its subject, in order.
const ENGLISH: &[&str] = &[
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "how", "i", "if", "in",
    "into", "is", "it", "its", "may", "me", "my", "of", "on", "or", "our", "s", "should", "so",
    "some", "t", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "those", "to", "us", "was", "we", "were", "what", "when", "where", "which", "who", "why",
    "will", "with", "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::{KNOWN, function_words};

    #[test]
    fn every_list_is_in_order_for_a_binary_search() {
        for tag in KNOWN.iter().map(|(tag, _)| *tag).chain(["en"]) {
            let words = function_words(tag);
            assert!(words.len() > 50, "{tag}");
            assert!(words.is_sorted(), "{tag}");
        }
    }

    #[test]
    fn a_tag_may_say_more_than_the_language() {
        assert_eq!(function_words("de-AT"), function_words("de"));
        assert_eq!(function_words("nb_NO"), function_words("no"));
        assert_eq!(function_words("EN"), function_words("en"));
        assert!(function_words("de").contains(&"wie"));
        assert!(function_words("tlh").is_empty() && function_words("").is_empty());
    }
}
