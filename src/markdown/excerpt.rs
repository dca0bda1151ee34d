//! The beginning of a page, for lists that show it, and how much there is to
//! read in all of it.
//!
//! Takes a document, gives another one. It is cut here, where events are
//! known, so that whoever shows it writes it as any page.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Tag, TagEnd};

use super::{Document, LinkKind, html_words};

/// The beginning of a page.
#[derive(Debug)]
pub struct Excerpt {
    /// What it says, without the page's own heading; other headings are one
    /// level lower.
    pub document: Document,
    /// The page's own heading, and its id.
    pub heading: Option<(Document, String)>,
    /// Whether the page goes on behind it.
    pub goes_on: bool,
}

/// The part of a page before `separator`, which is raw HTML such as
/// `<!-- more -->`; all of it when there is none.
pub fn excerpt(document: &Document, separator: &str) -> Excerpt {
    let (events, goes_on) = before(document, separator);
    let count = events.len();
    let mut part = Document {
        events,
        marks: document.marks.clone(),
        attributes: up_to(&document.attributes, count),
        made: up_to(&document.made, count),
        titles: up_to(&document.titles, count),
        code: document.code.clone(),
        ..Document::default()
    };
    let links = document.links.iter().filter(|link| {
        let html = part.events.get(link.event).map(|(event, _)| event);
        match (&link.kind, html) {
            (LinkKind::Html { value, .. }, Some(Event::Html(html) | Event::InlineHtml(html))) => {
                value.end <= html.len()
            }
            (_, event) => event.is_some(),
        }
    });
    part.links = links.cloned().collect();
    let heading = take_heading(&mut part);
    while let Some(notes) = notes(&part) {
        blank(&mut part, notes);
    }
    for (event, _) in &mut part.events {
        match event {
            Event::Start(Tag::Heading { level, .. }) | Event::End(TagEnd::Heading(level)) => {
                *level = lower(*level);
            }
            Event::FootnoteReference(_) => *event = NOTHING,
            _ => {}
        }
    }
    Excerpt {
        document: part,
        heading,
        goes_on,
    }
}

/// An event with its place.
type Placed = (Event<'static>, crate::diagnostic::Span);

/// The events before the separator, with ends for what is open there.
fn before(document: &Document, separator: &str) -> (Vec<Placed>, bool) {
    let mut open: Vec<TagEnd> = Vec::new();
    for (at, (event, span)) in document.events.iter().enumerate() {
        let html = match event {
            Event::Start(tag) => {
                open.push(tag.to_end());
                continue;
            }
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Html(html) | Event::InlineHtml(html) => html,
            _ => continue,
        };
        let Some((kept, _)) = html.split_once(separator) else {
            continue;
        };
        let mut events = document.events[..at].to_vec();
        let kept = CowStr::from(kept.to_owned());
        events.push((Event::InlineHtml(kept), *span));
        events.extend(open.into_iter().rev().map(|tag| (Event::End(tag), *span)));
        return (events, true);
    }
    (document.events.clone(), false)
}

fn up_to<V: Clone>(map: &BTreeMap<usize, V>, end: usize) -> BTreeMap<usize, V> {
    let kept = map.range(..end);
    kept.map(|(at, value)| (*at, value.clone())).collect()
}

/// What stands for an event that is gone: others are known by their places.
const NOTHING: Event<'static> = Event::Text(CowStr::Borrowed(""));

/// Takes events out; gives them.
fn blank(part: &mut Document, events: Range<usize>) -> Vec<Placed> {
    part.links.retain(|link| !events.contains(&link.event));
    let all = part.events[events].iter_mut();
    all.map(|(event, span)| (std::mem::replace(event, NOTHING), *span))
        .collect()
}

/// The first footnote: nothing in an excerpt refers to it.
fn notes(part: &Document) -> Option<Range<usize>> {
    let is_start = |(event, _): &Placed| matches!(event, Event::Start(Tag::FootnoteDefinition(_)));
    let is_end = |(event, _): &Placed| matches!(event, Event::End(TagEnd::FootnoteDefinition));
    let start = part.events.iter().position(is_start)?;
    let length = part.events[start..].iter().position(is_end);
    Some(start..length.map_or(part.events.len(), |length| start + length + 1))
}

/// Takes the heading of the first level out, when no other comes before it.
fn take_heading(part: &mut Document) -> Option<(Document, String)> {
    let is_start = |(event, _): &Placed| matches!(event, Event::Start(Tag::Heading { .. }));
    let is_end = |(event, _): &Placed| matches!(event, Event::End(TagEnd::Heading(_)));
    let start = part.events.iter().position(is_start)?;
    let length = part.events[start..].iter().position(is_end)?;
    let Event::Start(Tag::Heading {
        level: HeadingLevel::H1,
        id,
        ..
    }) = &part.events[start].0
    else {
        return None;
    };
    let id = id.as_deref().unwrap_or_default().to_owned();
    let mut heading = Document {
        events: blank(part, start..start + length + 1),
        ..Document::default()
    };
    // A link would stand within the one that leads to the page.
    heading.events.retain(|(event, _)| {
        matches!(
            event,
            Event::Text(_)
                | Event::Code(_)
                | Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
                | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough)
        )
    });
    Some((heading, id))
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + 1).unwrap_or(HeadingLevel::H6)
}

/// How long the page takes to read at so many words a minute, in minutes: the
/// first picture counts as twelve seconds, each further one as one less, and
/// none as less than three.
pub fn minutes(document: &Document, words_per_minute: usize) -> usize {
    let mut text = String::new();
    let mut images = 0;
    for (event, _) in &document.events {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::InlineMath(part) | Event::DisplayMath(part) => text.push_str(part),
            Event::Html(html) | Event::InlineHtml(html) => {
                images += html.matches("<img").count();
                text.push_str(&html_words::words(html));
            }
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(tag) if !is_inline(*tag) => text.push(' '),
            _ => {}
        }
    }
    let is_between = |c: char| !c.is_alphanumeric() && c != '_';
    let words = text.split(is_between).filter(|word| !word.is_empty());
    let seconds = (words.count() * 60).div_ceil(words_per_minute.max(1));
    let pictures: usize = (0..images)
        .map(|at| 12_usize.saturating_sub(at).max(3))
        .sum();
    (seconds + pictures).div_ceil(60).max(1)
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

#[cfg(test)]
mod tests {
    use super::{excerpt, minutes};
    use crate::config::Dialect;
    use crate::markdown::{Document, html, parse};

    fn check(text: &str, expected: &str, heading: Option<&str>) -> bool {
        let document = parse(text, 0, Dialect::default());
        let excerpt = excerpt(&document, "<!-- more -->");
        let show =
            |document: &Document| html::render(document, &|link| Some(format!("to/{}", link.dest)));
        assert_eq!(show(&excerpt.document).trim(), expected);
        let shown = excerpt
            .heading
            .map(|(heading, id)| format!("{id}: {}", show(&heading)));
        assert_eq!(shown.as_deref(), heading);
        excerpt.goes_on
    }

    #[test]
    fn an_excerpt_ends_at_its_sign_and_nothing_stays_open() {
        let goes_on = check(
            "# T *x* [`l`](m)\n\na [b](c)\n\n<!-- more -->\n\n[d](e)\n",
            "<p>a <a href=\"to/c\">b</a></p>",
            Some("t-x-l: T <em>x</em> <code>l</code>"),
        );
        assert!(goes_on);
        check(
            "- a **b <!-- more --> c**\n",
            "<ul>\n<li>a <strong>b </strong></li>\n</ul>",
            None,
        );
        check(
            "<p><a href=\"x\">y</a></p>\n<!-- more -->\n<a href=\"z\">z</a>\n",
            "<p><a href=\"to/x\">y</a></p>",
            None,
        );
    }

    #[test]
    fn without_the_sign_all_of_a_page_is_its_excerpt() {
        let goes_on = check(
            "a[^1]\n\n### B\n\n[^1]: c\n",
            "<p>a</p>\n<h4 id=\"b\">B<a class=\"anchor\" href=\"#b\" aria-label=\"Link to this section\"></a></h4>",
            None,
        );
        assert!(!goes_on);
    }

    #[test]
    fn words_and_pictures_take_time() {
        let time = |text: &str| minutes(&parse(text, 0, Dialect::default()), 60);
        assert_eq!(time("one"), 1);
        assert_eq!(time(&"word ".repeat(61)), 2);
        assert_eq!(time(&"![x](y.png)\n\n".repeat(6)), 2);
    }
}
