//! A flow and its connection reference disagree about the connector.

use crate::finding::Sink;
use crate::model::{Connection, ConnectorName, Flow, FlowContent};
use crate::rules::{Context, Rule, page};
use crate::source::{Part, Place};

pub(super) const RULE: Rule = Rule { page: page!("connections/connector-mismatch"), check };

/// AI Builder steps run over a Dataverse connection and state this as their api.
const AI_BUILDER: &str = "aibuilder";

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (_, flow, content) in context.workspace.contents() {
        for connection in &content.connections {
            let Some(name) = &connection.logical_name else { continue };
            let Some(reference) = context.workspace.connection_reference(name, flow.solution) else {
                continue;
            };
            let Some(declared) = &reference.connector else { continue };
            let mut different =
                stated(flow, content, connection).into_iter().filter(|(stated, _)| !stated.is_same(declared));
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

/// The connectors that a flow states for a connection: in the entry itself, and in the steps that use it.
fn stated(flow: &Flow, content: &FlowContent, connection: &Connection) -> Vec<(ConnectorName, Place)> {
    let entry = connection.connector.clone().and_then(|connector| {
        Some((connector, flow.place(connection.route().keys(&["api", "name"]), Part::Value)?))
    });
    let uses = content.connection_uses.iter().filter(|one| one.key == connection.key).filter_map(|one| {
        let connector = one.connector.clone().filter(|connector| connector.as_str() != AI_BUILDER)?;
        Some((connector, flow.place(one.route.clone(), Part::Value)?))
    });
    entry.into_iter().chain(uses).collect()
}
