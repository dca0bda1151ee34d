//! How much words weigh beside meaning, by what the embedding model can read.
//!
//! A model's vocabulary holds words and parts of words of the languages that it was
//! made for. Text in another script it cuts into single letters, and of these it
//! knows that they stand side by side, and nothing of what they mean: every two
//! Japanese sentences are alike to a model for English.

use crate::index::{Embedder, Language};

/// What words weigh in English, the language of the default model.
const ENGLISH: f32 = 0.45;
/// What they weigh in other languages. Measured with two books in eight languages
/// each: see "How search works".
const FOREIGN: f32 = 0.7;
/// What they weigh at least for a question that is spelled, measured likewise.
const LETTERS: f32 = 0.9;
/// From so many pieces for a letter on, a text is spelled. Measured with
/// all-MiniLM-L6-v2: questions in English, German, French, Italian and Dutch have 0.3
/// to 0.4 at the median and hardly ever 0.6, those in Russian, Japanese and Chinese 0.8
/// to 0.9, names in Latin letters and unknown words as one piece included.
const SPELLED: f32 = 0.75;
/// From what share of its letters on, those outside the Latin script are looked at.
const SHARE: f32 = 1.0 / 3.0;

/// What words weigh in a book of this language, 0 to 1, where its author does not
/// say. Whoever brings a model of their own takes one that knows the language.
pub fn of_book(language: &Language, is_own_model: bool) -> f32 {
    if language.is_english() || is_own_model {
        ENGLISH
    } else {
        FOREIGN
    }
}

/// What they weigh for a question to a book where they weigh `alpha`. Whoever asks for
/// meaning alone gets it.
pub fn of_question(alpha: f32, is_spelled: bool) -> f32 {
    if is_spelled && alpha > 0.0 {
        alpha.max(LETTERS)
    } else {
        alpha
    }
}

/// Whether `embedder` knows only the letters of `text`, where many of these are not
/// Latin.
#[expect(clippy::cast_precision_loss, reason = "a question has few letters")]
pub fn is_spelled(embedder: &dyn Embedder, text: &str) -> bool {
    let letters = text.chars().filter(|sign| sign.is_alphabetic()).count();
    let is_foreign = |sign: char| sign.is_alphabetic() && !is_latin(sign);
    let foreign = text.chars().filter(|sign| is_foreign(*sign)).count();
    if foreign == 0 || (foreign as f32) < SHARE * letters as f32 {
        return false;
    }
    let only = |sign: char| if is_foreign(sign) { sign } else { ' ' };
    let text: String = text.chars().map(only).collect();
    embedder.pieces(&text) as f32 >= SPELLED * foreign as f32
}

/// Whether a letter is one of the Latin script, with or without marks.
fn is_latin(letter: char) -> bool {
    matches!(letter,
        '\0'..='\u{2AF}' | '\u{1D00}'..='\u{1DBF}' | '\u{1E00}'..='\u{1EFF}'
        | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}' | '\u{FB00}'..='\u{FB06}'
        | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}')
}
