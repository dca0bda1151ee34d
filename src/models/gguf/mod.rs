//! The header of a GGUF file: metadata and the places of tensors.
//!
//! Format: the GGUF specification in ggml's `docs/gguf.md`, versions 2 and 3,
//! little-endian. Nothing in the file is trusted: every length is bounded by
//! what is left of the file, and no input makes the reader panic or allocate
//! more than a few times the header's size.

mod block;
pub mod convert;
mod cursor;
mod dtype;
mod read;

use std::collections::BTreeMap;
use std::ops::Range;

pub use dtype::Dtype;
pub use read::{read, read_from};

/// What a GGUF file says before its tensors' data.
#[derive(Debug, Clone)]
pub struct Gguf {
    /// The format's version, 2 or 3.
    pub version: u32,
    /// The metadata by key.
    pub metadata: BTreeMap<String, Value>,
    /// The tensors in the order of the file.
    pub tensors: Vec<Tensor>,
    /// What tensors' offsets are multiples of, in bytes; never zero.
    pub alignment: u64,
    /// Where the tensors' data begins, in bytes from the file's start.
    pub data_start: u64,
    /// Where the metadata's bytes are, to copy them as they stand.
    metadata_bytes: Range<u64>,
    /// Where the value of `general.file_type` is.
    file_type_at: Option<u64>,
}

/// A value of the metadata.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Any integer.
    Integer(i128),
    /// A floating-point number.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// A string; bytes that are not UTF-8 are replaced.
    Text(String),
    /// An array of strings.
    Texts(Vec<String>),
    /// An array of integers.
    Integers(Numbers),
    /// An array of floating-point numbers or truth values, not kept.
    Skipped,
}

/// An array of integers as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    bytes: Vec<u8>,
    width: usize,
    signed: bool,
}

/// A tensor's name, shape and place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its extents, the contiguous one first; one to four, none zero.
    pub shape: Vec<u64>,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Where its data begins, in bytes from [`Gguf::data_start`].
    pub offset: u64,
    /// How many bytes its data has.
    pub bytes: u64,
}

impl Gguf {
    /// The string at `key`.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.metadata.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The array of strings at `key`.
    pub fn texts(&self, key: &str) -> Option<&[String]> {
        match self.metadata.get(key) {
            Some(Value::Texts(texts)) => Some(texts),
            _ => None,
        }
    }

    /// The integer at `key`.
    pub fn integer(&self, key: &str) -> Option<i128> {
        match self.metadata.get(key) {
            Some(Value::Integer(integer)) => Some(*integer),
            _ => None,
        }
    }

    /// The array of integers at `key`.
    pub fn integers(&self, key: &str) -> Option<&Numbers> {
        match self.metadata.get(key) {
            Some(Value::Integers(numbers)) => Some(numbers),
            _ => None,
        }
    }
}

impl Numbers {
    /// The integers in order.
    pub fn iter(&self) -> impl Iterator<Item = i128> + '_ {
        self.bytes
            .chunks_exact(self.width)
            .map(|bytes| cursor::integer(bytes, self.signed))
    }
}
