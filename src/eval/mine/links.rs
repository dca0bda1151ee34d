//! Other words for a page: the texts of links to it, and its old addresses.
//!
//! Pure. A wording that says no more than the heading it leads to is left
//! out: any search finds that.

use super::{Origin, Proposal, headings, is_news, place};
use crate::answer::words;
use crate::index::Language;
use crate::markdown::{Event, LinkKind, Tag, TagEnd};
use crate::site::{Page, PageId, Site, Target, resolve};

/// The most words of a link's text that is still a wording for its target.
const LONGEST: usize = 12;
/// The fewest words that carry meaning.
const LEAST: usize = 2;

/// What the links of `page` call what they lead to.
pub fn of(site: &Site, page: &Page, language: &Language) -> Vec<Proposal> {
    let links = page.document.links.iter();
    let links = links.filter(|link| link.kind == LinkKind::Link);
    let wording = |link| {
        let Target::Page { page: to, anchor } = site.target(page, link) else {
            return None;
        };
        let events = &page.document.events;
        let is_link = matches!(
            events.get(link.event),
            Some((Event::Start(Tag::Link { .. }), _))
        );
        if !is_link || *to == page.id {
            return None;
        }
        let text = headings::text_until(events, link.event, TagEnd::Link);
        proposal(
            site.page(*to),
            anchor.as_deref(),
            text,
            Origin::Link,
            language,
        )
    };
    links.filter_map(wording).collect()
}

/// What pages were called by their old addresses.
pub fn redirects(site: &Site, language: &Language) -> Vec<Proposal> {
    if site.pages.is_empty() {
        return Vec::new();
    }
    let wording = |from: &String| {
        let Target::Page { page, anchor } = resolve(site, PageId(0), &format!("/{from}")) else {
            return None;
        };
        proposal(
            site.page(page),
            anchor.as_deref(),
            slug_words(from),
            Origin::Redirect,
            language,
        )
    };
    site.redirects.keys().filter_map(wording).collect()
}

fn proposal(
    page: &Page,
    anchor: Option<&str>,
    text: String,
    origin: Origin,
    language: &Language,
) -> Option<Proposal> {
    let content = words::content(&text, language).len();
    let is_address = text.contains("://") || text.ends_with(".md") || text.ends_with(".html");
    let long = text.split_whitespace().count();
    let fits = page.searched && content >= LEAST && long <= LONGEST && !is_address;
    (fits && is_news(&text, page, anchor, language)).then(|| Proposal {
        question: text,
        expect: vec![place(page, anchor)],
        origin,
    })
}

/// The words in the last part of an address: of its fragment, else of the file
/// or folder that names the page.
fn slug_words(address: &str) -> String {
    let (path, fragment) = address.split_once('#').unwrap_or((address, ""));
    let mut parts = path.split('/').rev().filter(|part| !part.is_empty());
    let stem = |part: &str| {
        part.rsplit_once('.')
            .map_or(part, |(stem, _)| stem)
            .to_owned()
    };
    let name = parts
        .by_ref()
        .map(stem)
        .find(|name| name != "index" && name != "README");
    let slug = if fragment.is_empty() {
        name.unwrap_or_default()
    } else {
        fragment.to_owned()
    };
    let words = slug
        .split(['-', '_', '+', ' '])
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::slug_words;

    #[test]
    fn an_address_is_read_as_words() {
        assert_eq!(slug_words("how-to/bring-an-mdbook.html"), "bring an mdbook");
        assert_eq!(slug_words("guides/first_steps/index.html"), "first steps");
        assert_eq!(slug_words("a.html#the-old-way"), "the old way");
        assert_eq!(slug_words("/"), "");
    }
}
