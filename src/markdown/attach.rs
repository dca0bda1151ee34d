//! Lists of attributes, taken out of the text and given to what they follow.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::attributes::{self, List};
use super::marks::Wording;
use super::parse::Builder;
use crate::diagnostic::Span;

/// Where the elements of a page start, for the lists that follow them.
#[derive(Debug, Default)]
pub struct Attach {
    /// The events that opened what is still open.
    starts: Vec<usize>,
    /// The text up to here is a list, which was read.
    read_to: usize,
    /// The block that ended last among those within what is open.
    last: Option<usize>,
}

impl Builder<'_> {
    /// Takes text that is part of a list already read.
    pub(super) fn is_read(&mut self, event: &Event<'_>, range: &Range<usize>) -> bool {
        let to = self.attach.read_to;
        let Event::Text(text) = event else {
            return false;
        };
        if range.start >= to {
            return false;
        }
        if range.end > to && text.len() == range.len() {
            let rest = text.get(to - range.start..).unwrap_or_default();
            let rest = Event::Text(rest.to_owned().into());
            self.event(rest, &(to..range.end));
        }
        true
    }

    /// Notes where an element starts.
    pub(super) fn starts(&mut self, tag: &Tag<'_>) {
        self.attach.starts.push(self.document.events.len());
        self.inline.start(tag);
        if !matches!(tag, Tag::Paragraph) {
            self.attach.last = None;
        }
    }

    /// The element that ends now has its list before or behind its end. Gives
    /// whether the element was nothing but a list and is gone.
    pub(super) fn ends(&mut self, tag: TagEnd, range: &Range<usize>) -> bool {
        let Some(start) = self.attach.starts.pop() else {
            return false;
        };
        self.inline.end(tag);
        match tag {
            TagEnd::Link
            | TagEnd::Image
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough => self.behind(start, range.end),
            TagEnd::Paragraph => {
                if self.dialect.attributes && self.last_line(start, range) {
                    return true;
                }
                if self.dialect.contents && self.new_text[range.clone()].trim_end() == "[TOC]" {
                    self.document.events.truncate(start);
                    // One is enough, and many would cost their square.
                    if self.contents.is_empty() {
                        self.contents.push(start);
                    }
                    let list = Event::Html("".into());
                    let span = self.span(range);
                    self.document.events.push((list, span));
                    return true;
                }
                self.attach.last = Some(start);
            }
            TagEnd::DefinitionListTitle => self.term(start),
            TagEnd::List(_) | TagEnd::Table | TagEnd::CodeBlock | TagEnd::BlockQuote(_) => {
                self.attach.last = Some(start);
            }
            _ => self.attach.last = None,
        }
        false
    }

    /// What was written by us has no list.
    pub(super) fn forget_last(&mut self) {
        self.attach.last = None;
    }

    /// A list right behind the element that the event `start` opened.
    pub(super) fn behind(&mut self, start: usize, end: usize) {
        if !self.dialect.attributes || !self.new_text[end..].starts_with('{') {
            return;
        }
        if let Some(list) = attributes::read(&self.new_text[end..]) {
            self.attach.read_to = end + list.length;
            self.give(start, end, list);
        }
    }

    /// A list as the last line of a paragraph; alone it belongs to the block
    /// before.
    fn last_line(&mut self, start: usize, range: &Range<usize>) -> bool {
        let whole = self.new_text[range.clone()].trim_end();
        if !whole.ends_with('}') {
            return false;
        }
        let line = whole.rfind('\n').map_or(0, |newline| newline + 1);
        let bare = whole[line..].trim_start_matches([' ', '\t', '>']);
        let at = range.start + whole.len() - bare.len();
        let Some(list) = attributes::read(bare).filter(|list| list.length == bare.len()) else {
            return false;
        };
        let from = self.span(&(at..at)).start;
        let events = &self.document.events;
        let is_list = |(event, span): &&(Event<'_>, Span)| {
            matches!(event, Event::Text(_)) && span.start >= from
        };
        let count = events.iter().rev().take_while(is_list).count();
        let left = events.len() - count;
        if count == 0 || left <= start {
            return false;
        }
        if left == start + 1 {
            let Some(last) = self.attach.last else {
                return false;
            };
            self.document.events.truncate(start);
            self.give(last, at, list);
            return true;
        }
        if !matches!(events[left - 1].0, Event::SoftBreak) {
            return false;
        }
        self.document.events.truncate(left - 1);
        self.give(start, at, list);
        false
    }

    fn give(&mut self, event: usize, at: usize, list: List) {
        let opener = self.document.events.get(event).map(|(event, _)| event);
        let has_size = matches!(
            opener,
            Some(Event::Start(Tag::Image { .. } | Tag::Table(_)))
        );
        let sized = list.sized.filter(|_| !has_size);
        let sized = sized.map(|place| ("style".to_owned(), place));
        for (name, place) in list.refused.into_iter().chain(sized) {
            let span = self.span(&(at + place.start..at + place.end));
            let refusal = attributes::refusal(&name);
            self.document.problems.push((refusal, span));
        }
        self.document.ids.extend(list.attributes.id.clone());
        let all = self.document.attributes.entry(event).or_default();
        all.extend(list.attributes);
    }

    /// A term has an id as a heading does.
    fn term(&mut self, start: usize) {
        let wording = self.wording(start);
        if wording.text.chars().all(|c| c == '\u{200b}') {
            return;
        }
        let id = wording.id(&mut self.anchors, None);
        self.document.ids.insert(id.clone());
        self.document.marks.ids.insert(start, id);
    }

    /// How much is open around the text.
    pub(super) fn depth(&self) -> usize {
        self.attach.starts.len()
    }

    /// The text of the events from `start` on, without markup.
    pub(super) fn wording(&self, start: usize) -> Wording {
        let mut wording = Wording::default();
        for (at, (event, _)) in self.document.events.iter().enumerate().skip(start) {
            match event {
                Event::Text(sign) if self.inline.signs.contains(&at) => wording.push_sign(sign),
                Event::Text(text) | Event::Code(text) => wording.push(text),
                Event::SoftBreak | Event::HardBreak => wording.push(" "),
                Event::Start(Tag::Image { .. }) => wording.open_image(),
                Event::End(TagEnd::Image) => wording.close_image(),
                Event::FootnoteReference(name) => {
                    wording.push_number(self.document.marks.number(name).unwrap_or_default());
                }
                _ => {}
            }
        }
        wording
    }

    /// Leaves out what a heading's own list may not set.
    pub(super) fn safe_heading(&mut self, event: usize) {
        let Some((Event::Start(Tag::Heading { id, attrs, .. }), span)) =
            self.document.events.get_mut(event)
        else {
            return;
        };
        let span = *span;
        let all = std::mem::take(attrs);
        // pulldown-cmark has the `:` of `{: #id }` as an attribute of its own.
        let all = all.into_iter().filter(|(name, _)| name.as_ref() != ":");
        let (safe, refused): (Vec<_>, Vec<_>) = all.partition(|(name, _)| {
            name.as_ref() == "id" || attributes::is_safe(&name.to_ascii_lowercase())
        });
        // Nor does it take the quotes off.
        let bare = |value: CowStr<'static>| match value.trim_matches(['"', '\'']) {
            bare if bare.len() == value.len() => value,
            bare => bare.to_owned().into(),
        };
        let safe = safe
            .into_iter()
            .map(|(name, value)| (name, value.map(bare)));
        // `id=name` says the same as `#name`.
        let (named, others): (Vec<_>, Vec<_>) = safe.partition(|(name, _)| name.as_ref() == "id");
        *id = id.take().or(named.into_iter().find_map(|(_, value)| value));
        *attrs = others;
        for (name, _) in refused {
            let refusal = attributes::refusal(&name);
            self.document.problems.push((refusal, span));
        }
    }
}
