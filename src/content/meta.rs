//! What a page says about itself, and the keys that it says it with.
//!
//! Takes keys with values from `front_matter`, which reads the YAML.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::Kind;
use super::value::{KindName, Loose, Scalar, SearchRules, Weight};

/// The keys that mean something.
pub const KEYS: &[&str] = &[
    "title",
    "description",
    "kind",
    "content_type",
    "weight",
    "draft",
    "search",
    "tags",
    "hide",
    "status",
    "questions",
];

/// The keys that mean something on a post of a blog.
const POST_KEYS: &[&str] = &[
    "date",
    "categories",
    "authors",
    "links",
    "slug",
    "pin",
    "readtime",
];

/// What a page says about itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrontMatter {
    /// The page's title; else its first heading is.
    pub title: Option<String>,
    /// A sentence for search engines and link previews.
    pub description: Option<String>,
    /// What the page is for, over what its folder says.
    pub kind: Option<Kind>,
    /// Its rank among its siblings: lighter comes first.
    pub weight: Option<i64>,
    /// Drafts are not published; nothing when the page does not say.
    pub draft: Option<bool>,
    /// Whether the search passes the page over.
    pub unsearched: bool,
    /// What it is about, in single words.
    pub tags: Vec<String>,
    /// The parts of the page that are not shown: `navigation`, `toc`,
    /// `footer`, `path`, `tags`.
    pub hide: Vec<String>,
    /// Its state, such as `new`.
    pub status: Option<String>,
    /// Questions that it answers, for readers to begin with.
    pub questions: Vec<String>,
    /// What it says as a post of a blog.
    pub post: BTreeMap<String, Loose>,
    /// Keys that mean nothing here, in the order written.
    pub unknown: Vec<String>,
}

fn texts(value: &Loose) -> Vec<String> {
    value.texts().into_iter().map(str::to_owned).collect()
}

// By hand, because a derived `flatten` for the unknown keys would lose the
// place of every error.
impl<'de> Deserialize<'de> for FrontMatter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FrontMatterVisitor)
    }
}

struct FrontMatterVisitor;

impl<'de> Visitor<'de> for FrontMatterVisitor {
    type Value = FrontMatter;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys with values, such as `title: Install`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FrontMatter, A::Error> {
        let mut meta = FrontMatter::default();
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !seen.insert(key.clone()) && KEYS.contains(&key.as_str()) {
                let message = format!("the key `{key}` is given twice");
                return Err(serde::de::Error::custom(message));
            }
            match key.as_str() {
                "title" => meta.title = Some(map.next_value::<Scalar>()?.0),
                "description" => meta.description = Some(map.next_value::<Scalar>()?.0),
                "kind" => meta.kind = Some(map.next_value::<KindName>()?.0),
                "content_type" => {
                    let name = map.next_value::<Scalar>()?.0;
                    meta.kind = meta.kind.or(Kind::from_name(&name));
                }
                "weight" => meta.weight = Some(map.next_value::<Weight>()?.0),
                "draft" => meta.draft = Some(map.next_value()?),
                "search" => {
                    let rules = map.next_value::<SearchRules>()?;
                    meta.unsearched = rules.exclude;
                    if rules.boost.is_some() {
                        meta.unknown.push("search.boost".to_owned());
                    }
                }
                "tags" => meta.tags = texts(&map.next_value()?),
                "questions" => meta.questions = texts(&map.next_value()?),
                "hide" => meta.hide = texts(&map.next_value()?),
                "status" => {
                    let status: Loose = map.next_value()?;
                    meta.status = status.text().map(str::to_owned);
                }
                post if POST_KEYS.contains(&post) => {
                    let value = map.next_value()?;
                    meta.post.insert(key, value);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    if !meta.unknown.contains(&key) {
                        meta.unknown.push(key);
                    }
                }
            }
        }
        Ok(meta)
    }
}
