//! What a model does against texts without any token is left out.
//!
//! Attention turns scores into shares by dividing through their sum. Of a text
//! that is hidden as a whole that is no number, and PyTorch writes zeros
//! instead, after looking at each of the numbers, which takes a tenth of the
//! time that a full section takes. No text comes here without a token: the
//! tokenizer puts its own around each.

use super::graph::{Edits, Graph, Node};

/// Passes on as it is what was only looked at for what is no number.
pub fn edit<'a>(graph: &Graph<'a>, edits: &mut Edits<'a>) {
    for (number, node) in graph.nodes.iter().enumerate() {
        let Some((asked, value)) = guarded(node, graph) else {
            continue;
        };
        let Some(output) = node.outputs.first() else {
            continue;
        };
        let mut written = Vec::new();
        Node::new(b"Identity", vec![value], output, &[]).write(&mut written);
        edits.nodes.insert(number, written);
        edits.nodes.insert(asked, Vec::new());
    }
}

/// What `node` passes on where it is a number, and the step that asks.
fn guarded<'a>(node: &Node<'a>, graph: &Graph<'a>) -> Option<(usize, &'a [u8])> {
    let [is_none, _, value] = *node.inputs else {
        return None;
    };
    let asked = graph.maker(is_none, b"IsNaN")?;
    let same = *graph.nodes[asked].inputs == [value] && graph.maker(value, b"Softmax").is_some();
    let guards = node.does == b"Where" && same && graph.used_once(is_none);
    guards.then_some((asked, value))
}
