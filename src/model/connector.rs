//! Custom connectors in a package: the parts of their OpenAPI definitions that flows refer to.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Json, Object};

/// A custom connector.
#[derive(Debug)]
pub struct CustomConnector {
    /// Its name, as in its file and in `api.logicalName` of flows: `hlb_5Fprices`.
    pub name: String,
    /// By `operationId` in lower case.
    pub operations: BTreeMap<String, Operation>,
}

/// An operation of a connector.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`, as written.
    pub id: String,
    /// Its parameters, by name in lower case; `None` if they could not be read.
    pub parameters: Option<BTreeMap<String, Parameter>>,
    /// Every name that a flow can set: `region`, `body`, `body/isbn`.
    pub keys: Vec<String>,
}

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name, which flows use to set it. Properties of a body follow it: `body/name`.
    pub name: String,
    /// Whether a flow has to set it: it is required, and has no other source.
    pub required: bool,
    /// The properties of a body, by name in lower case; `None` for other parameters, and for bodies that may have any
    /// properties.
    pub properties: Option<BTreeMap<String, Property>>,
}

/// A property of a body.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Whether a flow has to set it if it sets any property of the body.
    pub required: bool,
}

/// The longest chain of references in an OpenAPI definition that is followed.
const MOST_REFERENCES: usize = 8;

/// The most parameters of an operation, or properties of a body, that are read, and the most of a whole definition, because
/// many operations may refer to the same long list. Beyond this, they count as unknown.
const MOST_PARAMETERS: usize = 1000;
const MOST_ENTRIES: usize = 100_000;

/// Members of a path that are operations.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// Reads an OpenAPI 2.0 definition; `None` if the text is something else.
pub(crate) fn read(root: Json<'_>, name: &str) -> Option<CustomConnector> {
    let mut operations = BTreeMap::new();
    let mut entries = 0;
    // Paths that differ only in their query are written in an extension (`x-ms-paths` in autorest's documentation).
    let paths = root.get("paths")?.as_object()?.values();
    let more = root.get("x-ms-paths").and_then(Json::as_object).into_iter().flat_map(Object::values);
    for path in paths.chain(more) {
        // A path that cannot be followed may have any operation.
        let Some(path) = resolve(root, path)?.as_object() else { continue };
        let shared = path.get("parameters");
        for (_, operation) in
            path.iter().filter(|(key, _)| METHODS.contains(&key.to_ascii_lowercase().as_str()))
        {
            let Some(id) = operation.get("operationId").and_then(Json::as_str) else { continue };
            let parameters = parameters(root, shared, operation).filter(|_| entries <= MOST_ENTRIES);
            let properties = |parameter: &Parameter| parameter.properties.as_ref().map_or(0, BTreeMap::len);
            entries += parameters.iter().flatten().map(|(_, one)| 1 + properties(one)).sum::<usize>();
            let keys = parameters.as_ref().map(keys).unwrap_or_default();
            operations.insert(id.to_lowercase(), Operation { id: id.to_owned(), parameters, keys });
        }
    }
    Some(CustomConnector { name: name.to_owned(), operations })
}

impl CustomConnector {
    /// Adds the operations of another definition of the same connector. If both have an operation, only its id is certain.
    pub(crate) fn join(&mut self, other: CustomConnector) {
        for (key, operation) in other.operations {
            let known = self.operations.entry(key).and_modify(|known| {
                known.parameters = None;
                known.keys = Vec::new();
            });
            known.or_insert(operation);
        }
    }

    /// The operation with this id, ignoring case.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.get(&id.to_lowercase())
    }
}

/// The parameters of an operation: its own and those of its path. OpenAPI 3 has a different syntax.
fn parameters(
    root: Json<'_>,
    shared: Option<Json<'_>>,
    operation: Json<'_>,
) -> Option<BTreeMap<String, Parameter>> {
    root.get("swagger")?;
    let lists = [shared, operation.get("parameters")].into_iter().flatten();
    let mut found = BTreeMap::new();
    for list in lists.map(Json::as_array).collect::<Option<Vec<_>>>()? {
        if list.len() > MOST_PARAMETERS {
            return None;
        }
        for one in list {
            let parameter = parameter(root, resolve(root, one)?.as_object()?)?;
            found.insert(parameter.name.to_lowercase(), parameter);
        }
    }
    Some(found)
}

fn keys(parameters: &BTreeMap<String, Parameter>) -> Vec<String> {
    let mut keys = Vec::new();
    for parameter in parameters.values() {
        let properties = parameter.properties.iter().flat_map(BTreeMap::values);
        keys.extend(properties.map(|property| format!("{}/{}", parameter.name, property.name)));
        keys.push(parameter.name.clone());
    }
    keys
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

/// The properties of a body, if it cannot have others.
fn properties(root: Json<'_>, schema: Json<'_>) -> Option<BTreeMap<String, Property>> {
    const OPEN: [&str; 6] =
        ["allOf", "anyOf", "oneOf", "x-ms-dynamic-schema", "x-ms-dynamic-properties", "discriminator"];
    let schema = resolve(root, schema)?.as_object()?;
    if OPEN.iter().any(|key| schema.contains_key(key))
        || schema.get("additionalProperties").is_some_and(|open| open.as_bool() != Some(false))
    {
        return None;
    }
    let list = schema.get("properties")?.as_object().filter(|list| list.len() <= MOST_PARAMETERS)?;
    // Flows write a property as `body/name`, so the parts of a name with a slash cannot be told apart.
    if list.iter().any(|(name, _)| name.contains('/')) {
        return None;
    }
    let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
    let required: BTreeSet<&str> = required.take(MOST_PARAMETERS).filter_map(Json::as_str).collect();
    let of = |(name, property): (&str, Json<'_>)| {
        let filled_in = resolve(root, property).and_then(Json::as_object).is_none_or(is_filled_in);
        (
            name.to_lowercase(),
            Property { name: name.to_owned(), required: required.contains(name) && !filled_in },
        )
    };
    Some(list.iter().map(of).collect())
}

/// Whether the platform sets a parameter: it has a default, is hidden from makers, is the URL of a webhook, or is read-only.
fn is_filled_in(schema: Object<'_>) -> bool {
    schema.contains_key("default")
        || schema.text("x-ms-visibility").eq_ignore_ascii_case("internal")
        || is_true(schema.get("x-ms-notification-url"))
        || is_true(schema.get("readOnly"))
}

fn is_true(value: Option<Json<'_>>) -> bool {
    value.and_then(Json::as_bool) == Some(true)
}

/// Resolves a reference: `{"$ref": "#/parameters/Region"}`. Returns anything else unchanged.
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

/// The form of a connector's name in the names of its APIs: `hlb_5Fprices` is the beginning of
/// `shared_hlb-5fprices-5f3c91e07ab24d68f5`.
pub(crate) fn in_api_name(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connector(text: &str) -> Option<CustomConnector> {
        let document = crate::parse::json::parse(text.into()).expect("JSON");
        read(document.root(), "hlb_5Fprices")
    }

    fn shown(text: &str) -> String {
        let show = |parameter: &Parameter| {
            let properties = parameter.properties.iter().flatten();
            let properties: Vec<String> = properties
                .map(|(_, one)| format!("{}{}", one.name, if one.required { "!" } else { "" }))
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
            Some(all) => {
                format!("{}: {}", operation.id, all.values().map(show).collect::<Vec<_>>().join(", "))
            }
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
        Add: body!(copies isbn! note), id!
        Any: body, id!
        Get: api-version, id!, region!
        Lost: unknown
        ");
    }

    #[test]
    fn paths_in_other_places_are_read() {
        let text = r##"{"swagger": "2.0", "paths": {"/a": {"$ref": "#/x-items/A"}},
            "x-items": {"A": {"get": {"operationId": "A"}}},
            "x-ms-paths": {"/b?kind=c": {"post": {"operationId": "B", "parameters": [
                {"name": "body", "in": "body", "schema": {"type": "object", "properties": {"a/b": {}}}}]}}}}"##;
        assert_eq!(shown(text), "A: \nB: body");
        let elsewhere = r#"{"swagger": "2.0", "paths": {"/a": {"$ref": "https://example.org/a.json"}}}"#;
        assert!(connector(elsewhere).is_none());
    }

    #[test]
    fn other_definitions_say_nothing_of_parameters() {
        assert!(connector("[]").is_none() && connector(r#"{"paths": 1}"#).is_none());
        let text = r#"{"openapi": "3.0", "paths": {"/": {"get": {"operationId": "A"}}}}"#;
        assert_eq!(shown(text), "A: unknown");
    }
}
