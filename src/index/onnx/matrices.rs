//! Matrices of bytes are multiplied as bytes.
//!
//! `MatMulNBits`, ONNX Runtime's own step, takes weights of a byte in blocks
//! with a factor each, and brings the numbers that they are multiplied with to
//! bytes too, each block of a row by its own largest. A factor for a whole row
//! or a whole text would let one large number take the small ones' digits.
//!
//! Source: the operator's page in ONNX Runtime's `docs/ContribOperators.md`.

use super::graph::{DATA_TYPE, DIMS, Edits, Graph, INITIALIZER, NAME, Node, RAW_DATA, Scaled};
use crate::index::protobuf::{write, write_number};

/// Numbers of a block. Of 32, 64 and 128 the largest is fastest, and next to
/// nothing is lost by it.
const BLOCK: usize = 128;
/// Bits of a weight.
const BITS: usize = 8;
/// Multiplies bytes with bytes, and sums them as integers.
const BY_BYTES: usize = 4;
/// Types of numbers in a tensor.
const FLOAT: u64 = 1;
const UINT8: u64 = 2;
const INT8: u64 = 3;
/// Where ONNX Runtime's own steps are defined.
pub const DOMAIN: &[u8] = b"com.microsoft";

/// Multiplies by the bytes of every matrix that is used for nothing else.
/// Whether there is one.
pub fn edit<'a>(graph: &Graph<'a>, edits: &mut Edits<'a>) -> bool {
    let mut found = false;
    for (number, node) in graph.nodes.iter().enumerate() {
        let matrix = node.pair(b"MatMul");
        let matrix = matrix.and_then(|[_, name]| Matrix::read(name, graph));
        let Some((matrix, output)) = matrix.zip(node.outputs.first()) else {
            continue;
        };
        edits
            .nodes
            .insert(number, matrix.product(node.inputs[0], output));
        for made in matrix.made_by {
            edits.nodes.insert(made, Vec::new());
        }
        edits.tensors.insert(matrix.bytes, matrix.blocks());
        edits.tensors.insert(matrix.factors, matrix.block_factors());
        found = true;
    }
    found
}

/// A matrix of signed bytes, with a factor for each column.
struct Matrix<'a> {
    bytes: &'a [u8],
    factors: &'a [u8],
    /// Its numbers, row by row, and the factors.
    raw: (&'a [u8], &'a [u8]),
    rows: usize,
    columns: usize,
    /// The two steps that make all of it numbers.
    made_by: [usize; 2],
}

impl<'a> Matrix<'a> {
    fn read(name: &'a [u8], graph: &Graph<'a>) -> Option<Self> {
        let Scaled {
            bytes,
            numbers,
            factors,
            made_by,
        } = Scaled::read(name, graph)?;
        let (matrix, by_column) = (graph.tensors.get(bytes)?, graph.tensors.get(factors)?);
        let [rows, columns] = *matrix.dims else {
            return None;
        };
        let types = matrix.data_type == INT8 && by_column.data_type == FLOAT;
        let used = [name, numbers, bytes, factors];
        let alone = used.iter().all(|name| graph.used_once(name));
        let found = Self {
            bytes,
            factors,
            raw: (matrix.raw, by_column.raw),
            rows: usize::try_from(rows).ok()?,
            columns: usize::try_from(columns).ok()?,
            made_by,
        };
        let fits = by_column.dims == [1, columns] && found.is_whole();
        (types && alone && fits).then_some(found)
    }

    /// Whether it is all there, in whole blocks.
    fn is_whole(&self) -> bool {
        let size = self.rows.checked_mul(self.columns);
        let factors = self.columns.checked_mul(size_of::<f32>());
        size == Some(self.raw.0.len())
            && factors == Some(self.raw.1.len())
            && self.rows > 0
            && self.rows.is_multiple_of(BLOCK)
    }

    fn product(&self, left: &[u8], output: &[u8]) -> Vec<u8> {
        let attributes = [
            ("K", self.rows),
            ("N", self.columns),
            ("bits", BITS),
            ("block_size", BLOCK),
            ("accuracy_level", BY_BYTES),
        ];
        let attributes = attributes.map(|(name, value)| whole_number(name, value));
        let mut node = Node::new(
            b"MatMulNBits",
            vec![left, self.bytes, self.factors],
            output,
            &[],
        );
        node.domain = DOMAIN;
        node.attributes = attributes.iter().map(Vec::as_slice).collect();
        let mut written = Vec::new();
        node.write(&mut written);
        written
    }

    /// The bytes, column by column, 128 for nothing.
    fn blocks(&self) -> Vec<u8> {
        let column = |column| self.raw.0[column..].iter().step_by(self.columns);
        let bytes = (0..self.columns).flat_map(column);
        let bytes: Vec<u8> = bytes.map(|byte| byte ^ 0x80).collect();
        let dims = [self.columns, self.rows / BLOCK, BLOCK];
        tensor(self.bytes, UINT8, &dims, &bytes)
    }

    /// A factor for each block: its column's.
    fn block_factors(&self) -> Vec<u8> {
        let blocks = self.rows / BLOCK;
        let factors = self.raw.1.chunks(size_of::<f32>());
        let bytes: Vec<u8> = factors.flat_map(|factor| factor.repeat(blocks)).collect();
        tensor(self.factors, FLOAT, &[self.columns * blocks], &bytes)
    }
}

/// Weights as a field of a graph.
fn tensor(name: &[u8], data_type: u64, dims: &[usize], raw: &[u8]) -> Vec<u8> {
    let mut tensor = Vec::with_capacity(raw.len() + 64);
    for dim in dims {
        write_number(&mut tensor, DIMS, *dim as u64);
    }
    write_number(&mut tensor, DATA_TYPE, data_type);
    write(&mut tensor, NAME, name);
    write(&mut tensor, RAW_DATA, raw);
    let mut field = Vec::with_capacity(tensor.len() + 8);
    write(&mut field, INITIALIZER, &tensor);
    field
}

/// An attribute that is a whole number.
fn whole_number(name: &str, value: usize) -> Vec<u8> {
    const NAME: u64 = 1;
    const VALUE: u64 = 3;
    const TYPE: u64 = 20;
    const INT: u64 = 2;
    let mut attribute = Vec::new();
    write(&mut attribute, NAME, name.as_bytes());
    write_number(&mut attribute, VALUE, value as u64);
    write_number(&mut attribute, TYPE, INT);
    attribute
}
