//! A page's own Markdown with its links rewritten and nothing else changed.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use super::{Document, Link, LinkKind};

/// The Markdown of `document`, which was parsed from `text`: the `part` of it
/// that ends with the text or with a section. `rewrite` gives the address to
/// write for a link, or nothing to leave it as it is. What cannot be found in
/// the text as it was parsed stays as well.
pub fn write(
    document: &Document,
    text: &str,
    part: Range<usize>,
    rewrite: &dyn Fn(&Link) -> Option<String>,
) -> String {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut defined: BTreeMap<&str, String> = BTreeMap::new();
    for link in &document.links {
        let Some(address) = rewrite(link) else {
            continue;
        };
        let place = match (&link.kind, link_type(document, link)) {
            (LinkKind::Html { value, .. }, _) => raw(document, text, link, value),
            (_, Some(LinkType::Inline)) => inline(text, link),
            (_, Some(LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)) => {
                defined.insert(&link.dest, address);
                continue;
            }
            _ => None,
        };
        if let Some(place) = place.filter(|place| place.start >= part.start) {
            edits.push((place, plain(&address)));
        }
    }
    if !defined.is_empty() {
        edits.extend(definitions(document, text, part.start, &defined));
    }
    edits.sort_by_key(|(place, _)| place.start);
    apply(text, part, edits)
}

fn apply(text: &str, part: Range<usize>, edits: Vec<(Range<usize>, String)>) -> String {
    let mut out = String::with_capacity(part.len());
    let mut written = part.start;
    for (place, address) in edits {
        if place.start >= written && place.end <= part.end {
            out.push_str(&text[written..place.start]);
            out.push_str(&address);
            written = place.end;
        }
    }
    out.push_str(&text[written..part.end]);
    out
}

fn link_type(document: &Document, link: &Link) -> Option<LinkType> {
    match document.events.get(link.event)? {
        (Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }), _) => {
            Some(*link_type)
        }
        _ => None,
    }
}

/// An address that ends neither a Markdown link nor an attribute.
fn plain(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '"' => out.push_str("%22"),
            '\'' => out.push_str("%27"),
            c => out.push(c),
        }
    }
    out
}

/// Where the address of `[text](address "title")` stands.
fn inline(text: &str, link: &Link) -> Option<Range<usize>> {
    let whole = text.get(link.span.start..link.span.end)?;
    let mut last = None;
    for (at, open) in whole.match_indices("](") {
        let rest = &whole[at + open.len()..];
        let inside = rest.trim_start();
        let inside = inside.strip_prefix('<').unwrap_or(inside);
        let start = link.span.start + (whole.len() - inside.len());
        if inside.starts_with(&link.dest) {
            last = Some(start..start + link.dest.len());
        }
    }
    last
}

/// Where the attribute of raw HTML stands, when the text there is what was
/// read.
fn raw(document: &Document, text: &str, link: &Link, value: &Range<usize>) -> Option<Range<usize>> {
    let (Event::Html(html) | Event::InlineHtml(html), _) = document.events.get(link.event)? else {
        return None;
    };
    let written = html.get(value.clone())?;
    let place = link.span.start..link.span.end;
    (text.get(place.clone())? == written).then_some(place)
}

/// Where the addresses of `[label]: address` stand, outside code.
fn definitions(
    document: &Document,
    text: &str,
    body: usize,
    defined: &BTreeMap<&str, String>,
) -> Vec<(Range<usize>, String)> {
    let is_code =
        |event: &Event<'_>| matches!(event, Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock));
    let code = document.events.iter().filter(|(event, _)| is_code(event));
    let code: Vec<Range<usize>> = code.map(|(_, span)| span.start..span.end).collect();
    let mut found = Vec::new();
    let mut start = body;
    for line in text[body..].split_inclusive('\n') {
        let end = start + line.len();
        if let Some(place) = definition(line)
            && let Some(address) = defined.get(&line[place.clone()])
            && !code.iter().any(|code| code.contains(&start))
        {
            found.push((start + place.start..start + place.end, plain(address)));
        }
        start = end;
    }
    found
}

/// Where the address stands when `line` defines a label.
fn definition(line: &str) -> Option<Range<usize>> {
    let bare = line.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
    let (_, rest) = bare.strip_prefix('[')?.split_once("]:")?;
    let rest = rest.trim_start();
    let (rest, ends): (&str, fn(char) -> bool) = match rest.strip_prefix('<') {
        Some(rest) => (rest, |c| c == '>'),
        None => (rest, char::is_whitespace),
    };
    let start = line.len() - rest.len();
    let length = rest.find(ends).unwrap_or(rest.len());
    Some(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::config::Dialect;
    use crate::markdown::parse;

    fn check(text: &str, expected: &str) {
        let document = parse(text, 0, Dialect::default());
        let found = write(&document, text, 0..text.len(), &|link| {
            let stem = link.dest.strip_suffix(".md")?;
            Some(format!("NEW/{stem}.md"))
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn links_of_every_form_are_rewritten_where_they_stand() {
        check("[a](b.md \"t\") *x*\n", "[a](NEW/b.md \"t\") *x*\n");
        check("[a](<b c.md>)\n", "[a](<NEW/b c.md>)\n");
        check(
            "[![i](p.md)](q.md) ![x](s.md)",
            "[![i](NEW/p.md)](NEW/q.md) ![x](NEW/s.md)",
        );
        check("[b.md](b.md)", "[b.md](NEW/b.md)");
        check(
            "> [a][r] [r]\n>\n> [r]: b.md 'T'\n",
            "> [a][r] [r]\n>\n> [r]: NEW/b.md 'T'\n",
        );
        check("<a href='b.md'>x</a>\n", "<a href='NEW/b.md'>x</a>\n");
    }

    #[test]
    fn code_stays_as_it_is() {
        let text = "```\n[r]: b.md\n[a](b.md)\n```\n\n`[a](b.md)` [c][r]\n\n[r]: b.md\n";
        let expected = "```\n[r]: b.md\n[a](b.md)\n```\n\n`[a](b.md)` [c][r]\n\n[r]: NEW/b.md\n";
        check(text, expected);
    }
}
