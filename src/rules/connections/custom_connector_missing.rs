//! A connection reference for a custom connector that no solution brings.

use crate::finding::Sink;
use crate::model::{ConnectionReference, Solution, Workspace};
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/custom-connector-missing"), check: Check::Workspace(check) };

/// The component type of connectors.
const CONNECTOR: &str = "372";

fn check(context: &Context<'_>, sink: &mut Sink) {
    if !context.workspace.is_complete() {
        return;
    }
    for solution in context.workspace.solutions.iter().filter(|solution| solution.manifest.is_some()) {
        for reference in solution.references.iter().flatten().map(|(_, reference)| reference) {
            let Some(id) = &reference.custom_connector else { continue };
            if is_brought(context.workspace, solution, reference, &bare(id)) {
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

fn bare(id: &str) -> String {
    id.trim_matches(['{', '}']).to_ascii_lowercase()
}

/// Whether a solution of the run has the connector as a component, or this one lists it as missing.
fn is_brought(workspace: &Workspace, solution: &Solution, reference: &ConnectionReference, id: &str) -> bool {
    let is_it = |other: &Option<String>| other.as_deref() == Some(id);
    let named = |schema_name: &str| {
        // `hlb_5Fbookprices` is the component of the connector `shared_hlb-5fbookprices-5f<hash>`.
        let encoded = schema_name.replace('_', "-").to_ascii_lowercase();
        reference.connector.as_ref().is_some_and(|connector| {
            connector.as_str().to_ascii_lowercase().replace('_', "-").contains(&encoded)
        })
    };
    let components = workspace.solutions.iter().flat_map(|one| one.components(CONNECTOR));
    let mut missing = solution.manifest.iter().flat_map(|manifest| &manifest.missing);
    components.into_iter().any(|one| is_it(&one.id) || one.schema_name.as_deref().is_some_and(named))
        || missing.any(|one| is_it(&one.required_id))
}
