//! The book in mdBook 0.5's JSON: `items` of chapters, separators and titles
//! of parts.

use serde::{Deserialize, Serialize};

use crate::site::summary::{self, Part};
use crate::site::url;

/// A book.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Its items in order.
    pub items: Vec<Item>,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Item {
    /// A page, or a draft of one.
    Chapter(Chapter),
    /// A rule between chapters.
    Separator,
    /// The title above a part.
    PartTitle(String),
}

/// A chapter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// Its name in the summary.
    pub name: String,
    /// The Markdown.
    pub content: String,
    /// Such as `[1, 2]`.
    #[serde(default)]
    pub number: Option<Vec<u32>>,
    /// What stands under it.
    #[serde(default)]
    pub sub_items: Vec<Item>,
    /// Where its page will be, a `README.md` being an `index.md`; nothing for
    /// a draft.
    #[serde(default)]
    pub path: Option<String>,
    /// Its file.
    #[serde(default)]
    pub source_path: Option<String>,
    /// The names of the chapters above it.
    #[serde(default)]
    pub parent_names: Vec<String>,
}

impl Chapter {
    /// The file that it came from, or that it would have.
    pub fn file(&self) -> Option<&str> {
        self.source_path.as_deref().or(self.path.as_deref())
    }
}

impl Book {
    /// The book of these parts; `content` gives the text of a page.
    pub fn of_parts(parts: &[Part], content: &dyn Fn(&str) -> String) -> Self {
        let mut items = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            match &part.title {
                Some(title) => items.push(Item::PartTitle(title.clone())),
                None if at > 0 => items.push(Item::Separator),
                None => {}
            }
            items.extend(to_items(&part.chapters, &[], content));
        }
        Self { items }
    }

    /// The book of pages that no summary lists.
    pub fn of_paths<'p>(
        paths: impl Iterator<Item = &'p str>,
        content: &dyn Fn(&str) -> String,
    ) -> Self {
        let chapter = |path: &str| summary::Chapter {
            title: url::split(path).1.to_owned(),
            path: Some(path.to_owned()),
            ..summary::Chapter::default()
        };
        let chapters: Vec<summary::Chapter> = paths.map(chapter).collect();
        Self {
            items: to_items(&chapters, &[], content),
        }
    }

    /// Every chapter, in reading order.
    pub fn chapters(&self) -> Vec<&Chapter> {
        fn visit<'b>(items: &'b [Item], out: &mut Vec<&'b Chapter>) {
            for item in items {
                if let Item::Chapter(chapter) = item {
                    out.push(chapter);
                    visit(&chapter.sub_items, out);
                }
            }
        }
        let mut out = Vec::new();
        visit(&self.items, &mut out);
        out
    }

    /// The parts that the items make.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = vec![Part::default()];
        for item in &self.items {
            match item {
                Item::Separator => parts.push(Part::default()),
                Item::PartTitle(title) => parts.push(Part {
                    title: Some(title.clone()),
                    chapters: Vec::new(),
                }),
                Item::Chapter(chapter) => {
                    if let Some(part) = parts.last_mut() {
                        part.chapters.push(to_chapter(chapter));
                    }
                }
            }
        }
        parts.retain(|part| !part.chapters.is_empty());
        parts
    }

    /// Whether both have the same chapters under the same names.
    pub fn same_shape(&self, other: &Self) -> bool {
        fn same(one: &[Item], other: &[Item]) -> bool {
            let pair = |(one, other): (&Item, &Item)| match (one, other) {
                (Item::Chapter(one), Item::Chapter(other)) => {
                    one.name == other.name
                        && one.number == other.number
                        && one.file() == other.file()
                        && same(&one.sub_items, &other.sub_items)
                }
                (one, other) => one == other,
            };
            one.len() == other.len() && one.iter().zip(other).all(pair)
        }
        same(&self.items, &other.items)
    }
}

fn to_items(
    chapters: &[summary::Chapter],
    parents: &[String],
    content: &dyn Fn(&str) -> String,
) -> Vec<Item> {
    let item = |chapter: &summary::Chapter| {
        let below: Vec<String> = parents.iter().chain([&chapter.title]).cloned().collect();
        Item::Chapter(Chapter {
            name: chapter.title.clone(),
            content: chapter.path.as_deref().map(content).unwrap_or_default(),
            number: number(&chapter.number),
            sub_items: to_items(&chapter.children, &below, content),
            path: chapter.path.as_deref().map(as_index),
            source_path: chapter.path.clone(),
            parent_names: parents.to_vec(),
        })
    };
    chapters.iter().map(item).collect()
}

fn to_chapter(chapter: &Chapter) -> summary::Chapter {
    let number = chapter.number.iter().flatten();
    let children = chapter.sub_items.iter().filter_map(|item| match item {
        Item::Chapter(chapter) => Some(to_chapter(chapter)),
        Item::Separator | Item::PartTitle(_) => None,
    });
    summary::Chapter {
        title: chapter.name.clone(),
        number: number.map(|number| format!("{number}.")).collect(),
        path: chapter.file().map(str::to_owned),
        children: children.collect(),
        ..summary::Chapter::default()
    }
}

/// `[1, 2]` of `1.2.`.
fn number(text: &str) -> Option<Vec<u32>> {
    let parts = text.split_terminator('.').map(str::parse);
    let parts: Vec<u32> = parts.collect::<Result<_, _>>().ok()?;
    (!parts.is_empty()).then_some(parts)
}

/// mdBook's `index` makes an `index.md` of a `README.md`.
fn as_index(path: &str) -> String {
    let (folder, name) = url::split(path);
    match name.rsplit_once('.') {
        Some((stem, ending)) if stem.eq_ignore_ascii_case("readme") => {
            url::join(folder, &format!("index.{ending}"))
        }
        _ => path.to_owned(),
    }
}
