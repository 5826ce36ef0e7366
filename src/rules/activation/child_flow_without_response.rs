//! A called flow that never responds.

use crate::finding::Sink;
use crate::model::Definition;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-without-response"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let FlowContext { flow, content, .. } = *context;
    let Some(calls) = context.calls_to_it() else { return };
    // At any depth: most real child flows respond inside a scope or condition.
    if content.definition.of_type("Response").next().is_some() {
        return;
    }
    let Some(place) = flow.place(Definition::route().key("actions"), Part::Key) else { return };
    let message = format!("`{}` is called by another flow, but never responds to its caller", flow.name);
    let finding = sink.report(place, "without a response at any depth", message);
    finding.help(
        "end each path through the child flow with \"Respond to a Power App or flow\" (or \"Response\")",
    );
    context.run.relate_callers(finding, &calls);
}
