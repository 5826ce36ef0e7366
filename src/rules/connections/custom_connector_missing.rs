//! A connection reference for a custom connector that no solution brings.

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
            if is_brought(context.workspace, solution, reference) {
                continue;
            }
            let connector = reference.connector.as_ref().map_or(id.as_str(), |connector| connector.as_str());
            let message = format!(
                "`{}` is for the custom connector `{connector}`, which no input brings and no missing dependency names",
                reference.logical_name
            );
            sink.report(reference.connector_place.clone(), "custom connector", message).help(
                "add the connector to this solution, or to one that is imported before it and give that as an input too",
            );
        }
    }
}

/// Whether a solution of the run has the connector as a component, or this one lists it as missing.
fn is_brought(workspace: &Workspace, solution: &Solution, reference: &ConnectionReference) -> bool {
    let id = reference.custom_connector.as_deref().map(bare_id);
    let mut missing = solution.manifest.iter().flat_map(|manifest| &manifest.missing);
    workspace.has_connector(reference)
        || missing.any(|one| one.required_id.is_some() && one.required_id == id)
}
