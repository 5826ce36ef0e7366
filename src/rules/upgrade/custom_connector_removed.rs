//! An upgrade deletes a custom connector that has connections.

use crate::finding::Sink;
use crate::model::{Component, Workspace, bare_id};
use crate::rules::compared::Compared;
use crate::rules::{Check, Rule, page};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/custom-connector-removed"), check: Check::Comparison(check) };

/// The component type of custom connectors.
const CONNECTOR: &str = "372";

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    let old = compared.old.workspace;
    for pair in compared.replaced().filter(|_| compared.deletes()) {
        // Without a list of components, nothing is known to be missing.
        let knows = |manifest: &crate::model::Manifest| manifest.components.is_some();
        if !compared.new.workspace.solution(pair.new).manifest.as_ref().is_some_and(knows) {
            continue;
        }
        for component in old.solution(pair.old).components(CONNECTOR) {
            if has(compared.new.workspace, component) || has(compared.others.workspace, component) {
                continue;
            }
            let references = old.solutions.iter().flat_map(|solution| solution.references.iter().flatten());
            let users = references.filter(|(_, reference)| {
                let id = reference.custom_connector.as_deref().map(bare_id);
                id.is_some() && id == component.id
            });
            let users: Vec<&str> = users.map(|(name, _)| name.as_str()).collect();
            let Some(name) = component.schema_name.as_deref().or(component.id.as_deref()) else { continue };
            if users.is_empty() {
                continue;
            }
            let message = format!(
                "the upgrade deletes the custom connector `{name}`, which fails while it has connections: {} used it",
                quoted(users)
            );
            sink.report(component.place.clone(), "not in the new version", message).key([name]).help(
                "keep the custom connector in the solution, or delete all of its connections in the target before the \
                 import",
            );
        }
    }
}

/// Whether any solution contains the same connector.
fn has(workspace: &Workspace, wanted: &Component) -> bool {
    let mut components = workspace.solutions.iter().flat_map(|solution| solution.components(CONNECTOR));
    components.any(|one| {
        one.id.is_some() && one.id == wanted.id
            || one.schema_name.is_some() && one.schema_name == wanted.schema_name
    })
}
