//! A question that leans on those before it, made whole.
//!
//! Pure: words and their order decide, no model. Precision comes first: what
//! stands by itself is never touched, because words of another topic would
//! spoil it, and a follow-up that is missed is only answered as it is typed.

use crate::answer::leaning::{self, ADJECTIVES, BOUND, META, PARTICLES, PRONOUNS, among};
use crate::answer::words::is_english_function_word;
use crate::index::tokens;

/// How many earlier questions are looked at.
pub const TURNS: usize = 4;

/// A longer question says itself what it is about, in words.
const LONGEST: usize = 12;
/// So many words of its own a question may have that begins with "and".
const OPENED: usize = 2;
/// The same for one that begins with "what about".
const ABOUT: usize = 3;
/// The same for one that holds "it" or "that".
const POINTING: usize = 3;
/// How many words a topic carries on.
const TOPIC: usize = 14;

/// A follow-up made whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The question with what it is about.
    pub question: String,
    /// The words of a new topic that it brings along, in lower case; none when
    /// it asks on about the old one.
    pub own: Vec<String>,
}

/// `question` with the topic of the `earlier` ones, oldest first; nothing when
/// it stands by itself, or when they were about nothing.
pub fn resolve<T: AsRef<str>>(question: &str, earlier: &[T]) -> Option<Followed> {
    let own = leans(question)?;
    let mut topic = String::new();
    for before in &earlier[earlier.len().saturating_sub(TURNS)..] {
        let before = before.as_ref();
        topic = match leans(before) {
            Some(_) => [telling(before), topic].join(", "),
            None => subject(before),
        };
        topic = shortened(topic.trim_matches([',', ' ']));
    }
    if topic.is_empty() {
        return None;
    }
    let text = question.trim();
    let bare = text.trim_end_matches(leaning::is_end);
    let end = &text[bare.len()..];
    let (bare, end) = (bare.trim_end(), end.trim());
    Some(Followed {
        question: format!("{bare} ({topic}){end}"),
        own,
    })
}

/// The words of its own that a question has which leans on others, none when
/// it points to their topic; nothing for one that stands by itself.
fn leans(question: &str) -> Option<Vec<String>> {
    let text = question.trim().to_lowercase();
    // Whoever quotes a passage says what the question is about.
    if text.contains(['\n', '“', '"', '«', '„']) {
        return None;
    }
    if leaning::is_bare(&text) {
        return Some(Vec::new());
    }
    let text = leaning::without_filler(&text);
    let opener = leaning::opener(text);
    let words: Vec<String> = tokens::words(&text[opener.map_or(0, str::len)..])
        .into_iter()
        .map(|token| token.text)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.len() > LONGEST || (words.is_empty() && opener.is_none()) {
        return None;
    }
    let own: Vec<&str> = words.iter().copied().filter(|word| says(word)).collect();
    if own.len() <= POINTING && points(&words) {
        return Some(Vec::new());
    }
    let most = match opener {
        Some(opener) if opener.contains(' ') => ABOUT,
        Some(_) => OPENED,
        None if compares(&words) || is_piece(text, &words) => OPENED,
        None => 0,
    };
    (own.len() <= most).then(|| own.into_iter().map(str::to_owned).collect())
}

/// Whether a word says what a question is about.
fn says(word: &str) -> bool {
    !is_english_function_word(word) && !among(META, word)
}

/// Whether a pronoun stands for something that the question does not name.
fn points(words: &[&str]) -> bool {
    (0..words.len()).any(|place| {
        let word = words[place];
        let next = words.get(place + 1).copied();
        let before: Vec<usize> = (0..place)
            .filter(|before| says(words[*before]) && !words[*before].ends_with("ly"))
            .collect();
        let is_pronoun = among(PRONOUNS, word);
        match word {
            "its" | "their" => before.is_empty(),
            // The page on which it is asked.
            "this" | "these" if next.is_some_and(|next| among(leaning::PAGE, next)) => false,
            // "From that?" No conjunction ends a question.
            "that" | "this" | "those" | "these" if next.is_none() => true,
            _ if !is_pronoun || is_bound(words, &before, place) => false,
            "it" => !is_empty_it(words, place),
            // "One that works", "check that a pod runs".
            "that" if before.is_empty() => !place
                .checked_sub(1)
                .is_some_and(|last| among(leaning::ANY, words[last])),
            "that" => next.is_some_and(|next| among(PARTICLES, next)),
            _ => true,
        }
    })
}

/// Whether a thing was named before the pronoun at `place`: two words that
/// mean something, or one with an article or a preposition, or in a clause of
/// its own. A single verb is none.
fn is_bound(words: &[&str], before: &[usize], place: usize) -> bool {
    match before {
        [] => false,
        [one] => {
            let last = one.checked_sub(1).map(|last| words[last]);
            last.is_some_and(|last| among(BOUND, last))
                || words[*one..place]
                    .iter()
                    .any(|word| among(leaning::JOINING, word))
        }
        _ => true,
    }
}

/// "Is it possible to …": this one stands for what follows.
fn is_empty_it(words: &[&str], place: usize) -> bool {
    let rest = words[place + 1..].iter();
    let mut rest = rest.skip_while(|word| among(leaning::BETWEEN, word));
    let adjective = rest.next().is_some_and(|word| among(ADJECTIVES, word));
    adjective
        && rest
            .next()
            .is_some_and(|word| matches!(*word, "to" | "that" | "if" | "for" | "when"))
}

/// "The other one", "the same", "instead", "my own".
fn compares(words: &[&str]) -> bool {
    let pairs = words.windows(2).any(|pair| {
        matches!(
            pair,
            [
                "which" | "other" | "another" | "first" | "second" | "third" | "last",
                "one" | "ones"
            ] | ["the", "other" | "others" | "same" | "former" | "latter"]
        )
    });
    pairs || matches!(words, [.., "instead"] | [.., "my" | "our", "own"])
}

/// "On Windows?": a piece of a sentence without a verb.
fn is_piece(text: &str, words: &[&str]) -> bool {
    let first = words
        .first()
        .is_some_and(|word| among(leaning::PREPOSITIONS, word));
    let has_verb = words.iter().any(|word| among(leaning::AUXILIARIES, word));
    first && !has_verb && text.ends_with(['?', '？', '؟'])
}

/// What a question is about: itself without the words that only ask, or, when
/// it is long, the words that tell something.
fn subject(question: &str) -> String {
    let words: Vec<&str> = question
        .trim()
        .trim_end_matches(leaning::is_end)
        .split_whitespace()
        .collect();
    let leads = |word: &&str| among(leaning::LEADING, &word.to_lowercase());
    let first = words.iter().position(|word| leads(word) || tells(word));
    let rest = &words[first.unwrap_or(words.len())..];
    if rest.len() <= LONGEST {
        rest.join(" ")
    } else {
        telling(question)
    }
}

/// The words of a question that tell something, as they are written.
fn telling(question: &str) -> String {
    if leaning::is_bare(&question.trim().to_lowercase()) {
        return String::new();
    }
    let words = question.split_whitespace();
    let words = words.map(|word| word.trim_end_matches(|c| leaning::is_end(c) || c == ','));
    words
        .filter(|word| tells(word))
        .collect::<Vec<_>>()
        .join(" ")
}

fn tells(written: &str) -> bool {
    let mut tokens = tokens::words(written).into_iter();
    tokens.any(|token| says(&token.text))
}

/// The first words of a topic.
fn shortened(topic: &str) -> String {
    let words: Vec<&str> = topic.split(' ').take(TOPIC).collect();
    let mut topic = words.join(" ");
    // Scripts without spaces.
    let end = topic.char_indices().nth(TOPIC * 10).map(|(end, _)| end);
    topic.truncate(end.unwrap_or(topic.len()));
    topic.trim_end_matches(',').to_owned()
}
