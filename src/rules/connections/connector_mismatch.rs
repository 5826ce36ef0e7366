//! A flow and its connection reference disagree about the connector.

use std::collections::HashMap;

use super::both_in_words;
use crate::finding::Sink;
use crate::model::{Connection, ConnectionUse, ConnectorName, FlowContent};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Part, Route};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connector-mismatch"), check: Check::Flow(check) };

/// The API name that steps of AI Builder contain. They use a connection to Dataverse.
const AI_BUILDER: &str = "aibuilder";

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, content) = (context.flow, context.content);
    let mut uses: HashMap<&str, Vec<&ConnectionUse>> = HashMap::new();
    for one in &content.connection_uses {
        uses.entry(&one.key).or_default().push(one);
    }
    for connection in &content.connections {
        let Some(name) = &connection.logical_name else { continue };
        let Some(reference) = context.run.workspace.connection_reference(name, flow.solution) else {
            continue;
        };
        let Some(declared) = &reference.connector else { continue };
        let mut different = stated(content, connection, uses.get(connection.key.as_str()), declared)
            .into_iter()
            .filter_map(|(connector, route)| Some((connector, flow.place(route, Part::Value)?)));
        let Some((stated, place)) = different.next() else { continue };
        let [uses, declares] = both_in_words(stated, declared);
        let message = format!(
            "`{}` uses the connection reference `{name}` for {uses}, but it belongs to {declares}",
            flow.name
        );
        let finding = sink.report(place, format!("not {declares}"), message);
        for (other, place) in different {
            let [other, _] = both_in_words(other, declared);
            finding.also(place, format!("{other} here"));
        }
        finding
            .help(format!(
                "in the designer, choose a connection reference for {uses} in each step that uses `{name}`, then \
                 save and export again"
            ))
            .relate(reference.connector_place.clone(), format!("`{name}` belongs to this connector"));
    }
}

/// The connectors other than `declared` that a flow contains for a connection: in the entry itself, and in the steps
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
