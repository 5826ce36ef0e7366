//! Actions that stand in containers which this program does not know. The format grows: what is not taken apart may
//! still hold actions that others read.

use super::SemanticModel;
use crate::model::compare;
use crate::source::{Json, Object, Value};

impl<'a> SemanticModel<'a> {
    /// Whether an action of this name may stand somewhere that is not looked into. Found out when it is first asked:
    /// few flows hold a name that no known action has.
    pub(crate) fn may_hide(&self, name: &str) -> bool {
        let names = self.hidden.get_or_init(|| self.hidden_names());
        names.binary_search_by(|one| compare(one, name)).is_ok()
    }

    fn hidden_names(&self) -> Vec<&'a str> {
        let mut names = Vec::new();
        for owner in self.owners() {
            // Inputs are the values of a step: `actions` is an ordinary key there.
            let sections = self.body(owner).iter().filter(|(section, _)| *section != "inputs");
            sections.for_each(|(section, value)| collect(section, value, &mut names));
        }
        names.sort_by(|a, b| compare(a, b));
        names
    }
}

/// As deep as a text nests, which parsing limits.
fn collect<'a>(key: &str, value: Json<'a>, names: &mut Vec<&'a str>) {
    match value.value() {
        Value::Object(map) => {
            if key == "actions" {
                names.extend(map.keys());
            }
            of_members(map, names);
        }
        Value::Array(list) => list.iter().for_each(|value| collect("", value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn of_members<'a>(map: Object<'a>, names: &mut Vec<&'a str>) {
    for (key, value) in map.iter().filter(|(key, _)| *key != "inputs") {
        collect(key, value, names);
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::definition;
    use crate::semantic::SemanticModel;

    #[test]
    fn actions_of_unknown_containers_are_known_by_name() {
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
