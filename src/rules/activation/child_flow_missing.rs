//! A call of a flow that is nowhere.

use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::Requirement;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    // A part of the input that could not be read may hold the flow.
    if !context.workspace.is_complete() {
        return;
    }
    for (caller, flow) in context.workspace.indexed() {
        let solution = context.workspace.solution(flow.solution);
        // Without a manifest nobody knows what the solution expects from elsewhere.
        let Some(manifest) = &solution.manifest else { continue };
        for (callee, calls) in context.graph.calls_by_callee(caller) {
            let Callee::External(id) = callee else { continue };
            if solution.missing(&Requirement::Flow(id.clone())).is_some() {
                continue;
            }
            let message = format!(
                "`{}` calls a flow that is in no input and not among the missing dependencies of `{}`",
                flow.name, manifest.unique_name
            );
            let finding = sink.report(calls[0].place(context.workspace), "no flow has this id", message);
            finding.help(format!(
                "add the called flow to the solution, or give the solution that has it as another input; \
                 if it was deleted, open the step `{}` and choose a flow that exists",
                context.action_name(&calls[0])
            ));
            context.relate_other_calls(finding, &calls);
        }
    }
}
