//! Environment variables: their definitions in solutions, and their uses in flows.

use super::definition::Definition;
use super::ids::SchemaName;
use crate::parse::xml;
use crate::source::{FileId, Json, Place, Route};

/// An environment variable that a solution defines.
#[derive(Debug, Clone)]
pub struct EnvironmentVariable {
    /// The schema name.
    pub schema_name: SchemaName,
    /// The name that makers see.
    pub display_name: String,
    /// Whether the value is in a key vault.
    pub is_secret: bool,
    /// Whether the definition has a default value.
    pub has_default: bool,
    /// The text of the default value.
    pub default: Option<Place>,
    /// The place of the current value, if the solution contains one.
    pub value: Option<Place>,
    /// The place of the schema name.
    pub place: Place,
}

/// A use of an environment variable: a parameter of the definition.
#[derive(Debug, Clone)]
pub struct VariableUse {
    /// The variable.
    pub schema_name: SchemaName,
    /// The name by which expressions read it.
    pub parameter: String,
    /// The route to the schema name in the flow file.
    pub route: Route,
}

/// The type of variables whose values are in a key vault.
const SECRET: &str = "100000005";

/// Reads the definition in an `environmentvariabledefinition.xml`.
pub(crate) fn read(document: &xml::Document<'_>, file: FileId) -> Option<EnvironmentVariable> {
    let root = document.root_element();
    let schema_name = root.attribute("schemaname").filter(|name| !name.is_empty())?;
    let display_name = xml::child(root, "displayname").and_then(|node| node.attribute("default"));
    Some(EnvironmentVariable {
        schema_name: SchemaName::new(schema_name),
        display_name: display_name.unwrap_or(schema_name).to_owned(),
        is_secret: xml::child_text(root, "type") == Some(SECRET),
        has_default: xml::child_text(root, "defaultvalue").is_some(),
        default: xml::child(root, "defaultvalue").map(|node| Place::span(file, node.text_span())),
        value: None,
        place: Place::span(file, root.attribute_span("schemaname")),
    })
}

/// The place of the current value in an `environmentvariablevalues.json`, if it has one.
pub(crate) fn current_value(json: Json<'_>, file: FileId) -> Option<Place> {
    const STEPS: [&str; 2] = ["environmentvariablevalues", "environmentvariablevalue"];
    let entry = json.get(STEPS[0])?.get(STEPS[1])?;
    let (entry, route) = match entry.as_array() {
        Some(list) => (list.get(0)?, Route::of(STEPS).index(0)),
        None => (entry, Route::of(STEPS)),
    };
    let value = entry.get("value")?.as_str().filter(|text| !text.is_empty());
    value.map(|_| Place::value(file, route.key("value")))
}

/// The environment variables among a definition's parameters. The keys of parameters are display names, so the name
/// comes from the metadata.
pub(crate) fn uses(definition: &Definition) -> Vec<VariableUse> {
    let schema_name = |parameter: Json<'_>| {
        let name = parameter.at(&["metadata", "schemaName"])?.as_str()?;
        (!name.is_empty()).then(|| SchemaName::new(name))
    };
    let uses = definition.parameters().into_iter().flatten().filter_map(|(key, parameter)| {
        let schema_name = schema_name(parameter)?;
        let route = Route::of(["properties", "definition", "parameters", key, "metadata", "schemaName"]);
        Some(VariableUse { schema_name, parameter: key.to_owned(), route })
    });
    uses.collect()
}
