//! The graph as JSON, Graphviz and Mermaid.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::text::clean;
use super::to_json::to_json;
use crate::analysis::Analysis;
use crate::graph::{Edge, EdgeKind, GraphNode};
use crate::model::Owner;

/// The graph with ids for formats. A flow that is in several inputs is a single node.
#[derive(Debug, Serialize)]
pub(crate) struct Drawing {
    version: u32,
    nodes: Vec<DrawnNode>,
    edges: Vec<DrawnEdge>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct DrawnNode {
    id: String,
    kind: &'static str,
    name: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct DrawnEdge {
    from: String,
    to: String,
    kind: &'static str,
    action: Option<String>,
}

impl Drawing {
    pub(crate) fn of(analysis: &Analysis) -> Self {
        let nodes: BTreeMap<String, DrawnNode> = analysis
            .graph
            .nodes()
            .map(|node| drawn_node(analysis, node))
            .map(|node| (node.id.clone(), node))
            .collect();
        let edges: BTreeSet<DrawnEdge> = analysis
            .graph
            .edges()
            .map(|(from, to, edge)| DrawnEdge {
                from: drawn_node(analysis, from).id,
                to: drawn_node(analysis, to).id,
                kind: kind(edge.kind),
                action: action(analysis, from, edge),
            })
            .collect();
        Drawing { version: 1, nodes: nodes.into_values().collect(), edges: edges.into_iter().collect() }
    }

    pub(crate) fn json(&self) -> String {
        to_json(self)
    }

    /// Graphviz.
    pub(crate) fn dot(&self) -> String {
        let mut out = "digraph flowvet {\n  rankdir=LR;\n".to_owned();
        let quoted = |text: &str| format!("\"{}\"", clean(text).replace('\\', "\\\\").replace('"', "\\\""));
        for node in &self.nodes {
            let shape = match node.kind {
                "flow" => "box",
                "external-flow" => "box, style=dashed",
                "webhook" => "cds",
                _ => "ellipse",
            };
            let _ = writeln!(out, "  {} [label={}, shape={shape}];", quoted(&node.id), quoted(&node.name));
        }
        for edge in &self.edges {
            let label = edge.action.as_deref().unwrap_or(edge.kind);
            let _ =
                writeln!(out, "  {} -> {} [label={}];", quoted(&edge.from), quoted(&edge.to), quoted(label));
        }
        out.push_str("}\n");
        out
    }

    /// Mermaid, which GitHub and Azure DevOps draw. Edges of a kind between two nodes are drawn once.
    pub(crate) fn mermaid(&self) -> String {
        let mut out = "flowchart LR\n".to_owned();
        let number: BTreeMap<&str, usize> =
            self.nodes.iter().enumerate().map(|(index, node)| (node.id.as_str(), index)).collect();
        for (index, node) in self.nodes.iter().enumerate() {
            let (open, close) = match node.kind {
                "flow" => ("[\"", "\"]"),
                "external-flow" => ("[/\"", "\"/]"),
                "webhook" => (">\"", "\"]"),
                _ => ("([\"", "\"])"),
            };
            let _ = writeln!(out, "  n{index}{open}{}{close}", mermaid_text(&node.name));
        }
        let lines: BTreeSet<(usize, usize, &str)> = self
            .edges
            .iter()
            .filter_map(|edge| {
                Some((*number.get(edge.from.as_str())?, *number.get(edge.to.as_str())?, edge.kind))
            })
            .collect();
        for (from, to, kind) in lines {
            let _ = writeln!(out, "  n{from} -->|{kind}| n{to}");
        }
        out
    }
}

/// A name as the text of a node in Mermaid, in which nothing is a directive, a comment, markup, a formula or an icon.
///
/// Mermaid reads `#37;` as the character with that number, but not at once: the text between `style` and a later `;` goes
/// through another replacement before, which a colon before the number starts.
fn mermaid_text(name: &str) -> String {
    let name = clean(name);
    let mut out = String::with_capacity(name.len());
    let mut rest = name.chars().peekable();
    let mut is_start = true;
    while let Some(character) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        let is_plain = match character {
            // `- a`, `+ a` and `1. a` begin lists.
            '-' | '+' => !is_start,
            '.' => !(out.len() < 10 && out.bytes().all(|byte| byte.is_ascii_digit()) && next == ' '),
            ')' => !(out.len() < 10 && !out.is_empty() && out.bytes().all(|byte| byte.is_ascii_digit())),
            ':' => next == ' ',
            '_' => out.ends_with(char::is_alphanumeric) && next.is_alphanumeric(),
            other => !other.is_ascii_punctuation() || ",/('?=".contains(other),
        };
        if is_plain {
            out.push(character);
        } else {
            let _ = write!(out, "#{};", u32::from(character));
        }
        is_start &= character == ' ';
    }
    out
}

fn drawn_node(analysis: &Analysis, node: &GraphNode) -> DrawnNode {
    let (kind, id, name) = match node {
        GraphNode::Flow(flow) => {
            let flow = analysis.workspace.flow(*flow);
            ("flow", flow.id.to_string(), flow.name.clone())
        }
        GraphNode::External(id) => ("external-flow", id.to_string(), id.to_string()),
        GraphNode::ConnectionReference(name) => (
            "connection-reference",
            format!("connection-reference:{}", name.as_str().to_ascii_lowercase()),
            name.to_string(),
        ),
        GraphNode::EnvironmentVariable(name) => (
            "environment-variable",
            format!("environment-variable:{}", name.as_str().to_ascii_lowercase()),
            name.to_string(),
        ),
        GraphNode::Webhook { provider, event: Some(event) } => {
            ("webhook", format!("webhook:{provider}:{event}"), format!("{provider}: {event}"))
        }
        GraphNode::Webhook { provider, event: None } => {
            ("webhook", format!("webhook:{provider}"), format!("{provider}: events"))
        }
    };
    DrawnNode { id, kind, name }
}

fn kind(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Calls => "calls",
        EdgeKind::Uses => "uses",
        EdgeKind::Reads => "reads",
        EdgeKind::Registers => "registers",
        EdgeKind::DeliversTo => "delivers-to",
    }
}

fn action(analysis: &Analysis, from: &GraphNode, edge: &Edge) -> Option<String> {
    let GraphNode::Flow(flow) = from else { return None };
    let definition = &analysis.workspace.flow(*flow).content.as_ref()?.definition;
    match edge.site? {
        Owner::Action(action) => Some(definition.action(action).name.to_owned()),
        Owner::Trigger(trigger) => definition.trigger(trigger).map(|trigger| trigger.name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_mermaid() {
        for (name, expected) in [
            ("Orders (new), v1.2 - final", "Orders (new), v1.2 - final"),
            ("orc_shared_x", "orc_shared_x"),
            ("Signing: sent", "Signing: sent"),
            ("%%{init: {}}%%", "#37;#37;#123;init: #123;#125;#125;#37;#37;"),
            ("`**bold**`", "#96;#42;#42;bold#42;#42;#96;"),
            ("_a_ __b__", "#95;a#95; #95;#95;b#95;#95;"),
            ("a\"] --> b", "a#34;#93; --#62; b"),
            ("1. first", "1#46; first"),
            ("2) second", "2#41; second"),
            ("- item", "#45; item"),
            ("$$x$$ <b>\\n", "#36;#36;x#36;#36; #60;b#62;#92;n"),
            ("style x:#1;", "style x#58;#35;1#59;"),
            ("fa:fa-car", "fa#58;fa-car"),
        ] {
            assert_eq!(mermaid_text(name), expected, "{name}");
        }
    }
}
