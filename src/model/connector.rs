//! Custom connectors that ship in a package: the operations of their OpenAPI definitions, as far as flows name them.

use std::collections::BTreeMap;

use crate::source::{Json, Object};

/// A custom connector.
#[derive(Debug)]
pub struct CustomConnector {
    /// Its name, as its file and `api.logicalName` in flows have it: `hlb_5Fprices`.
    pub name: String,
    /// By `operationId` in lower case.
    pub operations: BTreeMap<String, Operation>,
}

/// An operation of a connector.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`, as written.
    pub id: String,
    /// What it takes; `None` where that could not be read.
    pub parameters: Option<Vec<Parameter>>,
}

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name, by which flows give it a value. Properties of a body stand behind it: `body/name`.
    pub name: String,
    /// Whether a flow has to give a value: it is required, and nothing else fills it in.
    pub required: bool,
    /// The properties of a body; `None` where it is another parameter, or a body that may have any.
    pub properties: Option<Vec<Property>>,
}

/// A property of a body.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Whether a flow has to give a value, if it gives any of the body.
    pub required: bool,
}

/// How many references of an OpenAPI definition are followed to one place.
const MOST_REFERENCES: usize = 8;

/// Members of a path that are operations.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// Reads an OpenAPI 2.0 definition; `None` where it is none.
pub(crate) fn read(root: Json<'_>, name: &str) -> Option<CustomConnector> {
    let mut operations = BTreeMap::new();
    for path in root.get("paths")?.as_object()?.values().filter_map(Json::as_object) {
        let shared = path.get("parameters");
        for (_, operation) in
            path.iter().filter(|(key, _)| METHODS.contains(&key.to_ascii_lowercase().as_str()))
        {
            let Some(id) = operation.get("operationId").and_then(Json::as_str) else { continue };
            let parameters = parameters(root, shared, operation);
            operations.insert(id.to_lowercase(), Operation { id: id.to_owned(), parameters });
        }
    }
    Some(CustomConnector { name: name.to_owned(), operations })
}

impl CustomConnector {
    /// Adds what another definition of the same connector has. Of an operation that both have, nothing but the id is
    /// certain.
    pub(crate) fn join(&mut self, other: CustomConnector) {
        for (key, operation) in other.operations {
            let known = self.operations.entry(key).and_modify(|known| known.parameters = None);
            known.or_insert(operation);
        }
    }

    /// The operation of this id, in any case.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.get(&id.to_lowercase())
    }
}

/// What an operation takes: its own parameters, and those of its path. OpenAPI 3 says it in other words.
fn parameters(root: Json<'_>, shared: Option<Json<'_>>, operation: Json<'_>) -> Option<Vec<Parameter>> {
    root.get("swagger")?;
    let lists = [shared, operation.get("parameters")].into_iter().flatten();
    let mut found = Vec::new();
    for one in lists.map(Json::as_array).collect::<Option<Vec<_>>>()?.into_iter().flatten() {
        found.push(parameter(root, resolve(root, one)?.as_object()?)?);
    }
    Some(found)
}

fn parameter(root: Json<'_>, parameter: Object<'_>) -> Option<Parameter> {
    let is_body = parameter.text("in").eq_ignore_ascii_case("body");
    let properties = parameter.get("schema").filter(|_| is_body).and_then(|schema| properties(root, schema));
    Some(Parameter {
        name: parameter.get("name")?.as_str()?.to_owned(),
        required: is_true(parameter.get("required")) && !is_filled_in(parameter),
        properties,
    })
}

/// The properties of a body, where it has no others.
fn properties(root: Json<'_>, schema: Json<'_>) -> Option<Vec<Property>> {
    const OPEN: [&str; 6] =
        ["allOf", "anyOf", "oneOf", "x-ms-dynamic-schema", "x-ms-dynamic-properties", "discriminator"];
    let schema = resolve(root, schema)?.as_object()?;
    if OPEN.iter().any(|key| schema.contains_key(key))
        || schema.get("additionalProperties").is_some_and(|open| open.as_bool() != Some(false))
    {
        return None;
    }
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let of = |(name, property): (&str, Json<'_>)| {
        let filled_in = resolve(root, property).and_then(Json::as_object).is_none_or(is_filled_in);
        Property { name: name.to_owned(), required: required.contains(&name) && !filled_in }
    };
    Some(schema.get("properties")?.as_object()?.iter().map(of).collect())
}

/// Whether the platform gives a value: the default, what makers do not see, and the address that it is called at.
fn is_filled_in(schema: Object<'_>) -> bool {
    schema.contains_key("default")
        || schema.text("x-ms-visibility").eq_ignore_ascii_case("internal")
        || is_true(schema.get("x-ms-notification-url"))
        || is_true(schema.get("readOnly"))
}

fn is_true(value: Option<Json<'_>>) -> bool {
    value.and_then(Json::as_bool) == Some(true)
}

/// What a reference leads to: `{"$ref": "#/parameters/Region"}`. Anything else is itself.
fn resolve<'a>(root: Json<'a>, mut value: Json<'a>) -> Option<Json<'a>> {
    for _ in 0..MOST_REFERENCES {
        let Some(reference) = value.get("$ref") else { return Some(value) };
        let steps = reference.as_str()?.strip_prefix("#/")?.split('/');
        value = steps
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .try_fold(root, |at, step| at.get(&step))?;
    }
    None
}

/// How the platform writes the name of a connector in the names of its APIs: `hlb_5Fprices` is the beginning of
/// `shared_hlb-5fprices-5f3c91e07ab24d68f5`.
pub(crate) fn in_api_name(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn connector(text: &str) -> Option<CustomConnector> {
        let document = crate::parse::json::parse(Arc::new(text.to_owned())).expect("JSON");
        read(document.root(), "hlb_5Fprices")
    }

    fn shown(text: &str) -> String {
        let show = |parameter: &Parameter| {
            let properties = parameter.properties.iter().flatten();
            let properties: Vec<String> = properties
                .map(|one| format!("{}{}", one.name, if one.required { "!" } else { "" }))
                .collect();
            let sign = if parameter.required { "!" } else { "" };
            let open = if parameter.properties.is_some() {
                format!("({})", properties.join(" "))
            } else {
                String::new()
            };
            format!("{}{sign}{open}", parameter.name)
        };
        let operations = connector(text).expect("a definition").operations;
        let lines = operations.values().map(|operation| match &operation.parameters {
            None => format!("{}: unknown", operation.id),
            Some(all) => format!("{}: {}", operation.id, all.iter().map(show).collect::<Vec<_>>().join(", ")),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_flows_have_to_give_is_known() {
        let text = r##"{"swagger": "2.0", "parameters": {"Region": {"name": "region", "in": "query", "required": true}},
            "definitions": {"Order": {"type": "object", "required": ["isbn", "copies", "note"], "properties": {
                "isbn": {"type": "string"}, "copies": {"$ref": "#/definitions/Copies"}, "note": {"readOnly": true}}},
                "Copies": {"type": "integer", "default": 1}, "Loop": {"$ref": "#/definitions/Loop"}},
            "paths": {"/a/{id}": {"parameters": [{"name": "id", "in": "path", "required": true}],
                "get": {"operationId": "Get", "parameters": [{"$ref": "#/parameters/Region"},
                    {"name": "api-version", "in": "query", "required": true, "default": "1"}]},
                "post": {"operationId": "Add", "parameters": [
                    {"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/Order"}}]},
                "put": {"operationId": "Any", "parameters": [{"name": "body", "in": "body", "schema":
                    {"type": "object", "properties": {"a": {}}, "additionalProperties": true}}]},
                "delete": {"operationId": "Lost", "parameters": [{"$ref": "#/definitions/Loop"}]},
                "x-ms-notification-content": {"operationId": "No"}, "head": {}}}}"##;
        insta::assert_snapshot!(shown(text), @r"
        Add: id!, body!(copies isbn! note)
        Any: id!, body
        Get: id!, region!, api-version
        Lost: unknown
        ");
    }

    #[test]
    fn other_definitions_say_nothing_of_parameters() {
        assert!(connector("[]").is_none() && connector(r#"{"paths": 1}"#).is_none());
        let text = r#"{"openapi": "3.0", "paths": {"/": {"get": {"operationId": "A"}}}}"#;
        assert_eq!(shown(text), "A: unknown");
    }
}
