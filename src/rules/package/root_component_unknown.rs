//! A flow that the manifest lists but that is not in the package.

use super::is_yaml_format;
use crate::finding::Sink;
use crate::fix::{Fix, remove_element};
use crate::model::{Component, FlowId, Solution};
use crate::rules::{Check, Context, Rule, page};
use crate::wording::{listed, plural};

pub(super) const RULE: Rule =
    Rule { page: page!("package/root-component-unknown"), check: Check::Workspace(check) };

/// The maximum number of components that a finding points at.
const MOST_LABELS: usize = 8;

fn check(context: &Context<'_>, sink: &mut Sink) {
    for solution in &context.workspace.solutions {
        let unknown = unknown(context, solution);
        let Some((first, others)) = unknown.split_first() else { continue };
        let ids = listed(unknown.iter(), |(_, id)| format!("`{id}`"));
        let message = format!(
            "`{}` lists the {} {ids}, but contains neither a record nor a file of {}",
            solution.name(),
            plural(unknown.len(), "workflow"),
            if others.is_empty() { "it" } else { "them" }
        );
        let finding = sink.report(first.0.place.clone(), "not in the package", message);
        let edits = unknown.iter().map(|(component, _)| remove_element(context.sources, &component.place));
        let edits: Option<Vec<_>> = edits.collect();
        let title = format!("delete the {}", plural(unknown.len(), "component"));
        finding.fix(edits.map(|edits| Fix::unsafe_(title, edits)));
        for (component, _) in others.iter().take(MOST_LABELS - 1) {
            finding.also(component.place.clone(), "nor is this");
        }
        finding.key(unknown.iter().map(|(_, id)| id.as_str())).help(
            "restore the files of the workflow, or delete its `RootComponent`: `pac solution pack` stops at a component \
             that does not exist",
        );
    }
}

/// The workflows that a manifest lists and that no input contains; empty if some records are unknown.
fn unknown<'a>(context: &Context<'_>, solution: &'a Solution) -> Vec<(&'a Component, FlowId)> {
    let (Some(recorded), Some(manifest)) = (&solution.recorded, &solution.manifest) else {
        return Vec::new();
    };
    // In the YAML format, the records of classic workflows are not documented.
    let is_yaml = manifest.components.as_ref().is_some_and(|list| is_yaml_format(context, list.place.file));
    if is_yaml || !context.workspace.is_complete() {
        return Vec::new();
    }
    // The record of a component may have an invalid id, which `flow-id-invalid` reports.
    if recorded.iter().any(|id| !id.is_guid()) {
        return Vec::new();
    }
    let listed =
        manifest.workflows().filter_map(|listed| Some((listed, FlowId::parse(listed.id.as_deref()?)?)));
    listed.filter(|(_, id)| !recorded.contains(id) && !context.workspace.has_flow(id)).collect()
}
