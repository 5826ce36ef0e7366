//! A called flow with a trigger that other flows cannot start.

use crate::finding::Sink;
use crate::model::{Definition, Trigger};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-trigger"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let FlowContext { flow, content, .. } = *context;
    let Some(calls) = context.calls_to_it() else { return };
    let definition = &content.definition;
    // The kind of a `Request` trigger does not matter here: which of the newer kinds are rejected is not known.
    if definition.triggers().any(|trigger| trigger.is("Request") || trigger.type_name().starts_with('@')) {
        return;
    }
    let (route, part, what, message) = match definition.trigger(0) {
        Some(trigger) => (
            definition.trigger_route(trigger).key("type"),
            Part::Value,
            "not possible in a child flow",
            format!("`{}` is called by another flow, but its trigger {}", flow.name, describe(trigger)),
        ),
        None => (
            Definition::route(),
            Part::Key,
            "without a trigger",
            format!("`{}` is called by another flow, but has no trigger", flow.name),
        ),
    };
    let Some(place) = flow.place(route, part) else { return };
    let finding = sink.report(place, what, message);
    finding.help(
        "give the child flow the trigger \"Manually trigger a flow\", \"Power Apps\" or \"When an HTTP request is \
         received\", or move its steps into a new flow with one of these triggers",
    );
    context.run.relate_callers(finding, &calls);
}

/// What a trigger is, to follow "its trigger".
fn describe(trigger: Trigger<'_>) -> String {
    match trigger.type_name() {
        "" => format!("`{}` has no type", trigger.name),
        "Recurrence" => "is a schedule (`Recurrence`)".to_owned(),
        other => format!("is an event (`{other}`)"),
    }
}
