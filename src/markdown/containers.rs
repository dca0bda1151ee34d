//! Blocks that CommonMark does not know, written as quotes, which it does.
//!
//! `!!! note` with an indented body, `=== "Tab"`, `::: tip` to `:::`: each
//! line of such a block gets `>` in front, so that one parse reads the page
//! whole, and a definition at its end serves a link inside a tab. The title
//! becomes a heading, in which nothing but running text can stand.

use super::opener::Kind;
use super::rewrite::Rewritten;
use super::scanner;
use crate::config::Dialect;
use crate::diagnostic::{Diagnostic, Span};

/// A block that was written as a quote.
#[derive(Debug, Clone)]
pub struct Container {
    /// Where the quote starts in the new text.
    pub at: usize,
    /// What it is.
    pub kind: Kind,
    /// Whether a heading with its title comes first.
    pub titled: bool,
    /// Whether it has a title made from its type.
    pub made_title: bool,
}

/// What a page's lines say besides CommonMark.
#[derive(Debug)]
pub struct Scanned<'t> {
    /// The text for the parser.
    pub text: Rewritten<'t>,
    /// The blocks written as quotes, in order.
    pub containers: Vec<Container>,
    /// Abbreviations and what they stand for.
    pub abbreviations: Vec<(&'t str, &'t str)>,
    /// The `:::` lines that nothing closes.
    pub unclosed: Vec<Span>,
}

/// Reads `source` from `offset` on.
pub fn scan(source: &str, offset: usize, dialect: Dialect) -> Scanned<'_> {
    let empty = Scanned {
        text: Rewritten::unchanged(source, offset),
        containers: Vec::new(),
        abbreviations: Vec::new(),
        unclosed: Vec::new(),
    };
    if !may_hold_any(&source[offset..], dialect) {
        return empty;
    }
    let text = Rewritten::new(source);
    scanner::read(
        &source[offset..],
        offset,
        dialect,
        Scanned { text, ..empty },
    )
}

/// What is said about blocks that nothing closes.
pub fn unclosed(scanned: &Scanned<'_>) -> impl Iterator<Item = (Diagnostic, Span)> {
    scanned.unclosed.iter().map(|span| {
        let problem = Diagnostic::warning("markdown/unclosed-block", "nothing closes this block")
            .help("end it with a line of as many colons: `:::`");
        (problem, *span)
    })
}

/// Whether the lines have to be read at all; most pages have none of this.
fn may_hold_any(text: &str, dialect: Dialect) -> bool {
    let holds = |sign: char, whole: &str| holds(text, sign, whole);
    (dialect.admonitions && (holds('!', "!!!") || holds('?', "???")))
        || (dialect.tabs && holds('=', "==="))
        || (dialect.directives && holds(':', ":::"))
        || (dialect.markdown_in_html && holds('k', " markdown"))
        || (dialect.icons && holds(':', "\n:"))
        || (dialect.abbreviations && holds('[', "*["))
        || (dialect.slugs.is_python() && holds('>', "-->"))
}

/// Whether `text` holds `whole`. Looks for its `sign` first, which is ASCII and
/// seldom in a text: several times as fast as to look for all of it.
fn holds(text: &str, sign: char, whole: &str) -> bool {
    let before = whole.find(sign).unwrap_or(0);
    let starts = |at: usize| text.as_bytes()[at..].starts_with(whole.as_bytes());
    text.match_indices(sign)
        .filter_map(|(at, _)| at.checked_sub(before))
        .any(starts)
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn a_text_holds_what_stands_in_it() {
        for (text, sign, whole, found) in [
            ("a ::: b", ':', ":::", true),
            ("a :: b", ':', ":::", false),
            ("<div markdown>", 'k', " markdown", true),
            ("markdown", 'k', " markdown", false),
            ("é\n: b", ':', "\n:", true),
            (": b", ':', "\n:", false),
            ("a-->", '>', "-->", true),
            ("->", '>', "-->", false),
        ] {
            assert_eq!(holds(text, sign, whole), found, "{text}");
            assert_eq!(text.contains(whole), found, "{text}");
        }
    }
}
