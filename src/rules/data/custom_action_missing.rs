//! A custom action of the solution's publisher that is in no input.

use std::cell::LazyCell;

use super::calls;
use super::rows::DATAVERSE;
use crate::finding::Sink;
use crate::model::{Manifest, Workspace};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("data/custom-action-missing"), check: Check::Flow(check) };

/// Operations that use an action of Dataverse, and the parameters with its name.
const ACTIONS: [&str; 4] = [
    "PerformBoundAction",
    "PerformBoundActionWithOrganization",
    "PerformUnboundAction",
    "PerformUnboundActionWithOrganization",
];
const EVENTS: [&str; 1] = ["BusinessEventsTrigger"];
const NAMES: [&str; 2] = ["actionName", "subscriptionRequest/sdkmessagename"];

/// The component type of plug-in assemblies.
const PLUGIN_ASSEMBLY: &str = "91";

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let workspace = context.run.workspace;
    let Some(manifest) = &workspace.solution(context.flow.solution).manifest else { return };
    // If a solution has plug-ins but no custom API, the folder of its APIs may have been left out. Few flows call an
    // action, so this is computed only where it matters.
    let may_be_left_out = LazyCell::new(|| {
        workspace.shipped.actions.is_empty() && manifest.components_of(PLUGIN_ASSEMBLY).next().is_some()
    });
    let Some(prefix) = manifest.prefix.as_deref().filter(|prefix| !prefix.is_empty()) else { return };
    let calls = calls::of(context, DATAVERSE, &ACTIONS).chain(calls::of(context, DATAVERSE, &EVENTS));
    for call in calls {
        let named = NAMES.iter().find_map(|parameter| Some((*parameter, call.literal(parameter)?)));
        let Some((parameter, written)) = named else { continue };
        let name = written.to_lowercase();
        let name = name.strip_prefix("microsoft.dynamics.crm.").unwrap_or(&name);
        let own = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_'));
        let Some(bare) = own.filter(|bare| !is_there(workspace, manifest, name, bare)) else { continue };
        if *may_be_left_out {
            return;
        }
        let Some(place) = call.place(context, &[parameter], Part::Value) else { continue };
        let message = format!(
            "{} uses the custom action `{written}`, which is in no input and not among the missing dependencies of `{}`",
            context.named(call.step()),
            manifest.unique_name
        );
        let near = context.nearest(name, workspace.shipped.actions.iter().map(String::as_str));
        sink.report(place, "in no input", message).help(match near.filter(|near| *near != bare) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add the action (a custom API, or a process of the category action) to the solution, or import the \
                     solution that contains it first and pass it as another input: without the action, the flow cannot \
                     be turned on"
                .to_owned(),
        });
    }
}

/// Whether an input contains an action, or the solution lists it as missing. Processes have names without the prefix.
fn is_there(workspace: &Workspace, manifest: &Manifest, name: &str, bare: &str) -> bool {
    let shipped = &workspace.shipped;
    [name, bare].iter().any(|name| {
        shipped.actions.contains(*name) || shipped.components.contains(*name) || manifest.names_missing(name)
    })
}
