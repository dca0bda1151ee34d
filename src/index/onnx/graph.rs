//! An ONNX graph as far as it matters here: its steps, its weights, and who
//! uses what.
//!
//! The numbers of the fields are those of `onnx.proto3`.

use std::collections::{HashMap, HashSet};

use crate::index::protobuf::{Field, fields, numbers, write};

/// Fields of a graph.
pub const NODE: u64 = 1;
pub const INITIALIZER: u64 = 5;
const RESULT: u64 = 12;
/// Fields of a node.
const INPUT: u64 = 1;
const OUTPUT: u64 = 2;
const OP_TYPE: u64 = 4;
const ATTRIBUTE: u64 = 5;
const DOMAIN: u64 = 7;
/// Fields of a tensor.
pub const DIMS: u64 = 1;
pub const DATA_TYPE: u64 = 2;
pub const NAME: u64 = 8;
pub const RAW_DATA: u64 = 9;
/// Fields of a graph's result.
const RESULT_NAME: u64 = 1;
/// Fields of an attribute.
const INNER_GRAPH: u64 = 6;

/// The steps and weights of a model.
pub struct Graph<'a> {
    pub nodes: Vec<Node<'a>>,
    pub tensors: HashMap<&'a [u8], Tensor<'a>>,
    /// By what each value is made, as a number of `nodes`.
    makers: HashMap<&'a [u8], usize>,
    results: HashSet<&'a [u8]>,
}

impl<'a> Graph<'a> {
    /// The graph with these fields; nothing when it is damaged, or holds inner
    /// graphs, which may use anything of the one around them.
    pub fn read(parts: &[Field<'a>]) -> Option<Self> {
        let of = |number| {
            let parts = parts.iter().filter(move |part| part.number == number);
            parts.map(|part| part.content)
        };
        let nodes: Vec<Node<'a>> = of(NODE).map(Node::read).collect::<Option<_>>()?;
        let mut attributes = nodes.iter().flat_map(|node| &node.attributes);
        if attributes.any(|attribute| has(attribute, INNER_GRAPH)) {
            return None;
        }
        let tensors = of(INITIALIZER).map(Tensor::read);
        let results = of(RESULT).map(|result| {
            let parts = fields(result)?;
            let name = parts.iter().find(|part| part.number == RESULT_NAME)?;
            Some(name.content)
        });
        let makers = nodes.iter().enumerate();
        let makers = makers.filter_map(|(number, node)| Some((*node.outputs.first()?, number)));
        Some(Self {
            tensors: tensors.collect::<Option<_>>()?,
            results: results.collect::<Option<_>>()?,
            makers: makers.collect(),
            nodes,
        })
    }

    /// The number of the step that makes `name`, when it does `what`.
    pub fn maker(&self, name: &[u8], what: &[u8]) -> Option<usize> {
        let number = *self.makers.get(name)?;
        (self.nodes[number].does == what).then_some(number)
    }

    /// Whether one step uses `name`, once, and nothing else does.
    pub fn used_once(&self, name: &[u8]) -> bool {
        let inputs = self.nodes.iter().flat_map(|node| &node.inputs);
        let uses = inputs.filter(|input| **input == name).count();
        uses == 1 && !self.results.contains(name)
    }
}

/// Numbers that are made of bytes, each with a factor.
pub struct Scaled<'a> {
    pub bytes: &'a [u8],
    /// The bytes as numbers, without the factors.
    pub numbers: &'a [u8],
    pub factors: &'a [u8],
    /// The two steps that make them: the product, and what turns bytes into
    /// numbers.
    pub made_by: [usize; 2],
}

impl<'a> Scaled<'a> {
    /// How `name` is made, when it is made so.
    pub fn read(name: &[u8], graph: &Graph<'a>) -> Option<Self> {
        let product = graph.maker(name, b"Mul")?;
        let [numbers, factors] = graph.nodes[product].pair(b"Mul")?;
        let cast = graph.maker(numbers, b"Cast")?;
        let [bytes] = *graph.nodes[cast].inputs else {
            return None;
        };
        Some(Self {
            bytes,
            numbers,
            factors,
            made_by: [product, cast],
        })
    }
}

/// Weights.
pub struct Tensor<'a> {
    /// The length of each dimension.
    pub dims: Vec<u64>,
    pub data_type: u64,
    /// The numbers, little-endian, row by row; nothing when they lie elsewhere.
    pub raw: &'a [u8],
}

impl<'a> Tensor<'a> {
    fn read(bytes: &'a [u8]) -> Option<(&'a [u8], Self)> {
        let parts = fields(bytes)?;
        let find = |number| parts.iter().find(|part| part.number == number);
        let tensor = Self {
            dims: numbers(&parts, DIMS)?,
            data_type: find(DATA_TYPE).and_then(|part| part.value).unwrap_or(0),
            raw: find(RAW_DATA).map_or(&[], |part| part.content),
        };
        Some((find(NAME)?.content, tensor))
    }
}

/// One step of a graph.
pub struct Node<'a> {
    pub does: &'a [u8],
    /// Whose step it is, when not ONNX's own.
    pub domain: &'a [u8],
    pub inputs: Vec<&'a [u8]>,
    pub outputs: Vec<&'a [u8]>,
    pub attributes: Vec<&'a [u8]>,
}

impl<'a> Node<'a> {
    pub fn new(
        does: &'a [u8],
        inputs: Vec<&'a [u8]>,
        output: &'a [u8],
        attributes: &[&'a [u8]],
    ) -> Self {
        Self {
            does,
            domain: b"",
            inputs,
            outputs: vec![output],
            attributes: attributes.to_vec(),
        }
    }

    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let parts = fields(bytes)?;
        let all = |number| {
            let parts = parts.iter().filter(move |part| part.number == number);
            parts.map(|part| part.content)
        };
        Some(Self {
            does: all(OP_TYPE).next()?,
            domain: all(DOMAIN).next().unwrap_or_default(),
            inputs: all(INPUT).collect(),
            outputs: all(OUTPUT).collect(),
            attributes: all(ATTRIBUTE).collect(),
        })
    }

    /// The two inputs of a step that does `what` and has two.
    pub fn pair(&self, what: &[u8]) -> Option<[&'a [u8]; 2]> {
        let inputs = <[&[u8]; 2]>::try_from(&self.inputs[..]);
        inputs.ok().filter(|_| self.does == what)
    }

    /// As a field of a graph.
    pub fn write(&self, graph: &mut Vec<u8>) {
        let mut bytes = Vec::new();
        let inputs = self.inputs.iter().map(|input| (INPUT, *input));
        let outputs = self.outputs.iter().map(|output| (OUTPUT, *output));
        let does = [(OP_TYPE, self.does)];
        let attributes = self.attributes.iter().map(|content| (ATTRIBUTE, *content));
        let domain = (!self.domain.is_empty()).then_some((DOMAIN, self.domain));
        let parts = inputs.chain(outputs).chain(does).chain(attributes);
        for (number, content) in parts.chain(domain) {
            write(&mut bytes, number, content);
        }
        write(graph, NODE, &bytes);
    }
}

/// What is written in place of parts of a graph.
#[derive(Default)]
pub struct Edits<'a> {
    /// The fields in place of a step, by its number: none or several.
    pub nodes: HashMap<usize, Vec<u8>>,
    /// The fields in place of weights, by their name.
    pub tensors: HashMap<&'a [u8], Vec<u8>>,
}

/// The name of a tensor.
pub fn name(tensor: &[u8]) -> Option<&[u8]> {
    let parts = fields(tensor)?;
    let name = parts.iter().find(|part| part.number == NAME)?;
    Some(name.content)
}

/// Whether a message has a field, or is damaged.
fn has(message: &[u8], number: u64) -> bool {
    fields(message).is_none_or(|parts| parts.iter().any(|part| part.number == number))
}
