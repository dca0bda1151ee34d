//! Keeps the tables of an ONNX model as small as they are on disk.
//!
//! A model with weights of one byte turns them into numbers of four when it is
//! loaded. For matrices that is what is wanted. A table of words, of which a
//! text needs a few rows, is half of a small model: 12 MB become 47, and with
//! what is left behind by the way a session takes 90 MB more than it needs. So
//! rows are taken from the bytes first and turned into numbers then, which
//! gives the same numbers. A model that is not built like this stays as it is.
//!
//! The numbers of the fields are those of `onnx.proto3`.

use std::collections::HashMap;
use std::ops::Range;

use crate::index::protobuf::{Field, fields, numbers, write, write_header};

/// Fields of a model.
const GRAPH: u64 = 7;
/// Fields of a graph.
const NODE: u64 = 1;
const INITIALIZER: u64 = 5;
const RESULT: u64 = 12;
/// Fields of a node.
const INPUT: u64 = 1;
const OUTPUT: u64 = 2;
const OP_TYPE: u64 = 4;
const ATTRIBUTE: u64 = 5;
/// Fields of a tensor.
const DIMS: u64 = 1;
const NAME: u64 = 8;
/// Fields of a graph's result.
const RESULT_NAME: u64 = 1;
/// Fields of an attribute.
const VALUE: u64 = 3;
const INNER_GRAPH: u64 = 6;

/// The model in `bytes`, with rows taken from its tables before they become
/// numbers. No second copy of a model is made.
pub fn lighter(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some((place, new)) = edit(&bytes) {
        bytes.splice(place, new);
    }
    bytes
}

/// What of a model is to be replaced and by what; nothing when there is nothing
/// to do, or not what is understood here.
fn edit(model: &[u8]) -> Option<(Range<usize>, Vec<u8>)> {
    let parts = fields(model)?;
    let place = parts.iter().position(|part| part.number == GRAPH)?;
    let (before, graph) = (&parts[..place], &parts[place]);
    // Protobuf allows a graph in pieces; nobody writes it so.
    if parts[place + 1..].iter().any(|part| part.number == GRAPH) {
        return None;
    }
    let (replaced, new) = edit_graph(graph.content)?;
    let mut header = Vec::new();
    let length = graph.content.len() - replaced + new.len();
    write_header(&mut header, GRAPH, length);
    let start: usize = before.iter().map(|part| part.whole.len()).sum();
    let old_header = graph.whole.len() - graph.content.len();
    let range = start..start + old_header + replaced;
    Some((range, [header, new].concat()))
}

/// How much of a graph's start is to be replaced, and by what: its steps, which
/// stand in front of the weights.
fn edit_graph(graph: &[u8]) -> Option<(usize, Vec<u8>)> {
    let parts = fields(graph)?;
    let nodes = parts.iter().filter(|part| part.number == NODE);
    let nodes: Option<Vec<Node<'_>>> = nodes.map(|part| Node::read(part.content)).collect();
    let nodes = nodes?;
    // An inner graph may use anything of the one around it.
    let mut attributes = nodes.iter().flat_map(|node| &node.attributes);
    if attributes.any(|attribute| has(attribute, INNER_GRAPH)) {
        return None;
    }
    let mut tables = tables(&parts, &nodes)?;
    for result in parts.iter().filter(|part| part.number == RESULT) {
        let parts = fields(result.content)?;
        let name = parts
            .iter()
            .find(|part| part.number == RESULT_NAME)?
            .content;
        tables.retain(|_, table| table.name != name && table.numbers != name);
    }
    let mut nodes = nodes.iter();
    let mut new = |part: &Field<'_>| {
        let node = (part.number == NODE).then(|| nodes.next())??;
        if tables.values().any(|table| table.makes(node)) {
            return Some(Vec::new());
        }
        tables.get(node.table()?)?.rows(node)
    };
    let new: Vec<Option<Vec<u8>>> = parts.iter().map(&mut new).collect();
    let last = new.iter().rposition(Option::is_some)?;
    let (mut replaced, mut written) = (0, Vec::new());
    for (part, new) in parts.iter().zip(&new).take(last + 1) {
        replaced += part.whole.len();
        written.extend(new.as_deref().unwrap_or(part.whole));
    }
    Some((replaced, written))
}

/// The tables of which nothing but rows is used, by the name of their numbers.
fn tables<'a>(parts: &[Field<'a>], nodes: &[Node<'a>]) -> Option<HashMap<&'a [u8], Table<'a>>> {
    let tensors = parts.iter().filter(|part| part.number == INITIALIZER);
    let tensors = tensors.map(|part| tensor(part.content));
    let tensors: HashMap<&[u8], Vec<u64>> = tensors.collect::<Option<_>>()?;
    let makers = nodes
        .iter()
        .filter_map(|node| Some((*node.outputs.first()?, node)));
    let makers: HashMap<&[u8], &Node<'_>> = makers.collect();
    let mut found = HashMap::new();
    for name in nodes.iter().filter_map(Node::table) {
        let Some(table) = Table::read(name, &makers, &tensors) else {
            continue;
        };
        let uses = |name: &[u8]| {
            nodes
                .iter()
                .filter(|node| node.inputs.contains(&name))
                .count()
        };
        if uses(name) == 1 && uses(table.numbers) == 1 {
            found.insert(name, table);
        }
    }
    Some(found)
}

/// A table of bytes, with a factor for each row.
struct Table<'a> {
    name: &'a [u8],
    bytes: &'a [u8],
    /// The bytes as numbers, without the factors.
    numbers: &'a [u8],
    factors: &'a [u8],
    /// What says to which numbers the bytes are turned.
    cast: Vec<&'a [u8]>,
}

impl<'a> Table<'a> {
    fn read(
        name: &'a [u8],
        makers: &HashMap<&[u8], &Node<'a>>,
        tensors: &HashMap<&[u8], Vec<u64>>,
    ) -> Option<Self> {
        let product = makers.get(name).filter(|node| node.does == b"Mul")?;
        let [numbers, factors] = *product.inputs else {
            return None;
        };
        let cast = makers.get(numbers).filter(|node| node.does == b"Cast")?;
        let [bytes] = *cast.inputs else {
            return None;
        };
        let [rows, _] = **tensors.get(bytes)? else {
            return None;
        };
        (**tensors.get(factors)? == [rows, 1]).then(|| Self {
            name,
            bytes,
            numbers,
            factors,
            cast: cast.attributes.clone(),
        })
    }

    /// Whether this is one of the two nodes that make all of it numbers.
    fn makes(&self, node: &Node<'_>) -> bool {
        let [output] = *node.outputs else {
            return false;
        };
        output == self.name || output == self.numbers
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
            write(&mut written, NODE, &step.written());
        }
        Some(written)
    }
}

/// One step of a graph, as far as it matters here.
struct Node<'a> {
    does: &'a [u8],
    inputs: Vec<&'a [u8]>,
    outputs: Vec<&'a [u8]>,
    attributes: Vec<&'a [u8]>,
}

impl<'a> Node<'a> {
    fn new(
        does: &'a [u8],
        inputs: Vec<&'a [u8]>,
        output: &'a [u8],
        attributes: &[&'a [u8]],
    ) -> Self {
        Self {
            does,
            inputs,
            outputs: vec![output],
            attributes: attributes.to_vec(),
        }
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let parts = fields(bytes)?;
        let all = |number| {
            let parts = parts.iter().filter(move |part| part.number == number);
            parts.map(|part| part.content)
        };
        Some(Self {
            does: all(OP_TYPE).next()?,
            inputs: all(INPUT).collect(),
            outputs: all(OUTPUT).collect(),
            attributes: all(ATTRIBUTE).collect(),
        })
    }

    /// From what it takes rows, when it does.
    fn table(&self) -> Option<&'a [u8]> {
        let axis = self
            .attributes
            .iter()
            .all(|attribute| is_first_axis(attribute));
        let takes = self.does == b"Gather" && self.inputs.len() == 2 && axis;
        takes.then(|| self.inputs.first().copied()).flatten()
    }

    fn written(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let inputs = self.inputs.iter().map(|input| (INPUT, *input));
        let outputs = self.outputs.iter().map(|output| (OUTPUT, *output));
        let does = [(OP_TYPE, self.does)];
        let attributes = self.attributes.iter().map(|content| (ATTRIBUTE, *content));
        for (number, content) in inputs.chain(outputs).chain(does).chain(attributes) {
            write(&mut bytes, number, content);
        }
        bytes
    }
}

/// The name of a tensor and the length of each of its dimensions.
fn tensor(bytes: &[u8]) -> Option<(&[u8], Vec<u64>)> {
    let parts = fields(bytes)?;
    let name = parts.iter().find(|part| part.number == NAME)?.content;
    Some((name, numbers(&parts, DIMS)?))
}

/// Whether a message has a field, or is damaged.
fn has(message: &[u8], number: u64) -> bool {
    fields(message).is_none_or(|parts| parts.iter().any(|part| part.number == number))
}

/// Whether an attribute of a `Gather` says that it takes rows.
fn is_first_axis(attribute: &[u8]) -> bool {
    fields(attribute).is_some_and(|parts| {
        let mut values = parts.iter().filter(|part| part.number == VALUE);
        values.all(|part| part.value == Some(0))
    })
}

#[cfg(test)]
mod tests {
    use super::{Node, lighter};
    use crate::index::protobuf::{fields, write};

    /// A tensor's fields: so many rows, so many columns, the name.
    fn tensor(rows: u8, columns: u8, name: &str) -> Vec<u8> {
        let mut bytes = vec![0x08, rows, 0x08, columns];
        write(&mut bytes, 8, name.as_bytes());
        bytes
    }

    /// A model with a table of five words, and with `more` steps behind it.
    fn model(factors: (u8, u8), more: &[(&str, &[&str], &str)]) -> Vec<u8> {
        let steps: [(&str, &[&str], &str); 3] = [
            ("Cast", &["bytes"], "numbers"),
            ("Mul", &["numbers", "factors"], "table"),
            ("Gather", &["table", "words"], "rows"),
        ];
        let mut graph = Vec::new();
        for (does, inputs, output) in steps.iter().chain(more) {
            let inputs = inputs.iter().map(|input| input.as_bytes()).collect();
            let node = Node::new(does.as_bytes(), inputs, output.as_bytes(), &[]);
            write(&mut graph, 1, &node.written());
        }
        write(&mut graph, 5, &tensor(5, 3, "bytes"));
        write(&mut graph, 5, &tensor(factors.0, factors.1, "factors"));
        let mut model = vec![0x08, 0x0A];
        write(&mut model, 7, &graph);
        write(&mut model, 8, b"what stands behind the graph");
        model
    }

    /// The steps of a model: what they do, of what, and what comes of it.
    fn steps(model: &[u8]) -> Vec<String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let parts = fields(model).unwrap();
        let graph = parts.iter().find(|part| part.number == 7).unwrap();
        let parts = fields(graph.content).unwrap();
        let nodes = parts.iter().filter(|part| part.number == 1);
        let nodes = nodes.map(|part| Node::read(part.content).unwrap());
        let shown = |node: Node<'_>| {
            let inputs: Vec<String> = node.inputs.iter().map(|input| text(input)).collect();
            let (does, output) = (text(node.does), text(node.outputs[0]));
            format!("{output} = {does}({})", inputs.join(", "))
        };
        nodes.map(shown).collect()
    }

    #[test]
    fn rows_are_taken_before_they_become_numbers() {
        let before = model((5, 1), &[("Add", &["rows", "rows"], "sum")]);
        let after = lighter(before.clone());
        let expected = [
            "rows/bytes = Gather(bytes, words)",
            "rows/numbers = Cast(rows/bytes)",
            "rows/factors = Gather(factors, words)",
            "rows = Mul(rows/numbers, rows/factors)",
            "sum = Add(rows, rows)",
        ];
        assert_eq!(steps(&after), expected);
        let others = |model: &[u8]| -> Vec<Vec<u8>> {
            let parts = fields(model).unwrap();
            let parts = parts.iter().filter(|part| part.number != 7);
            parts.map(|part| part.whole.to_vec()).collect()
        };
        assert_eq!(others(&after), others(&before));
        assert_eq!(lighter(after.clone()), after);
    }

    #[test]
    fn a_model_that_is_built_otherwise_stays_as_it_is() {
        let whole = model((5, 1), &[]);
        let cases = [
            ("factors for columns", model((1, 3), &[])),
            (
                "all of the table is used",
                model((5, 1), &[("Add", &["table", "rows"], "sum")]),
            ),
            (
                "all numbers are used",
                model((5, 1), &[("Abs", &["numbers"], "sum")]),
            ),
            (
                "a graph in two pieces",
                [&whole[..], &[0x3A, 0x00]].concat(),
            ),
            ("cut", whole[..whole.len() / 2].to_vec()),
            ("empty", Vec::new()),
        ];
        for (name, model) in cases {
            assert_eq!(lighter(model.clone()), model, "{name}");
        }
    }
}
