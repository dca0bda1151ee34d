//! The values of front matter, read as people write them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Kind;

/// Text, or a number or truth value as its text: `title: 2024` is a title.
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar(value.to_owned()))
            }
            fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_unit<E: serde::de::Error>(self) -> Result<Scalar, E> {
                Ok(Scalar(String::new()))
            }
        }
        deserializer.deserialize_any(Text)
    }
}

/// A value of any form, for keys that mean something in some books only: what
/// does not fit is then no mistake. The block it stands in is short and has no
/// aliases, so it is no larger than it looks.
#[derive(Debug, Clone, PartialEq)]
pub enum Loose {
    /// Text, a number or a truth value, as written; empty for nothing.
    Text(String),
    /// Values in order.
    List(Vec<Self>),
    /// Keys with values, in order.
    Map(Vec<(String, Self)>),
}

impl Loose {
    /// The text of a single value that is not empty.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The texts of a list, each once; a single value is a list of one.
    pub fn texts(&self) -> Vec<&str> {
        let all: Vec<&str> = match self {
            Self::List(items) => items.iter().filter_map(Self::text).collect(),
            single => single.text().into_iter().collect(),
        };
        let mut seen = std::collections::BTreeSet::new();
        all.into_iter().filter(|text| seen.insert(*text)).collect()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else {
            return None;
        };
        let found = entries.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Loose;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Loose, E> {
                Ok(Loose::Text(value.to_owned()))
            }
            fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Loose, E> {
                Ok(Loose::Text(value.to_string()))
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Loose, E> {
                Ok(Loose::Text(value.to_string()))
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Loose, E> {
                Ok(Loose::Text(value.to_string()))
            }
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Loose, E> {
                Ok(Loose::Text(value.to_string()))
            }
            fn visit_unit<E: serde::de::Error>(self) -> Result<Loose, E> {
                Ok(Loose::Text(String::new()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Loose::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<Scalar, Loose>()? {
                    entries.push((key.0, value));
                }
                Ok(Loose::Map(entries))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A whole number, also with a `0` in front, which YAML takes for text.
pub struct Weight(pub i64);

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Weight;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Weight, E> {
                Ok(Weight(value))
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Weight, E> {
                Ok(Weight(i64::try_from(value).unwrap_or(i64::MAX)))
            }
            fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Weight, E> {
                let invalid = || E::invalid_type(serde::de::Unexpected::Str(value), &self);
                value.trim().parse().map(Weight).map_err(|_| invalid())
            }
        }
        deserializer.deserialize_any(Number)
    }
}

/// A kind by any of its names.
pub struct KindName(pub Kind);

impl<'de> Deserialize<'de> for KindName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = KindName;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one of `tutorial`, `how-to`, `reference`, `explanation`")
            }
            fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<KindName, E> {
                let invalid = || E::invalid_value(serde::de::Unexpected::Str(value), &self);
                Kind::from_name(value).map(KindName).ok_or_else(invalid)
            }
        }
        deserializer.deserialize_str(Name)
    }
}

/// What a page says about itself to the search, as Material for MkDocs has it.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct SearchRules {
    /// The search passes the page over.
    pub exclude: bool,
    /// It comes earlier or later among the hits.
    pub boost: Option<IgnoredAny>,
}
