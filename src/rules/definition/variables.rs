//! The variables of a flow: which actions declare and change them.

use std::collections::BTreeMap;

use crate::model::{Action, ActionIx, fold_case};
use crate::rules::FlowContext;
use crate::source::{Json, Part, Place};

/// The variables that a flow declares, by name in folded case.
pub(super) struct Declared<'w> {
    pub(super) by_name: BTreeMap<String, Vec<Declaration<'w>>>,
    /// Whether every name is known. A name may be an expression.
    pub(super) is_complete: bool,
}

/// An entry of an `InitializeVariable`.
pub(super) struct Declaration<'w> {
    pub(super) action: ActionIx,
    pub(super) name: &'w str,
    /// Its index in the list of the action.
    position: usize,
    /// The whole entry: name, type and value.
    pub(super) entry: Json<'w>,
}

impl Declaration<'_> {
    /// The place of a member of the entry: its `name`, `type` or `value`.
    pub(super) fn place(&self, context: &FlowContext<'_, '_>, member: &str) -> Option<Place> {
        let list = context.semantic.definition.action_route(self.action).keys(&["inputs", "variables"]);
        context.flow.place(list.index(self.position).key(member), Part::Value)
    }
}

/// Action types that change the variable whose name is in `inputs.name`.
const CHANGING: [&str; 5] = [
    "SetVariable",
    "IncrementVariable",
    "DecrementVariable",
    "AppendToArrayVariable",
    "AppendToStringVariable",
];

/// Whether an action changes a variable.
pub(super) fn is_change(action: Action<'_>) -> bool {
    CHANGING.iter().any(|type_name| action.is(type_name))
}

/// The variable that an action changes, if it changes one and the name is not an expression.
pub(super) fn changed(action: Action<'_>) -> Option<&str> {
    if !is_change(action) {
        return None;
    }
    let name = action.body.get("inputs")?.get("name")?.as_str()?;
    (!name.contains('@')).then_some(name)
}

impl<'w> Declared<'w> {
    pub(super) fn of(context: &FlowContext<'_, 'w>) -> Self {
        let mut declared = Declared { by_name: BTreeMap::new(), is_complete: true };
        let actions = context.semantic.indexed();
        for (index, action) in actions.filter(|(_, action)| action.is("InitializeVariable")) {
            let list = action.body.get("inputs").and_then(|inputs| inputs.get("variables"));
            let Some(list) = list.and_then(Json::as_array) else {
                declared.is_complete = false;
                continue;
            };
            for (position, entry) in list.iter().enumerate() {
                match entry.get("name").and_then(Json::as_str) {
                    Some(name) if !name.contains('@') => {
                        let declaration = Declaration { action: index, name, position, entry };
                        declared.by_name.entry(fold_case(name)).or_default().push(declaration);
                    }
                    Some(_) | None => declared.is_complete = false,
                }
            }
        }
        declared
    }

    /// The declarations of a variable.
    pub(super) fn get(&self, name: &str) -> &[Declaration<'w>] {
        self.by_name.get(&fold_case(name)).map_or(&[], Vec::as_slice)
    }
}
