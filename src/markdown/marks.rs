//! Ids beside those of headings: of footnotes, of the places that refer to
//! them, and of the terms of definition lists; and the text of a heading as
//! far as its id is made from it.

use std::collections::BTreeMap;

use super::anchor::Anchors;
use crate::config::Slugs;

/// What a page gives ids to besides its headings.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Whose ids footnotes have.
    pub slugs: Slugs,
    /// The ids of terms and of references to footnotes, by their event.
    pub ids: BTreeMap<usize, String>,
    /// Footnotes by name, with their numbers, which follow the order of the
    /// first references, and how often each is referred to.
    pub notes: BTreeMap<String, (usize, usize)>,
}

impl Marks {
    /// Takes note of a reference; gives its id.
    pub fn refer(&mut self, event: usize, name: &str) -> String {
        let next = self.notes.len() + 1;
        let (_, count) = self.notes.entry(name.to_owned()).or_insert((next, 0));
        *count += 1;
        let id = reference_id(self.slugs, name, *count);
        self.ids.insert(event, id.clone());
        id
    }

    /// The number of a footnote; nothing for one that nobody refers to.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.notes.get(name).map(|(number, _)| *number)
    }

    /// The id of a footnote, as mdBook or Python-Markdown has it.
    pub fn note_id(&self, name: &str) -> String {
        if self.slugs.is_python() {
            format!("fn:{name}")
        } else {
            format!("footnote-{name}")
        }
    }

    /// The ids of all references to a footnote.
    pub fn references(&self, name: &str) -> impl Iterator<Item = String> {
        let count = self.notes.get(name).map_or(0, |(_, count)| *count);
        (1..=count).map(move |at| reference_id(self.slugs, name, at))
    }
}

/// The id of a reference, as mdBook or Python-Markdown has it.
fn reference_id(slugs: Slugs, name: &str, count: usize) -> String {
    match (slugs.is_python(), count) {
        (true, 1) => format!("fnref:{name}"),
        (true, _) => format!("fnref{count}:{name}"),
        _ => format!("fr-{name}-{count}"),
    }
}

/// The text of a heading or term while it is read.
#[derive(Debug, Default)]
pub struct Wording {
    /// All of it.
    pub text: String,
    /// What its id is made from, where that is something else.
    slug: Option<String>,
    /// How many images are open: what they say in place of themselves is no
    /// part of an id.
    images: usize,
}

impl Wording {
    /// Text that readers see, or hear in place of an image.
    pub fn push(&mut self, text: &str) {
        if self.images > 0 {
            self.slug.get_or_insert_with(|| self.text.clone());
        } else if let Some(slug) = &mut self.slug {
            slug.push_str(text);
        }
        self.text.push_str(text);
    }

    /// A sign that stands for a picture: no part of an id.
    pub fn push_sign(&mut self, sign: &str) {
        self.slug.get_or_insert_with(|| self.text.clone());
        self.text.push_str(sign);
    }

    /// The number of a footnote, which mdBook makes a part of the id.
    pub fn push_number(&mut self, number: usize) {
        let slug = self.slug.get_or_insert_with(|| self.text.clone());
        slug.push_str(&number.to_string());
    }

    /// An image begins.
    pub fn open_image(&mut self) {
        self.images += 1;
    }

    /// An image ends.
    pub fn close_image(&mut self) {
        self.images = self.images.saturating_sub(1);
    }

    /// Its id: the one its author chose, else one made from the text.
    pub fn id(&self, anchors: &mut Anchors, chosen: Option<&str>) -> String {
        anchors.give(chosen, self.slug())
    }

    /// What its id is made from.
    pub fn slug(&self) -> &str {
        self.slug.as_deref().unwrap_or(&self.text)
    }
}
