//! Text cut into words and identifiers, the same for pages and for queries.
//!
//! Pure: no stemming, no index. Bytes ranges always lie on character borders.

use std::ops::Range;

/// The longest token that is kept, in bytes: longer ones are base64, hashes
/// and minified code, which nobody types.
const LONGEST: usize = 100;

/// A piece of a text, in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// The piece in lower case.
    pub text: String,
}

impl Token {
    fn new(text: &str, range: Range<usize>) -> Self {
        Self {
            text: text[range.clone()].to_lowercase(),
            range,
        }
    }
}

/// The words of `text`: runs of letters and digits in lower case. Scripts
/// that put no spaces between words give one token for each character.
pub fn words(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        let alone = is_unspaced(character);
        if (alone || !character.is_alphanumeric())
            && let Some(from) = start.take()
        {
            tokens.push(Token::new(text, from..at));
        }
        if alone {
            tokens.push(Token::new(text, at..at + character.len_utf8()));
        } else if character.is_alphanumeric() {
            start = start.or(Some(at));
        }
    }
    if let Some(from) = start {
        tokens.push(Token::new(text, from..text.len()));
    }
    tokens.retain(|token| token.range.len() <= LONGEST);
    tokens
}

/// The identifiers of `text`: `--flag-name`, `snake_case`, `a::b`, `HashMap`,
/// `E0502`, `$HOME`, each whole, without the signs around it, and in the
/// humps of its camel case. Plain words are left out: [`words`] has them.
pub fn identifiers(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = (character.is_alphanumeric() && !is_unspaced(character))
            || "_-:./@+#$~".contains(character);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                start = None;
                push_identifier(text, from..at, &mut tokens);
            }
            _ => {}
        }
    }
    tokens
}

fn push_identifier(text: &str, run: Range<usize>, tokens: &mut Vec<Token>) {
    // What follows an identifier in a sentence is not a part of it.
    let whole = text[run.clone()].trim_end_matches(['.', ':', '/', '-', '~', '@', '$']);
    let core = whole.trim_matches(|character: char| !character.is_alphanumeric());
    if core.is_empty() || whole.len() > LONGEST {
        return;
    }
    let from = run.start + whole.find(core).unwrap_or(0);
    let core_range = from..from + core.len();
    let humps = humps(text, core_range.clone());
    let plain = core.chars().all(char::is_alphabetic) && humps.len() < 2;
    if whole.len() == core.len() && plain {
        return;
    }
    tokens.push(Token::new(text, run.start..run.start + whole.len()));
    if whole.len() != core.len() && !plain {
        tokens.push(Token::new(text, core_range));
    }
    if humps.len() > 1 {
        tokens.extend(humps.into_iter().map(|hump| Token::new(text, hump)));
    }
}

/// The parts of the camel-case words in `range`: `parseHTTPRequest` gives
/// `parse`, `HTTP` and `Request`. Words without humps give nothing of their
/// own.
fn humps(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut humps = Vec::new();
    let characters: Vec<(usize, char)> = text[range.clone()]
        .char_indices()
        .map(|(at, c)| (range.start + at, c))
        .collect();
    let mut word: Vec<Range<usize>> = Vec::new();
    let mut close = |word: &mut Vec<Range<usize>>| {
        if word.len() > 1 {
            humps.append(word);
        }
        word.clear();
    };
    for (index, &(at, character)) in characters.iter().enumerate() {
        let end = at + character.len_utf8();
        if !character.is_alphanumeric() {
            close(&mut word);
            continue;
        }
        let before = index.checked_sub(1).map(|index| characters[index].1);
        let after = characters.get(index + 1).map(|(_, character)| *character);
        let rises = character.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || (before.is_some_and(char::is_uppercase)
                    && after.is_some_and(char::is_lowercase)));
        match word.last_mut() {
            Some(last) if !rises => last.end = end,
            _ => word.push(at..end),
        }
    }
    close(&mut word);
    humps
}

/// Chinese, Japanese, Thai, Lao, Khmer and Burmese characters.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0E01}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
        && character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::{Token, identifiers, words};

    fn texts(tokens: &[Token]) -> Vec<&str> {
        tokens.iter().map(|token| token.text.as_str()).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(
            texts(&words("Don't *Panic*, 42x!")),
            ["don", "t", "panic", "42x"]
        );
        assert_eq!(texts(&words("日本語 text")), ["日", "本", "語", "text"]);
        assert!(words("[[]] \0 —").is_empty());
    }

    #[test]
    fn identifiers_come_whole_and_in_parts() {
        for (text, expected) in [
            ("use `--flag-name`.", vec!["--flag-name", "flag-name"]),
            ("a snake_case one", vec!["snake_case"]),
            ("std::io::Read,", vec!["std::io::read"]),
            ("(E0502)", vec!["e0502"]),
            ("a HashMap:", vec!["hashmap", "hash", "map"]),
            (
                "parseHTTPRequest",
                vec!["parsehttprequest", "parse", "http", "request"],
            ),
            ("plain words. Only", vec![]),
            ("$HOME/.cargo", vec!["$home/.cargo", "home/.cargo"]),
            ("--locked", vec!["--locked"]),
            ("C++ and .NET", vec!["c++", ".net"]),
        ] {
            assert_eq!(texts(&identifiers(text)), expected, "{text}");
        }
    }

    #[test]
    fn ranges_point_into_the_text() {
        let text = "é İstanbul --naïve-flag";
        for token in words(text).iter().chain(&identifiers(text)) {
            assert_eq!(text[token.range.clone()].to_lowercase(), token.text);
        }
    }
}
