//! What someone typed, read into words, identifiers and phrases.
//!
//! Pure and total: brackets, quotes that never close, control characters and
//! megabytes of text all give something small. There is no query syntax but
//! the quotation marks.

use crate::index::Language;
use crate::index::tokens::{self, Token};

/// The longest query that is read, in bytes; the rest is passed over.
pub const LONGEST: usize = 1_000;
/// The most words and the most identifiers that are looked for.
const MOST: usize = 32;
/// What a function word counts for beside the others.
const FUNCTION_WEIGHT: f32 = 0.5;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// Every different word in lower case, in order, with its weight.
    pub words: Vec<(String, f32)>,
    /// Whether the last word may still be being typed.
    pub open: bool,
    /// The places of words that stand side by side and may be one elsewhere, as
    /// *flow chart* is.
    pub pairs: Vec<[usize; 2]>,
    /// The places of all words as they were typed, cut where more than white
    /// space or a single sign stands between two: the names of a thing lie
    /// within.
    pub runs: Vec<Vec<usize>>,
    /// `--flag-name`, `snake_case`, `a::b`, in lower case.
    pub identifiers: Vec<String>,
    /// What stood between quotation marks.
    pub phrases: Vec<String>,
}

impl Wanted {
    /// Reads `text`, which is written in `language`.
    pub fn read(text: &str, language: &Language) -> Self {
        let text = cut(text);
        let found = tokens::words(text);
        let mut words: Vec<(String, f32)> = Vec::new();
        for token in found.iter().take(MOST) {
            if words.iter().all(|(word, _)| *word != token.text) {
                let weight = if language.is_function(&token.text) {
                    FUNCTION_WEIGHT
                } else {
                    1.0
                };
                words.push((token.text.clone(), weight));
            }
        }
        let is_subject = |token: &Token| {
            let same = |(word, weight): &&(String, f32)| *word == token.text && *weight >= 1.0;
            words.iter().any(|word| same(&word))
        };
        let beside = found.iter().zip(found.iter().skip(1)).take(MOST - 1);
        let beside = beside.filter(|(one, next)| {
            is_subject(one) && is_subject(next) && may_be_one(text, one, next)
        });
        let beside: Vec<[&Token; 2]> = beside.map(|(one, next)| [one, next]).collect();
        if words.iter().all(|(_, weight)| *weight < 1.0) {
            words.iter_mut().for_each(|(_, weight)| *weight = 1.0);
        }
        // The last word moves to the end even when it was there before: it is
        // the one that `open` speaks of.
        let last = found.iter().take(MOST).next_back();
        if let Some(place) = last.and_then(|last| words.iter().position(|word| word.0 == last.text))
        {
            let word = words.remove(place);
            words.push(word);
        }
        let place = |token: &Token| words.iter().position(|word| word.0 == token.text);
        let pairs = beside.iter();
        let pairs = pairs.filter_map(|[one, next]| Some([place(one)?, place(next)?]));
        let pairs = pairs.filter(|[one, next]| one != next).collect();
        let mut runs: Vec<Vec<usize>> = Vec::new();
        let mut before: Option<&Token> = None;
        for token in found.iter().take(MOST) {
            if before.is_none_or(|before| !may_be_a_name(text, before, token)) {
                runs.push(Vec::new());
            }
            if let Some(run) = runs.last_mut() {
                run.extend(place(token));
            }
            before = Some(token);
        }
        let open = last.is_some_and(|last| last.range.end == text.len());
        let mut identifiers: Vec<String> = tokens::identifiers(text)
            .into_iter()
            .map(|token| token.text)
            .take(MOST)
            .collect();
        identifiers.sort_unstable();
        identifiers.dedup();
        Self {
            pairs,
            runs,
            words,
            open,
            identifiers,
            phrases: phrases(text),
        }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.identifiers.is_empty()
    }
}

/// As much of `text` as is read.
pub fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

/// Whether two words of `text`, one after the other, may be one word to another
/// writer: nothing but white space or a hyphen stands between them, the first
/// begins with a letter, and neither says *not* or how many.
pub fn may_be_one(text: &str, one: &Token, next: &Token) -> bool {
    let between = text.get(one.range.end..next.range.start);
    let is_seam = |seam: &str| seam.chars().all(|sign| sign == '-' || sign.is_whitespace());
    let joins = |token: &Token| !UNJOINED.contains(&token.text.as_str());
    between.is_some_and(is_seam)
        && one.text.starts_with(char::is_alphabetic)
        && joins(one)
        && joins(next)
}

/// Whether two words of `text`, one after the other, may be parts of one name,
/// as in `sign in`, `log-in` and `node.js`.
pub fn may_be_a_name(text: &str, one: &Token, next: &Token) -> bool {
    let between = text.get(one.range.end..next.range.start);
    between.is_some_and(|seam| {
        let is_space = |sign: char| sign == '-' || sign.is_whitespace();
        seam.chars().all(is_space) || seam.chars().nth(1).is_none()
    })
}

fn phrases(text: &str) -> Vec<String> {
    let even = text.replace(['“', '”', '„', '«', '»'], "\"");
    let parts: Vec<&str> = even.split('"').collect();
    // The parts at odd places stood between two marks, the last one only when
    // its closing mark is there.
    let closed = parts.len() - 1;
    let inside = parts.iter().take(closed).skip(1).step_by(2);
    inside
        .filter(|part| !tokens::words(part).is_empty())
        .map(|part| (*part).to_owned())
        .collect()
}

/// English words that are no part of a longer one, though the letters may be:
/// what does *not work* is no *network*.
const UNJOINED: &[&str] = &[
    "all", "each", "every", "more", "most", "no", "not", "only", "per",
];

#[cfg(test)]
mod tests {
    use super::{LONGEST, Wanted};
    use crate::index::Language;

    fn read(text: &str, language: &str) -> Wanted {
        Wanted::read(text, &Language::of(language))
    }

    #[test]
    fn function_words_count_for_little_unless_they_are_all_there_is() {
        let wanted = read("How do I use tokens?", "en-GB");
        let strong: Vec<&str> = wanted
            .words
            .iter()
            .filter(|word| word.1 == 1.0)
            .map(|word| word.0.as_str())
            .collect();
        assert_eq!(strong, ["use", "tokens"]);
        assert!(read("how to", "en").words.iter().all(|word| word.1 == 1.0));
        assert!(
            read("how token", "de")
                .words
                .iter()
                .all(|word| word.1 == 1.0)
        );
    }

    #[test]
    fn the_last_word_is_open_until_something_follows_it() {
        assert!(read("git depend", "en").open);
        assert!(!read("git depend ", "en").open);
        let again = read("git add git", "en");
        assert_eq!(again.words.last().map(|word| word.0.as_str()), Some("git"));
    }

    #[test]
    fn words_side_by_side_are_pairs_when_both_are_about_something() {
        let pairs = |text| {
            let wanted = read(text, "en");
            let name = |place: usize| wanted.words[place].0.clone();
            let named = wanted
                .pairs
                .iter()
                .map(|[one, next]| name(*one) + &name(*next));
            named.collect::<Vec<_>>()
        };
        assert_eq!(pairs("draw a flow chart"), ["flowchart"]);
        assert_eq!(
            pairs("web-hook\ttime  out"),
            ["webhook", "hooktime", "timeout"]
        );
        assert_eq!(pairs("git add git"), ["gitadd", "addgit"]);
        assert!(pairs("flow. chart, time/out it is not work, 1 2, no no").is_empty());
        assert!(pairs("how to do").is_empty());
    }

    #[test]
    fn what_is_typed_falls_into_runs_that_may_hold_a_name() {
        let runs = |text| {
            let wanted = read(text, "en");
            let name = |place: &usize| wanted.words[*place].0.clone();
            let runs = wanted.runs.iter();
            let runs = runs.map(|run| run.iter().map(name).collect::<Vec<_>>().join(" "));
            runs.collect::<Vec<_>>()
        };
        assert_eq!(runs("how to log-in, sign in"), ["how to log in", "sign in"]);
        assert_eq!(
            runs("node.js and/or C++ code"),
            ["node js and or c", "code"]
        );
        assert_eq!(runs("日本 x"), ["日 本 x"]);
        assert!(runs("?!").is_empty());
    }

    #[test]
    fn only_closed_quotation_marks_make_a_phrase() {
        let phrases = |text| read(text, "en").phrases;
        assert_eq!(phrases("a \"b c\" d"), ["b c"]);
        assert_eq!(phrases("a “b c” \"d"), ["b c"]);
        assert!(phrases("\"\" \"[]\" \"open").is_empty());
    }

    #[test]
    fn long_input_is_cut_between_characters() {
        let wanted = read(&"🦀é ".repeat(50_000), "en");
        assert_eq!(wanted.words.len(), 1);
        let many: String = (0..100_000).map(|n| format!("w{n} ")).collect();
        assert!(read(&many, "en").words.len() < LONGEST / 2);
        assert!(read("[[[((( \0 🦀", "en").is_empty());
    }
}
