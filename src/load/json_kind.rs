//! What a JSON file outside every solution is. Starts with a cheap test, because repositories contain many other JSON
//! files.

use crate::parse::json;
use crate::source::Json;

/// What a JSON text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonKind {
    /// A Power Automate flow.
    Flow,
    /// A kind of Azure Logic App, such as "a Logic App (Standard)".
    LogicApp(&'static str),
    /// Anything else.
    Other,
}

/// What to do about a Logic App.
pub(super) const LOGIC_APP_HELP: &str = "flowvet checks Power Automate flows, not Logic Apps; the JSON file of a flow has `properties.definition`";

impl JsonKind {
    /// Finds out what a text is. A flow has `properties.definition.triggers`. A Logic App has a definition elsewhere, or
    /// declares itself an Azure resource.
    pub(super) fn of(text: &str) -> Self {
        const WORKFLOW_RESOURCE: &str = "microsoft.logic/workflows";
        let has = |key: &str| text.contains(key);
        let is_resource = has_ignoring_case(text, WORKFLOW_RESOURCE);
        if !(is_resource || has("\"triggers\"") && has("\"actions\"")) {
            return JsonKind::Other;
        }
        let Ok(document) = json::parse(text.into()) else { return JsonKind::Other };
        let root = document.root();
        let is = |key: &str, value: &str| {
            root.get(key).and_then(Json::as_str).is_some_and(|text| text.to_ascii_lowercase().contains(value))
        };
        let is_definition = |keys: &[&str]| {
            let definition = root.at(keys);
            definition.is_some_and(|found| found.get("triggers").is_some() && found.get("actions").is_some())
        };
        if is("type", WORKFLOW_RESOURCE) {
            JsonKind::LogicApp("a Logic App (Consumption)")
        } else if root.at(&["properties", "definition", "triggers"]).is_some() {
            JsonKind::Flow
        } else if is_resource && is("$schema", "deploymenttemplate.json") {
            JsonKind::LogicApp("an ARM template of a Logic App")
        } else if is_definition(&["definition"]) && root.get("kind").is_some() {
            JsonKind::LogicApp("a Logic App (Standard)")
        } else if is_definition(&["definition"]) {
            JsonKind::LogicApp("the code view of a Logic App (Consumption)")
        } else if is_definition(&[]) && is("$schema", "microsoft.logic/") {
            JsonKind::LogicApp("a workflow definition by itself, as Logic Apps show it")
        } else {
            JsonKind::Other
        }
    }
}

/// Whether a text contains `wanted`, which contains a `/`, ignoring case. Looks only around each `/`.
fn has_ignoring_case(text: &str, wanted: &str) -> bool {
    let before = wanted.find('/').unwrap_or_default();
    text.match_indices('/').any(|(at, _)| {
        let start = at.checked_sub(before);
        let found = start.and_then(|start| text.as_bytes().get(start..start + wanted.len()));
        found.is_some_and(|found| found.eq_ignore_ascii_case(wanted.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logic_apps_are_distinguished_from_flows() {
        let definition = r#"{"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#", "triggers": {}, "actions": {}}"#;
        let template = format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources":
            [{{"type": "Microsoft.Logic/workflows", "properties": {{"definition": {definition}}}}}]}}"#
        );
        let table = [
            (
                definition.to_owned(),
                JsonKind::LogicApp("a workflow definition by itself, as Logic Apps show it"),
            ),
            (
                format!(r#"{{"definition": {definition}, "kind": "Stateful"}}"#),
                JsonKind::LogicApp("a Logic App (Standard)"),
            ),
            (
                format!(r#"{{"definition": {definition}, "parameters": {{}}}}"#),
                JsonKind::LogicApp("the code view of a Logic App (Consumption)"),
            ),
            (
                template.replace("Microsoft.Logic/workflows\"", "microsoft.logic/Workflows\""),
                JsonKind::LogicApp("an ARM template of a Logic App"),
            ),
            (template, JsonKind::LogicApp("an ARM template of a Logic App")),
            (
                format!(
                    r#"{{"type": "Microsoft.Logic/workflows", "properties": {{"definition": {definition}}}}}"#
                ),
                JsonKind::LogicApp("a Logic App (Consumption)"),
            ),
            (
                format!(
                    r#"{{"type": "Microsoft.Flow/flows", "properties": {{"definition": {definition}}}}}"#
                ),
                JsonKind::Flow,
            ),
            (format!(r#"{{"properties": {{"definition": {definition}}}}}"#), JsonKind::Flow),
            (r#"{"name": "x"}"#.to_owned(), JsonKind::Other),
            (r#"{"triggers": {}, "actions": {}}"#.to_owned(), JsonKind::Other),
        ];
        for (text, kind) in table {
            assert_eq!(JsonKind::of(&text), kind, "{text}");
        }
    }
}
