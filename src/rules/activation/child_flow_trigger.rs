//! A called flow whose trigger no parent can fire.

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
        // The kind of a Request trigger is left alone: which of the newer kinds are refused is not known.
        if definition.triggers().any(|trigger| trigger.is("Request") || trigger.type_name().starts_with('@'))
        {
            continue;
        }
        let (route, part, what, message) = match definition.trigger(0) {
            Some(trigger) => (
                definition.trigger_route(trigger).key("type"),
                Part::Value,
                "this trigger",
                format!("`{}` is called by another flow, but {} starts it", flow.name, describe(trigger)),
            ),
            None => (
                Definition::route(),
                Part::Key,
                "no trigger in here",
                format!("`{}` is called by another flow, but has no trigger", flow.name),
            ),
        };
        let Some(place) = flow.place(route, part) else { continue };
        let finding = sink.report(place, what, message);
        finding.help(
            "a child flow needs the trigger \"Manually trigger a flow\", \"Power Apps\" or \"When an HTTP request is \
             received\": give it one, or move the steps into a flow that has one",
        );
        context.relate_callers(finding, &calls);
    }
}

fn describe(trigger: Trigger<'_>) -> String {
    match trigger.type_name() {
        "" => format!("its trigger `{}` has no type and nothing", trigger.name),
        "Recurrence" => "a schedule (`Recurrence`)".to_owned(),
        other => format!("an event (`{other}`)"),
    }
}
