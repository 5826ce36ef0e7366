//! Deployment settings that name another connector than the connection reference.

use super::both_in_words;
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/settings-connector-mismatch"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for entry in context.settings.iter().flat_map(|settings| settings.references.iter().flatten()) {
        let Some((stated, place)) = &entry.connector else { continue };
        let solutions = context.workspace.solutions.iter();
        let declared = solutions
            .filter_map(|solution| solution.references.as_ref()?.get(&entry.logical_name))
            .find_map(|reference| Some((reference.connector.as_ref()?, reference)));
        let Some((connector, reference)) = declared.filter(|(connector, _)| !connector.is_same(stated))
        else {
            continue;
        };
        let [stated, connector] = both_in_words(stated, connector);
        let message = format!(
            "the settings have a connection to {stated} for the connection reference `{}`, which belongs to {connector}",
            entry.logical_name
        );
        sink.report(place.clone(), format!("not {connector}"), message)
            .key([entry.logical_name.as_str()])
            .help(format!(
                "create or choose a connection to {connector} in the target environment, and enter its `ConnectionId` and \
                 `ConnectorId`"
            ))
            .relate(reference.connector_place.clone(), "declared here");
    }
}
