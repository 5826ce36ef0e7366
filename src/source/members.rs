//! Where the members of a JSON text stand: what `parse` makes of a text of which many places are asked, so that a
//! thousand findings in one file do not read it a thousand times.

use std::collections::HashMap;

use super::{Part, Route, Span, Step};

/// The spans of every key and value of a JSON text.
#[derive(Debug, Default)]
pub(crate) struct Members {
    nodes: Vec<Member>,
    /// Of two equal keys the last one counts, as for serde_json.
    children: HashMap<(usize, Step), usize>,
}

#[derive(Debug)]
struct Member {
    /// Without quotes; `None` for elements and the root.
    key: Option<Span>,
    /// Without the quotes of a string.
    value: Span,
}

impl Members {
    /// Adds a member, whose value is not known yet; the first one is the root.
    pub(crate) fn add(&mut self, parent: Option<(usize, Step)>, key: Option<Span>) -> usize {
        let node = self.nodes.len();
        self.nodes.push(Member { key, value: Span::new(0, 0) });
        self.children.extend(parent.map(|place| (place, node)));
        node
    }

    /// Says where the value of a member stands.
    pub(crate) fn set_value(&mut self, node: usize, value: Span) {
        self.nodes[node].value = value;
    }

    /// The span of a member.
    pub(crate) fn get(&self, route: &Route, part: Part) -> Option<Span> {
        let mut node = 0;
        for step in route.steps() {
            node = *self.children.get(&(node, step.clone()))?;
        }
        let member = self.nodes.get(node)?;
        match part {
            Part::Key => Some(member.key.unwrap_or(member.value)),
            Part::Value => Some(member.value),
        }
    }
}
