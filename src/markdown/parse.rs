//! The one pass over the Markdown parser's events.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::anchor::Anchors;
use super::gather::{self, Gathered};
use super::marks::{self, Wording};
use super::{Document, Link, LinkKind, Section, raw_html};
use crate::diagnostic::Span;

/// The dialect: CommonMark with GitHub's tables, footnotes, strikethrough,
/// task lists and alerts, heading attributes and definition lists.
fn options(smart_punctuation: bool) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST;
    options.set(Options::ENABLE_SMART_PUNCTUATION, smart_punctuation);
    options
}

/// Parses `text` from byte `offset` on; spans count from the start of `text`.
pub fn parse(text: &str, offset: usize, smart_punctuation: bool) -> Document {
    let mut builder = Builder {
        text,
        document: Document::default(),
        anchors: Anchors::default(),
        heading: None,
        term: None,
        html: None,
        rust: None,
    };
    let parser = Parser::new_ext(&text[offset..], options(smart_punctuation));
    for (event, range) in parser.into_offset_iter() {
        builder.event(event, Span::new(range.start + offset, range.end + offset));
    }
    builder.finish()
}

struct Builder<'t> {
    text: &'t str,
    document: Document,
    anchors: Anchors,
    heading: Option<Heading>,
    /// The term of a definition list being read: the event that opened it,
    /// and its text so far.
    term: Option<(usize, Wording)>,
    /// The block of HTML being read: a tag may spread over its lines.
    html: Option<Gathered>,
    /// The block of Rust being read.
    rust: Option<Gathered>,
}

/// The heading being read: the event that opened it and its text so far.
struct Heading {
    event: usize,
    level: u8,
    wording: Wording,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        match &event {
            Event::Start(Tag::Heading { level, .. }) => {
                let event = self.document.events.len();
                self.heading = Some(Heading {
                    event,
                    level: *level as u8,
                    wording: Wording::default(),
                });
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::HtmlBlock) => self.html = Some(Gathered::default()),
            Event::End(TagEnd::HtmlBlock) => self.end_html(),
            Event::Start(Tag::CodeBlock(kind)) if gather::is_rust(kind) => {
                self.rust = Some(Gathered::default());
            }
            Event::End(TagEnd::CodeBlock) => self.end_rust(),
            Event::Start(Tag::FootnoteDefinition(name)) => {
                self.document.ids.insert(marks::note_id(name));
            }
            Event::FootnoteReference(name) => self.reference(name),
            Event::Start(Tag::DefinitionListTitle) => {
                self.term = Some((self.document.events.len(), Wording::default()));
            }
            Event::End(TagEnd::DefinitionListTitle) => self.end_term(),
            Event::End(TagEnd::Image) => self.words(Wording::close_image),
            Event::Start(Tag::Link {
                link_type: LinkType::Email,
                dest_url,
                ..
            }) => self.link(&format!("mailto:{dest_url}"), LinkKind::Link, span),
            Event::Start(Tag::Link { dest_url, .. }) => self.link(dest_url, LinkKind::Link, span),
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.words(Wording::open_image);
                self.link(dest_url, LinkKind::Image, span);
            }
            Event::Html(line) | Event::Text(line) if self.html.is_some() || self.rust.is_some() => {
                let gathered = self.html.as_mut().or(self.rust.as_mut());
                return gathered.into_iter().for_each(|all| all.push(line, span));
            }
            Event::Text(text) | Event::Code(text) => self.heading_text(text),
            Event::SoftBreak | Event::HardBreak => self.heading_text(" "),
            _ => {}
        }
        let inline_html = matches!(event, Event::InlineHtml(_));
        self.document.events.push((event.into_static(), span));
        if inline_html {
            self.scan_last(&|offset| span.start + offset);
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

    fn end_rust(&mut self) {
        if let Some(code) = self.rust.take() {
            let shown = gather::without_hidden_lines(&code.text);
            if !shown.is_empty() {
                self.document
                    .events
                    .push((Event::Text(shown.into()), code.span));
            }
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

    fn heading_text(&mut self, text: &str) {
        self.words(|words| words.push(text));
    }

    /// The heading or term being read, if any.
    fn words(&mut self, change: impl FnOnce(&mut Wording)) {
        let heading = self.heading.as_mut().map(|heading| &mut heading.wording);
        if let Some(words) = heading.or(self.term.as_mut().map(|(_, words)| words)) {
            change(words);
        }
    }

    fn reference(&mut self, name: &str) {
        let event = self.document.events.len();
        let (id, number) = self.document.marks.refer(event, name);
        self.document.ids.insert(id);
        self.words(|words| words.push_number(number));
    }

    fn end_term(&mut self) {
        if let Some((event, words)) = self.term.take() {
            let id = words.id(&mut self.anchors, None);
            self.document.ids.insert(id.clone());
            self.document.marks.ids.insert(event, id);
        }
    }

    /// Fixes the heading's id and opens its section.
    fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else {
            return;
        };
        let Some((Event::Start(Tag::Heading { id, .. }), _)) =
            self.document.events.get_mut(heading.event)
        else {
            return;
        };
        let anchor = heading.wording.id(&mut self.anchors, id.as_deref());
        *id = Some(CowStr::from(anchor.clone()));
        self.document.ids.insert(anchor.clone());
        self.close_section(heading.event);
        let title = heading
            .wording
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
        self.close_section(self.document.events.len());
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
    use crate::markdown::LinkKind;

    #[test]
    fn sections_cover_the_page_in_order() {
        let document = parse("lead\n\n# A\n\ntext\n\n## B *c*\n\n# A\n", 0, false);
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
        let document = parse(text, 8, false);
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
            let document = parse(text, 0, false);
            let span = document.links[0].span;
            assert_eq!(&text[span.start..span.end], "é.md", "{text}");
        }
    }

    #[test]
    fn footnotes_and_mail_addresses_lead_somewhere() {
        let document = parse("a[^note] <me@example.org>\n\n[^note]: b\n", 0, false);
        assert!(document.ids.contains("footnote-note"));
        assert!(document.ids.contains("fr-note-1"));
        assert_eq!(document.links[0].dest, "mailto:me@example.org");
    }

    #[test]
    fn lines_that_rustdoc_hides_are_hidden() {
        let text = "```rust,no_run\n# fn main() {\n#[test]\n## kept\nlet x;\n#\n# }\n```\n\n```sh\n# kept\n```\n";
        let document = parse(text, 0, false);
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
