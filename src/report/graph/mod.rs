//! The graph as JSON, Graphviz and Mermaid. `report::picture` draws it as SVG.

mod dot;
mod mermaid;
mod view;

use std::collections::BTreeSet;

use serde::Serialize;

use super::to_json::to_json;

#[cfg(feature = "cli")]
pub(crate) use dot::dot;
pub(crate) use mermaid::mermaid;
#[cfg(feature = "cli")]
pub(crate) use mermaid::mermaid_limit;
pub(crate) use view::{NodeKind, Parts, View, ViewEdge, ViewNode};

#[derive(Debug, Serialize)]
struct GraphJson<'a> {
    version: u32,
    nodes: Vec<NodeJson<'a>>,
    edges: BTreeSet<EdgeJson<'a>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct NodeJson<'a> {
    id: &'a str,
    kind: &'static str,
    name: &'a str,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct EdgeJson<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'static str,
    action: Option<&'a str>,
}

/// One JSON object and a line break. It also has the flows without an edge.
pub(crate) fn json(view: &View) -> String {
    let id = |index: usize| view.nodes[index].id.as_str();
    let nodes = view.nodes.iter().chain(&view.lone);
    let nodes = nodes.map(|node| NodeJson { id: &node.id, kind: node.kind.as_str(), name: &node.name });
    let mut nodes: Vec<NodeJson<'_>> = nodes.collect();
    nodes.sort();
    let edges = view.edges.iter().flat_map(|edge| {
        edge.steps.iter().map(move |step| EdgeJson {
            from: id(edge.from),
            to: id(edge.to),
            kind: edge.kind(),
            action: step.as_deref(),
        })
    });
    to_json(&GraphJson { version: 1, nodes, edges: edges.collect() })
}
