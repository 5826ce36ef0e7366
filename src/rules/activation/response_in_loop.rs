//! A flow that responds inside a loop.

use crate::finding::Sink;
use crate::model::Action;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/response-in-loop"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow, content) in context.workspace.contents() {
        let definition = &content.definition;
        for (response, _) in definition.of_type("Response") {
            let is_loop = |action: &Action<'_>| action.is("Foreach") || action.is("Until");
            let Some(around) = definition.ancestors(response).find(is_loop) else { continue };
            let Some(place) = flow.place(definition.action_route(response), Part::Key) else { continue };
            let message = format!("`{}` responds inside the loop `{}`", flow.name, around.name);
            let finding = sink.report(place, "runs once per iteration", message);
            finding.help(format!(
                "collect the result in a variable inside `{}`, and respond once after the loop",
                around.name
            ));
            context.relate_callers(finding, &context.graph.calls_to(index));
        }
    }
}
