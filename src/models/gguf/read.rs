//! From bytes to a [`Gguf`], or to what is wrong with them.

use std::collections::BTreeMap;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::models::gguf::cursor::{self, Cursor};
use crate::models::gguf::{Dtype, Gguf, Numbers, Tensor, Value, dtype};

/// The longest header that is read. Those of today's models, with a
/// vocabulary of 150,000 tokens, have 6 to 10 MB.
const LONGEST_HEADER: u64 = 128 << 20;
const DEFAULT_ALIGNMENT: u64 = 32;

/// Reads the header of the GGUF file at `path`.
pub fn read(path: &Path) -> Result<Gguf> {
    let file = fs_err::File::open(path)?;
    let size = file.metadata()?.len();
    read_from(BufReader::new(file), size)
}

/// Reads the header of a GGUF of `size` bytes from its start.
pub fn read_from(reader: impl Read, size: u64) -> Result<Gguf> {
    let mut cursor = Cursor::new(reader, size.min(LONGEST_HEADER));
    if &cursor.array::<4>().unwrap_or_default() != b"GGUF" {
        bail!("it is not a GGUF file");
    }
    let version = match cursor.u32()? {
        version @ (2 | 3) => version,
        version if version.swap_bytes() <= 3 => bail!("it is a big-endian GGUF file"),
        version => bail!("its GGUF version is {version}; versions 2 and 3 are known"),
    };
    let tensor_count = cursor.u64()?;
    let value_count = cursor.u64()?;
    // A tensor takes at least 24 bytes and a value at least 13.
    cursor.expect(tensor_count, 24)?;
    cursor.expect(value_count, 13)?;

    let start = cursor.at();
    let mut metadata = BTreeMap::new();
    let mut file_type_at = None;
    for _ in 0..value_count {
        let key = cursor.text()?;
        let (value, at) = value(&mut cursor).with_context(|| format!("in the value of `{key}`"))?;
        if key == "general.file_type" {
            file_type_at = at;
        }
        if metadata.insert(key.clone(), value).is_some() {
            bail!("the key `{key}` is there twice");
        }
    }
    let metadata_bytes = start..cursor.at();
    let alignment = alignment(metadata.get("general.alignment"))?;
    let mut tensors = Vec::new();
    for _ in 0..tensor_count {
        tensors.push(tensor(&mut cursor, alignment)?);
    }
    let data_start = cursor.at().next_multiple_of(alignment);
    for tensor in &tensors {
        let end = data_start
            .checked_add(tensor.offset)
            .and_then(|at| at.checked_add(tensor.bytes));
        if end.is_none_or(|end| end > size) {
            bail!(
                "it is cut short: the tensor `{}` lies behind its end",
                tensor.name
            );
        }
    }
    Ok(Gguf {
        version,
        metadata,
        tensors,
        alignment,
        data_start,
        metadata_bytes,
        file_type_at,
    })
}

fn alignment(value: Option<&Value>) -> Result<u64> {
    match value {
        None => Ok(DEFAULT_ALIGNMENT),
        Some(Value::Integer(alignment @ 8..=65_536)) if alignment % 8 == 0 => {
            Ok(u64::try_from(*alignment)?)
        }
        Some(_) => bail!("its `general.alignment` is not a multiple of 8 up to 65536"),
    }
}

/// A value, and where it begins if it is an unsigned integer of four bytes.
fn value<R: Read>(cursor: &mut Cursor<R>) -> Result<(Value, Option<u64>)> {
    let kind = cursor.u32()?;
    let at = cursor.at();
    let value = match kind {
        6 => Value::Float(f64::from(f32::from_le_bytes(cursor.array()?))),
        12 => Value::Float(f64::from_le_bytes(cursor.array()?)),
        7 => Value::Bool(cursor.array::<1>()? != [0]),
        8 => Value::Text(cursor.text()?),
        9 => array(cursor)?,
        kind => match integer_kind(kind) {
            Some((width, signed)) => Value::Integer(cursor::integer(&cursor.bytes(width)?, signed)),
            None => bail!("its type is {kind}, which no version knows"),
        },
    };
    Ok((value, (kind == 4).then_some(at)))
}

fn array<R: Read>(cursor: &mut Cursor<R>) -> Result<Value> {
    let kind = cursor.u32()?;
    let count = cursor.u64()?;
    let width = match kind {
        8 => {
            cursor.expect(count, 8)?;
            let mut texts = Vec::new();
            for _ in 0..count {
                texts.push(cursor.text()?);
            }
            return Ok(Value::Texts(texts));
        }
        6 => 4,
        7 => 1,
        12 => 8,
        kind => {
            let Some((width, signed)) = integer_kind(kind) else {
                bail!("it is an array of type {kind}, which is not known");
            };
            let bytes = cursor.bytes(cursor.expect(count, width)?)?;
            return Ok(Value::Integers(Numbers {
                bytes,
                width: usize::try_from(width)?,
                signed,
            }));
        }
    };
    cursor.bytes(cursor.expect(count, width)?)?;
    Ok(Value::Skipped)
}

/// The bytes of an integer type, and whether it has a sign.
fn integer_kind(kind: u32) -> Option<(u64, bool)> {
    match kind {
        0 => Some((1, false)),
        1 => Some((1, true)),
        2 => Some((2, false)),
        3 => Some((2, true)),
        4 => Some((4, false)),
        5 => Some((4, true)),
        10 => Some((8, false)),
        11 => Some((8, true)),
        _ => None,
    }
}

fn tensor<R: Read>(cursor: &mut Cursor<R>, alignment: u64) -> Result<Tensor> {
    let name = cursor.text()?;
    let dimensions = cursor.u32()?;
    if !(1..=4).contains(&dimensions) {
        bail!("the tensor `{name}` has {dimensions} dimensions; one to four are allowed");
    }
    let mut shape = Vec::new();
    for _ in 0..dimensions {
        shape.push(cursor.u64()?);
    }
    let number = cursor.u32()?;
    let Some(dtype) = Dtype::from_number(number) else {
        let kind = dtype::name_of_other(number);
        bail!("the tensor `{name}` is of type {kind}, which the runtime cannot load");
    };
    let offset = cursor.u64()?;
    if !offset.is_multiple_of(alignment) {
        bail!("the tensor `{name}` is not aligned to {alignment} bytes");
    }
    let Some(bytes) = data_bytes(&shape, dtype) else {
        bail!("the tensor `{name}` has the shape {shape:?}, which its type {dtype:?} cannot have");
    };
    Ok(Tensor {
        name,
        shape,
        dtype,
        offset,
        bytes,
    })
}

/// The bytes of a tensor's data; nothing when rows are not whole blocks, an
/// extent is zero, or the product overflows.
fn data_bytes(shape: &[u64], dtype: Dtype) -> Option<u64> {
    if shape.contains(&0) || !shape.first()?.is_multiple_of(dtype.block_elements()) {
        return None;
    }
    let elements = shape
        .iter()
        .try_fold(1_u64, |product, extent| product.checked_mul(*extent))?;
    (elements / dtype.block_elements()).checked_mul(dtype.block_bytes())
}
