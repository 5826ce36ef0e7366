//! A flow that responds inside a loop.

use crate::finding::Sink;
use crate::model::Action;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("activation/response-in-loop"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, definition) = (context.flow, &context.content.definition);
    let calls = context.calls_to_it().unwrap_or_default();
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
        context.run.relate_callers(finding, &calls);
    }
}
