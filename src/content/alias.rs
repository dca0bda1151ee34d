//! Anchors and aliases in YAML, found before anything parses it.

use crate::diagnostic::Span;

/// An anchor or alias that starts a value: the seed of an alias bomb. Text in
/// quotes and in blocks after `|` or `>` may hold the signs.
pub fn find(block: &str) -> Option<Span> {
    let mut offset = 0;
    let mut quote = None;
    let mut scalar: Option<usize> = None;
    for line in block.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let indent = line.len() - line.trim_start().len();
        if scalar.is_some_and(|outer| indent > outer || line.trim().is_empty()) {
            continue;
        }
        scalar = None;
        let mut previous = ' ';
        for (at, c) in line.char_indices() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '#') if previous == ' ' => break,
                (None, '"' | '\'') if matches!(previous, ' ' | '[' | '{' | ',' | ':') => {
                    quote = Some(c);
                }
                (None, '&' | '*')
                    if starts_value(&line[..at])
                        && line[at + 1..].starts_with(|c: char| c.is_alphanumeric()) =>
                {
                    return Some(Span::new(start + at, start + at + 1));
                }
                (None, '|' | '>') if starts_value(&line[..at]) => {
                    scalar = Some(indent);
                    break;
                }
                _ => {}
            }
            previous = c;
        }
    }
    None
}

fn starts_value(before: &str) -> bool {
    let trimmed = before.trim_end();
    trimmed.is_empty() || trimmed.ends_with([':', '-', '[', '{', ',', '?'])
}

#[cfg(test)]
mod tests {
    use super::find;

    fn check(block: &str, expected: Option<&str>) {
        let found = find(block).map(|span| &block[span.start..span.start + 2]);
        assert_eq!(found, expected, "{block}");
    }

    #[test]
    fn anchors_and_aliases_are_found_where_a_value_starts() {
        check("title: &a x\n", Some("&a"));
        check("list: [x, *b]\n", Some("*b"));
        check("- *c\n", Some("*c"));
        check("text: >\n  folded\ntitle: *d\n", Some("*d"));
    }

    #[test]
    fn text_may_hold_their_signs() {
        check("title: R&D *bold*\n", None);
        check("title: \"*bold*\"\n", None);
        check("text: |\n  *bold* text\n\n  &c\n", None);
        check("text: \"one\n  *two*\"\n", None);
        check("# *comment\n", None);
    }
}
