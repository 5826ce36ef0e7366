//! A called flow with a trigger that other flows cannot start.

use crate::finding::Sink;
use crate::model::{Definition, Trigger};
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-trigger"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (child, calls) in context.children() {
        let flow = context.workspace.flow(child);
        let Some(content) = &flow.content else { continue };
        let definition = &content.definition;
        // The kind of a `Request` trigger does not matter here: which of the newer kinds are rejected is not known.
        if definition.triggers().any(|trigger| trigger.is("Request") || trigger.type_name().starts_with('@'))
        {
            continue;
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
        let Some(place) = flow.place(route, part) else { continue };
        let finding = sink.report(place, what, message);
        finding.help(
            "give the child flow the trigger \"Manually trigger a flow\", \"Power Apps\" or \"When an HTTP request is \
             received\", or move its steps into a new flow with one of these triggers",
        );
        context.relate_callers(finding, &calls);
    }
}

/// What a trigger is, to follow "its trigger".
fn describe(trigger: Trigger<'_>) -> String {
    match trigger.type_name() {
        "" => format!("`{}` has no type", trigger.name),
        "Recurrence" => "is a schedule (`Recurrence`)".to_owned(),
        other => format!("is an event (`{other}`)"),
    }
}
