//! Names of actions in containers that flowvet does not know. The file format grows, so an unknown container may
//! contain actions that other actions read.

use super::SemanticModel;
use crate::model::compare;
use crate::source::{Json, Object, Value};

impl<'a> SemanticModel<'a> {
    /// Whether an action with this name may be in an unknown container. Computed on first use, because few flows
    /// contain a name that no known action has.
    pub(crate) fn may_hide(&self, name: &str) -> bool {
        let names = self.hidden.get_or_init(|| self.hidden_names());
        names.binary_search_by(|hidden| compare(hidden, name)).is_ok()
    }

    fn hidden_names(&self) -> Vec<&'a str> {
        let mut names = Vec::new();
        for owner in self.owners() {
            // Inputs are the values of an action: `actions` is an ordinary key there.
            let sections = self.body(owner).iter().filter(|(section, _)| *section != "inputs");
            sections.for_each(|(section, value)| collect(section, value, &mut names));
        }
        names.sort_by(|a, b| compare(a, b));
        names
    }
}

/// The recursion is as deep as the text nests, which parsing limits.
fn collect<'a>(key: &str, value: Json<'a>, names: &mut Vec<&'a str>) {
    match value.value() {
        Value::Object(map) => {
            if key == "actions" {
                names.extend(map.keys());
            }
            collect_members(map, names);
        }
        Value::Array(list) => list.iter().for_each(|value| collect("", value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn collect_members<'a>(map: Object<'a>, names: &mut Vec<&'a str>) {
    for (key, value) in map.iter().filter(|(key, _)| *key != "inputs") {
        collect(key, value, names);
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::definition;
    use crate::semantic::SemanticModel;

    #[test]
    fn actions_in_unknown_containers_are_found_by_name() {
        let definition = definition(
            r#"{"actions": {
            "Agent": {"type": "Agent", "tools": {"T": {"actions": {"Look up": {}}}},
                "inputs": {"actions": {"No": {}}}},
            "New": {"type": "New", "ways": [{"actions": {"In": {"inputs": {"actions": {"Nor": {}}}}}}]},
            "If": {"type": "If", "actions": {"Yes": {}}, "else": {"actions": {"Else": {}}}}
        }}"#,
        );
        let semantic = SemanticModel::of(&definition);
        let names = ["look_up", "IN", "No", "Nor", "T", "Yes", "Else"].map(|name| semantic.may_hide(name));
        assert_eq!(names, [true, true, false, false, false, false, false]);
    }
}
