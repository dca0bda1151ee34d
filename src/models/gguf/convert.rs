//! A GGUF with the types that candle has no fast kernel for (Q4_1, Q5_0,
//! Q5_1) written as Q8_0.
//!
//! The metadata is copied as it stands but for the file type; all other
//! tensors are copied byte for byte.

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::models::gguf::{Dtype, Gguf, Tensor, block};

/// ggml's number for a file that is mostly Q8_0.
const MOSTLY_Q8_0: u32 = 7;
/// Blocks converted at once.
const BATCH: usize = 16_384;

/// Whether any tensor is of a type that is converted.
pub fn needed(gguf: &Gguf) -> bool {
    gguf.tensors.iter().any(|tensor| is_slow(tensor.dtype))
}

/// Writes the GGUF at `path`, whose header is `gguf`, with its slow types as
/// Q8_0. `progress` gets bytes read and bytes to read.
pub fn to_q8_0(
    path: &Path,
    gguf: &Gguf,
    out: &mut impl Write,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<()> {
    let mut file = fs_err::File::open(path)?;
    let after: Vec<Tensor> = converted(gguf);
    let header = header(&mut file, gguf, &after)?;
    out.write_all(&header)?;
    pad(out, header.len() as u64, gguf.alignment)?;
    let total = gguf.tensors.iter().map(|tensor| tensor.bytes).sum();
    let mut done = 0;
    for (before, after) in gguf.tensors.iter().zip(&after) {
        file.seek(SeekFrom::Start(gguf.data_start + before.offset))?;
        let mut data = Read::take(&mut file, before.bytes);
        if is_slow(before.dtype) {
            convert(&mut data, before, out)
                .with_context(|| format!("in the tensor `{}`", before.name))?;
        } else {
            std::io::copy(&mut data, out)?;
        }
        pad(out, after.bytes, gguf.alignment)?;
        done += before.bytes;
        progress(done, total);
    }
    Ok(())
}

fn is_slow(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::Q4_1 | Dtype::Q5_0 | Dtype::Q5_1)
}

/// The tensors as they will be, one after the other.
fn converted(gguf: &Gguf) -> Vec<Tensor> {
    let mut offset = 0;
    let mut tensors = Vec::new();
    for tensor in &gguf.tensors {
        let mut tensor = tensor.clone();
        if is_slow(tensor.dtype) {
            // All the slow types have blocks of as many weights as Q8_0.
            let blocks = tensor.bytes / tensor.dtype.block_bytes();
            tensor.dtype = Dtype::Q8_0;
            tensor.bytes = blocks * Dtype::Q8_0.block_bytes();
        }
        tensor.offset = offset;
        offset = (offset + tensor.bytes).next_multiple_of(gguf.alignment);
        tensors.push(tensor);
    }
    tensors
}

fn header(file: &mut fs_err::File, gguf: &Gguf, tensors: &[Tensor]) -> Result<Vec<u8>> {
    let range = &gguf.metadata_bytes;
    let mut metadata = vec![0; usize::try_from(range.end - range.start)?];
    file.seek(SeekFrom::Start(range.start))?;
    file.read_exact(&mut metadata)?;
    if let Some(at) = gguf.file_type_at {
        let at = usize::try_from(at - range.start)?;
        metadata[at..at + 4].copy_from_slice(&MOSTLY_Q8_0.to_le_bytes());
    }
    let mut header = Vec::new();
    header.extend(b"GGUF");
    header.extend(gguf.version.to_le_bytes());
    header.extend((tensors.len() as u64).to_le_bytes());
    header.extend((gguf.metadata.len() as u64).to_le_bytes());
    header.extend(metadata);
    for tensor in tensors {
        header.extend((tensor.name.len() as u64).to_le_bytes());
        header.extend(tensor.name.as_bytes());
        header.extend(u32::try_from(tensor.shape.len())?.to_le_bytes());
        header.extend(tensor.shape.iter().flat_map(|extent| extent.to_le_bytes()));
        header.extend(tensor.dtype.number().to_le_bytes());
        header.extend(tensor.offset.to_le_bytes());
    }
    Ok(header)
}

fn convert(data: &mut impl Read, tensor: &Tensor, out: &mut impl Write) -> Result<()> {
    let width = usize::try_from(tensor.dtype.block_bytes())?;
    let mut blocks = usize::try_from(tensor.bytes)? / width;
    let mut before = vec![0; BATCH * width];
    let mut after = Vec::with_capacity(BATCH * block::Q8_0_BYTES);
    while blocks > 0 {
        let batch = blocks.min(BATCH);
        data.read_exact(&mut before[..batch * width])?;
        after.clear();
        for bytes in before[..batch * width].chunks_exact(width) {
            let weights = block::decode(tensor.dtype, bytes).context("a block is broken")?;
            after.extend(block::encode(&weights).context("a weight is not a finite number")?);
        }
        out.write_all(&after)?;
        blocks -= batch;
    }
    Ok(())
}

fn pad(out: &mut impl Write, written: u64, alignment: u64) -> Result<()> {
    let missing = written.next_multiple_of(alignment) - written;
    Ok(out.write_all(&vec![0; usize::try_from(missing)?])?)
}
