//! Tabs: sets of radio buttons with their labels and panels, and their ids.
//!
//! An id is a number, unless the book has them made from titles; then they
//! are known only when the whole page is, since no other id may be the same.

use super::anchor;
use super::containers::Container;
use super::html::attribute;
use super::opener::Kind;
use super::parse::Builder;
use crate::config::{Slugs, TabIds};
use crate::diagnostic::Span;
use pulldown_cmark::Event;

/// Tabs that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Set {
    number: usize,
    tabs: usize,
}

impl Set {
    /// A set without tabs.
    pub(super) fn new(number: usize) -> Self {
        Self { number, tabs: 0 }
    }
}

/// A tab whose id is made from its title.
#[derive(Debug)]
pub struct Tab {
    set: Set,
    selected: bool,
    /// The event that holds its button.
    event: usize,
    /// The id of the heading above it.
    heading: String,
    /// Its title, once it was read.
    title: String,
}

/// The button of a tab, which works without a script.
fn button(set: Set, id: &str, selected: bool) -> String {
    let number = set.number;
    let id = attribute(id);
    let checked = if selected { " checked" } else { "" };
    format!(
        "<input type=\"radio\" name=\"__tabbed_{number}\" id=\"{id}\"{checked}>\n<label for=\"{id}\">"
    )
}

impl Builder<'_> {
    pub(super) fn next_set(&mut self) -> Set {
        self.blocks.sets += 1;
        Set::new(self.blocks.sets)
    }

    /// Starts the next tab of a set.
    pub(super) fn tab_start(&mut self, set: Set, selected: bool, span: Span) -> Set {
        let set = Set {
            tabs: set.tabs + 1,
            ..set
        };
        let selected = selected || set.tabs == 1;
        let id = format!("__tabbed_{}_{}", set.number, set.tabs);
        let event = self.document.events.len();
        self.html(&button(set, &id, selected), span);
        if self.dialect.tab_ids == TabIds::Numbers {
            self.document.ids.insert(id);
        } else {
            let depth = self.depth() + self.blocks.depth();
            let mut above = self.headings.iter().rev();
            let heading = above.find(|(inside, _)| *inside <= depth);
            self.blocks.tabs.push(Tab {
                set,
                selected,
                event,
                heading: heading.map(|(_, id)| id.clone()).unwrap_or_default(),
                title: String::new(),
            });
        }
        set
    }

    /// The title of the tab that was started last.
    pub(super) fn tab_title(&mut self, title: &str) {
        if let Some(tab) = self
            .blocks
            .tabs
            .last_mut()
            .filter(|tab| tab.title.is_empty())
        {
            title.clone_into(&mut tab.title);
        }
    }

    /// Makes the ids of tabs from their titles, set by set, as Python-Markdown
    /// counts those that are there already.
    pub(super) fn name_tabs(&mut self) {
        let mut tabs = std::mem::take(&mut self.blocks.tabs);
        tabs.sort_by_key(|tab| (tab.set.number, tab.set.tabs));
        for tab in tabs {
            let title = anchor::slug(&tab.title, Slugs::Pymdownx);
            let wanted = match self.dialect.tab_ids {
                TabIds::Headings if !tab.heading.is_empty() => {
                    format!("{}-{title}", tab.heading)
                }
                _ => title,
            };
            let id = anchor::unused(wanted, &self.document.ids);
            self.document.events[tab.event].0 =
                Event::Html(button(tab.set, &id, tab.selected).into());
            self.document.ids.insert(id);
        }
    }

    /// A set of tabs ends where something else follows.
    pub(super) fn go_on_or_end_set(&mut self, next: Option<&Container>, span: Span) {
        let goes_on = matches!(
            next.map(|container| &container.kind),
            Some(Kind::Tab { first: false, .. })
        );
        if !goes_on && self.blocks.ended.take().is_some() {
            self.html("</div>\n", span);
        }
    }
}
