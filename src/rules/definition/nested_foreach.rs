//! A For each loop inside another one.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("definition/nested-foreach"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let definition = context.semantic.definition;
    for (index, action) in context.semantic.indexed().filter(|(_, action)| action.is("Foreach")) {
        let Some(outer) = definition.ancestors(index).find(|one| one.is("Foreach")) else { continue };
        let Some(place) = context.flow.place(definition.action_route(index), Part::Key) else { continue };
        let message = format!("{} runs once for each turn of `{}`", context.named(action.name), outer.name);
        sink.report(place, "a loop in a loop", message).help(
            "filter or join the lists with \"Filter array\" or \"Select\" first, or query them together",
        );
    }
}
