//! A walk over all scalar values below a JSON value, with their keys and routes. Rules that search for texts use it.

use super::{ContentFlags, Json, Route, Step, Value};

/// The path from an owner to a value, as a linked list on the stack of the walk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathNode<'a, 'n> {
    parent: Option<&'n PathNode<'a, 'n>>,
    key: Option<&'a str>,
    index: usize,
}

/// A scalar: a string, number, boolean or null.
#[derive(Debug)]
pub(crate) struct Leaf<'a, 'n> {
    /// The nearest key above the value.
    pub(crate) key: &'a str,
    pub(crate) value: Json<'a>,
    node: PathNode<'a, 'n>,
}

impl<'a> Leaf<'a, '_> {
    /// The key above [`Leaf::key`]: usually that of the object around the value.
    pub(crate) fn around(&self) -> &'a str {
        let keys = std::iter::successors(Some(&self.node), |node| node.parent).filter_map(|node| node.key);
        keys.take(2).nth(1).unwrap_or_default()
    }

    /// The route to the value, given the route to the owner.
    pub(crate) fn route(&self, owner: &Route) -> Route {
        let mut steps = Vec::new();
        let mut at = Some(&self.node);
        while let Some(node) = at {
            steps.push(match node.key {
                Some(key) => Step::Key(key.to_owned()),
                None => Step::Index(node.index),
            });
            at = node.parent;
        }
        owner.steps().iter().cloned().chain(steps.into_iter().rev()).collect()
    }
}

/// Calls `visit` for every scalar at or below `value` that may contain any of the flags, or whose key may.
pub(crate) fn leaves<'a>(
    value: Json<'a>,
    key: &'a str,
    flags: ContentFlags,
    visit: &mut dyn FnMut(Leaf<'a, '_>),
) {
    if value.may_hold(flags) {
        walk(value, PathNode { parent: None, key: Some(key), index: 0 }, key, flags, visit);
    }
}

/// The recursion is as deep as the text nests, which parsing limits.
fn walk<'a>(
    value: Json<'a>,
    node: PathNode<'a, '_>,
    key: &'a str,
    flags: ContentFlags,
    visit: &mut dyn FnMut(Leaf<'a, '_>),
) {
    match value.value() {
        Value::Object(map) => {
            for (key, inner) in map.holding(flags) {
                walk(inner, PathNode { parent: Some(&node), key: Some(key), index: 0 }, key, flags, visit);
            }
        }
        // The key of a list may say what the list contains, so no element is skipped.
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                walk(inner, PathNode { parent: Some(&node), key: None, index }, key, flags, visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            visit(Leaf { key, value, node });
        }
    }
}
