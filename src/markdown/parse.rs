//! The one pass over the Markdown parser's events.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::anchor::Anchors;
use super::attach::Attach;
use super::blocks::Blocks;
use super::containers::{self, Container};
use super::contents;
use super::gather::Gathered;
use super::inline::Inline;
use super::listing::Listing;
use super::marks::Marks;
use super::rewrite::Rewritten;
use super::{Document, Link, LinkKind, Section, brackets, raw_html};
use crate::config::Dialect;
use crate::diagnostic::Span;

/// CommonMark with GitHub's tables, footnotes, strikethrough and task lists,
/// heading attributes, and what the dialect adds.
fn options(dialect: Dialect) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    options.set(Options::ENABLE_GFM, dialect.alerts);
    options.set(Options::ENABLE_MATH, dialect.math);
    options.set(Options::ENABLE_DEFINITION_LIST, dialect.definition_lists);
    options.set(Options::ENABLE_SUBSCRIPT, dialect.tildes);
    options.set(Options::ENABLE_SMART_PUNCTUATION, dialect.smart_punctuation);
    options
}

/// Parses `text` from byte `offset` on; spans count from the start of `text`.
pub fn parse(text: &str, offset: usize, dialect: Dialect) -> Document {
    let scanned = containers::scan(text, offset, dialect);
    let hidden = brackets::hide(&scanned.text.text, dialect.brackets);
    let new_text: &str = &hidden;
    let mut builder = Builder {
        text,
        new_text,
        map: &scanned.text,
        dialect,
        containers: &scanned.containers,
        blocks: Blocks::default(),
        document: Document {
            marks: Marks {
                slugs: dialect.slugs,
                ..Marks::default()
            },
            ..Document::default()
        },
        anchors: Anchors::new(dialect.slugs),
        attach: Attach::default(),
        inline: Inline::new(&scanned.abbreviations),
        contents: Vec::new(),
        heading: None,
        headings: Vec::new(),
        html: None,
        code: None,
        diagrams: 0,
        noted: None,
    };
    for (event, range) in Parser::new_ext(new_text, options(dialect)).into_offset_iter() {
        if !builder.is_read(&event, &range) && !builder.block_event(&event, &range) {
            builder.event(event, &range);
        }
    }
    let mut document = builder.finish();
    document.problems.extend(containers::unclosed(&scanned));
    document
}

/// Reads the parser's events into a document.
pub(super) struct Builder<'t> {
    /// The author's text.
    pub(super) text: &'t str,
    /// The parser's, and where each part of it stands in the author's.
    pub(super) new_text: &'t str,
    map: &'t Rewritten<'t>,
    pub(super) dialect: Dialect,
    pub(super) containers: &'t [Container],
    pub(super) blocks: Blocks,
    pub(super) document: Document,
    pub(super) anchors: Anchors,
    pub(super) attach: Attach,
    pub(super) inline: Inline,
    /// The events in whose place the list of headings goes.
    pub(super) contents: Vec<usize>,
    heading: Option<Heading>,
    /// The ids of the headings so far, with how much was open around each.
    pub(super) headings: Vec<(usize, String)>,
    /// The block of HTML being read: a tag may spread over its lines.
    html: Option<Gathered>,
    /// The block of code being read.
    pub(super) code: Option<Listing>,
    /// The diagrams so far.
    pub(super) diagrams: usize,
    /// The block of code that was just read, for the list that may follow.
    pub(super) noted: Option<Listing>,
}

/// The heading being read: the event that opened it.
struct Heading {
    event: usize,
    level: u8,
}

impl Builder<'_> {
    /// Where a part of the parser's text stands in the author's.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        self.map.span(range)
    }

    pub(super) fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        let span = self.span(range);
        let event = self.formula(event, span);
        match &event {
            Event::Start(tag) => self.starts(tag),
            Event::End(tag) if self.ends(*tag, range) => return,
            Event::Text(text)
                if self.html.is_none() && self.code.is_none() && self.inline_text(text, range) =>
            {
                return;
            }
            Event::Code(text) => {
                if self.inline_code(text, range) {
                    return;
                }
                self.behind(self.document.events.len(), range.end);
            }
            _ => {}
        }
        match &event {
            Event::Start(Tag::Heading { level, .. }) => {
                let event = self.document.events.len();
                self.heading = Some(Heading {
                    event,
                    level: *level as u8,
                });
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::HtmlBlock) => self.html = Some(Gathered::default()),
            Event::End(TagEnd::HtmlBlock) => self.end_html(),
            Event::Start(Tag::CodeBlock(kind)) => self.start_code(kind),
            Event::End(TagEnd::CodeBlock) => self.end_code(),
            Event::Start(Tag::List(Some(_))) => self.notes_of_code(),
            Event::Start(Tag::FootnoteDefinition(name)) => {
                let id = self.document.marks.note_id(name);
                self.document.ids.insert(id);
            }
            Event::FootnoteReference(name) => {
                let event = self.document.events.len();
                let id = self.document.marks.refer(event, name);
                self.document.ids.insert(id);
            }
            Event::Start(Tag::Link {
                link_type: LinkType::Email,
                dest_url,
                ..
            }) => self.link(&format!("mailto:{dest_url}"), LinkKind::Link, span),
            Event::Start(Tag::Link { dest_url, .. }) => self.link(dest_url, LinkKind::Link, span),
            Event::Start(Tag::Image { dest_url, .. }) => self.link(dest_url, LinkKind::Image, span),
            Event::Html(line) | Event::Text(line) if self.html.is_some() || self.code.is_some() => {
                let code = self.code.as_mut().map(|code| &mut code.lines);
                let gathered = self.html.as_mut().or(code);
                return gathered.into_iter().for_each(|all| all.push(line, span));
            }
            Event::InlineMath(tex) | Event::DisplayMath(tex) => {
                let display = matches!(event, Event::DisplayMath(_));
                self.math(tex, display, self.document.events.len(), span);
            }
            _ => {}
        }
        let inline_html = matches!(event, Event::InlineHtml(_));
        if !matches!(event, Event::End(TagEnd::CodeBlock)) {
            self.noted = None;
        }
        let code_ends = matches!(event, Event::End(TagEnd::CodeBlock));
        self.document.events.push((event.into_static(), span));
        if inline_html {
            self.scan_last(&|offset| span.start + offset);
        }
        if code_ends {
            self.after_code(Span::new(span.end, span.end));
        }
    }

    fn end_html(&mut self) {
        if let Some(html) = self.html.take() {
            self.document
                .events
                .push((Event::Html(html.text.clone().into()), html.span));
            self.scan_last(&|offset| html.origin(offset));
        }
    }

    /// Takes links and ids out of the last event, raw HTML; `origin` gives
    /// where an offset in it stands in the file.
    fn scan_last(&mut self, origin: &dyn Fn(usize) -> usize) {
        let event = self.document.events.len().saturating_sub(1);
        let Some((Event::Html(html) | Event::InlineHtml(html), span)) = self.document.events.last()
        else {
            return;
        };
        let scan = raw_html::scan(html);
        let place = |offset: usize| {
            let at = origin(offset).clamp(span.start, span.end);
            self.text.floor_char_boundary(at)
        };
        for found in scan.links {
            let start = place(found.value.start);
            let span = Span::new(start, place(found.value.end).max(start));
            let kind = LinkKind::Html {
                value: found.value,
                loads: found.loads,
            };
            self.document.links.push(Link {
                event,
                dest: found.dest,
                kind,
                span,
            });
        }
        self.document.ids.extend(scan.ids);
    }

    fn link(&mut self, dest: &str, kind: LinkKind, span: Span) {
        let event = self.document.events.len();
        self.document.links.push(Link {
            event,
            dest: dest.to_owned(),
            kind,
            span,
        });
    }

    /// Fixes the heading's id and opens its section.
    fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else {
            return;
        };
        self.safe_heading(heading.event);
        let wording = self.wording(heading.event);
        let Some((Event::Start(Tag::Heading { id, .. }), _)) =
            self.document.events.get_mut(heading.event)
        else {
            return;
        };
        let anchor = wording.id(&mut self.anchors, id.as_deref());
        *id = Some(CowStr::from(anchor.clone()));
        self.document.ids.insert(anchor.clone());
        let depth = self.depth() + self.blocks.depth();
        self.headings.push((depth, anchor.clone()));
        self.close_section(heading.event);
        let title = wording
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let events = heading.event..heading.event;
        self.document.sections.push(Section {
            level: heading.level,
            title,
            anchor,
            events,
        });
    }

    /// Ends the open section before the event `end`; the events before the
    /// first heading become the lead.
    fn close_section(&mut self, end: usize) {
        match self.document.sections.last_mut() {
            Some(section) => section.events.end = end,
            None if end > 0 => self.document.sections.push(lead(0..end)),
            None => {}
        }
    }

    fn finish(mut self) -> Document {
        self.end_blocks();
        self.name_tabs();
        self.close_section(self.document.events.len());
        for event in std::mem::take(&mut self.contents) {
            let list = contents::list(&self.document.sections);
            self.document.events[event].0 = Event::Html(list.into());
        }
        // Documents stay in memory; a list that grew has room for as much again.
        self.document.events.shrink_to_fit();
        self.document
    }
}

fn lead(events: Range<usize>) -> Section {
    Section {
        level: 0,
        title: String::new(),
        anchor: String::new(),
        events,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::config::Dialect;
    use crate::markdown::LinkKind;

    #[test]
    fn sections_cover_the_page_in_order() {
        let document = parse(
            "lead\n\n# A\n\ntext\n\n## B *c*\n\n# A\n",
            0,
            Dialect::default(),
        );
        let shown: Vec<_> = document
            .sections
            .iter()
            .map(|s| (s.level, s.title.as_str(), s.anchor.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (0, "", ""),
                (1, "A", "a"),
                (2, "B c", "b-c"),
                (1, "A", "a-1")
            ]
        );
        let ends: Vec<_> = document.sections.iter().map(|s| s.events.clone()).collect();
        assert!(ends.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(
            ends.last().map(|range| range.end),
            Some(document.events.len())
        );
    }

    #[test]
    fn links_are_found_in_markdown_and_in_html_over_several_lines() {
        let text = "---\n---\n[a](b.md) ![i](p.png)\n\n<div>\n<a\n  href=\"c.md\">x</a>\n</div>\n";
        let document = parse(text, 8, Dialect::default());
        let dests: Vec<_> = document
            .links
            .iter()
            .map(|link| link.dest.as_str())
            .collect();
        assert_eq!(dests, ["b.md", "p.png", "c.md"]);
        assert!(matches!(
            document.links[2].kind,
            LinkKind::Html { loads: false, .. }
        ));
        for link in &document.links {
            assert!(text[link.span.start..link.span.end].contains(&link.dest));
        }
    }

    #[test]
    fn an_address_in_html_is_placed_right_behind_the_marks_of_its_container() {
        for text in [
            "> <div>\n> <a\n>   href=\"é.md\">x</a>\n> </div>\n",
            "- a\n\n  <div>\n  <b>é</b> <a href=\"é.md\">x</a>\n  </div>\n",
            "<div>\r\n<p>\r\n<a href='é.md'>x</a>\r\n</div>\r\n",
            "a <b>é</b>\n<a class=\"b\"\n href=é.md>x</a>\n",
        ] {
            let document = parse(text, 0, Dialect::default());
            let span = document.links[0].span;
            assert_eq!(&text[span.start..span.end], "é.md", "{text}");
        }
    }

    #[test]
    fn footnotes_and_mail_addresses_lead_somewhere() {
        let document = parse(
            "a[^note] <me@example.org>\n\n[^note]: b\n",
            0,
            Dialect::default(),
        );
        assert!(document.ids.contains("footnote-note"));
        assert_eq!(document.links[0].dest, "mailto:me@example.org");
    }

    #[test]
    fn lines_that_rustdoc_hides_are_hidden() {
        let text = "```rust,no_run\n# fn main() {\n#[test]\n## kept\nlet x;\n#\n# }\n```\n\n```sh\n# kept\n```\n";
        let document = parse(text, 0, Dialect::default());
        let code: Vec<_> = document
            .events
            .iter()
            .filter_map(|(event, _)| match event {
                pulldown_cmark::Event::Text(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        assert_eq!(code, ["#[test]\n# kept\nlet x;\n", "# kept\n"]);
    }
}
