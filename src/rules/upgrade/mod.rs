//! What will an import over the version that is there break?

mod app_flow_connections_changed;
mod called_trigger_changed;
mod child_input_added;
mod child_output_removed;
mod connection_source_changed;
mod custom_connector_removed;
mod flow_removed_with_reference;
mod flow_state_differs;
mod managed_mismatch;
mod new_flow_off;
mod new_reference_without_connection;
mod new_variable_without_value;
mod patch_version_wrong;
mod receiver_url_changed;
mod reference_connector_changed;
mod removed_flow_in_use;
mod removed_reference_in_use;
mod removed_reference_of_kept_flow;
mod removed_table_in_use;
mod trigger_concurrency_removed;
mod trigger_opened;
mod version_not_higher;
mod webhook_event_dropped;

use super::Rule;
use super::compared::Compared;
use crate::compare::Change;
use crate::model::{ConnectionReference, EnvironmentVariable, Flow, FlowIx, Requirement, Trigger};

pub(super) const RULES: &[Rule] = &[
    app_flow_connections_changed::RULE,
    called_trigger_changed::RULE,
    child_input_added::RULE,
    child_output_removed::RULE,
    connection_source_changed::RULE,
    custom_connector_removed::RULE,
    flow_removed_with_reference::RULE,
    flow_state_differs::RULE,
    managed_mismatch::RULE,
    new_flow_off::RULE,
    new_reference_without_connection::RULE,
    new_variable_without_value::RULE,
    patch_version_wrong::RULE,
    receiver_url_changed::RULE,
    reference_connector_changed::RULE,
    removed_flow_in_use::RULE,
    removed_reference_in_use::RULE,
    removed_reference_of_kept_flow::RULE,
    removed_table_in_use::RULE,
    trigger_concurrency_removed::RULE,
    trigger_opened::RULE,
    version_not_higher::RULE,
    webhook_event_dropped::RULE,
];

/// The trigger of a flow, if it has exactly one.
fn trigger_of(flow: &Flow) -> Option<Trigger<'_>> {
    flow.content.as_ref()?.definition.only_trigger()
}

/// Whether the new version says that it needs something from another solution: then it moved there, and stays.
fn is_elsewhere(compared: &Compared<'_>, required: &Requirement) -> bool {
    compared.new.workspace.solutions.iter().any(|solution| solution.missing(required).is_some())
}

/// The flows that the import deletes. What another solution contains too is not deleted.
fn deleted_flows<'a>(compared: &Compared<'a>) -> impl Iterator<Item = (FlowIx, &'a Flow)> {
    let compared = *compared;
    let removed = compared.comparison.removed_flows(compared.old.workspace);
    removed.filter(move |(_, flow)| {
        compared.deletes()
            && !compared.others.workspace.has_flow(&flow.id)
            && !is_elsewhere(&compared, &Requirement::Flow(flow.id.clone()))
    })
}

/// The connection references that the import deletes. What another solution declares too is not deleted.
fn removed_references<'a>(compared: &Compared<'a>) -> Vec<&'a ConnectionReference> {
    let (old, others) = (compared.old.workspace, compared.others.workspace);
    let removed = compared.comparison.references.iter().filter_map(|change| match change {
        Change::Removed((solution, name)) => {
            compared.comparison.successor(*solution)?;
            old.solution(*solution).references.as_ref()?.get(name)
        }
        Change::Added(_) | Change::Changed { .. } => None,
    });
    let is_declared = |reference: &ConnectionReference| {
        let mut declared = others.solutions.iter().filter_map(|solution| solution.references.as_ref());
        declared.any(|references| references.contains_key(&reference.logical_name))
            || is_elsewhere(compared, &Requirement::ConnectionReference(reference.logical_name.clone()))
    };
    removed.filter(|reference| compared.deletes() && !is_declared(reference)).collect()
}

/// The environment variables that the import deletes. What another solution defines too is not deleted.
fn removed_variables<'a>(compared: &Compared<'a>) -> Vec<&'a EnvironmentVariable> {
    let (old, others) = (compared.old.workspace, compared.others.workspace);
    let removed = compared.comparison.variables.iter().filter_map(|change| match change {
        Change::Removed((solution, name)) => {
            compared.comparison.successor(*solution)?;
            old.solution(*solution).variables.get(name)
        }
        Change::Added(_) | Change::Changed { .. } => None,
    });
    let is_defined = |variable: &EnvironmentVariable| {
        others.solutions.iter().any(|solution| solution.variables.contains_key(&variable.schema_name))
            || is_elsewhere(compared, &Requirement::EnvironmentVariable(variable.schema_name.clone()))
    };
    removed.filter(|variable| compared.deletes() && !is_defined(variable)).collect()
}

/// The four parts of a version; missing ones are 0. `None` if it is not a version.
fn numbers(version: &str) -> Option<[u64; 4]> {
    let mut numbers = [0; 4];
    for (at, part) in version.split('.').enumerate() {
        *numbers.get_mut(at)? = part.parse().ok()?;
    }
    Some(numbers)
}
