//! Elements written with the attributes that their author gives them.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Attributes;
use super::html::{TABLE, Writer, with_its_scheme};

impl<'a> Writer<'a> {
    /// The start of an element with attributes of the author's.
    pub(super) fn with_attributes(
        &mut self,
        event: &'a Event<'static>,
        index: usize,
        attributes: &Attributes,
    ) -> Option<Event<'a>> {
        let events = match event {
            Event::Code(_) => vec![event.clone()],
            Event::Start(Tag::Link {
                link_type, title, ..
            }) => {
                let link = Tag::Link {
                    link_type: with_its_scheme(*link_type),
                    dest_url: self.address(index),
                    title: title.clone(),
                    id: "".into(),
                };
                vec![Event::Start(link), Event::End(TagEnd::Link)]
            }
            Event::Start(Tag::Table(columns)) => {
                self.columns = columns;
                let table = format!("<table{}>", attributes.written());
                self.queued = Some(Event::Html(table.into()));
                return Some(Event::Html(TABLE.into()));
            }
            Event::Start(tag) => vec![event.clone(), Event::End(tag.to_end())],
            _ => return None,
        };
        let is_whole = matches!(event, Event::Code(_));
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        let end = html.find('>')?;
        let slash = if html[..end].ends_with(" /") { 2 } else { 0 };
        if !is_whole {
            html.truncate(html.find("</")?);
        }
        html.insert_str(end - slash, &attributes.written());
        Some(match event {
            Event::Start(Tag::Link { .. } | Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
            | Event::Code(_) => Event::InlineHtml(html.into()),
            _ => Event::Html(html.into()),
        })
    }
}
