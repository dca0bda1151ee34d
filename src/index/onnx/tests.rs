//! What becomes of a model's steps and weights, and which stay as they are.

use super::Lighter;
use super::graph::Node;
use crate::index::protobuf::{Field, fields, numbers, write, write_number};

type Step<'a> = (&'a str, &'a [&'a str], &'a str);

/// A tensor's fields.
fn tensor(dims: [usize; 2], data_type: u64, name: &str, raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for dim in dims {
        write_number(&mut bytes, 1, dim as u64);
    }
    write_number(&mut bytes, 2, data_type);
    write(&mut bytes, 8, name.as_bytes());
    write(&mut bytes, 9, raw);
    bytes
}

fn model(steps: &[Step<'_>], tensors: &[Vec<u8>]) -> Vec<u8> {
    let mut graph = Vec::new();
    for (does, inputs, output) in steps {
        let inputs = inputs.iter().map(|input| input.as_bytes()).collect();
        Node::new(does.as_bytes(), inputs, output.as_bytes(), &[]).write(&mut graph);
    }
    for tensor in tensors {
        write(&mut graph, 5, tensor);
    }
    let mut model = vec![0x08, 0x0A];
    write(&mut model, 7, &graph);
    write(&mut model, 14, b"what stands behind the graph");
    model
}

/// A model with a table of five words, and with `more` steps behind it.
fn words(factors: [usize; 2], more: &[Step<'_>]) -> Vec<u8> {
    let steps: [Step<'_>; 3] = [
        ("Cast", &["bytes"], "numbers"),
        ("Mul", &["numbers", "factors"], "table"),
        ("Gather", &["table", "words"], "rows"),
    ];
    let tensors = [
        tensor([5, 3], 3, "bytes", &[0; 15]),
        tensor(factors, 1, "factors", &[0; 20]),
    ];
    model(&[&steps[..], more].concat(), &tensors)
}

/// A model that multiplies by a matrix of so many rows and two columns, and
/// does `more` with it.
fn product(rows: usize, factors: [usize; 2], more: &[Step<'_>]) -> Vec<u8> {
    let steps: [Step<'_>; 3] = [
        ("Cast", &["bytes"], "numbers"),
        ("Mul", &["numbers", "factors"], "matrix"),
        ("MatMul", &["text", "matrix"], "product"),
    ];
    // 1 and -1, row by row.
    let raw = [0x01, 0xFF].repeat(rows);
    let columns = [2.0_f32, 0.5].map(f32::to_le_bytes).concat();
    let tensors = [
        tensor([rows, 2], 3, "bytes", &raw),
        tensor(factors, 1, "factors", &columns),
    ];
    model(&[&steps[..], more].concat(), &tensors)
}

fn graph(model: &[u8]) -> Vec<Field<'_>> {
    let parts = fields(model).unwrap();
    let graph = parts.iter().find(|part| part.number == 7).unwrap();
    fields(graph.content).unwrap()
}

/// The steps of a model: what they do, of what, and what comes of it.
fn steps(model: &[u8]) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let shown = |part: &Field<'_>| {
        let node = Node::read(part.content).unwrap();
        let inputs: Vec<String> = node.inputs.iter().map(|input| text(input)).collect();
        let (does, output) = (text(node.does), text(node.outputs[0]));
        format!("{output} = {does}({})", inputs.join(", "))
    };
    let parts = graph(model);
    let nodes = parts.iter().filter(|part| part.number == 1);
    nodes.map(shown).collect()
}

/// The fields of a model beside its graph.
fn others(model: &[u8]) -> Vec<Vec<u8>> {
    let parts = fields(model).unwrap();
    let parts = parts.iter().filter(|part| part.number != 7);
    parts.map(|part| part.whole.to_vec()).collect()
}

#[test]
fn rows_are_taken_before_they_become_numbers() {
    let before = words([5, 1], &[("Add", &["rows", "rows"], "sum")]);
    let after = Lighter::of(before.clone(), true);
    let expected = [
        "rows/bytes = Gather(bytes, words)",
        "rows/numbers = Cast(rows/bytes)",
        "rows/factors = Gather(factors, words)",
        "rows = Mul(rows/numbers, rows/factors)",
        "sum = Add(rows, rows)",
    ];
    assert_eq!(steps(&after.bytes), expected);
    assert!(!after.by_bytes);
    assert_eq!(others(&after.bytes), others(&before));
    let again = Lighter::of(after.bytes.clone(), true);
    assert_eq!(again.bytes, after.bytes);
}

#[test]
fn a_matrix_of_bytes_is_multiplied_as_bytes() {
    let before = product(256, [1, 2], &[("Add", &["product", "bias"], "sum")]);
    let after = Lighter::of(before.clone(), true);
    assert!(after.by_bytes);
    let expected = [
        "product = MatMulNBits(text, bytes, factors)",
        "sum = Add(product, bias)",
    ];
    assert_eq!(steps(&after.bytes), expected);
    let parts = graph(&after.bytes);
    let tensors: Vec<Vec<Field<'_>>> = parts
        .iter()
        .filter(|part| part.number == 5)
        .map(|part| fields(part.content).unwrap())
        .collect();
    let dims = |tensor: &[Field<'_>]| numbers(tensor, 1).unwrap();
    let raw = |tensor: &[Field<'_>]| tensor.last().unwrap().content.to_vec();
    // Two columns of two blocks, 128 standing for nothing.
    assert_eq!(dims(&tensors[0]), [2, 2, 128]);
    assert_eq!(raw(&tensors[0]), [[129; 256], [127; 256]].concat());
    let factors = [2.0_f32, 2.0, 0.5, 0.5].map(f32::to_le_bytes).concat();
    assert_eq!(dims(&tensors[1]), [4]);
    assert_eq!(raw(&tensors[1]), factors);
    let opset = [&[0x42, 0x11, 0x0A, 0x0D], &b"com.microsoft"[..], &[0x10, 1]].concat();
    assert_eq!(others(&after.bytes).last(), Some(&opset));
}

#[test]
fn a_matrix_stays_as_it_is_where_bytes_are_not_wanted() {
    let before = product(256, [1, 2], &[]);
    assert_eq!(Lighter::of(before.clone(), false).bytes, before);
}

#[test]
fn a_matrix_that_is_used_otherwise_or_built_otherwise_stays_as_it_is() {
    let cases = [
        ("no whole blocks", product(200, [1, 2], &[])),
        ("no row", product(0, [1, 2], &[])),
        ("factors for rows", product(256, [2, 1], &[])),
        (
            "used twice",
            product(256, [1, 2], &[("Abs", &["matrix"], "other")]),
        ),
        (
            "bytes are used twice",
            product(256, [1, 2], &[("Abs", &["bytes"], "other")]),
        ),
    ];
    for (name, model) in cases {
        assert_eq!(Lighter::of(model.clone(), true).bytes, model, "{name}");
    }
}

#[test]
fn shares_are_not_looked_at_for_what_is_no_number() {
    let guard: [Step<'_>; 4] = [
        ("Softmax", &["scores"], "shares"),
        ("IsNaN", &["shares"], "none"),
        ("Where", &["none", "zero", "shares"], "kept"),
        ("MatMul", &["kept", "values"], "mixed"),
    ];
    let after = Lighter::of(model(&guard, &[]), true);
    let expected = [
        "shares = Softmax(scores)",
        "kept = Identity(shares)",
        "mixed = MatMul(kept, values)",
    ];
    assert_eq!(steps(&after.bytes), expected);
    let elsewhere = [guard[1], guard[2]];
    let model = model(&elsewhere, &[]);
    assert_eq!(Lighter::of(model.clone(), true).bytes, model);
}

#[test]
fn a_model_that_is_built_otherwise_stays_as_it_is() {
    let whole = words([5, 1], &[]);
    let cases = [
        ("factors for columns", words([1, 3], &[])),
        (
            "all of the table is used",
            words([5, 1], &[("Add", &["table", "rows"], "sum")]),
        ),
        (
            "all numbers are used",
            words([5, 1], &[("Abs", &["numbers"], "sum")]),
        ),
        (
            "a graph in two pieces",
            [&whole[..], &[0x3A, 0x00]].concat(),
        ),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("empty", Vec::new()),
    ];
    for (name, model) in cases {
        assert_eq!(Lighter::of(model.clone(), true).bytes, model, "{name}");
    }
}
