//! A variable that is initialised inside a container.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/variable-not-top-level"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let definition = context.semantic.definition;
    for (index, action) in context.semantic.indexed().filter(|(_, action)| action.is("InitializeVariable")) {
        let Some(container) = definition.ancestors(index).next() else { continue };
        let Some(place) = context.flow.place(definition.action_route(index), Part::Key) else { continue };
        let message =
            format!("{} initialises a variable inside `{}`", context.named(action.name), container.name);
        sink.report(place, "not at the top level", message)
            .help("move \"Initialize variable\" to the top level, and use \"Set variable\" here");
    }
}
