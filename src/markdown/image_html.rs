//! Pictures as HTML: with the room they take, and loaded when they are near.

use std::fmt::Write;

use pulldown_cmark::Event;

use super::html::{Writer, attribute};
use super::{Attributes, Link, LinkKind};

/// The longest tag of raw HTML that is looked at, in bytes to either side.
const TAG: usize = 1000;

impl Writer<'_> {
    /// The picture that the event `index` opens, with all that stands within.
    pub(super) fn image(&mut self, index: usize, title: &str) -> String {
        let document = self.document;
        let link = document
            .links
            .get(self.link)
            .filter(|link| link.event == index);
        let size = link.and_then(|link| (self.size)(link));
        let address = self.address(index);
        let alternative = self.alternative(index);
        let mut html = format!(
            "<img src=\"{}\" alt=\"{}\"",
            attribute(&address),
            attribute(&alternative)
        );
        if !title.is_empty() {
            push(&mut html, format_args!(" title=\"{}\"", attribute(title)));
        }
        let given = document.attributes.get(&index).map(Attributes::written);
        let given = given.unwrap_or_default();
        html.push_str(&given);
        html.push_str(&self.room(&given, size));
        html.push_str(" />");
        html
    }

    /// The text within a picture; links there lead nowhere.
    fn alternative(&mut self, index: usize) -> String {
        let document = self.document;
        let mut text = String::new();
        let mut depth = 1;
        self.at = index + 1;
        while depth > 0 {
            let Some((event, _)) = document.events.get(self.at) else {
                break;
            };
            self.at += 1;
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Text(part) | Event::Code(part) | Event::InlineHtml(part) => {
                    text.push_str(part);
                }
                Event::InlineMath(part) | Event::DisplayMath(part) => text.push_str(part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                _ => {}
            }
        }
        let links = document.links[self.link.min(document.links.len())..].iter();
        self.link += links.take_while(|link| link.event < self.at).count();
        text
    }

    /// Width, height and when to load, where `given` says nothing of it. The
    /// first picture of a page is probably in sight, so it does not wait.
    fn room(&mut self, given: &str, size: Option<(usize, usize)>) -> String {
        let mut html = String::new();
        let says = |name: &str| given.to_ascii_lowercase().contains(name);
        if let Some((width, height)) = size.filter(|_| !says(" width") && !says(" height")) {
            push(
                &mut html,
                format_args!(" width=\"{width}\" height=\"{height}\""),
            );
        }
        self.images += 1;
        if self.images > 1 && !says(" loading") {
            html.push_str(" loading=\"lazy\" decoding=\"async\"");
        }
        html
    }

    /// What to add to the `<img>` whose `src` is `link` in raw HTML, and where
    /// in `html`.
    pub(super) fn raw_image(&mut self, html: &str, link: &Link) -> Option<(usize, String)> {
        let LinkKind::Html { value, loads: true } = &link.kind else {
            return None;
        };
        // All looks are short ones: a page can hold any number of links.
        let from = html.floor_char_boundary(value.start.saturating_sub(TAG));
        let to = html.floor_char_boundary(value.end.saturating_add(TAG));
        let before = &html[from..value.start];
        let signs = |c: char| matches!(c, '"' | '\'' | '=') || c.is_whitespace();
        let name = before.trim_end_matches(signs);
        let attribute = name.get(name.len().checked_sub(4)?..)?;
        let is_src = attribute.get(1..)?.eq_ignore_ascii_case("src");
        if !is_src || !attribute.starts_with(char::is_whitespace) {
            return None;
        }
        let start = from + before.rfind('<')?;
        let end = value.end + html[value.end..to].find('>')?;
        let tag = &html[start..end];
        if !tag.get(..4)?.eq_ignore_ascii_case("<img") {
            return None;
        }
        let size = (self.size)(link);
        let room = self.room(&tag.replace(['\n', '\t'], " "), size);
        Some((start + 4, room))
    }
}

fn push(html: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = html.write_fmt(what);
}
