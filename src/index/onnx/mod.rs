//! Keeps the weights of an ONNX model as small as they are on disk, and works
//! with them as they are.
//!
//! A model with weights of one byte turns them into numbers of four when it is
//! loaded. A table of words, of which a text needs a few rows, is half of a
//! small model: 12 MB become 47. So rows are taken from the bytes first and
//! turned into numbers then, which gives the same numbers. Matrices become four
//! times what a processor must read for every text, and its units for bytes
//! lie idle. So bytes are multiplied, which takes two thirds of the time, and
//! changes a vector by less than what another rounding of its weights would.
//! A model that is not built like this stays as it is.

mod graph;
mod guards;
mod matrices;
mod tables;

use crate::index::protobuf::{Field, fields, write, write_header, write_number};
use graph::{Edits, Graph, INITIALIZER, NODE};

/// Fields of a model.
const GRAPH: u64 = 7;
const OPSET: u64 = 8;
/// Fields of a set of operators.
const OPSET_DOMAIN: u64 = 1;
const OPSET_VERSION: u64 = 2;

/// A model, rewritten.
pub struct Lighter {
    pub bytes: Vec<u8>,
    /// Whether bytes are multiplied, so that its vectors differ a little from
    /// those of the model as it was.
    pub by_bytes: bool,
}

impl Lighter {
    /// The model in `bytes` with its tables kept small, and its matrices too
    /// where `by_bytes`.
    pub fn of(bytes: Vec<u8>, by_bytes: bool) -> Self {
        let edited = edit(&bytes, by_bytes);
        edited.unwrap_or(Self {
            bytes,
            by_bytes: false,
        })
    }
}

/// The model as it is to be; nothing when there is nothing to do, or not what
/// is understood here.
fn edit(model: &[u8], by_bytes: bool) -> Option<Lighter> {
    let parts = fields(model)?;
    let mut graphs = parts.iter().filter(|part| part.number == GRAPH);
    // Protobuf allows a graph in pieces; nobody writes it so.
    let (Some(graph), None) = (graphs.next(), graphs.next()) else {
        return None;
    };
    let graph_parts = fields(graph.content)?;
    let graph = Graph::read(&graph_parts)?;
    let mut edits = Edits::default();
    tables::edit(&graph, &mut edits);
    guards::edit(&graph, &mut edits);
    let by_bytes = by_bytes && matrices::edit(&graph, &mut edits);
    if edits.nodes.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(model.len() + model.len() / 16);
    for part in &parts {
        if part.number == GRAPH {
            write_graph(&mut bytes, &graph_parts, &edits)?;
        } else {
            bytes.extend(part.whole);
        }
    }
    if by_bytes && !knows(&parts, matrices::DOMAIN) {
        let mut opset = Vec::new();
        write(&mut opset, OPSET_DOMAIN, matrices::DOMAIN);
        write_number(&mut opset, OPSET_VERSION, 1);
        write(&mut bytes, OPSET, &opset);
    }
    Some(Lighter { bytes, by_bytes })
}

/// The graph with `parts` as a field of a model, edited.
fn write_graph(model: &mut Vec<u8>, parts: &[Field<'_>], edits: &Edits<'_>) -> Option<()> {
    let mut steps = 0..;
    let written = parts.iter().map(|part| {
        let new = match part.number {
            NODE => edits.nodes.get(&steps.next()?),
            INITIALIZER => edits.tensors.get(graph::name(part.content)?),
            _ => None,
        };
        Some(new.map_or(part.whole, Vec::as_slice))
    });
    let written: Vec<&[u8]> = written.collect::<Option<_>>()?;
    let length = written.iter().map(|part| part.len()).sum();
    write_header(model, GRAPH, length);
    for part in written {
        model.extend(part);
    }
    Some(())
}

/// Whether a model says that it uses the operators of `domain`.
fn knows(model: &[Field<'_>], domain: &[u8]) -> bool {
    let mut sets = model.iter().filter(|part| part.number == OPSET);
    sets.any(|set| {
        let mut parts = fields(set.content).into_iter().flatten();
        parts.any(|part| part.number == OPSET_DOMAIN && part.content == domain)
    })
}

#[cfg(test)]
mod tests;
