//! A table of words, of which a text needs a few rows, stays bytes: rows are
//! taken first and turned into numbers then.

use super::graph::{Edits, Graph, Node, Scaled};
use crate::index::protobuf::fields;

/// The field of an attribute that holds a whole number.
const VALUE: u64 = 3;

/// Takes rows from the bytes of every table of which nothing but rows is used.
pub fn edit<'a>(graph: &Graph<'a>, edits: &mut Edits<'a>) {
    for (number, node) in graph.nodes.iter().enumerate() {
        let Some(table) = taken_from(node).and_then(|name| Table::read(name, graph)) else {
            continue;
        };
        let Some(written) = table.rows(node) else {
            continue;
        };
        edits.nodes.insert(number, written);
        for made in table.made_by {
            edits.nodes.insert(made, Vec::new());
        }
    }
}

/// A table of bytes, with a factor for each row.
struct Table<'a> {
    bytes: &'a [u8],
    factors: &'a [u8],
    /// What says to which numbers the bytes are turned.
    cast: Vec<&'a [u8]>,
    /// The two steps that make all of it numbers.
    made_by: [usize; 2],
}

impl<'a> Table<'a> {
    fn read(name: &'a [u8], graph: &Graph<'a>) -> Option<Self> {
        let Scaled {
            bytes,
            numbers,
            factors,
            made_by,
        } = Scaled::read(name, graph)?;
        let [rows, _] = *graph.tensors.get(bytes)?.dims else {
            return None;
        };
        let by_row = graph.tensors.get(factors)?.dims == [rows, 1];
        let alone = graph.used_once(name) && graph.used_once(numbers);
        (by_row && alone).then(|| Self {
            bytes,
            factors,
            cast: graph.nodes[made_by[1]].attributes.clone(),
            made_by,
        })
    }

    /// The steps that do the same as `node`, which takes rows from the numbers.
    fn rows(&self, node: &Node<'_>) -> Option<Vec<u8>> {
        let (row, output) = (node.inputs.get(1)?, node.outputs.first()?);
        let named = |suffix: &str| [*output, suffix.as_bytes()].concat();
        let (bytes, numbers, factors) = (named("/bytes"), named("/numbers"), named("/factors"));
        let (take, axis) = (&b"Gather"[..], &node.attributes);
        let steps = [
            Node::new(take, vec![self.bytes, row], &bytes, axis),
            Node::new(b"Cast", vec![&bytes], &numbers, &self.cast),
            Node::new(take, vec![self.factors, row], &factors, axis),
            Node::new(b"Mul", vec![&numbers, &factors], output, &[]),
        ];
        let mut written = Vec::new();
        for step in &steps {
            step.write(&mut written);
        }
        Some(written)
    }
}

/// From what a step takes rows, when it does.
fn taken_from<'a>(node: &Node<'a>) -> Option<&'a [u8]> {
    let [table, _] = node.pair(b"Gather")?;
    let mut attributes = node.attributes.iter();
    attributes
        .all(|attribute| is_first_axis(attribute))
        .then_some(table)
}

/// Whether an attribute of a `Gather` says that it takes rows.
fn is_first_axis(attribute: &[u8]) -> bool {
    fields(attribute).is_some_and(|parts| {
        let mut values = parts.iter().filter(|part| part.number == VALUE);
        values.all(|part| part.value == Some(0))
    })
}
