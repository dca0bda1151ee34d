//! Small GGUF files and wheels, written byte by byte.

use std::io::{Cursor, Write};

use half::f16;
use zip::write::SimpleFileOptions;

/// A GGUF under construction.
#[derive(Default)]
pub(super) struct GgufFile {
    values: Vec<Vec<u8>>,
    tensors: Vec<(String, Vec<u64>, u32, Vec<u8>)>,
    alignment: Option<u32>,
}

impl GgufFile {
    /// A file that answers could be written with, were it not so small: a
    /// tokenizer, a chat template, one tensor of each type given.
    pub(super) fn tiny(dtypes: &[(u32, usize)]) -> Self {
        let mut file = Self::default();
        file.text("general.architecture", "llama");
        file.u32("llama.context_length", 64);
        file.u32("general.file_type", 3);
        file.text("tokenizer.ggml.model", "gpt2");
        file.text("tokenizer.ggml.pre", "smollm");
        file.texts("tokenizer.ggml.tokens", &["<|end|>", "a", "b", "ab"]);
        file.texts("tokenizer.ggml.merges", &["a b"]);
        file.i32s("tokenizer.ggml.token_type", &[3, 1, 1, 1]);
        file.u32("tokenizer.ggml.eos_token_id", 0);
        file.text("tokenizer.chat_template", "{{ messages }}");
        for (index, (dtype, block_bytes)) in dtypes.iter().enumerate() {
            let elements = if *block_bytes == 4 { 1 } else { 32 };
            let data = data(*dtype, block_bytes * 6);
            file.tensors
                .push((format!("t{index}"), vec![elements * 2, 3], *dtype, data));
        }
        file
    }

    pub(super) fn alignment(mut self, alignment: u32) -> Self {
        self.u32("general.alignment", alignment);
        self.alignment = Some(alignment);
        self
    }

    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.value(key, 8, &string(value));
    }

    pub(super) fn u32(&mut self, key: &str, value: u32) {
        self.value(key, 4, &value.to_le_bytes());
    }

    pub(super) fn texts(&mut self, key: &str, values: &[&str]) {
        let items: Vec<u8> = values.iter().flat_map(|value| string(value)).collect();
        self.array(key, 8, values.len(), &items);
    }

    pub(super) fn i32s(&mut self, key: &str, values: &[i32]) {
        let items: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.array(key, 5, values.len(), &items);
    }

    fn array(&mut self, key: &str, kind: u32, count: usize, items: &[u8]) {
        let mut value = kind.to_le_bytes().to_vec();
        value.extend((count as u64).to_le_bytes());
        value.extend(items);
        self.value(key, 9, &value);
    }

    fn value(&mut self, key: &str, kind: u32, value: &[u8]) {
        self.values
            .push([string(key), kind.to_le_bytes().to_vec(), value.to_vec()].concat());
    }

    /// The header alone, padded to where the data begins.
    pub(super) fn header(&self) -> Vec<u8> {
        let alignment = self.alignment.unwrap_or(32).max(1) as usize;
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend((self.tensors.len() as u64).to_le_bytes());
        bytes.extend((self.values.len() as u64).to_le_bytes());
        bytes.extend(self.values.concat());
        let mut offset = 0;
        for (name, shape, dtype, data) in &self.tensors {
            bytes.extend(string(name));
            bytes.extend((shape.len() as u32).to_le_bytes());
            bytes.extend(shape.iter().flat_map(|extent| extent.to_le_bytes()));
            bytes.extend(dtype.to_le_bytes());
            bytes.extend((offset as u64).to_le_bytes());
            offset = (offset + data.len()).next_multiple_of(alignment);
        }
        bytes.resize(bytes.len().next_multiple_of(alignment), 0);
        bytes
    }

    /// The whole file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let alignment = self.alignment.unwrap_or(32).max(1) as usize;
        let mut bytes = self.header();
        for (_, _, _, data) in &self.tensors {
            bytes.extend(data);
            bytes.resize(bytes.len().next_multiple_of(alignment), 0);
        }
        bytes
    }
}

/// Blocks whose scales are small numbers and whose weights are all there is.
fn data(dtype: u32, length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..length).map(|at| (at * 37 % 251) as u8).collect();
    let (width, halves) = match dtype {
        3 => (20, 2),
        6 => (22, 1),
        7 => (24, 2),
        _ => return bytes,
    };
    for (number, block) in bytes.chunks_exact_mut(width).enumerate() {
        for half in 0..halves {
            let scale = f16::from_f32(0.03 * (number as f32 + 1.0) - 0.1 * half as f32);
            block[half * 2..half * 2 + 2].copy_from_slice(&scale.to_le_bytes());
        }
    }
    bytes
}

fn string(text: &str) -> Vec<u8> {
    [
        (text.len() as u64).to_le_bytes().to_vec(),
        text.as_bytes().to_vec(),
    ]
    .concat()
}

/// A wheel of `package` with these members, as pip accepts it.
pub(super) fn wheel(package: &str, version: &str, members: &[(&str, &[u8])]) -> Vec<u8> {
    let module = package.replace('-', "_");
    let info = format!("{module}-{version}.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n");
    let tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8]| {
        zip.start_file(name, SimpleFileOptions::default())
            .expect("a member");
        zip.write_all(content).expect("its content");
    };
    for (name, content) in members {
        add(name, content);
    }
    add(&format!("{info}/METADATA"), metadata.as_bytes());
    add(&format!("{info}/WHEEL"), tags.as_bytes());
    add(&format!("{info}/RECORD"), b"");
    zip.finish().expect("a zip").into_inner()
}
