//! What a flow needs from the target environment before it can be turned on: connections, values, child flows,
//! licences.

use std::collections::BTreeSet;

use crate::catalog::{self, Tier};
use crate::graph::{Callee, Graph};
use crate::model::{FlowId, FlowIx, LogicalName, SchemaName, SettingValue, Settings, Workspace};

/// Something that the user has to provide before a flow can be turned on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A connection for this connection reference.
    Connection(LogicalName),
    /// A value for this environment variable.
    Value(SchemaName),
    /// A flow that no input contains. The target has to contain it, and it must have been on.
    Flow(FlowId),
    /// A premium licence, because the flow uses this connector or built-in operation, such as `HTTP`.
    Licence(String),
}

/// The needs of a flow, sorted. Leaves out what all settings files provide.
pub(super) fn of(workspace: &Workspace, graph: &Graph, settings: &[Settings], flow: FlowIx) -> Vec<Need> {
    let Some(content) = &workspace.flow(flow).content else { return Vec::new() };
    let solution = workspace.flow(flow).solution;
    let mut needs = BTreeSet::new();
    for use_ in &content.connection_uses {
        let reference = content.connection(&use_.key).and_then(|connection| connection.logical_name.as_ref());
        needs.extend(reference.filter(|name| !has_connection(settings, name)).cloned().map(Need::Connection));
    }
    for use_ in &content.variable_uses {
        let is_set = workspace
            .variable(&use_.schema_name, solution)
            .is_none_or(|variable| variable.has_default || variable.value.is_some());
        if !is_set && !has_value(settings, &use_.schema_name) {
            needs.insert(Need::Value(use_.schema_name.clone()));
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

/// The premium connectors and operations that a flow uses, by their names in the designer. Custom connectors, HTTP and
/// the Request connector are premium
/// (<https://learn.microsoft.com/power-platform/admin/power-automate-licensing/types>); the catalog states the tier of
/// other connectors.
pub(crate) fn premium(workspace: &Workspace, flow: FlowIx) -> BTreeSet<String> {
    let Some(content) = &workspace.flow(flow).content else { return BTreeSet::new() };
    let solution = workspace.flow(flow).solution;
    let definition = &content.definition;
    let mut found = BTreeSet::new();
    // Connections that no step uses are not read.
    let keys: BTreeSet<_> = content.connection_uses.iter().map(|one| &one.key).collect();
    for connection in keys.into_iter().filter_map(|key| content.connection(key)) {
        let declared =
            connection.logical_name.as_ref().and_then(|name| workspace.connection_reference(name, solution));
        let connector =
            connection.connector.as_ref().or(declared.and_then(|reference| reference.connector.as_ref()));
        let Some(connector) = connector else { continue };
        let known = catalog::connector(connector.as_str());
        if known.is_some_and(|known| known.tier == Some(Tier::Premium)) {
            found.extend(known.map(|known| known.name.clone()));
        } else if declared.is_some_and(|reference| reference.custom_connector.is_some()) {
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

/// Whether there are settings files with a list of connections, and each has a connection for this reference.
fn has_connection(settings: &[Settings], name: &LogicalName) -> bool {
    all_provide(settings.iter().filter_map(|file| file.references.as_ref()), |entry| {
        entry.logical_name == *name && entry.connection == SettingValue::Given
    })
}

/// Whether there are settings files with a list of values, and each has a value for this variable.
fn has_value(settings: &[Settings], name: &SchemaName) -> bool {
    all_provide(settings.iter().filter_map(|file| file.variables.as_ref()), |entry| {
        entry.schema_name == *name && entry.value == SettingValue::Given
    })
}

/// Whether there are lists, and each has an entry that provides what is needed.
fn all_provide<'a, T: 'a>(lists: impl Iterator<Item = &'a Vec<T>>, provides: impl Fn(&T) -> bool) -> bool {
    let mut lists = lists.peekable();
    lists.peek().is_some() && lists.all(|entries| entries.iter().any(&provides))
}
