//! Blocks of code on their way from the parser into the document.

use pulldown_cmark::{CodeBlockKind, CowStr, Event};

use super::code;
use super::fence::{self, Fence};
use super::gather::Gathered;
use super::parse::Builder;
use super::{brackets, diagram, math, raw_html};
use crate::diagnostic::{Diagnostic, Span};

/// A block of code that is being read, or was just read.
pub struct Listing {
    fence: Fence,
    event: usize,
    /// Its lines as written.
    pub lines: Gathered,
}

impl Builder<'_> {
    pub(super) fn start_code(&mut self, kind: &CodeBlockKind<'_>) {
        let mut fence = match kind {
            CodeBlockKind::Fenced(info) => fence::parse(info),
            CodeBlockKind::Indented => fence::parse(""),
        };
        if self.blocks.is_group() {
            // The tab says it.
            fence.title = None;
        }
        self.code = Some(Listing {
            fence,
            event: self.document.events.len(),
            lines: Gathered::default(),
        });
    }

    pub(super) fn end_code(&mut self) {
        let Some(listing) = self.code.take() else {
            return;
        };
        let span = listing.lines.span;
        let mut block = code::read(listing.fence.clone(), &listing.lines.text, false);
        (block.event, block.span) = (listing.event, span);
        if let Some(id) = &block.fence.id {
            self.document.ids.insert(id.clone());
        }
        let shown = block.shown();
        match block.fence.language.as_str() {
            "math" => self.math(&shown, true, block.event, span),
            "mermaid" => self.diagram(&shown, block.event, span),
            _ => {}
        }
        self.document.code.push(block);
        if !shown.is_empty() {
            self.document.events.push((Event::Text(shown.into()), span));
        }
        self.noted = Some(listing);
    }

    /// What was hidden as code because it is a formula is one again.
    pub(super) fn formula<'e>(&self, event: Event<'e>, span: Span) -> Event<'e> {
        if self.dialect.brackets == 0 || !matches!(event, Event::Code(_)) {
            return event;
        }
        let source = self.text.get(span.start..span.end).unwrap_or_default();
        match brackets::read(source, self.dialect.brackets) {
            Some((tex, true)) => Event::DisplayMath(tex.to_owned().into()),
            Some((tex, false)) => Event::InlineMath(tex.to_owned().into()),
            None => event,
        }
    }

    /// The formula that the event `event` holds.
    pub(super) fn math(&mut self, tex: &str, display: bool, event: usize, span: Span) {
        match math::mathml(tex, display) {
            Ok(html) => {
                self.document.made.insert(event, html);
            }
            Err(what) => {
                let message = format!("this formula is not understood: {what}");
                let problem = Diagnostic::warning("markdown/math", message)
                    .help("it is shown as written; see which commands are known in the reference of Markdown");
                self.document.problems.push((problem, span));
            }
        }
    }

    fn diagram(&mut self, source: &str, event: usize, span: Span) {
        self.diagrams += 1;
        match diagram::svg(source, &format!("diagram-{}-", self.diagrams)) {
            Ok(svg) => {
                self.document.ids.extend(raw_html::scan(&svg).ids);
                self.document.made.insert(event, svg);
            }
            Err(what) => {
                let message = format!("this diagram cannot be drawn: {what}");
                let problem = Diagnostic::warning("markdown/diagram", message)
                    .help("its source is shown instead");
                self.document.problems.push((problem, span));
            }
        }
    }

    /// An ordered list begins: when it follows a block of code whose comments
    /// say `(1)`, its items are the notes.
    pub(super) fn notes_of_code(&mut self) {
        let Some(listing) = self.noted.take() else {
            return;
        };
        let mut block = code::read(listing.fence, &listing.lines.text, true);
        let number = self.document.code.len();
        let Some(last) = self.document.code.last_mut().filter(|_| block.has_notes()) else {
            return;
        };
        (block.event, block.span) = (last.event, last.span);
        block.notes = Some((self.document.events.len(), number));
        if let Some((Event::Text(text), _)) = self.document.events.get_mut(block.event + 1) {
            *text = CowStr::from(block.shown());
        }
        let noted = block.lines.iter().filter_map(|line| line.note);
        self.document
            .ids
            .extend(noted.map(|note| code::note_id(number, note)));
        *last = block;
    }
}
