//! A `Terminate` inside a loop.

use crate::finding::Sink;
use crate::rules::{Check, Inside, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("definition/terminate-in-loop"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    let definition = inside.anatomy.definition;
    for (index, action) in inside.anatomy.indexed().filter(|(_, action)| action.is("Terminate")) {
        let mut containers = definition.ancestors(index);
        let Some(around) = containers.find(|one| one.is("Foreach") || one.is("Until")) else { continue };
        let route = definition.action_route(index).key("type");
        let Some(place) = inside.flow.place(route, Part::Value) else { continue };
        let message = format!("{} ends the run inside the loop `{}`", inside.named(action.name), around.name);
        sink.report(place, "inside a loop", message)
            .help("remember the fault in a variable, and end the run with a \"Terminate\" after the loop");
    }
}
