//! A called flow whose trigger is for agents.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-agent-trigger"), check: Check::Flow(check) };

/// Kinds of "When an agent calls the flow", new and old.
const AGENT_KINDS: [&str; 2] = ["Skills", "VirtualAgent"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let FlowContext { flow, content, .. } = *context;
    let Some(calls) = context.calls_to_it() else { return };
    let Some(trigger) = content.definition.only_trigger() else { return };
    let is_agent = AGENT_KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(trigger.kind()));
    if !trigger.is("Request") || !is_agent {
        return;
    }
    let route = content.definition.trigger_route(trigger).key("kind");
    let Some(place) = flow.place(route, Part::Value) else { return };
    let message = format!("`{}` is called by another flow, but its trigger is for agents", flow.name);
    let finding = sink.report(place, "\"When an agent calls the flow\"", message);
    finding.help(
        "give the child flow the trigger \"Manually trigger a flow\"; if agents need it too, move its steps into \
         a third flow that both call",
    );
    context.run.relate_callers(finding, &calls);
}
