//! Whose connections a flow uses: its own, or those of the user who runs it.

mod child_flow_run_only_connection;
mod child_flow_run_only_identity;
mod run_only_mixed;
mod run_only_not_allowed;
mod run_only_on_automated_trigger;

use super::Rule;
use crate::catalog::connector_in_words;
use crate::finding::{Finding, Sink};
use crate::fix::{Edit, Fix};
use crate::model::{Connection, Flow, FlowContent, RuntimeSource};
use crate::source::{Part, Place};
use crate::wording::{first, joined, plural};

pub(super) const RULES: &[Rule] = &[
    child_flow_run_only_connection::RULE,
    child_flow_run_only_identity::RULE,
    run_only_mixed::RULE,
    run_only_not_allowed::RULE,
    run_only_on_automated_trigger::RULE,
];

/// The connections of a flow that its run-only user provides, with the places of the setting.
fn run_only<'a>(flow: &Flow, content: &'a FlowContent) -> Vec<(&'a Connection, Place)> {
    let connections = content.connections.iter().filter(|one| one.source == RuntimeSource::Invoker);
    let places =
        connections.filter_map(|one| Some((one, flow.place(one.route().key("runtimeSource"), Part::Value)?)));
    places.collect()
}

/// Reports a flow that uses connections of its run-only user, at each of these connections.
///
/// `before` and `after` are the parts of the message around "uses the run-only user's connection for X". Returns `None`
/// if there are no such connections.
fn report<'s>(
    sink: &'s mut Sink,
    connections: &[(&Connection, Place)],
    before: &str,
    after: &str,
) -> Option<&'s mut Finding> {
    const LABEL: &str = "provided by run-only user";
    let ((_, first), others) = connections.split_first()?;
    let noun = plural(connections.len(), "connection");
    let names = connectors_in_words(connections.iter().map(|(connection, _)| *connection));
    let message = format!("{before} uses the run-only user's {noun} for {names}{after}");
    let finding = sink.report(first.clone(), LABEL, message);
    for (_, place) in others {
        finding.also(place.clone(), LABEL);
    }
    Some(finding)
}

/// How many connectors a message names.
const MOST_NAMED: usize = 6;

/// The connectors of some connections, each once. A connection without a known connector is named by its key.
fn connectors_in_words<'a>(connections: impl Iterator<Item = &'a Connection>) -> String {
    let mut names: Vec<String> = Vec::new();
    for connection in connections {
        let name = match &connection.connector {
            Some(connector) => connector_in_words(connector.as_str()),
            None => format!("`{}`", connection.key),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.len() {
        ..=MOST_NAMED => joined(&names, "and"),
        _ => first(MOST_NAMED, names, |name| name),
    }
}

/// Gives the flow connections of its own. Their owner acts then, not the user, so a person has to want that.
fn embedded(connections: &[(&Connection, Place)]) -> Fix {
    let edits = connections.iter().map(|(_, place)| Edit::text(place.clone(), "embedded"));
    Fix::unsafe_("use the flow's own connections: `embedded` instead of `invoker`", edits)
}

/// What to do about connections of the run-only user.
fn use_own_connections(flow: &Flow) -> String {
    format!(
        "on the details page of `{}`, choose Run only users > Edit and set each of these connections to \"Use this \
         connection\", then export again",
        flow.name
    )
}
