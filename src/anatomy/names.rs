//! Names of a flow's actions, as expressions mean them.

use std::collections::HashMap;

use crate::model::{ActionIx, Definition};

/// The actions of a flow by name.
#[derive(Debug)]
pub(crate) struct Names {
    by_name: HashMap<String, Vec<ActionIx>>,
}

/// A name as the platform compares it: without case, and with `_` for a blank.
pub(crate) fn fold(name: &str) -> String {
    // Nearly every name; the tables of Unicode take ten times as long.
    if name.is_ascii() {
        return name.to_ascii_lowercase().replace(' ', "_");
    }
    name.chars().flat_map(char::to_lowercase).map(|c| if c == ' ' { '_' } else { c }).collect()
}

impl Names {
    pub(super) fn of(definition: &Definition) -> Self {
        let mut by_name: HashMap<String, Vec<ActionIx>> = HashMap::new();
        for (index, action) in definition.indexed() {
            by_name.entry(fold(action.name)).or_default().push(index);
        }
        Names { by_name }
    }

    /// The actions that a name means. More than one where actions of different containers share a name.
    pub(crate) fn get(&self, name: &str) -> &[ActionIx] {
        self.by_name.get(&fold(name)).map_or(&[], Vec::as_slice)
    }
}
