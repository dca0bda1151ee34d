//! Where the address of a link stands in the text.

use crate::diagnostic::Span;
use crate::markdown::{Link, LinkKind};

/// How a link came to its address.
#[derive(Debug, PartialEq, Eq)]
pub enum Address<'t> {
    /// It is written in the link, here.
    Here(Span),
    /// The link is a reference with this label; the address is elsewhere.
    Reference(&'t str),
}

/// Where the address of `link` stands in `text`, the page's.
pub fn find<'t>(text: &'t str, link: &Link) -> Address<'t> {
    let Some(written) = text.get(link.span.start..link.span.end) else {
        return Address::Here(link.span);
    };
    let at = |start: usize, length: usize| {
        let start = link.span.start + start;
        Address::Here(Span::new(start, start + length))
    };
    if matches!(link.kind, LinkKind::Html { .. }) || written.is_empty() {
        return Address::Here(link.span);
    }
    if let Some(inner) = written
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
    {
        return at(1, inner.len());
    }
    if let Some(rest) = written.strip_suffix(']') {
        return Address::Reference(label(rest));
    }
    match inline(written, &link.dest) {
        Some((start, length)) if length > 0 => at(start, length),
        _ => Address::Here(link.span),
    }
}

/// The label of `[text][label`, `[label][` and `[label`, as written.
fn label(rest: &str) -> &str {
    let rest = rest.strip_suffix("][").unwrap_or(rest);
    let start = rest.rfind('[').map_or(0, |open| open + 1);
    &rest[start..]
}

/// The address in `[text](address "title")`: its start and length. A title may
/// hold `](` too, so the one that the address follows is the right one.
fn inline(written: &str, dest: &str) -> Option<(usize, usize)> {
    let mut last = None;
    for (open, _) in written.rmatch_indices("](") {
        let after = &written[open + 2..];
        let start = written.len() - after.trim_start().len();
        let start = start + usize::from(written[start..].starts_with('<'));
        if !dest.is_empty() && written[start..].starts_with(dest) {
            return Some((start, dest.len()));
        }
        last = last.or(Some(start));
    }
    // Written with escapes: the address ends where white space or the link does.
    let start = last?;
    let rest = &written[start..];
    let end = rest.find(|c: char| c.is_whitespace() || c == '>');
    let length = end.unwrap_or(rest.len().saturating_sub(1));
    Some((start, length))
}

#[cfg(test)]
mod tests {
    use super::{Address, find};
    use crate::config::Dialect;
    use crate::markdown::parse;

    fn check(text: &str, expected: &str) {
        let document = parse(text, 0, Dialect::default());
        match find(text, &document.links[0]) {
            Address::Here(span) => assert_eq!(&text[span.start..span.end], expected, "{text}"),
            Address::Reference(label) => assert_eq!(format!("ref {label}"), expected, "{text}"),
        }
    }

    #[test]
    fn the_address_of_an_inline_link_is_found() {
        check("a [b](c.md) d", "c.md");
        check("[b](c.md \"see ](c.md)\")", "c.md");
        check("[b]( <c d.md> )", "c d.md");
        check("![b](c.png 'title')", "c.png");
        check("[![i](i.png)](c.md)", "c.md");
        check("[a\nb](\n  c.md\n)", "c.md");
        check("[b](c\\_d.md)", "c\\_d.md");
        check("[b](a&amp;b.md#c)", "a&amp;b.md#c");
        check("<https://example.org>", "https://example.org");
        check("<a href='c.md'>", "c.md");
        check("[b]()", "[b]()");
    }

    #[test]
    fn a_reference_gives_its_label() {
        check("[b][the label]\n\n[the label]: c.md", "ref the label");
        check("[b][]\n\n[b]: c.md", "ref b");
        check("[b]\n\n[b]: c.md", "ref b");
    }
}
