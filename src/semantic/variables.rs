//! The variables of a flow: which actions declare them, and which change them.

use std::collections::BTreeMap;

use super::SemanticModel;
use crate::model::{ActionIx, Flow, fold_case};
use crate::source::{Json, Part, Place};

/// The variables of a flow.
#[derive(Debug)]
pub(crate) struct Variables<'a> {
    /// The declarations by the name of the variable in folded case.
    pub(crate) declared: BTreeMap<String, Vec<Declaration<'a>>>,
    /// Whether the name of every declared variable is known. A name may be an expression.
    pub(crate) is_complete: bool,
    /// The actions that change a variable, with its name as they write it. Names that are expressions are left out.
    pub(crate) changes: Vec<(ActionIx, &'a str)>,
}

/// An entry of an `InitializeVariable`.
#[derive(Debug)]
pub(crate) struct Declaration<'a> {
    pub(crate) action: ActionIx,
    pub(crate) name: &'a str,
    /// Its index in the list of the action.
    position: usize,
    /// The whole entry: name, type and value.
    pub(crate) entry: Json<'a>,
}

impl Declaration<'_> {
    /// The place of a member of the entry: its `name`, `type` or `value`.
    pub(crate) fn place(&self, semantic: &SemanticModel<'_>, flow: &Flow, member: &str) -> Option<Place> {
        let list = semantic.definition.action_route(self.action).keys(&["inputs", "variables"]);
        flow.place(list.index(self.position).key(member), Part::Value)
    }
}

impl<'a> Variables<'a> {
    pub(super) fn of(semantic: &SemanticModel<'a>) -> Self {
        let actions = semantic.indexed();
        let changes = actions.filter_map(|(index, action)| Some((index, action.changed_variable_name()?)));
        let changes = changes.collect();
        let mut variables = Variables { declared: BTreeMap::new(), is_complete: true, changes };
        for (action, declaring) in semantic.indexed().filter(|(_, action)| action.is("InitializeVariable")) {
            let Some(list) = declaring.initialised_variables() else {
                variables.is_complete = false;
                continue;
            };
            for (position, entry) in list.iter().enumerate() {
                match entry.get("name").and_then(Json::as_str) {
                    Some(name) if !name.contains('@') => {
                        let declaration = Declaration { action, name, position, entry };
                        variables.declared.entry(fold_case(name)).or_default().push(declaration);
                    }
                    Some(_) | None => variables.is_complete = false,
                }
            }
        }
        variables
    }

    /// The declarations of a variable.
    pub(crate) fn get(&self, name: &str) -> &[Declaration<'a>] {
        self.declared.get(&fold_case(name)).map_or(&[], Vec::as_slice)
    }
}
