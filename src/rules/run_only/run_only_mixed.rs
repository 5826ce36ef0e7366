//! A flow that uses both its own connections and those of its run-only user.

use super::{connectors_in_words, report, run_only};
use crate::finding::Sink;
use crate::model::{Connection, ConnectorName, RuntimeSource};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("run-only/run-only-mixed"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, content) = (context.flow, context.content);
    // `child-flow-run-only-connection` reports called flows.
    if context.calls_to_it().is_some() {
        return;
    }
    // The documentation advises to leave connections to Dataverse as they are.
    let own = content.connections.iter().filter(|one| one.source == RuntimeSource::Embedded);
    let own: Vec<_> = own.filter(|one| !is_dataverse(one)).collect();
    if own.is_empty() {
        return;
    }
    let before = format!("`{}`", flow.name);
    let after = format!(", but its own for {}", connectors_in_words(own.iter().copied()));
    let Some(finding) = report(sink, &run_only(flow, content), &before, &after) else { return };
    finding.help(
        "check under Run only users > Edit which steps should act with the user's rights, and which with the \
         flow's rights",
    );
    for connection in own {
        if let Some(place) = flow.place(connection.route(), Part::Key) {
            finding.relate(place, "the flow's own connection");
        }
    }
}

/// Whether a connection is for the current or the legacy connector of Microsoft Dataverse.
fn is_dataverse(connection: &Connection) -> bool {
    const DATAVERSE: [&str; 2] = ["shared_commondataserviceforapps", "shared_commondataservice"];
    let is_dataverse = |connector: &ConnectorName| {
        DATAVERSE.iter().any(|name| connector.is_same(&ConnectorName::new(*name)))
    };
    connection.connector.as_ref().is_some_and(is_dataverse)
}
