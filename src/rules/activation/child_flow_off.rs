//! A flow that is on calls one that is off.

use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::State;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-off"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (caller, flow) in context.workspace.indexed().filter(|(_, flow)| flow.state == State::On) {
        for (callee, calls) in context.graph.calls_by_callee(caller) {
            let Callee::Flow(child) = callee else { continue };
            let child_flow = context.workspace.flow(child);
            if child_flow.state != State::Off {
                continue;
            }
            let message = format!("`{}` is on and calls `{}`, which is off", flow.name, child_flow.name);
            let finding = sink.report(
                calls[0].place(context.workspace),
                format!("calls `{}`", child_flow.name),
                message,
            );
            finding.help(format!(
                "turn `{}` on and export again, or turn off the flows that call it",
                child_flow.name
            ));
            if let Some(record) = &child_flow.record {
                finding.relate(record.state.clone(), "recorded as off");
            }
            context.relate_other_calls(finding, &calls);
        }
    }
}
