//! The graph for Graphviz.

use std::fmt::Write as _;

use super::view::{NodeKind, View, ViewNode};
use crate::graph::EdgeKind;
use crate::report::text::clean;
use crate::report::verdict::OutcomeKind;

/// A digraph with an edge for each step.
pub(crate) fn dot(view: &View) -> String {
    let mut out = "digraph flowvet {\n  rankdir=LR;\n".to_owned();
    for node in &view.nodes {
        let label = format!("{}{}", node.mark(), clean(&node.name));
        let (id, label) = (quoted(&clean(&node.id)), quoted(&label));
        let _ = writeln!(out, "  {id} [label={label}, class={}, {}];", quoted(node.class()), style(node));
    }
    for edge in &view.edges {
        let id = |index: usize| quoted(&clean(&view.nodes[index].id));
        let style = match (edge.in_cycle, edge.kind) {
            (true, _) => ", penwidth=3, color=red3",
            (false, EdgeKind::Calls) => "",
            (false, _) => ", style=dashed",
        };
        for step in &edge.steps {
            let label = quoted(&clean(step.as_deref().unwrap_or(edge.kind())));
            let _ = writeln!(out, "  {} -> {} [label={label}{style}];", id(edge.from), id(edge.to));
        }
    }
    out.push_str("}\n");
    out
}

fn style(node: &ViewNode) -> &'static str {
    match (node.kind, node.outcome) {
        (NodeKind::Flow, Some(OutcomeKind::TurnsOn)) => "shape=box, style=rounded, color=forestgreen",
        (NodeKind::Flow, Some(OutcomeKind::StaysOff)) => "shape=box, color=gray40",
        (NodeKind::Flow, Some(OutcomeKind::Blocked)) => "shape=octagon, penwidth=3, color=red3",
        (NodeKind::Flow, _) => "shape=box, style=dotted, color=gray40",
        (NodeKind::ExternalFlow, _) => "shape=box, style=dashed, color=gray40",
        (NodeKind::Webhook, _) => "shape=cds",
        (NodeKind::ConnectionReference | NodeKind::EnvironmentVariable, _) => "shape=ellipse",
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
