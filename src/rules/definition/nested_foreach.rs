//! An Apply to each loop inside another one.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("definition/nested-foreach"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let definition = context.semantic.definition;
    for (index, action) in context.semantic.indexed().filter(|(_, action)| action.is("Foreach")) {
        let Some(outer) = definition.ancestors(index).find(|container| container.is("Foreach")) else {
            continue;
        };
        let Some(place) = context.flow.place(definition.action_route(index), Part::Key) else { continue };
        let message = format!("{} is a loop inside the loop `{}`", context.named(action.name), outer.name);
        sink.report(place, "runs once for each item of the outer loop", message).help(
            "filter or join the lists with \"Filter array\" or \"Select\" before the loop, or query them together",
        );
    }
}
