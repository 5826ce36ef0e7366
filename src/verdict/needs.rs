//! What a flow needs from the target environment before it can be turned on: connections, values, child flows,
//! licences.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{self, Tier};
use crate::graph::{Callee, Graph};
use crate::model::{
    Definition, FlowId, FlowIx, LogicalName, Owner, SchemaName, SettingValue, Settings, Workspace,
};

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

/// The premium connectors and operations that a flow uses, by their names in the designer.
pub(super) fn premium(workspace: &Workspace, flow: FlowIx) -> BTreeSet<String> {
    premium_steps(workspace, flow).into_keys().collect()
}

/// The premium connectors and operations that a flow uses, by their names in the designer, and the steps that use them.
/// Custom connectors, HTTP and the Request connector are premium
/// (<https://learn.microsoft.com/power-platform/admin/power-automate-licensing/types>). The catalog states the tier of
/// other connectors.
pub(crate) fn premium_steps(workspace: &Workspace, flow: FlowIx) -> BTreeMap<String, Vec<Owner>> {
    let Some(content) = &workspace.flow(flow).content else { return BTreeMap::new() };
    let solution = workspace.flow(flow).solution;
    let mut found: BTreeMap<String, Vec<Owner>> = BTreeMap::new();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for connection in &content.connections {
        let declared =
            connection.logical_name.as_ref().and_then(|name| workspace.connection_reference(name, solution));
        let connector =
            connection.connector.as_ref().or(declared.and_then(|reference| reference.connector.as_ref()));
        let Some(connector) = connector else { continue };
        let known = catalog::connector(connector.as_str());
        let name = if let Some(known) = known.filter(|known| known.tier == Some(Tier::Premium)) {
            known.name.clone()
        } else if declared.is_some_and(|reference| reference.custom_connector.is_some()) {
            format!("custom connector {connector}")
        } else {
            continue;
        };
        names.insert(&connection.key, name);
    }
    // A connection that no step uses needs no licence.
    for one in &content.connection_uses {
        let name = content.connection(&one.key).and_then(|connection| names.get(connection.key.as_str()));
        if let Some(name) = name {
            found.entry(name.clone()).or_default().push(one.site);
        }
    }
    for (name, step) in built_in(&content.definition) {
        found.entry(name.to_owned()).or_default().push(step);
    }
    found
}

/// The steps of the premium connectors that are part of Power Automate.
fn built_in(definition: &Definition) -> impl Iterator<Item = (&'static str, Owner)> {
    const HTTP: [&str; 2] = ["Http", "HttpWebhook"];
    let requests = definition.request_triggers("Http");
    let requests = requests.map(|(index, _)| ("When an HTTP request is received", Owner::Trigger(index)));
    let triggers = definition.triggers_of_types(HTTP).map(|(index, _)| Owner::Trigger(index));
    let steps = triggers.chain(definition.of_types(HTTP).map(|(index, _)| Owner::Action(index)));
    requests.chain(steps.map(|step| ("HTTP", step)))
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
