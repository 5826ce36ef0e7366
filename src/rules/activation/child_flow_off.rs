//! A flow that is on calls a flow that is off or suspended.

use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::State;
use crate::model::settings::states_after_settings;
use crate::rules::edits::turn_on;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-off"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let settings = states_after_settings(context.workspace, context.settings);
    let is_turned_on = |flow| settings.get(&context.workspace.representative(flow)) == Some(&true);
    for (caller, flow) in context.workspace.indexed().filter(|(_, flow)| flow.state == State::On) {
        for (callee, calls) in context.graph.calls_by_callee(caller) {
            let Callee::Flow(child) = callee else { continue };
            // The settings turn on the child first. A caller that they do not list stays as the import leaves it.
            if is_turned_on(child) && is_turned_on(caller) {
                continue;
            }
            let child_flow = context.workspace.flow(child);
            let (state, advice) = match child_flow.state {
                State::Off => ("off", format!("turn `{}` on and export again", child_flow.name)),
                State::Suspended => (
                    "suspended",
                    format!(
                        "change `{}` or the data policy that suspended it, turn the flow on and export again",
                        child_flow.name
                    ),
                ),
                State::On | State::Unknown => continue,
            };
            let message = format!("`{}` is on and calls `{}`, which is {state}", flow.name, child_flow.name);
            let label = format!("calls `{}`", child_flow.name);
            let finding = sink.report(calls[0].place(context.workspace), label, message);
            finding.help(format!("{advice}, or turn off the flows that call it"));
            finding.fix(turn_on(context.sources, child_flow));
            if child_flow.state == State::Suspended {
                finding.code(Some("WorkflowTriggerIsNotEnabled"));
            }
            if let Some(record) = &child_flow.record {
                finding.relate(record.state.clone(), format!("recorded as {state}"));
            }
            context.relate_other_calls(finding, &calls);
        }
    }
}
