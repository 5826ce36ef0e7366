//! Conversions between values, routes and byte ranges. Work that is linear in the length of a text is done once per
//! text, not once per reported place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::PoisonError;

use super::node::Node;
use super::{Document, Json, NodeId, NodeKind, Part, Route, Span, Step, first_bytes, number};
use crate::expression::{Checkpoints, raw_range};

/// The checkpoints of long strings and keys with escapes, by start offset.
pub(super) type LongEscapes = BTreeMap<u32, Checkpoints>;

/// The parent of nodes without one: the root, and all but the last of equal keys.
const NONE: u32 = u32::MAX;

impl Document {
    /// The byte range of the key or value at the end of a route, without the quotes of a string. `None` if the route
    /// does not exist. Array elements and the root have no key; their value is used instead.
    pub(crate) fn locate(&self, route: &Route, part: Part) -> Option<Span> {
        self.text_at(route, part).map(|(text, _)| text.into())
    }

    /// The byte range in the file for a range of a decoded string or key.
    pub(crate) fn locate_within(&self, route: &Route, part: Part, within: Span) -> Option<Span> {
        let (text, has_escapes) = self.text_at(route, part)?;
        let start = text.start;
        let raw = &self.text[text];
        let within = within.start..within.end;
        let found = if !has_escapes {
            within.start.min(raw.len())..within.end.min(raw.len())
        } else if let Some(checkpoints) = self.long_escapes().get(&number(start)) {
            checkpoints.raw_range(raw, within)
        } else {
            raw_range(raw, within)
        };
        Some(Span::new(start + found.start, start + found.end))
    }

    /// The route to a value.
    pub(crate) fn route_to(&self, id: NodeId) -> Route {
        let mut parents = self.parents.lock().unwrap_or_else(PoisonError::into_inner);
        if parents.is_empty() {
            *parents = self.find_parents();
        }
        let (mut steps, mut at) = (Vec::new(), id.0);
        while let Some(above) = parents.get(at as usize).copied().filter(|above| *above != NONE) {
            steps.push(match self.nodes[above as usize].kind() {
                NodeKind::Array => {
                    let first = self.children(above as usize).next().unwrap_or(at);
                    Step::Index((at - first) as usize)
                }
                _ => Step::Key(self.key(self.nodes[at as usize]).to_owned()),
            });
            at = above;
        }
        steps.into_iter().rev().collect()
    }

    /// The innermost key or value at a byte offset of the text, and which of both it is. Both ends of a key or string count.
    pub(crate) fn at(&self, offset: usize) -> Option<(NodeId, Part)> {
        let holds = |range: Range<usize>| range.start <= offset && offset <= range.end;
        let holds_value = |json: Json<'_>| {
            self.nodes[json.node as usize].start as usize <= offset
                && holds(self.value_range(json.node as usize))
        };
        let found = self.in_order(holds_value).filter_map(|json| {
            let node = self.nodes[json.node as usize];
            if node.key_length > 0 && holds(self.key_range(node)) {
                Some((json.id(), Part::Key))
            } else {
                holds_value(json).then(|| (json.id(), Part::Value))
            }
        });
        // The last one that contains the offset is the innermost.
        found.last()
    }

    /// The value at the end of a route.
    pub(crate) fn value_at(&self, route: &Route) -> Option<Json<'_>> {
        let (node, _) = self.node_at(route)?;
        Some(Json { document: self, node })
    }

    /// The node at the end of a route, and whether it is a member of an object.
    fn node_at(&self, route: &Route) -> Option<(u32, bool)> {
        let mut node = self.root().node;
        let mut is_member = false;
        for step in route.steps() {
            let at = node as usize;
            node = match (step, self.nodes.get(at)?.kind()) {
                (Step::Key(key), NodeKind::Object | NodeKind::Detached) => {
                    self.find(at, key, first_bytes(key))?
                }
                (Step::Index(index), NodeKind::Array) => {
                    self.json(NodeId(node)).as_array()?.get(*index)?.node
                }
                _ => return None,
            };
            is_member = matches!(step, Step::Key(_));
        }
        Some((node, is_member))
    }

    /// The range of a key or value as written, and whether it contains escapes.
    fn text_at(&self, route: &Route, part: Part) -> Option<(Range<usize>, bool)> {
        let (index, is_member) = self.node_at(route)?;
        let node = *self.nodes.get(index as usize)?;
        Some(if part == Part::Key && is_member {
            let is_decoded = node.key_length == Node::LONG && self.long_key(node).decoded.is_some();
            (self.key_range(node), is_decoded)
        } else {
            (self.value_range(index as usize), node.kind() == NodeKind::Escaped)
        })
    }

    /// Frees what [`Document::route_to`] computed: call it when no more routes of this document are needed.
    pub(crate) fn forget_parents(&self) {
        *self.parents.lock().unwrap_or_else(PoisonError::into_inner) = Vec::new();
    }

    fn find_parents(&self) -> Vec<u32> {
        let mut parents = vec![NONE; self.nodes.len()];
        for (parent, node) in self.nodes.iter().enumerate() {
            if node.kind().is_container() {
                self.children(parent).for_each(|child| parents[child as usize] = number(parent));
            }
        }
        parents
    }

    fn long_escapes(&self) -> &LongEscapes {
        self.long_escapes.get_or_init(|| {
            let values = self.escaped.iter().map(|escaped| {
                let start = escaped.start as usize + 1;
                start..start + escaped.length as usize
            });
            let decoded = self
                .nodes
                .iter()
                .filter(|node| node.key_length == Node::LONG && self.long_key(**node).decoded.is_some());
            let keys = decoded.map(|node| self.key_range(*node));
            let long =
                values.chain(keys).filter(|text| Checkpoints::are_worthwhile(&self.text[text.clone()]));
            long.map(|text| (number(text.start), Checkpoints::of(&self.text[text]))).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Value;

    /// Collects a value and all values inside it.
    fn all<'a>(json: Json<'a>, out: &mut Vec<Json<'a>>) {
        out.push(json);
        match json.value() {
            Value::Object(map) => map.iter().for_each(|(_, inner)| all(inner, out)),
            Value::Array(list) => list.iter().for_each(|inner| all(inner, out)),
            _ => {}
        }
    }

    #[test]
    fn the_route_to_a_value_leads_to_it() {
        let text =
            r#"{"b": [1, [2, {"x": [], "\u0061": "y"}], 3], "a": {"c": 1}, "a": {"d": null, "c": [[0]]}}"#;
        let document = crate::parse::json::parse(text.into()).expect("JSON");
        let mut values = Vec::new();
        all(document.root(), &mut values);
        assert_eq!(values.len(), 14);
        for value in values {
            let route = document.route_to(value.id());
            assert_eq!(document.locate(&route, Part::Value), Some(value.span()), "{route}");
        }
    }

    #[test]
    fn locate_within_finds_parts_of_long_strings_and_keys() {
        for filler in ["x", "é", r"\n", r"\ud83d\ude00"] {
            let raw = format!("{}needle{}", filler.repeat(3000), filler.repeat(9));
            let text = format!(r#"{{"{raw}": ["{raw}"]}}"#);
            let document = crate::parse::json::parse(text.clone().into()).expect("JSON");
            let key = document.root().as_object().and_then(|root| root.keys().next()).expect("a key");
            let start = key.find("needle").expect("there");
            let route = Route::of([key]);
            for (route, part) in [(route.clone(), Part::Key), (route.index(0), Part::Value)] {
                let span = document.locate_within(&route, part, Span::new(start, start + 6)).expect("there");
                assert_eq!(&text[span.start..span.end], "needle");
            }
        }
    }
}
