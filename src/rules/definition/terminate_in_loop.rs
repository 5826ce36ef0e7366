//! A `Terminate` inside a loop.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("definition/terminate-in-loop"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let definition = context.semantic.definition;
    for (index, action) in context.semantic.indexed().filter(|(_, action)| action.is("Terminate")) {
        let mut containers = definition.ancestors(index);
        let around = containers.find(|container| container.is("Foreach") || container.is("Until"));
        let Some(around) = around else { continue };
        let route = definition.action_route(index).key("type");
        let Some(place) = context.flow.place(route, Part::Value) else { continue };
        let message =
            format!("{} ends the run inside the loop `{}`", context.named(action.name), around.name);
        sink.report(place, "inside a loop", message)
            .help("store the error in a variable, and end the run with a \"Terminate\" after the loop");
    }
}
