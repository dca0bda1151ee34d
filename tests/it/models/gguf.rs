//! Reading GGUF files that were made to hurt, and converting sound ones.

use std::io::Cursor;

use docent::models::gguf::{Dtype, Gguf, Value, convert, read, read_from};
use half::f16;
use proptest::prelude::*;

use super::files::GgufFile;

/// Q4_1, Q5_0, Q5_1, Q8_0 and F32, with the bytes of their blocks.
const TYPES: [(u32, usize); 5] = [(3, 20), (6, 22), (7, 24), (8, 34), (0, 4)];

fn parse(bytes: &[u8]) -> anyhow::Result<Gguf> {
    read_from(Cursor::new(bytes), bytes.len() as u64)
}

#[test]
fn a_sound_file_is_read() {
    let gguf = parse(&GgufFile::tiny(&TYPES).alignment(64).bytes()).unwrap();
    assert_eq!((gguf.version, gguf.alignment), (3, 64));
    assert_eq!(gguf.text("tokenizer.ggml.pre"), Some("smollm"));
    assert_eq!(gguf.texts("tokenizer.ggml.tokens").unwrap()[3], "ab");
    assert_eq!(gguf.integer("llama.context_length"), Some(64));
    let kinds: Vec<i128> = gguf
        .integers("tokenizer.ggml.token_type")
        .unwrap()
        .iter()
        .collect();
    assert_eq!(kinds, [3, 1, 1, 1]);
    let dtypes: Vec<Dtype> = gguf.tensors.iter().map(|tensor| tensor.dtype).collect();
    assert_eq!(
        dtypes,
        [
            Dtype::Q4_1,
            Dtype::Q5_0,
            Dtype::Q5_1,
            Dtype::Q8_0,
            Dtype::F32
        ]
    );
    assert_eq!(
        (gguf.tensors[0].shape.as_slice(), gguf.tensors[0].bytes),
        (&[64, 3][..], 120)
    );
}

#[test]
fn every_fault_has_its_message() {
    let check = |bytes: &[u8], words: &str| {
        let error = format!("{:#}", parse(bytes).unwrap_err());
        assert!(error.contains(words), "{error}");
    };
    for alignment in [0, 4, 12, 1 << 17] {
        check(
            &GgufFile::default().alignment(alignment).header(),
            "`general.alignment`",
        );
    }
    let head = |version: u32, tensors: u64, values: u64| {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(version.to_le_bytes());
        bytes.extend(tensors.to_le_bytes());
        bytes.extend(values.to_le_bytes());
        bytes
    };
    check(&head(1, 0, 0), "its GGUF version is 1");
    check(&head(3 << 24, 0, 0), "big-endian");
    check(&head(3, u64::MAX, 0), "it promises more than it holds");
    check(&head(3, 0, u64::MAX), "it promises more than it holds");

    let mut long = head(3, 0, 1);
    long.extend((1_u64 << 40).to_le_bytes());
    long.extend([0; 64]);
    check(&long, "it promises more than it holds");
    let mut nested = head(3, 0, 1);
    nested.extend([1, 0, 0, 0, 0, 0, 0, 0, b'k', 9, 0, 0, 0, 9, 0, 0, 0]);
    nested.extend([0; 64]);
    check(&nested, "in the value of `k`: it is an array of type 9");

    let mut twice = GgufFile::default();
    twice.u32("a", 1);
    twice.u32("a", 2);
    check(&twice.bytes(), "the key `a` is there twice");
    check(
        &GgufFile::tiny(&[(16, 66)]).bytes(),
        "is of type IQ2_XXS, which the runtime cannot load",
    );
}

#[test]
fn a_shape_whose_product_overflows_is_refused() {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(1_u64.to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    bytes.extend([1, 0, 0, 0, 0, 0, 0, 0, b't', 2, 0, 0, 0]);
    bytes.extend((1_u64 << 40).to_le_bytes());
    bytes.extend((1_u64 << 40).to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    let error = parse(&bytes).unwrap_err().to_string();
    assert!(error.contains("which its type F32 cannot have"), "{error}");
}

proptest! {
    /// Whatever is done to a header, reading ends with a value or an error.
    #[test]
    fn no_mutation_of_a_header_panics(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        words in prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 0..2),
        cut in any::<prop::sample::Index>(), is_cut in any::<bool>(),
    ) {
        let mut bytes = GgufFile::tiny(&TYPES).alignment(32).bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for (at, word) in words {
            let at = at.index(bytes.len() - 8);
            bytes[at..at + 8].copy_from_slice(&word.to_le_bytes());
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(gguf) = parse(&bytes) {
            prop_assert!(gguf.alignment > 0);
            for tensor in &gguf.tensors {
                prop_assert!(gguf.data_start + tensor.offset + tensor.bytes <= bytes.len() as u64);
            }
            // What was made from it may fail, but not panic either.
            let _ = docent::models::tokenizer_json::tokenizer(&gguf);
            let _ = docent::models::tokenizer_json::config(&gguf);
        }
    }

    #[test]
    fn no_bytes_at_all_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
        let _ = parse(&[b"GGUF\x03\0\0\0".to_vec(), bytes].concat());
    }
}

#[test]
fn slow_types_become_q8_0_and_all_else_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.gguf");
    let bytes = GgufFile::tiny(&TYPES).alignment(64).bytes();
    fs_err::write(&path, &bytes).unwrap();
    let before = read(&path).unwrap();
    assert!(convert::needed(&before));
    let mut written = Vec::new();
    let mut last = (0, 1);
    convert::to_q8_0(&path, &before, &mut written, &mut |done, total| {
        last = (done, total);
    })
    .unwrap();
    assert_eq!(last.0, last.1);

    let after = parse(&written).unwrap();
    assert!(!convert::needed(&after));
    let mut metadata = before.metadata.clone();
    metadata.insert("general.file_type".to_owned(), Value::Integer(7));
    assert_eq!(after.metadata, metadata);
    for (index, (old, new)) in before.tensors.iter().zip(&after.tensors).enumerate() {
        assert_eq!((&old.name, &old.shape), (&new.name, &new.shape));
        let old_data = data(&bytes, &before, index);
        let new_data = data(&written, &after, index);
        match old.dtype {
            Dtype::Q8_0 | Dtype::F32 => assert_eq!(old_data, new_data),
            dtype => {
                assert_eq!(new.dtype, Dtype::Q8_0);
                let width = usize::try_from(dtype.block_bytes()).unwrap();
                for (old, new) in old_data.chunks(width).zip(new_data.chunks(34)) {
                    assert_near(dtype, old, new);
                }
            }
        }
    }
}

/// The bytes of a tensor.
fn data<'a>(file: &'a [u8], gguf: &Gguf, index: usize) -> &'a [u8] {
    let tensor = &gguf.tensors[index];
    let start = usize::try_from(gguf.data_start + tensor.offset).unwrap();
    &file[start..start + usize::try_from(tensor.bytes).unwrap()]
}

/// Each weight of a Q8_0 block is within half of its step of what the block
/// it was made from says, both read here by ggml's formulas in 64 bits.
pub(super) fn assert_near(dtype: Dtype, old: &[u8], new: &[u8]) {
    let half = |at: usize, block: &[u8]| f16::from_le_bytes([block[at], block[at + 1]]).to_f64();
    let step = half(0, new);
    let (low, nibbles, bits) = match dtype {
        Dtype::Q4_1 => (half(2, old), 4, None),
        Dtype::Q5_0 => (-16.0 * half(0, old), 6, Some(2)),
        Dtype::Q5_1 => (half(2, old), 8, Some(4)),
        other => panic!("{other:?} is not converted"),
    };
    for weight in 0..32 {
        let byte = old[nibbles + weight % 16];
        let four = if weight < 16 { byte & 15 } else { byte >> 4 };
        let fifth = bits.map_or(0, |at| (old[at + weight / 8] >> (weight % 8)) & 1);
        let expected = half(0, old) * f64::from(four + 16 * fifth) + low;
        let found = step * f64::from(new[2 + weight] as i8);
        let slack = expected.abs() * 1e-6 + 1e-12;
        assert!(
            (expected - found).abs() <= step / 2.0 + slack,
            "{expected} {found} {step}"
        );
    }
}
