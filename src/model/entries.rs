//! The stored lists of triggers and actions. An entry has the index of its node, and digests of its type. A search by type reads
//! only the digests, and no flow that was released.

use crate::memory::fitted;
use crate::source::{Json, NodeId, Object};

/// The index of an action in `Definition::actions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionIx(u32);

impl ActionIx {
    pub(crate) fn get(self) -> usize {
        self.0 as usize
    }

    /// A file of less than 4 GiB has fewer actions than that.
    pub(crate) fn of(index: usize) -> Self {
        ActionIx(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// An entry of the list of triggers, from which a `Trigger` is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct TriggerEntry {
    pub(super) body: NodeId,
    /// The [`type_digest`] of the type and of the kind.
    pub(super) type_digest: u32,
    pub(super) kind_digest: u32,
}

/// An entry of the list of actions, from which an `Action` is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct ActionEntry {
    pub(super) body: NodeId,
    /// The type, which nearly every check of an action reads first, and its [`type_digest`].
    pub(super) type_name: Option<NodeId>,
    pub(super) type_digest: u32,
    pub(super) parent: Option<(ActionIx, List)>,
}

/// A `Branch`, with the name of a case as a node of the document.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    Actions,
    Else,
    Case(NodeId),
    Default,
}

impl TriggerEntry {
    pub(super) fn of(body: Object<'_>) -> Self {
        let [type_digest, kind_digest] = ["type", "kind"].map(|key| type_digest(body.text(key)));
        TriggerEntry { body: body.json().id(), type_digest, kind_digest }
    }
}

/// A hash of a type that ignores case. Different types rarely share it.
pub(super) fn type_digest(type_name: &str) -> u32 {
    let lower = |byte: &u8| u32::from(byte.to_ascii_lowercase());
    let bytes = type_name.as_bytes();
    let some = bytes.iter().rev().take(4).fold(0, |digest, byte| (digest << 8) | lower(byte));
    some ^ u32::try_from(bytes.len()).unwrap_or(0)
}

/// Flattens the tree of actions, without recursion. Also returns the lists inside actions.
pub(super) fn flatten(top: Option<Object<'_>>) -> (Vec<ActionEntry>, Vec<NodeId>) {
    let (mut actions, mut contained) = (Vec::new(), Vec::new());
    // The stack is last in, first out, so pushed lists are reversed to keep the sorted order of keys.
    let mut lists: Vec<(Option<(ActionIx, List)>, Object<'_>)> =
        top.map(|top| (None, top)).into_iter().collect();
    while let Some((parent, list)) = lists.pop() {
        let first = lists.len();
        for body in list.values().filter_map(Json::as_object) {
            let index = ActionIx::of(actions.len());
            for (branch, list) in branches(body) {
                contained.push(list.json().id());
                lists.push((Some((index, branch)), list));
            }
            let type_name = body.get("type");
            let type_digest = type_digest(type_name.and_then(Json::as_str).unwrap_or_default());
            let type_name = type_name.map(Json::id);
            actions.push(ActionEntry { body: body.json().id(), type_name, type_digest, parent });
        }
        lists[first..].reverse();
    }
    (fitted(actions), contained)
}

/// The lists of nested actions in an action.
fn branches(body: Object<'_>) -> Vec<(List, Object<'_>)> {
    let (mut found, [mut otherwise, mut default, mut cases]) = (Vec::new(), [None; 3]);
    // Looks at each member once: nearly every action has none of these.
    for member in body.values().filter_map(Json::as_object) {
        match member.json().key() {
            "actions" => found.push((List::Actions, member)),
            "else" => otherwise = Some(member),
            "default" => default = Some(member),
            "cases" => cases = Some(member),
            _ => {}
        }
    }
    for (container, branch) in [(otherwise, List::Else), (default, List::Default)] {
        found.extend(container.and_then(list).map(|list| (branch, list)));
    }
    for case in cases.into_iter().flat_map(Object::values) {
        let list = case.as_object().and_then(list);
        found.extend(list.map(|list| (List::Case(case.id()), list)));
    }
    found
}

/// The actions in a container or in one of its branches.
fn list(container: Object<'_>) -> Option<Object<'_>> {
    container.get("actions").and_then(Json::as_object)
}

#[cfg(test)]
mod tests {
    use crate::model::Trigger;
    use crate::parse::definition;

    #[test]
    fn triggers_are_found_by_type_and_kind() {
        let definition = definition(
            r#"{"triggers": {"a": {"type": "request", "kind": "HTTP"}, "b": {"type": "Request", "kind": 1}, "c": {}}}"#,
        );
        let indices =
            |found: Vec<(usize, Trigger<'_>)>| found.into_iter().map(|(index, _)| index).collect::<Vec<_>>();
        assert_eq!(indices(definition.request_triggers("Http").collect()), [0]);
        assert_eq!(indices(definition.triggers_of_types(["Request", "Recurrence"]).collect()), [0, 1]);
    }
}
