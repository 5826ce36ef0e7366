//! What a flow needs from the target environment before it can be turned on.

use std::collections::BTreeSet;

use crate::catalog::{self, Tier};
use crate::graph::{Callee, Graph};
use crate::model::{FlowId, FlowIx, LogicalName, SchemaName, SettingValue, Settings, Workspace};

/// Something that has to be supplied before a flow can be turned on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A connection for this connection reference.
    Connection(LogicalName),
    /// A value for this environment variable.
    Value(SchemaName),
    /// A flow that is in no input has to be there and to have been on.
    Flow(FlowId),
    /// A premium licence, because the flow uses this: a connector, or a built-in operation such as `HTTP`.
    Licence(String),
}

/// The needs of one flow, sorted. What every given settings file supplies is left out.
pub(super) fn of(workspace: &Workspace, graph: &Graph, settings: &[Settings], flow: FlowIx) -> Vec<Need> {
    let Some(content) = &workspace.flow(flow).content else { return Vec::new() };
    let solution = workspace.flow(flow).solution;
    let mut needs = BTreeSet::new();
    for one in &content.connection_uses {
        let reference = content.connection(&one.key).and_then(|connection| connection.logical_name.as_ref());
        needs.extend(reference.filter(|name| !has_connection(settings, name)).cloned().map(Need::Connection));
    }
    for one in &content.variable_uses {
        let is_set = workspace
            .variable(&one.schema_name, solution)
            .is_none_or(|variable| variable.has_default || variable.value.is_some());
        if !is_set && !has_value(settings, &one.schema_name) {
            needs.insert(Need::Value(one.schema_name.clone()));
        }
    }
    for call in graph.calls_of(flow) {
        if let Callee::External(id) = call.callee {
            needs.insert(Need::Flow(id));
        }
    }
    needs.extend(premium(workspace, flow).into_iter().map(Need::Licence));
    needs.into_iter().collect()
}

/// What a flow uses that takes a premium licence, by the names that makers see. Custom connectors, HTTP and the Request
/// connector take one (<https://learn.microsoft.com/power-platform/admin/power-automate-licensing/types>); other
/// connectors are looked up in the catalog.
pub(crate) fn premium(workspace: &Workspace, flow: FlowIx) -> BTreeSet<String> {
    let Some(content) = &workspace.flow(flow).content else { return BTreeSet::new() };
    let solution = workspace.flow(flow).solution;
    let definition = &content.definition;
    let mut found = BTreeSet::new();
    for connection in &content.connections {
        let declared =
            connection.logical_name.as_ref().and_then(|name| workspace.connection_reference(name, solution));
        let connector = connection.connector.as_ref().or(declared.and_then(|one| one.connector.as_ref()));
        let Some(connector) = connector else { continue };
        let known = catalog::connector(connector.as_str());
        if known.is_some_and(|known| known.tier == Some(Tier::Premium)) {
            found.extend(known.map(|known| known.name.clone()));
        } else if declared.is_some_and(|one| one.custom_connector.is_some()) {
            found.insert(format!("custom connector {connector}"));
        }
    }
    let is_http = |name: &str| ["Http", "HttpWebhook"].iter().any(|http| http.eq_ignore_ascii_case(name));
    let types = definition.triggers().map(|trigger| trigger.type_name());
    if types.chain(definition.actions().map(|action| action.type_name())).any(is_http) {
        found.insert("HTTP".to_owned());
    }
    let is_request =
        |name: &str, kind: &str| name.eq_ignore_ascii_case("Request") && kind.eq_ignore_ascii_case("Http");
    if definition.triggers().any(|trigger| is_request(trigger.type_name(), trigger.kind())) {
        found.insert("When an HTTP request is received".to_owned());
    }
    found
}

/// Whether every settings file with connections has one for this reference, and there is such a file.
fn has_connection(settings: &[Settings], name: &LogicalName) -> bool {
    let mut files = settings.iter().filter_map(|settings| settings.references.as_ref()).peekable();
    files.peek().is_some()
        && files.all(|entries| {
            let entry = entries.iter().find(|entry| entry.logical_name == *name);
            entry.is_some_and(|entry| entry.connection == SettingValue::Given)
        })
}

/// Whether every settings file with values has one for this variable, and there is such a file.
fn has_value(settings: &[Settings], name: &SchemaName) -> bool {
    let mut files = settings.iter().filter_map(|settings| settings.variables.as_ref()).peekable();
    files.peek().is_some()
        && files.all(|entries| {
            let entry = entries.iter().find(|entry| entry.schema_name == *name);
            entry.is_some_and(|entry| entry.value == SettingValue::Given)
        })
}
