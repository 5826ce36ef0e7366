//! A flow and its connection reference disagree about the connector.

use std::collections::HashMap;

use crate::finding::Sink;
use crate::model::{Connection, ConnectionUse, ConnectorName, FlowContent};
use crate::rules::{Check, Context, Rule, page};
use crate::source::{Part, Route};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connector-mismatch"), check: Check::Workspace(check) };

/// AI Builder steps run over a Dataverse connection and state this as their api.
const AI_BUILDER: &str = "aibuilder";

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (_, flow, content) in context.workspace.contents() {
        let mut uses: HashMap<&str, Vec<&ConnectionUse>> = HashMap::new();
        for one in &content.connection_uses {
            uses.entry(&one.key).or_default().push(one);
        }
        for connection in &content.connections {
            let Some(name) = &connection.logical_name else { continue };
            let Some(reference) = context.workspace.connection_reference(name, flow.solution) else {
                continue;
            };
            let Some(declared) = &reference.connector else { continue };
            let mut different = stated(content, connection, uses.get(connection.key.as_str()), declared)
                .into_iter()
                .filter_map(|(connector, route)| Some((connector, flow.place(route, Part::Value)?)));
            let Some((stated, place)) = different.next() else { continue };
            let message = format!(
                "`{}` uses `{name}` for the connector `{stated}`, but that connection reference is for `{declared}`",
                flow.name
            );
            let finding = sink.report(place, format!("not `{declared}`"), message);
            for (stated, place) in different {
                finding.also(place, format!("`{stated}` here"));
            }
            finding
                .help(format!(
                    "choose a connection reference for `{stated}` in the steps that use `{}`",
                    connection.key
                ))
                .relate(reference.connector_place.clone(), format!("`{name}` is for this connector"));
        }
    }
}

/// The connectors other than `declared` that a flow states for a connection: in the entry itself, and in the steps
/// that use it.
fn stated<'a>(
    content: &'a FlowContent,
    connection: &'a Connection,
    uses: Option<&Vec<&'a ConnectionUse>>,
    declared: &ConnectorName,
) -> Vec<(&'a ConnectorName, Route)> {
    let entry = connection.connector.as_ref().filter(|connector| !connector.is_same(declared));
    let entry = entry.map(|connector| (connector, connection.route().keys(&["api", "name"])));
    let uses = uses.into_iter().flatten().filter_map(|one| {
        let connector = one.connector.as_ref()?;
        let differs = connector.as_str() != AI_BUILDER && !connector.is_same(declared);
        differs.then(|| (connector, one.route(&content.definition)))
    });
    entry.into_iter().chain(uses).collect()
}
