//! A connection reference for a custom connector that no solution contains.

use crate::finding::Sink;
use crate::model::{ConnectionReference, Solution, Workspace, bare_id};
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/custom-connector-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    if !context.workspace.is_complete() {
        return;
    }
    for solution in context.workspace.solutions.iter().filter(|solution| solution.manifest.is_some()) {
        for reference in solution.references.iter().flatten().map(|(_, reference)| reference) {
            let Some(id) = &reference.custom_connector else { continue };
            if is_known(context.workspace, solution, reference) {
                continue;
            }
            let connector = reference.connector.as_ref().map_or(id.as_str(), |connector| connector.as_str());
            let message = format!(
                "the connection reference `{}` needs the custom connector `{connector}`, which is not among the inputs or \
                 the missing dependencies of `{}`",
                reference.logical_name,
                solution.name()
            );
            sink.report(reference.connector_place.clone(), "custom connector", message).help(
                "add the connector to the solution (Add existing > Automation > Custom connector) and export again; if \
                 another solution contains it, import that first, and pass it to flowvet too",
            );
        }
    }
}

/// Whether an input contains the connector, or this solution lists it as missing.
fn is_known(workspace: &Workspace, solution: &Solution, reference: &ConnectionReference) -> bool {
    let id = reference.custom_connector.as_deref().map(bare_id);
    let mut missing = solution.manifest.iter().flat_map(|manifest| &manifest.missing);
    workspace.has_connector(reference)
        || missing.any(|one| one.required_id.is_some() && one.required_id == id)
}
