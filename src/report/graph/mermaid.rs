//! The graph as a Mermaid flowchart, which GitHub and Azure DevOps draw.

use std::fmt::Write as _;

use super::view::{NodeKind, View, ViewNode};
use crate::report::text::clean;
use crate::report::verdict::OutcomeKind;

/// What Mermaid draws at most, unless the page allows more: `maxEdges` and `maxTextSize`. A diagram cannot change either.
const MOST_EDGES: usize = 500;
const MOST_CHARACTERS: usize = 50_000;

/// The classes of flows. They have no fill, so that they suit light and dark pages.
const CLASSES: [(&str, &str); 6] = [
    ("turns-on", "stroke:#1a7f37,stroke-width:2px"),
    ("stays-off", "stroke:#768390,stroke-width:1px"),
    ("blocked", "stroke:#cf222e,stroke-width:4px"),
    ("unknown", "stroke:#768390,stroke-width:2px,stroke-dasharray:2 3"),
    ("external", "stroke:#768390,stroke-width:2px,stroke-dasharray:7 4"),
    ("other", "stroke:#0969da,stroke-width:1px"),
];

/// A flowchart. Edges of a kind between two nodes are drawn once.
pub(crate) fn mermaid(view: &View) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (index, node) in view.nodes.iter().enumerate() {
        let (open, close) = shape(node);
        let name = mermaid_text(&node.name);
        let mark = node.mark();
        let class = node.class();
        let _ = writeln!(out, "  n{index}{open}{mark}{name}{close}:::{class}");
    }
    for edge in &view.edges {
        let arrow = match edge.in_cycle {
            true => "==>",
            false if edge.kind() == "calls" => "-->",
            false => "-.->",
        };
        let _ = writeln!(out, "  n{} {arrow}|{}| n{}", edge.from, edge.kind(), edge.to);
    }
    for (class, style) in CLASSES {
        if view.nodes.iter().any(|node| node.class() == class) {
            let _ = writeln!(out, "  classDef {class} {style}");
        }
    }
    out
}

/// Which limit of Mermaid a flowchart exceeds, in words.
pub(crate) fn mermaid_limit(view: &View, flowchart: &str) -> Option<String> {
    let edges = view.edges.len();
    if edges > MOST_EDGES {
        return Some(format!("the graph has {edges} edges, and Mermaid draws at most {MOST_EDGES}"));
    }
    let characters = flowchart.chars().count();
    (characters > MOST_CHARACTERS).then(|| {
        format!("the graph has {characters} characters, and Mermaid reads at most {MOST_CHARACTERS}")
    })
}

fn shape(node: &ViewNode) -> (&'static str, &'static str) {
    match (node.kind, node.outcome) {
        (NodeKind::Flow, Some(OutcomeKind::Blocked)) => ("{{\"", "\"}}"),
        (NodeKind::Flow, Some(OutcomeKind::TurnsOn)) => ("(\"", "\")"),
        (NodeKind::Flow, _) => ("[\"", "\"]"),
        (NodeKind::ExternalFlow, _) => ("[/\"", "\"/]"),
        (NodeKind::Webhook, _) => (">\"", "\"]"),
        (NodeKind::ConnectionReference | NodeKind::EnvironmentVariable, _) => ("([\"", "\"])"),
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
