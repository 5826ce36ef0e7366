//! Deployment settings, which a release provides for a target environment. There are two formats: the file of `pac
//! solution create-settings` (connections and variables), and the ALM Accelerator's `customDeploymentSettings.json`
//! (which flows to turn on, in which order). Their keys distinguish them.

use std::collections::{BTreeMap, BTreeSet};

use super::given_order::{self, GivenOrder, is_token};
use super::ids::{ConnectorName, LogicalName, SchemaName};
use super::{FlowIx, Workspace};
use crate::source::{FileId, Json, Place, Route, Value};

/// A settings file.
#[derive(Debug)]
pub struct Settings {
    /// The file.
    pub file: FileId,
    /// The connections, if the file has this section.
    pub references: Option<Vec<ReferenceSetting>>,
    /// The values of environment variables, if the file has this section.
    pub variables: Option<Vec<VariableSetting>>,
    /// The order and state of flows, if the file has this section.
    pub order: Option<GivenOrder>,
}

/// An entry of `ConnectionReferences`.
#[derive(Debug)]
pub struct ReferenceSetting {
    /// The connection reference.
    pub logical_name: LogicalName,
    /// `ConnectionId`.
    pub connection: SettingValue,
    /// `ConnectorId`, if the entry states it.
    pub connector: Option<(ConnectorName, Place)>,
    /// `ConnectionOwner`, if the entry states it.
    pub owner: Option<(String, Place)>,
    /// The place of the name.
    pub place: Place,
}

/// An entry of `EnvironmentVariables`.
#[derive(Debug)]
pub struct VariableSetting {
    /// The variable.
    pub schema_name: SchemaName,
    /// `Value`.
    pub value: SettingValue,
    /// The place of the name.
    pub place: Place,
}

/// A value in a settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// Absent, null or blank. The place is the empty value, or else the entry's name.
    Empty(Place),
    /// A placeholder `#{…}#`, which a pipeline is expected to replace.
    Token(String, Place),
    /// Any other value.
    Given,
}

/// The sections of settings files. A file needs at least one of them.
const SECTIONS: [&str; 3] = [REFERENCES, VARIABLES, given_order::ALM_SECTION];
const REFERENCES: &str = "ConnectionReferences";
const VARIABLES: &str = "EnvironmentVariables";

/// The expected content of a settings file, for messages.
pub(crate) const EXPECTED: &str = "an object with `ConnectionReferences`, `EnvironmentVariables` or \
                                   `ActivateFlowConfiguration`";

/// Reads a settings file; `None` if the JSON has none of the sections.
pub(crate) fn read(json: Json<'_>, file: FileId) -> Option<Settings> {
    let object = json.as_object()?;
    if !SECTIONS.iter().any(|section| object.contains_key(section)) {
        return None;
    }
    let entries = |section: &'static str| {
        let list = object.get(section)?.as_array()?;
        Some(list.iter().enumerate().map(move |(index, entry)| SettingsItem {
            entry,
            route: Route::of([section]).index(index),
            file,
        }))
    };
    Some(Settings {
        file,
        references: entries(REFERENCES).map(|list| list.filter_map(SettingsItem::reference).collect()),
        variables: entries(VARIABLES).map(|list| list.filter_map(SettingsItem::variable).collect()),
        order: given_order::read_alm(json, file),
    })
}

struct SettingsItem<'a> {
    entry: Json<'a>,
    route: Route,
    file: FileId,
}

impl SettingsItem<'_> {
    /// A scalar member as text, with its place. Numbers and booleans are valid values too.
    fn text(&self, key: &str) -> Option<(String, Place)> {
        let text = match self.entry.get(key)?.value() {
            Value::String(text) => text.to_owned(),
            Value::Number(number) => number.text().to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some((text, Place::value(self.file, self.route.key(key))))
    }

    fn filled(&self, key: &str) -> Option<(String, Place)> {
        self.text(key).filter(|(text, _)| !text.trim().is_empty() && !is_token(text))
    }

    fn value(&self, key: &str, name: &Place) -> SettingValue {
        match self.text(key) {
            None => SettingValue::Empty(name.clone()),
            Some((text, place)) if text.trim().is_empty() => SettingValue::Empty(place),
            Some((text, place)) if is_token(&text) => SettingValue::Token(text, place),
            Some(_) => SettingValue::Given,
        }
    }

    fn reference(self) -> Option<ReferenceSetting> {
        let (name, place) = self.text("LogicalName")?;
        let connector = self.filled("ConnectorId");
        Some(ReferenceSetting {
            logical_name: LogicalName::new(name),
            connection: self.value("ConnectionId", &place),
            connector: connector.and_then(|(id, place)| Some((ConnectorName::in_id(&id)?, place))),
            owner: self.filled("ConnectionOwner"),
            place,
        })
    }

    /// `{"SchemaName": …, "Value": …}`, or the old form `["name", "value"]`.
    fn variable(self) -> Option<VariableSetting> {
        if let Some(pair) = self.entry.as_array() {
            let name = pair.get(0)?.as_str()?;
            let place = Place::value(self.file, self.route.index(0));
            let value_place = Place::value(self.file, self.route.index(1));
            let value = match pair.get(1).and_then(Json::as_str) {
                None | Some("") => SettingValue::Empty(place.clone()),
                Some(text) if is_token(text) => SettingValue::Token(text.to_owned(), value_place),
                Some(_) => SettingValue::Given,
            };
            return Some(VariableSetting { schema_name: SchemaName::new(name), value, place });
        }
        let (name, place) = self.text("SchemaName")?;
        Some(VariableSetting {
            schema_name: SchemaName::new(name),
            value: self.value("Value", &place),
            place,
        })
    }
}

/// The flows that `ActivateFlowConfiguration` turns on (`true`) or leaves off after the import. Settings files are for
/// several environments: a flow is off if a file leaves it off, and on if every file with such a section turns it on.
pub(crate) fn states_after_settings(workspace: &Workspace, settings: &[Settings]) -> BTreeMap<FlowIx, bool> {
    let orders: Vec<_> = settings.iter().filter_map(|file| file.order.as_ref()).collect();
    let mut states: BTreeMap<FlowIx, Vec<bool>> = BTreeMap::new();
    for order in &orders {
        let mut seen = BTreeSet::new();
        for entry in &order.entries {
            let [flow] = workspace.flows_named(&entry.wanted)[..] else { continue };
            let flow = workspace.representative(flow);
            if seen.insert(flow) {
                states.entry(flow).or_default().push(!entry.stays_off);
            }
        }
    }
    let decided = states.into_iter().filter_map(|(flow, states)| {
        let is_on = !states.contains(&false);
        (!is_on || states.len() == orders.len()).then_some((flow, is_on))
    });
    decided.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    fn settings(text: &str) -> Option<Settings> {
        let file = Sources::default().add(Text::new("settings.json", text));
        let document = crate::parse::json::parse(text.into()).expect("JSON");
        read(document.root(), file)
    }

    #[test]
    fn both_formats_of_variables_are_read() {
        let settings = settings(
            r#"{"EnvironmentVariables": [{"SchemaName": "a", "Value": "1"}, {"SchemaName": "b", "Value": " "},
                ["c", "3"], ["d"], {"SchemaName": "e", "Value": "x#{e}#y"}, {"SchemaName": "f", "Value": 5}, 7]}"#,
        )
        .expect("settings");
        let shown: Vec<String> = settings
            .variables
            .expect("the section")
            .iter()
            .map(|variable| {
                let kind = match variable.value {
                    SettingValue::Empty(_) => "empty",
                    SettingValue::Token(..) => "token",
                    SettingValue::Given => "given",
                };
                format!("{} {kind}", variable.schema_name)
            })
            .collect();
        assert_eq!(shown, ["a given", "b empty", "c given", "d empty", "e token", "f given"]);
        assert!(settings.references.is_none(), "a section that is not there is not empty");
    }

    #[test]
    fn json_without_settings_sections_is_refused() {
        assert!(settings(r#"{"ConnectionReferences": []}"#).is_some());
        assert!(settings(r#"{"name": "x"}"#).is_none());
        assert!(settings("[]").is_none());
    }
}
