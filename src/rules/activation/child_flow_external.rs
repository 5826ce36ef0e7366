//! A call of a flow that comes with another solution.

use crate::finding::Sink;
use crate::graph::Callee;
use crate::model::Requirement;
use crate::rules::{Check, Context, Rule, origin_in_words, page};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-external"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (caller, flow) in context.workspace.indexed() {
        for (callee, calls) in context.graph.calls_by_callee(caller) {
            let Callee::External(id) = callee else { continue };
            let solution = context.workspace.solution(flow.solution);
            let Some(missing) = solution.missing(&Requirement::Flow(id)) else { continue };
            if context.is_in_target(missing.solution.as_deref()) {
                continue;
            }
            let child = &missing.display_name;
            let help = match &missing.solution {
                Some(owner) => {
                    format!("install `{owner}` and turn on `{child}` before you turn on `{}`", flow.name)
                }
                None => format!(
                    "add `{child}` to this solution, or make sure that it is in the target environment and on before \
                     you turn on `{}`",
                    flow.name
                ),
            };
            let origin = origin_in_words(missing);
            let message = format!("`{}` calls the child flow `{child}`, which {origin}", flow.name);
            let finding = sink.report(calls[0].place(context.workspace), format!("calls `{child}`"), message);
            finding.help(help).relate(missing.place.clone(), "listed as a missing dependency");
            context.relate_other_calls(finding, &calls);
        }
    }
}
