//! Whether a text denies something: a sentence that does, of a source that does
//! not, says the opposite of it.
//!
//! Pure. By the words with which a language denies, whatever they deny.

use crate::answer::exact;
use crate::index::Language;

/// Whether `sentence` denies and `source` does not.
pub fn is_turned(sentence: &str, source: &str, language: &Language) -> bool {
    denies(sentence, language) && !denies(source, language)
}

fn denies(text: &str, language: &Language) -> bool {
    let text = text.to_lowercase().replace('’', "'");
    match language.primary().as_str() {
        // No spaces around them, or a part of the verb.
        "ja" => ["ない", "ません", "ずに", "なく"]
            .iter()
            .any(|end| text.contains(end)),
        "zh" => ["不", "没", "沒", "无法", "無法", "未"]
            .iter()
            .any(|sign| text.contains(sign)),
        "en" if text.contains("n't") => true,
        tag => words(tag).iter().any(|word| exact::stands_in(word, &text)),
    }
}

fn words(tag: &str) -> &'static [&'static str] {
    match tag {
        "de" => &[
            "nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "ohne",
        ],
        "es" => &["no", "nunca", "sin", "ningún", "ninguna", "tampoco"],
        "fr" => &["pas", "ne", "jamais", "sans", "aucun", "aucune", "ni"],
        "it" => &["non", "mai", "senza", "nessun", "nessuna"],
        "nl" => &["niet", "geen", "nooit", "zonder"],
        "pt" => &["não", "nunca", "sem", "nenhum", "nenhuma"],
        "ru" => &["не", "нет", "без", "никогда", "нельзя"],
        // What an English model writes about a book in another language is English.
        _ => &["not", "no", "never", "cannot", "without", "neither", "nor"],
    }
}

#[cfg(test)]
mod tests {
    use super::is_turned;
    use crate::index::Language;

    #[test]
    fn a_sentence_that_denies_what_its_source_says_is_known_in_many_languages() {
        for (language, says, denies) in [
            ("en", "Pages are reloaded.", "Pages aren't reloaded."),
            (
                "de",
                "Seiten werden neu geladen.",
                "Seiten werden nicht neu geladen.",
            ),
            (
                "fr",
                "La page est rechargée.",
                "La page n'est pas rechargée.",
            ),
            ("es", "La página se recarga.", "La página no se recarga."),
            (
                "pt",
                "A página fica no disco.",
                "A página não fica no disco.",
            ),
            ("ru", "Страницы обновляются.", "Страницы не обновляются."),
            (
                "ja",
                "ページは再読み込みされます。",
                "ページは再読み込みされません。",
            ),
            ("zh-CN", "页面会重新加载。", "页面不会重新加载。"),
        ] {
            let language = Language::of(language);
            assert!(is_turned(denies, says, &language), "{denies}");
            assert!(!is_turned(says, says, &language), "{says}");
            assert!(!is_turned(denies, denies, &language), "{denies}");
        }
    }
}
