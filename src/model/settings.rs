//! Deployment settings: what a release brings along for one environment. Two shapes, told apart by their keys: the
//! file of `pac solution create-settings` (connections and variables) and the ALM Accelerator's
//! `customDeploymentSettings.json` (which flows to turn on, in which order).

use super::given_order::{self, GivenOrder, is_token};
use super::ids::{ConnectorName, LogicalName, SchemaName};
use crate::source::{FileId, Json, Place, Route, Value};

/// One settings file.
#[derive(Debug)]
pub struct Settings {
    /// The file.
    pub file: FileId,
    /// Connections, where the file has the section at all.
    pub references: Option<Vec<ReferenceSetting>>,
    /// Values of environment variables, where the file has the section at all.
    pub variables: Option<Vec<VariableSetting>>,
    /// The order and state of flows, where the file has the section.
    pub order: Option<GivenOrder>,
}

/// One entry of `ConnectionReferences`.
#[derive(Debug)]
pub struct ReferenceSetting {
    /// The connection reference.
    pub logical_name: LogicalName,
    /// `ConnectionId`.
    pub connection: SettingValue,
    /// `ConnectorId`, where it states a connector.
    pub connector: Option<(ConnectorName, Place)>,
    /// `ConnectionOwner`, where it states one.
    pub owner: Option<(String, Place)>,
    /// Where the name stands.
    pub place: Place,
}

/// One entry of `EnvironmentVariables`.
#[derive(Debug)]
pub struct VariableSetting {
    /// The variable.
    pub schema_name: SchemaName,
    /// `Value`.
    pub value: SettingValue,
    /// Where the name stands.
    pub place: Place,
}

/// A value in a settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// Absent, null or blank. The place is the empty value, else that of the entry's name.
    Empty(Place),
    /// A token `#{…}#` that a pipeline is expected to replace.
    Token(String, Place),
    /// A value.
    Given,
}

/// The sections that make a JSON file a settings file.
const SECTIONS: [&str; 3] = [REFERENCES, VARIABLES, given_order::ALM_SECTION];
const REFERENCES: &str = "ConnectionReferences";
const VARIABLES: &str = "EnvironmentVariables";

/// What a settings file is expected to be, for messages.
pub(crate) const EXPECTED: &str = "an object with `ConnectionReferences`, `EnvironmentVariables` or \
                                   `ActivateFlowConfiguration`";

/// Reads a settings file; `None` where it is JSON of another kind.
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
        order: given_order::of_alm(json, file),
    })
}

struct SettingsItem<'a> {
    entry: Json<'a>,
    route: Route,
    file: FileId,
}

impl SettingsItem<'_> {
    /// A member that is text, with its place. Numbers and booleans are values too.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    fn settings(text: &str) -> Option<Settings> {
        let file = Sources::default().add(Text::new("settings.json", text));
        let document = crate::parse::json::parse(std::sync::Arc::new(text.to_owned())).expect("JSON");
        read(document.root(), file)
    }

    #[test]
    fn both_forms_of_variables_are_read() {
        let settings = settings(
            r#"{"EnvironmentVariables": [{"SchemaName": "a", "Value": "1"}, {"SchemaName": "b", "Value": " "},
                ["c", "3"], ["d"], {"SchemaName": "e", "Value": "x#{e}#y"}, {"SchemaName": "f", "Value": 5}, 7]}"#,
        )
        .expect("settings");
        let shown: Vec<String> = settings
            .variables
            .expect("the section")
            .iter()
            .map(|one| {
                let kind = match one.value {
                    SettingValue::Empty(_) => "empty",
                    SettingValue::Token(..) => "token",
                    SettingValue::Given => "given",
                };
                format!("{} {kind}", one.schema_name)
            })
            .collect();
        assert_eq!(shown, ["a given", "b empty", "c given", "d empty", "e token", "f given"]);
        assert!(settings.references.is_none(), "a section that is not there is not empty");
    }

    #[test]
    fn other_json_is_no_settings_file() {
        assert!(settings(r#"{"ConnectionReferences": []}"#).is_some());
        assert!(settings(r#"{"name": "x"}"#).is_none());
        assert!(settings("[]").is_none());
    }
}
