//! Questions that ask what a thing is, and the sentence that says it.
//!
//! Pure. "What is a pod?" has no word but the name, which every sentence of the page
//! about pods has too. So the place decides: an author says what a thing is in the
//! first sentence under its name.

use crate::answer::terms::Terms;
use crate::answer::units::Unit;
use crate::answer::words::Piece;
use crate::index::Chunk;
use crate::markdown::BlockKind;

/// How questions begin that ask what a thing is, in lower case.
const OPENINGS: &[&str] = &[
    "what is ",
    "what are ",
    "what's ",
    "whats ",
    "was ist ",
    "was sind ",
    "was bedeutet ",
    "qu'est-ce qu",
    "que signifie ",
    "qué es ",
    "qué son ",
    "¿qué es ",
    "¿qué son ",
    "cos'è ",
    "che cos'è ",
    "cosa sono ",
    "o que é ",
    "o que são ",
    "wat is ",
    "wat zijn ",
    "что такое ",
    "什么是",
];
/// How they end in languages that ask at the end.
const ENDINGS: &[&str] = &["とは", "とは何ですか", "って何ですか", "是什么"];

/// Whether a question, which falls into these `pieces`, asks what a thing is, or is
/// nothing but a name.
pub fn is_asked(question: &str, pieces: &[Piece]) -> bool {
    let text = question.trim().to_lowercase().replace('’', "'");
    let bare = text.trim_end_matches(['?', '？', ' ', '\u{a0}']);
    OPENINGS.iter().any(|start| bare.starts_with(start))
        || ENDINGS.iter().any(|end| bare.ends_with(end))
        || pieces.iter().all(|piece| !piece.is_function)
}

/// The place of the sentence among the `units` of a passage that says what the
/// question asks for: the first one of the section that is called so.
pub fn place(terms: &Terms, found: &Chunk, units: &[Unit]) -> Option<usize> {
    let name = found.heading();
    let is_called = || {
        let name = terms.content(name);
        !name.is_empty() && name.iter().all(|word| terms.contains(word))
    };
    if !terms.asks_what_it_is() || terms.covered_by(name) <= 0.999 || !is_called() {
        return None;
    }
    units.iter().position(|unit| {
        let is_prose = matches!(unit.kind, BlockKind::Paragraph | BlockKind::Quote);
        is_prose && !unit.announces()
    })
}

#[cfg(test)]
mod tests {
    use super::is_asked;
    use crate::answer::extract::tests::quotes;
    use crate::answer::units::tests::chunk;
    use crate::answer::words;
    use crate::index::{Chunk, Language};
    use crate::markdown::BlockKind;

    fn herons() -> Chunk {
        let often = |kind| format!("A heron is not a crane of the kind {kind}, nor a stork. ");
        let often: String = (0..14).map(often).collect();
        let mut chunk = chunk(&[
            (BlockKind::Paragraph, "Since 1758:"),
            (
                BlockKind::Paragraph,
                "They are long-legged birds of the water. They fish alone.",
            ),
            (BlockKind::Paragraph, &often),
        ]);
        chunk.title = "Herons".to_owned();
        chunk
    }

    fn says_what_they_are(question: &str) -> bool {
        let quotes = quotes(question, &[herons()]);
        let mut texts = quotes.iter().map(|(_, text)| text);
        texts.any(|text| text.starts_with("They are long-legged"))
    }

    #[test]
    fn what_a_thing_is_says_the_first_sentence_under_its_name() {
        for question in ["What is a heron?", "What are herons", "herons"] {
            assert!(says_what_they_are(question), "{question}");
        }
        for question in [
            "How do I see a heron?",
            "Where are herons?",
            "What is a crane?",
        ] {
            assert!(!says_what_they_are(question), "{question}");
        }
    }

    #[test]
    fn many_languages_ask_what_a_thing_is() {
        for (language, question, asks) in [
            ("en", "What’s a pod?", true),
            ("en", "How is a pod made?", false),
            ("de", "Was ist ein Pod?", true),
            ("fr", "Qu'est-ce qu'un pod ?", true),
            ("es", "¿Qué es un pod?", true),
            ("ja", "ポッドとは何ですか？", true),
            ("zh", "什么是 Pod？", true),
            ("zh", "如何删除 Pod？", false),
        ] {
            let pieces = words::pieces(question, &Language::of(language));
            assert_eq!(is_asked(question, &pieces), asks, "{question}");
        }
    }
}
