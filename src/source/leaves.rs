//! Every text, number and the like below a value, with its key and its place.

use super::{ContentFlags, Json, Route, Step, Value};

/// A way from an owner to a value, kept on the stack of the walk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathNode<'a, 'n> {
    above: Option<&'n PathNode<'a, 'n>>,
    key: Option<&'a str>,
    index: usize,
}

/// A string, number or the like, and the key it stands under.
#[derive(Debug)]
pub(crate) struct Leaf<'a, 'n> {
    /// The nearest key above the value.
    pub(crate) key: &'a str,
    pub(crate) value: Json<'a>,
    node: PathNode<'a, 'n>,
}

impl<'a> Leaf<'a, '_> {
    /// The key of the object around.
    pub(crate) fn around(&self) -> &'a str {
        let keys = std::iter::successors(Some(&self.node), |node| node.above).filter_map(|node| node.key);
        keys.take(2).nth(1).unwrap_or_default()
    }

    /// The way to it, behind the way to the owner.
    pub(crate) fn route(&self, owner: &Route) -> Route {
        let mut steps = Vec::new();
        let mut at = Some(&self.node);
        while let Some(node) = at {
            steps.push(match node.key {
                Some(key) => Step::Key(key.to_owned()),
                None => Step::Index(node.index),
            });
            at = node.above;
        }
        owner.steps().iter().cloned().chain(steps.into_iter().rev()).collect()
    }
}

/// Shows every value at or below `value` that is neither an object nor an array and may hold any of the marks, or has
/// a key that may.
pub(crate) fn leaves<'a>(
    value: Json<'a>,
    key: &'a str,
    marks: ContentFlags,
    visit: &mut dyn FnMut(Leaf<'a, '_>),
) {
    if value.may_hold(marks) {
        walk(value, PathNode { above: None, key: Some(key), index: 0 }, key, marks, visit);
    }
}

/// As deep as a text nests, which parsing limits.
fn walk<'a>(
    value: Json<'a>,
    node: PathNode<'a, '_>,
    key: &'a str,
    marks: ContentFlags,
    visit: &mut dyn FnMut(Leaf<'a, '_>),
) {
    match value.value() {
        Value::Object(map) => {
            for (key, inner) in map.holding(marks) {
                walk(inner, PathNode { above: Some(&node), key: Some(key), index: 0 }, key, marks, visit);
            }
        }
        // The key of a list may tell of what is in it, so none of its elements is passed over.
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                walk(inner, PathNode { above: Some(&node), key: None, index }, key, marks, visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            visit(Leaf { key, value, node });
        }
    }
}
