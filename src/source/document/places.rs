//! Conversions between values, routes and byte ranges. Work that is linear in the length of a text is done once per
//! text, not once per reported place.

use std::collections::BTreeMap;

use super::{Document, Json, NodeId, NodeKind, Part, Route, Slice, Span, Step};
use crate::expression::{Checkpoints, raw_range};

/// The checkpoints of long strings and keys with escapes, by start offset.
pub(super) type LongEscapes = BTreeMap<u32, Checkpoints>;

/// The parent of nodes without one: the root, and all but the last of equal keys.
const NONE: u32 = u32::MAX;

impl Document {
    /// The byte range of the key or value at the end of a route, without the quotes of a string. `None` if the route
    /// does not exist. Array elements and the root have no key; their value is used instead.
    pub(crate) fn locate(&self, route: &Route, part: Part) -> Option<Span> {
        self.text_at(route, part).map(|(text, _)| text.span())
    }

    /// The byte range in the file for a range of a decoded string or key.
    pub(crate) fn locate_within(&self, route: &Route, part: Part, within: Span) -> Option<Span> {
        let (text, has_escapes) = self.text_at(route, part)?;
        let raw = &self.text[text.range()];
        let within = within.start..within.end;
        let found = if !has_escapes {
            within.start.min(raw.len())..within.end.min(raw.len())
        } else if let Some(checkpoints) = self.long_escapes().get(&text.start) {
            checkpoints.raw_range(raw, within)
        } else {
            raw_range(raw, within)
        };
        let start = text.span().start;
        Some(Span::new(start + found.start, start + found.end))
    }

    /// The route to a value.
    pub(crate) fn route_to(&self, id: NodeId) -> Route {
        let parents = self.parents();
        let (mut steps, mut at) = (Vec::new(), id.0);
        while let Some(above) = parents.get(at as usize).copied().filter(|above| *above != NONE) {
            steps.push(match self.nodes[above as usize].kind {
                // The elements of an array are in the order of their nodes.
                NodeKind::Array => {
                    Step::Index(self.children(above as usize).partition_point(|child| child.node < at))
                }
                _ => Step::Key(self.key(at as usize).to_owned()),
            });
            at = above;
        }
        steps.into_iter().rev().collect()
    }

    /// The innermost key or value at a byte offset of the text, and which of both it is. Both ends of a key or string count.
    pub(crate) fn at(&self, offset: usize) -> Option<(NodeId, Part)> {
        let holds = |slice: Slice| slice.range().start <= offset && offset <= slice.range().end;
        let mut found = None;
        // The nodes are in the order of the text, so the last one that contains the offset is the innermost.
        for (number, node) in self.nodes.iter().enumerate() {
            let part = if holds(node.key) && node.key.length > 0 {
                Part::Key
            } else if holds(node.value) {
                Part::Value
            } else {
                continue;
            };
            found = Some((NodeId(u32::try_from(number).ok()?), part));
        }
        found
    }

    /// The value at the end of a route.
    pub(crate) fn value_at(&self, route: &Route) -> Option<Json<'_>> {
        let (node, _) = self.node_at(route)?;
        Some(Json { document: self, node: u32::try_from(node).ok()? })
    }

    /// The node at the end of a route, and whether it is a member of an object.
    fn node_at(&self, route: &Route) -> Option<(usize, bool)> {
        let mut node = 0;
        let mut is_member = false;
        for step in route.steps() {
            node = match (step, self.nodes.get(node)?.kind) {
                (Step::Key(key), NodeKind::Object | NodeKind::Detached) => self.find(node, key)?,
                (Step::Index(index), NodeKind::Array) => self.children(node).get(*index)?.node as usize,
                _ => return None,
            };
            is_member = matches!(step, Step::Key(_));
        }
        Some((node, is_member))
    }

    /// The text of a key or value as written, and whether it contains escapes.
    fn text_at(&self, route: &Route, part: Part) -> Option<(Slice, bool)> {
        let (node, is_member) = self.node_at(route)?;
        let found = self.nodes.get(node)?;
        Some(if part == Part::Key && is_member {
            let number = u32::try_from(node).unwrap_or(u32::MAX);
            let is_decoded = self.decoded_keys.binary_search_by_key(&number, |(node, _)| *node).is_ok();
            (found.key, is_decoded)
        } else {
            (found.value, found.kind == NodeKind::Escaped)
        })
    }

    fn parents(&self) -> &[u32] {
        self.parents.get_or_init(|| {
            let mut parents = vec![NONE; self.nodes.len()];
            for (number, node) in self.nodes.iter().enumerate() {
                if matches!(node.kind, NodeKind::Array | NodeKind::Object | NodeKind::Detached) {
                    for child in self.children(number) {
                        parents[child.node as usize] = u32::try_from(number).unwrap_or(NONE);
                    }
                }
            }
            parents
        })
    }

    fn long_escapes(&self) -> &LongEscapes {
        self.long_escapes.get_or_init(|| {
            let values =
                self.nodes.iter().filter(|node| node.kind == NodeKind::Escaped).map(|node| node.value);
            let keys = self.decoded_keys.iter().map(|(node, _)| self.nodes[*node as usize].key);
            let long =
                values.chain(keys).filter(|text| Checkpoints::are_worthwhile(&self.text[text.range()]));
            long.map(|text| (text.start, Checkpoints::of(&self.text[text.range()]))).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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
        let document = crate::parse::json::parse(Arc::new(text.to_owned())).expect("JSON");
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
            let document = crate::parse::json::parse(Arc::new(text.clone())).expect("JSON");
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
