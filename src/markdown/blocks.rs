//! Quotes that are more than quotes: notes, tabs and groups of code, as HTML
//! around the events of their content.

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Tag, TagEnd};

use super::containers::Container;
use super::html::attribute;
use super::labels::{alert, code_label, made_title};
use super::opener::Kind;
use super::parse::Builder;
use super::tabs::{Set, Tab};
use crate::diagnostic::Span;

/// The open quotes of a page, and the tabs seen so far.
#[derive(Debug, Default)]
pub struct Blocks {
    /// The first block not yet met.
    next: usize,
    open: Vec<Open>,
    /// The set of tabs that the next block may go on with.
    pub(super) ended: Option<Set>,
    /// The sets of tabs so far.
    pub(super) sets: usize,
    /// The tabs whose ids are made from their titles.
    pub(super) tabs: Vec<Tab>,
    title: Option<TitleState>,
}

impl Blocks {
    /// Whether the next block of code is a tab.
    pub(super) fn is_group(&self) -> bool {
        matches!(self.open.last(), Some(Open::Codes(_)))
    }

    /// How many are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }
}

/// An open quote.
#[derive(Debug)]
enum Open {
    /// A quote, as it is.
    Quote,
    /// A block: what ends it.
    Block(&'static str),
    /// A tab of the set.
    Tab(Set),
    /// A group whose blocks of code are tabs of the set.
    Codes(Set),
}

/// The title being read.
#[derive(Debug)]
struct TitleState {
    /// What ends it.
    close: &'static str,
    /// The first event of its text.
    event: usize,
    /// The title of an alert is the first line of a paragraph: its class, for
    /// when that is empty, and where the marker ends.
    alert: Option<(String, usize)>,
    /// Whether its heading or paragraph was opened.
    started: bool,
}

impl Builder<'_> {
    /// Takes the event when it belongs to a block or its title.
    pub(super) fn block_event(&mut self, event: &Event<'_>, range: &Range<usize>) -> bool {
        let span = self.span(range);
        if self.title_event(event, range, span) {
            return true;
        }
        let container = match event {
            Event::Start(Tag::BlockQuote(_)) => self.container(range.start),
            _ => None,
        };
        self.go_on_or_end_set(container.as_ref(), span);
        match event {
            Event::Start(Tag::BlockQuote(kind)) => {
                if let Some(container) = container {
                    self.open_container(&container, span);
                    return true;
                }
                self.open_quote(*kind, range, span)
            }
            Event::End(TagEnd::BlockQuote(_)) => self.close_quote(span),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.open_code(kind, span);
                false
            }
            _ => false,
        }
    }

    /// What follows the end of a block of code: the end of its tab.
    pub(super) fn after_code(&mut self, span: Span) {
        if matches!(self.blocks.open.last(), Some(Open::Codes(_))) {
            self.html("</div>\n", span);
        }
    }

    pub(super) fn html(&mut self, html: &str, span: Span) {
        let event = Event::Html(html.to_owned().into());
        self.document.events.push((event, span));
    }

    /// Writes a title of ours. No word of the author's: it is shown, and not
    /// searched.
    fn made(&mut self, before: &str, classes: &str, after: &str, span: Span) {
        let title = attribute(&made_title(classes));
        let place = before.len()..before.len() + title.len();
        let event = Event::InlineHtml(format!("{before}{title}{after}").into());
        let at = self.document.events.len();
        self.document.titles.insert(at, (classes.to_owned(), place));
        self.document.events.push((event, span));
    }

    /// The block that is written as the quote at `start`.
    fn container(&mut self, start: usize) -> Option<Container> {
        let all = &self.containers;
        while all
            .get(self.blocks.next)
            .is_some_and(|block| block.at < start)
        {
            self.blocks.next += 1;
        }
        let found = all
            .get(self.blocks.next)
            .filter(|block| block.at == start)?;
        self.blocks.next += 1;
        Some(found.clone())
    }

    fn open_container(&mut self, container: &Container, span: Span) {
        self.forget_last();
        let close = match &container.kind {
            Kind::Admonition(classes) => {
                self.open_note(classes, None, container.titled, container.made_title, span)
            }
            Kind::Details { classes, open } => self.open_note(
                classes,
                Some(*open),
                container.titled,
                container.made_title,
                span,
            ),
            Kind::Tab { selected, .. } => return self.open_tab(*selected, span),
            Kind::CodeGroup => {
                let set = self.next_set();
                self.html("<div class=\"tabs\">\n", span);
                self.blocks.open.push(Open::Codes(set));
                return;
            }
        };
        self.blocks.open.push(Open::Block(close));
    }

    /// Opens a note, which folds when `fold` says whether it is open; gives
    /// what ends it.
    fn open_note(
        &mut self,
        classes: &str,
        fold: Option<bool>,
        titled: bool,
        made: bool,
        span: Span,
    ) -> &'static str {
        let safe = attribute(classes);
        let (open, before, after, close) = match fold {
            None => (
                format!("<div class=\"admonition {safe}\">\n"),
                "<p class=\"admonition-title\">",
                "</p>\n",
                "</div>\n",
            ),
            Some(open) => (
                format!(
                    "<details class=\"{}\"{}>\n",
                    if safe.is_empty() { "note" } else { &safe },
                    if open { " open" } else { "" }
                ),
                "<summary>",
                "</summary>\n",
                "</details>\n",
            ),
        };
        if made {
            self.made(&format!("{open}{before}"), classes, after, span);
        } else if titled {
            self.html(&format!("{open}{before}"), span);
            self.start_title(after, None);
        } else {
            self.html(&open, span);
        }
        close
    }

    fn start_title(&mut self, close: &'static str, alert: Option<(String, usize)>) {
        self.blocks.title = Some(TitleState {
            close,
            event: self.document.events.len(),
            alert,
            started: false,
        });
    }

    fn open_tab(&mut self, selected: bool, span: Span) {
        let set = match self.blocks.ended.take() {
            Some(set) => set,
            None => {
                self.html("<div class=\"tabs\">\n", span);
                self.next_set()
            }
        };
        let set = self.tab_start(set, selected, span);
        self.blocks.open.push(Open::Tab(set));
        self.start_title("</label>\n<div class=\"tab\">\n", None);
    }

    /// What is still open at the end of the page.
    pub(super) fn end_blocks(&mut self) {
        let end = self.document.events.last().map_or(0, |(_, span)| span.end);
        self.go_on_or_end_set(None, Span::new(end, end));
    }

    fn close_quote(&mut self, span: Span) -> bool {
        let end = Span::new(span.end, span.end);
        self.forget_last();
        match self.blocks.open.pop() {
            None | Some(Open::Quote) => return false,
            Some(Open::Block(close)) => self.html(close, end),
            Some(Open::Tab(set)) => {
                self.html("</div>\n", end);
                self.blocks.ended = Some(set);
            }
            Some(Open::Codes(_)) => self.html("</div>\n", end),
        }
        true
    }

    /// A quote of the author's: an alert, or as it is.
    fn open_quote(
        &mut self,
        kind: Option<BlockQuoteKind>,
        range: &Range<usize>,
        span: Span,
    ) -> bool {
        let known = kind.map(|kind| match kind {
            BlockQuoteKind::Note => "note",
            BlockQuoteKind::Tip => "tip",
            BlockQuoteKind::Important => "important",
            BlockQuoteKind::Warning => "warning",
            BlockQuoteKind::Caution => "caution",
        });
        if let Some(name) = known {
            let close = self.open_note(name, None, false, true, span);
            self.blocks.open.push(Open::Block(close));
            return true;
        }
        let marker = self
            .dialect
            .alerts
            .then(|| alert(&self.new_text[range.start..range.end]))
            .flatten();
        let Some(marker) = marker else {
            self.blocks.open.push(Open::Quote);
            return false;
        };
        let close = self.open_note(&marker.name, marker.fold, true, false, span);
        let until = range.start + marker.length;
        if let Some(title) = &mut self.blocks.title {
            title.alert = Some((marker.name, until));
        }
        self.blocks.open.push(Open::Block(close));
        true
    }

    /// A block of code within a group is a tab.
    fn open_code(&mut self, kind: &CodeBlockKind<'_>, span: Span) {
        let Some(Open::Codes(set)) = self.blocks.open.last().map(|open| match open {
            Open::Codes(set) => Open::Codes(*set),
            _ => Open::Quote,
        }) else {
            return;
        };
        let set = self.tab_start(set, false, span);
        if let Some(last) = self.blocks.open.last_mut() {
            *last = Open::Codes(set);
        }
        let label = match kind {
            CodeBlockKind::Fenced(info) => code_label(info),
            CodeBlockKind::Indented => "Code",
        };
        let label = if label.is_empty() { "Code" } else { label };
        self.tab_title(label);
        let text = Event::Text(label.to_owned().into());
        self.document.events.push((text, span));
        self.html("</label>\n<div class=\"tab\">\n", span);
    }

    /// Takes the event when it opens or ends a title, or is cut away from it.
    fn title_event(&mut self, event: &Event<'_>, range: &Range<usize>, span: Span) -> bool {
        let Some(title) = &mut self.blocks.title else {
            return false;
        };
        if !title.started {
            title.started = true;
            return match event {
                Event::Start(Tag::Heading { .. } | Tag::Paragraph) => true,
                _ => {
                    self.end_title(span);
                    false
                }
            };
        }
        match event {
            Event::End(TagEnd::Heading(_) | TagEnd::Paragraph) => {
                self.end_title(span);
                true
            }
            Event::SoftBreak | Event::HardBreak if title.alert.is_some() => {
                self.end_title(span);
                self.event(Event::Start(Tag::Paragraph), range);
                true
            }
            Event::Text(text) => {
                let Some((_, until)) = &title.alert else {
                    return false;
                };
                let until = *until;
                if range.start >= until {
                    return false;
                }
                // The marker `[!NOTE]` and the space behind it go.
                if range.end > until && text.len() == range.len() {
                    let rest = text.get(until - range.start..).unwrap_or_default();
                    let span = self.span(&(until..range.end));
                    let rest = Event::Text(rest.to_owned().into());
                    self.document.events.push((rest, span));
                }
                true
            }
            _ => false,
        }
    }

    fn end_title(&mut self, span: Span) {
        let Some(title) = self.blocks.title.take() else {
            return;
        };
        let end = Span::new(span.end, span.end);
        if !self.blocks.tabs.is_empty() {
            let words = self.wording(title.event);
            self.tab_title(words.slug());
        }
        if let Some((classes, _)) = title.alert
            && self.document.events.len() == title.event
        {
            self.made("", &classes, "", end);
        }
        self.html(title.close, end);
    }
}
