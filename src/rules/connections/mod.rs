//! Whether the flows get their connections and the values of their environment variables.

mod connection_key_unresolved;
mod connection_key_unused;
mod connection_reference_external;
mod connection_reference_undeclared;
mod connection_reference_unused;
mod connection_without_reference;
mod connector_mismatch;
mod custom_connector_missing;
mod environment_variable_external;
mod environment_variable_reserved_name;
mod environment_variable_undeclared;
mod environment_variable_value_shipped;
mod environment_variable_without_value;
mod missing_dependency;
mod secret_in_variable;
mod secret_variable_read;
mod settings_connection_missing;
mod settings_connection_placeholder;
mod settings_connector_mismatch;
mod settings_duplicate;
mod settings_owners_differ;
mod settings_unknown;
mod settings_unknown_reference;
mod settings_unknown_variable;
mod settings_variable_missing;
mod variables;

use std::collections::BTreeMap;

use super::{Context, Rule};
use crate::catalog;
use crate::model::{Connection, ConnectorName, Flow, FlowContent, LogicalName, Requirement, Solution};
use crate::source::{Part, Place};

pub(super) const RULES: &[Rule] = &[
    connection_key_unresolved::RULE,
    connection_key_unused::RULE,
    connection_reference_external::RULE,
    connection_reference_undeclared::RULE,
    connection_reference_unused::RULE,
    connection_without_reference::RULE,
    connector_mismatch::RULE,
    custom_connector_missing::RULE,
    environment_variable_external::RULE,
    environment_variable_reserved_name::RULE,
    environment_variable_undeclared::RULE,
    environment_variable_value_shipped::RULE,
    environment_variable_without_value::RULE,
    missing_dependency::RULE,
    secret_in_variable::RULE,
    secret_variable_read::RULE,
    settings_connection_missing::RULE,
    settings_connection_placeholder::RULE,
    settings_connector_mismatch::RULE,
    settings_duplicate::RULE,
    settings_owners_differ::RULE,
    settings_unknown_reference::RULE,
    settings_unknown_variable::RULE,
    settings_variable_missing::RULE,
];

/// A connection reference that a flow uses and no solution of the run declares.
struct UndeclaredReference<'a> {
    flow: &'a Flow,
    solution: &'a Solution,
    name: LogicalName,
    /// The places in the flow that contain its name.
    places: Vec<Place>,
}

/// Connection references that are declared nowhere, one per flow and name. None if the declarations are unknown.
fn undeclared<'a>(context: &'a Context<'_>) -> Vec<UndeclaredReference<'a>> {
    let workspace = context.workspace;
    let mut found = Vec::new();
    for (index, flow, content) in workspace.contents() {
        let solution = workspace.solution_of(index);
        if solution.references.is_none() {
            continue;
        }
        let is_undeclared =
            |name: &LogicalName| workspace.connection_reference(name, flow.solution).is_none();
        let undeclared = named(flow, content, is_undeclared).into_iter();
        found.extend(undeclared.map(|(name, places)| UndeclaredReference { flow, solution, name, places }));
    }
    found
}

/// The connection references that a flow uses and that are wanted, with the places that contain their names.
fn named(
    flow: &Flow,
    content: &FlowContent,
    is_wanted: impl Fn(&LogicalName) -> bool,
) -> BTreeMap<LogicalName, Vec<Place>> {
    let mut names: BTreeMap<LogicalName, Vec<Place>> = BTreeMap::new();
    for connection in &content.connections {
        let Some(name) = connection.logical_name.as_ref().filter(|name| is_wanted(name)) else { continue };
        let route = connection.route().keys(&["connection", "connectionReferenceLogicalName"]);
        names.entry(name.clone()).or_default().extend(flow.place(route, Part::Value));
    }
    names
}

/// A connection of a flow by its connector, and by its key if that says more: "for Microsoft Teams (`shared_teams-1`)".
fn in_words(connection: &Connection) -> String {
    let key = &connection.key;
    match connection.connector.as_ref().map(|connector| (connector, catalog::connector(connector.as_str()))) {
        Some((connector, Some(known))) if connector.as_str() == key => format!("for {}", known.name),
        Some((_, Some(known))) => format!("for {} (`{key}`)", known.name),
        _ => format!("`{key}`"),
    }
}

/// Two different connectors by their names, or by their ids if the names are equal.
fn both_in_words(one: &ConnectorName, other: &ConnectorName) -> [String; 2] {
    let names = [one, other].map(|connector| catalog::connector_in_words(connector.as_str()));
    if names[0] == names[1] { [one, other].map(|connector| format!("`{connector}`")) } else { names }
}

impl UndeclaredReference<'_> {
    fn requirement(&self) -> Requirement {
        Requirement::ConnectionReference(self.name.clone())
    }
}
