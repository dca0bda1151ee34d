//! A document as HTML; the caller says where each link goes.

use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, Event, LinkType, Tag, TagEnd};

use super::code_html::Notes;
use super::marks::Marks;
use super::{Document, Link, LinkKind, Words};

/// What a wide table scrolls in.
pub(super) const TABLE: &str = "<div class=\"table-scroll\" tabindex=\"0\">\n";

/// The body of the page. `rewrite` gives the address to write for a link, or
/// nothing to leave it as it is.
pub fn render(document: &Document, rewrite: &dyn Fn(&Link) -> Option<String>) -> String {
    render_in(Words::default(), document, rewrite, &|_| None)
}

/// As [`render()`], with words of ours in another language; `size` gives the width and height of a picture.
pub fn render_in(
    words: Words<'_>,
    document: &Document,
    rewrite: &dyn Fn(&Link) -> Option<String>,
    size: &dyn Fn(&Link) -> Option<(usize, usize)>,
) -> String {
    let capacity: usize = document.events.last().map_or(0, |(_, span)| span.end);
    let mut html = String::with_capacity(capacity * 3 / 2);
    let writer = Writer {
        document,
        rewrite,
        size,
        words,
        images: 0,
        link: 0,
        code: 0,
        noted: None,
        heading: None,
        queued: None,
        notes: Vec::new(),
        columns: &[],
        cell: 0,
        cell_name: "td",
        at: 0,
    };
    pulldown_cmark::html::push_html(&mut html, writer);
    html
}

/// Feeds the events to pulldown-cmark's writer, with links, headings and
/// tables adjusted on the way.
pub(super) struct Writer<'a> {
    pub(super) document: &'a Document,
    rewrite: &'a dyn Fn(&Link) -> Option<String>,
    pub(super) size: &'a dyn Fn(&Link) -> Option<(usize, usize)>,
    pub(super) words: Words<'a>,
    /// The pictures so far.
    pub(super) images: usize,
    /// The first link not yet written.
    pub(super) link: usize,
    /// The first block of code not yet written.
    pub(super) code: usize,
    /// The notes about a block of code, while their list is written.
    pub(super) noted: Option<Notes<'a>>,
    /// The id of the heading being written.
    heading: Option<&'a str>,
    /// An event to give before the next one of the document.
    pub(super) queued: Option<Event<'a>>,
    /// The names of the footnotes being written.
    notes: Vec<&'a str>,
    /// How the columns of the table being written are aligned.
    pub(super) columns: &'a [Alignment],
    /// The column of the next cell, and the name of its element.
    cell: usize,
    cell_name: &'static str,
    pub(super) at: usize,
}

impl<'a> Iterator for Writer<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if let Some(event) = self.queued.take() {
            return Some(event);
        }
        let document = self.document;
        let (event, _) = document.events.get(self.at)?;
        let index = self.at;
        self.at += 1;
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                return Some(Event::Html(self.code_block(index).into()));
            }
            Event::Start(Tag::Image { title, .. }) => {
                return Some(Event::InlineHtml(self.image(index, title).into()));
            }
            _ => {}
        }
        if let (Event::Code(_), Some(made)) = (event, document.made.get(&index)) {
            return Some(Event::InlineHtml(CowStr::Borrowed(made)));
        }
        if let Some(attributes) = document.attributes.get(&index)
            && let Some(event) = self.with_attributes(event, index, attributes)
        {
            return Some(event);
        }
        Some(match event {
            Event::Text(text) => Event::Text(borrowed(text)),
            Event::Code(text) => Event::Code(borrowed(text)),
            Event::Html(html) => Event::Html(self.raw(index, html)),
            Event::InlineHtml(html) => Event::InlineHtml(match document.titles.get(&index) {
                Some((classes, place)) => self.title(html, classes, place).into(),
                None => self.raw(index, html),
            }),
            Event::Start(Tag::Heading { id, .. }) => {
                self.heading = id.as_deref();
                event.clone()
            }
            Event::End(TagEnd::Heading(_)) => {
                self.queued = Some(event.clone());
                let id = self.heading.take().unwrap_or_default();
                Event::InlineHtml(self.self_link(id).into())
            }
            Event::Start(Tag::Link {
                link_type,
                title,
                id,
                ..
            }) => Event::Start(Tag::Link {
                link_type: with_its_scheme(*link_type),
                dest_url: self.address(index),
                title: borrowed(title),
                id: borrowed(id),
            }),
            Event::InlineMath(tex) | Event::DisplayMath(tex) => {
                Event::InlineHtml(match document.made.get(&index) {
                    Some(math) => CowStr::Borrowed(math),
                    None => format!("<code class=\"tex\">{}</code>", attribute(tex)).into(),
                })
            }
            Event::Start(Tag::List(_)) => self.list(index, event),
            Event::End(TagEnd::List(_)) => {
                self.end_list();
                event.clone()
            }
            Event::Start(Tag::Item) => self.item(event),
            Event::Start(Tag::Table(columns)) => {
                // pulldown-cmark aligns with inline styles, which a strict
                // content security policy forbids: cells carry a class instead.
                self.columns = columns;
                self.queued = Some(Event::Start(Tag::Table(Vec::new())));
                Event::Html(TABLE.into())
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                let in_head = matches!(event, Event::Start(Tag::TableHead));
                self.cell = 0;
                self.cell_name = if in_head { "th" } else { "td" };
                event.clone()
            }
            Event::Start(Tag::TableCell) => self.cell(event),
            Event::FootnoteReference(name) => {
                Event::InlineHtml(note_reference(&document.marks, index, name).into())
            }
            Event::Start(Tag::FootnoteDefinition(name)) => {
                self.notes.push(name);
                Event::Html(note_start(&document.marks, name).into())
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                let name = self.notes.pop().unwrap_or_default();
                Event::Html(self.note_end(name).into())
            }
            Event::Start(Tag::DefinitionListTitle) => {
                let id = document.marks.ids.get(&index);
                let id = id.map(|id| format!(" id=\"{}\"", attribute(id)));
                Event::Html(format!("<dt{}>", id.unwrap_or_default()).into())
            }
            Event::End(TagEnd::Table) => {
                self.queued = Some(Event::Html("</div>\n".into()));
                event.clone()
            }
            other => other.clone(),
        })
    }
}

impl<'a> Writer<'a> {
    /// The address of the link that the event `index` opens.
    pub(super) fn address(&mut self, index: usize) -> CowStr<'a> {
        let document = self.document;
        let Some(link) = document
            .links
            .get(self.link)
            .filter(|link| link.event == index)
        else {
            return CowStr::Borrowed("");
        };
        self.link += 1;
        (self.rewrite)(link).map_or(CowStr::Borrowed(&link.dest), CowStr::from)
    }

    /// A title of ours in the language of the page.
    fn title(&self, html: &str, classes: &str, place: &Range<usize>) -> String {
        let mut out = html.to_owned();
        out.replace_range(place.clone(), &attribute(&self.words.title(classes)));
        out
    }

    /// A heading's link to itself; the sign in it is the style sheet's affair.
    fn self_link(&self, id: &str) -> String {
        let (id, label) = (attribute(id), attribute(self.words.section()));
        format!("<a class=\"anchor\" href=\"#{id}\" aria-label=\"{label}\"></a>")
    }

    /// The end of a footnote, with a way back to each place that refers to it.
    fn note_end(&self, name: &str) -> String {
        let label = attribute(self.words.back());
        let back = |id: String| {
            let id = attribute(&id);
            format!("<a class=\"footnote-back\" href=\"#{id}\" aria-label=\"{label}\">↩</a>\n")
        };
        let back: String = self.document.marks.references(name).map(back).collect();
        format!("{back}</div>\n")
    }

    /// The start of a table's cell.
    fn cell(&mut self, event: &Event<'a>) -> Event<'a> {
        let name = self.cell_name;
        let side = match self.columns.get(self.cell) {
            Some(Alignment::Left) => "left",
            Some(Alignment::Center) => "center",
            Some(Alignment::Right) => "right",
            Some(Alignment::None) | None => "",
        };
        self.cell += 1;
        if side.is_empty() {
            return event.clone();
        }
        Event::InlineHtml(format!("<{name} class=\"align-{side}\">").into())
    }

    /// A piece of raw HTML with its links rewritten.
    fn raw(&mut self, index: usize, html: &'a str) -> CowStr<'a> {
        let links = &self.document.links[self.link.min(self.document.links.len())..];
        let count = links.iter().take_while(|link| link.event == index).count();
        self.link += count;
        let mut out = String::new();
        let mut written = 0;
        for link in &links[..count] {
            if let Some((at, room)) = self.raw_image(html, link).filter(|(at, _)| *at >= written) {
                out.push_str(&html[written..at]);
                out.push_str(&room);
                written = at;
            }
            if let LinkKind::Html { value, .. } = &link.kind
                && let Some(address) = (self.rewrite)(link)
            {
                out.push_str(&html[written..value.start]);
                out.push_str(&attribute(&address));
                written = value.end;
            }
        }
        if written == 0 {
            return CowStr::Borrowed(html);
        }
        out.push_str(&html[written..]);
        out.into()
    }
}

/// pulldown-cmark's writer would put `mailto:` in front a second time.
pub(super) fn with_its_scheme(link_type: LinkType) -> LinkType {
    match link_type {
        LinkType::Email => LinkType::Autolink,
        other => other,
    }
}

/// A number that leads to a footnote.
fn note_reference(marks: &Marks, event: usize, name: &str) -> String {
    let id = attribute(marks.ids.get(&event).map_or("", String::as_str));
    let to = attribute(&marks.note_id(name));
    let number = marks.number(name).unwrap_or_default();
    format!("<sup class=\"footnote-reference\" id=\"{id}\"><a href=\"#{to}\">{number}</a></sup>")
}

fn note_start(marks: &Marks, name: &str) -> String {
    let id = attribute(&marks.note_id(name));
    let number = marks.number(name).map(|number| number.to_string());
    let number = number.unwrap_or_default();
    format!(
        "<div class=\"footnote-definition\" id=\"{id}\"><sup class=\"footnote-definition-label\">{number}</sup>"
    )
}

/// `text` safe between any quotes of an attribute.
pub(super) fn attribute(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn borrowed<'a>(text: &'a CowStr<'static>) -> CowStr<'a> {
    CowStr::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::config::Dialect;
    use crate::markdown::parse;

    fn check(markdown: &str, expected: &str) {
        let document = parse(markdown, 0, Dialect::default());
        let html = render(&document, &|link| {
            link.dest
                .strip_suffix(".md")
                .map(|stem| format!("{stem}.html"))
        });
        assert_eq!(html.trim_end(), expected);
    }

    #[test]
    fn links_lead_where_the_caller_says() {
        check("[a](b.md)", "<p><a href=\"b.html\">a</a></p>");
        check("<a href='b.md'>a</a>", "<p><a href='b.html'>a</a></p>");
        check(
            "<div><a href=b.md>a</a><img src=\"c.md\"></div>",
            "<div><a href=b.html>a</a><img src=\"c.html\"></div>",
        );
        check("![a](b.png)", "<p><img src=\"b.png\" alt=\"a\" /></p>");
        check(
            "[![i](p.md)](q.md) ![x [y](r.md)](s.md)",
            "<p><a href=\"q.html\"><img src=\"p.html\" alt=\"i\" /></a> <img src=\"s.html\" alt=\"x y\" loading=\"lazy\" decoding=\"async\" /></p>",
        );
        check(
            "<me@example.org>",
            "<p><a href=\"mailto:me@example.org\">me@example.org</a></p>",
        );
    }

    #[test]
    fn cells_are_aligned_without_inline_styles() {
        let head = "<thead><tr><th>a</th><th class=\"align-right\">b</th></tr></thead>";
        let body = "<tbody>\n<tr><td>1</td><td class=\"align-right\">2</td></tr>\n</tbody>";
        check(
            "| a | b |\n|---|--:|\n| 1 | 2 |",
            &format!(
                "<div class=\"table-scroll\" tabindex=\"0\">\n<table>{head}{body}</table>\n</div>"
            ),
        );
    }

    #[test]
    fn footnotes_lead_there_and_back() {
        check(
            "a[^x]\n\n[^x]: b",
            "<p>a<sup class=\"footnote-reference\" id=\"fr-x-1\"><a href=\"#footnote-x\">1</a></sup></p>\n\
             <div class=\"footnote-definition\" id=\"footnote-x\"><sup class=\"footnote-definition-label\">1</sup>\n\
             <p>b</p>\n\
             <a class=\"footnote-back\" href=\"#fr-x-1\" aria-label=\"Back to the text\">↩</a>\n</div>",
        );
    }

    #[test]
    fn terms_have_ids() {
        check(
            "A b\n: c",
            "<dl>\n<dt id=\"a-b\">A b</dt>\n<dd>c</dd>\n</dl>",
        );
    }

    #[test]
    fn headings_carry_their_id_and_a_link_to_it() {
        let link = "<a class=\"anchor\" href=\"#a-b\" aria-label=\"Link to this section\"></a>";
        check("## A b", &format!("<h2 id=\"a-b\">A b{link}</h2>"));
    }
}
