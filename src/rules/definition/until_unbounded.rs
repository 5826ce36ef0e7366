//! A Do until loop without limits of its own.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("definition/until-unbounded"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let definition = context.semantic.definition;
    for (index, action) in context.semantic.indexed().filter(|(_, action)| action.is("Until")) {
        let has = |key: &str| action.body.get("limit").is_some_and(|limit| limit.get(key).is_some());
        if has("count") || has("timeout") {
            continue;
        }
        let Some(place) = context.flow.place(definition.action_route(index), Part::Key) else { continue };
        let message = format!("{} has no limit of its own", context.named(action.name));
        sink.report(place, "neither a count nor a timeout", message).help(
            "set \"Count\" and \"Timeout\" of the loop, and check after the loop that its condition is true: by default, \
             the loop ends after 60 iterations or one hour without an error",
        );
    }
}
