//! `\(a^2\)` and `\[a^2\]`, which CommonMark reads as escaped brackets.

use std::borrow::Cow;

use super::line::Fence;

/// The text with each pair written as a span of code of the same length, so
/// that every place stays where it is and nothing within is read as Markdown.
/// `count` is the number of `\` before a bracket.
pub fn hide(text: &str, count: usize) -> Cow<'_, str> {
    let slashes = &"\\\\"[..count.min(2)];
    if count == 0
        || !text.contains(&format!("{slashes}(")) && !text.contains(&format!("{slashes}["))
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<Fence> = None;
    // A paragraph is what a formula may not leave.
    let mut paragraph = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let bare = line.trim_start_matches([' ', '\t', '>']);
        let around = fence.is_some();
        match fence {
            Some(open) if open.closes(bare.trim_end()) => fence = None,
            Some(_) => {}
            None => fence = Fence::open(bare),
        }
        if around || fence.is_some() || bare.trim().is_empty() {
            pairs(&mut out, &text[paragraph..at], slashes);
            out.push_str(line);
            paragraph = end;
        }
        at = end;
    }
    pairs(&mut out, &text[paragraph..], slashes);
    Cow::Owned(out)
}

/// Whether what stands at the start of `source` is a formula: its text, and
/// whether it stands alone. `length` is that of the whole.
pub fn read(source: &str, count: usize) -> Option<(&str, bool)> {
    let slashes = &"\\\\"[..count.min(2)];
    let rest = source.strip_prefix(slashes).filter(|_| count > 0)?;
    let display = rest.starts_with('[');
    let inner = rest.strip_prefix(['(', '['])?;
    let close = format!("{slashes}{}", if display { ']' } else { ')' });
    let end = inner.strip_suffix(&close)?;
    Some((end, display))
}

fn pairs(out: &mut String, text: &str, slashes: &str) {
    let mut rest = text;
    loop {
        let tick = rest.find('`').unwrap_or(rest.len());
        let open = rest.match_indices(slashes).find(|(at, _)| {
            let escaped = rest[..*at].ends_with('\\');
            !escaped && rest[at + slashes.len()..].starts_with(['(', '['])
        });
        let Some((open, _)) = open else {
            return out.push_str(rest);
        };
        if tick < open {
            // A span of code, as far as a run of as many backticks.
            let run = rest[tick..]
                .bytes()
                .take_while(|byte| *byte == b'`')
                .count();
            let after = tick + run;
            let sign = &rest[tick..after];
            let close = rest[after..]
                .find(sign)
                .map_or(after, |at| after + at + run);
            out.push_str(&rest[..close]);
            rest = &rest[close..];
            continue;
        }
        let start = open + slashes.len() + 1;
        let bracket = if rest[start - 1..].starts_with('(') {
            ')'
        } else {
            ']'
        };
        let close = format!("{slashes}{bracket}");
        // Three backticks at the start of a line would be a fence.
        let room = " ".repeat(close.len() - 2);
        let found = rest[start..].find(&close).map(|at| start + at);
        match found.filter(|end| !rest[start..*end].contains('`') && start < *end) {
            Some(end) => {
                out.push_str(&rest[..open]);
                out.push_str("``");
                out.push_str(&room);
                out.push_str(&rest[start..end]);
                out.push_str(&room);
                out.push_str("``");
                rest = &rest[end + close.len()..];
            }
            None => {
                out.push_str(&rest[..start]);
                rest = &rest[start..];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{hide, read};

    #[test]
    fn pairs_become_code_of_the_same_length() {
        assert_eq!(hide("a \\\\( b_c \\\\) d", 2), "a ``  b_c  `` d");
        assert_eq!(hide("a \\(b\\) \\[c\nd\\]", 1), "a ``b`` ``c\nd``");
        for kept in [
            "\\(a",
            "`\\(a\\)`",
            "```\n\\(a\\)\n```\n",
            "\\(a\n\nb\\)",
            "\\\\(a\\\\)",
            "\\(`a`\\)",
        ] {
            assert_eq!(hide(kept, 1), kept);
        }
        assert_eq!(hide("\\(a\\)", 0), "\\(a\\)");
    }

    #[test]
    fn a_pair_is_read_again() {
        assert_eq!(read("\\\\[ a \\\\]", 2), Some((" a ", true)));
        assert_eq!(read("\\(a\\)", 1), Some(("a", false)));
        assert_eq!(read("``a``", 1), None);
    }
}
