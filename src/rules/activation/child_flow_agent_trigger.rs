//! A called flow whose trigger is for agents.

use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-agent-trigger"), check: Check::Workspace(check) };

/// Kinds of "When an agent calls the flow", new and old.
const AGENT_KINDS: [&str; 2] = ["Skills", "VirtualAgent"];

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (child, calls) in context.children() {
        let flow = context.workspace.flow(child);
        let Some(content) = &flow.content else { continue };
        let Some(trigger) = content.definition.only_trigger() else { continue };
        let is_agent = AGENT_KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(trigger.kind()));
        if !trigger.is("Request") || !is_agent {
            continue;
        }
        let route = content.definition.trigger_route(trigger).key("kind");
        let Some(place) = flow.place(route, Part::Value) else { continue };
        let message = format!("`{}` is called by another flow, but its trigger is for agents", flow.name);
        let finding = sink.report(place, "\"When an agent calls the flow\"", message);
        finding.help(
            "give the child flow the trigger \"Manually trigger a flow\"; if agents need it too, move its steps into \
             a third flow that both call",
        );
        context.relate_callers(finding, &calls);
    }
}
