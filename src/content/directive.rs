//! Where mdBook's directives stand in a text.

use std::ops::Range;

/// A directive of mdBook's.
#[derive(Debug)]
pub struct Directive<'t> {
    /// Where it stands, the backslash before it included.
    pub span: Range<usize>,
    /// What it asks for.
    pub name: &'t str,
    /// What follows the name.
    pub argument: &'t str,
    /// Whether it is shown and not followed.
    pub escaped: bool,
}

/// The next `{{#name argument}}` on one line of `text[from..to]`; white space
/// may stand before the `#`.
pub fn next_directive(text: &str, from: usize, to: usize) -> Option<Directive<'_>> {
    let mut at = from;
    loop {
        let start = at + text[at..to].find("{{")?;
        at = start + 2;
        let rest = &text[at..to];
        let Some(inner) = rest.trim_start_matches([' ', '\t']).strip_prefix('#') else {
            continue;
        };
        // The search stops at the next brace, so a text full of openings that
        // never close is read once.
        let Some(length) = inner.find(['{', '}', '\n']) else {
            continue;
        };
        let (body, after) = inner.split_at(length);
        let (name, argument) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !plain || argument.trim().is_empty() || !after.starts_with("}}") {
            continue;
        }
        let end = at + (rest.len() - inner.len()) + length + 2;
        let escaped = start > from && text.as_bytes()[start - 1] == b'\\';
        let start = if escaped { start - 1 } else { start };
        return Some(Directive {
            span: start..end,
            name,
            argument,
            escaped,
        });
    }
}
