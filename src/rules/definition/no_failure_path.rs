//! A flow without any step that handles failures.

use crate::finding::Sink;
use crate::model::Definition;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::links;
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("definition/no-failure-path"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    // A flow that calls nothing rarely fails.
    let can_fail = context.semantic.actions().any(|action| {
        ["OpenApiConnection", "ApiConnection", "Http", "Workflow"].iter().any(|name| action.is(name))
    });
    let handles_failures = context.semantic.actions().flat_map(links).any(|(_, statuses)| {
        let mut statuses = statuses.as_array().into_iter().flatten().filter_map(|status| status.as_str());
        statuses
            .any(|status| status.eq_ignore_ascii_case("Failed") || status.eq_ignore_ascii_case("TimedOut"))
    });
    if !can_fail || handles_failures {
        return;
    }
    let Some(place) = context.flow.place(Definition::route().key("actions"), Part::Key) else { return };
    let message = format!("no step of `{}` runs after a failure", context.flow.name);
    sink.report(place, "no step here runs after `Failed` or `TimedOut`", message).help(
        "put the steps into a \"Scope\", add a step after it that notifies somebody, and choose \"has failed\" and \
         \"has timed out\" in \"Configure run after\" of that step",
    );
}
