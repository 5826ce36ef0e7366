//! A canvas app that runs a flow which is neither in the inputs nor a missing dependency.

use crate::finding::Sink;
use crate::model::{AppFlow, Requirement, Solution, Workspace};
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("package/app-flow-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let workspace = context.workspace;
    // A part of the input that could not be read may contain the flow.
    if !workspace.is_complete() {
        return;
    }
    for (index, solution) in workspace.indexed_solutions() {
        // Without a manifest, the missing dependencies of the solution are unknown.
        let Some(manifest) = &solution.manifest else { continue };
        let is_missing = |flow: &&AppFlow| !is_known(workspace, solution, flow);
        let mut is_blocked = false;
        for app in &solution.apps {
            for flow in app.flows.iter().filter(is_missing) {
                let id = &flow.id;
                let called = flow.name.as_ref().map_or_else(String::new, |name| format!("`{name}` "));
                let message = format!(
                    "the canvas app `{}` runs the flow {called}({id}), which is in no input and not among the missing \
                     dependencies of `{}`",
                    app.name, manifest.unique_name
                );
                let finding = sink.report(flow.place.clone(), "no flow has this id", message);
                // The import of the whole solution fails. The first finding is enough to block all of its flows.
                if !std::mem::replace(&mut is_blocked, true) {
                    let flows = workspace.indexed().filter(|(_, flow)| flow.solution == index);
                    finding.also_blocks(flows.map(|(flow, _)| flow));
                }
                finding.key([app.name.as_str(), id.as_str()]).help(
                    "add the flow to the solution (Add existing > Automation > Cloud flow), or pass the solution that \
                     contains it as another input; if the app no longer needs the flow, remove it from the app in the \
                     editor, save and publish the app, and export again",
                );
            }
        }
    }
}

/// Whether an input contains the flow, or the solution lists it as a missing dependency.
fn is_known(workspace: &Workspace, solution: &Solution, flow: &AppFlow) -> bool {
    let mut recorded = workspace.solutions.iter().filter_map(|solution| solution.recorded.as_ref());
    workspace.has_flow(&flow.id)
        || recorded.any(|ids| ids.contains(&flow.id))
        || solution.missing(&Requirement::Flow(flow.id.clone())).is_some()
}
