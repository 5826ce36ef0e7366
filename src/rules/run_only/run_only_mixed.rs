//! A flow with connections of its own and of its run-only user.

use super::{PROVIDED, run_only_places};
use crate::finding::Sink;
use crate::model::{Connection, ConnectorName, RuntimeSource};
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;
use crate::wording::quoted;

pub(super) const RULE: Rule = Rule { page: page!("run-only/run-only-mixed"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow, content) in context.workspace.contents() {
        // In a called flow every connection of the run-only user is an error of its own.
        if !context.graph.calls_to(index).is_empty() {
            continue;
        }
        // Dataverse is the flow's own by advice: its rows are reached with the flow's rights.
        let own = content.connections.iter().filter(|one| one.source == RuntimeSource::Embedded);
        let own: Vec<_> = own.filter(|one| !is_dataverse(one)).collect();
        let (keys, mut places) = run_only_places(flow, content);
        if own.is_empty() || places.is_empty() {
            continue;
        }
        let message = format!(
            "`{}` takes {} from its run-only user, and has {} of its own",
            flow.name,
            quoted(keys),
            quoted(own.iter().map(|one| one.key.as_str()))
        );
        let finding = sink.report(places.remove(0), PROVIDED, message);
        for place in places {
            finding.also(place, PROVIDED);
        }
        finding.help(
            "check that users are meant to act with their own rights here and with the flow's rights there",
        );
        for connection in own {
            if let Some(place) = flow.place(connection.route(), Part::Key) {
                finding.relate(place, "the flow's own connection");
            }
        }
    }
}

/// Whether a connection is for Microsoft Dataverse, in its current or its legacy connector.
fn is_dataverse(connection: &Connection) -> bool {
    const DATAVERSE: [&str; 2] = ["shared_commondataserviceforapps", "shared_commondataservice"];
    let is_it = |connector: &ConnectorName| {
        DATAVERSE.iter().any(|name| connector.is_same(&ConnectorName::new(*name)))
    };
    connection.connector.as_ref().is_some_and(is_it)
}
