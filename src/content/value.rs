//! The values of front matter, read as people write them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, Visitor};

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
