//! A flow that does nothing when a step fails.

use crate::finding::Sink;
use crate::model::Definition;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::links;
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("definition/no-failure-path"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    // Without a step that leaves the flow there is little that fails.
    let can_fail = context.semantic.actions().any(|action| {
        ["OpenApiConnection", "ApiConnection", "Http", "Workflow"].iter().any(|one| action.is(one))
    });
    let has_path = context.semantic.actions().flat_map(links).any(|(_, statuses)| {
        let mut statuses = statuses.as_array().into_iter().flatten().filter_map(|status| status.as_str());
        statuses.any(|one| one.eq_ignore_ascii_case("Failed") || one.eq_ignore_ascii_case("TimedOut"))
    });
    if !can_fail || has_path {
        return;
    }
    let Some(place) = context.flow.place(Definition::route().key("actions"), Part::Key) else { return };
    let message = format!("no step of `{}` runs after a failure", context.flow.name);
    sink.report(place, "nothing here runs after `Failed` or `TimedOut`", message).help(
        "put the steps into a scope, and add a step that runs after it has failed or timed out and tells somebody",
    );
}
