//! A Dataverse row trigger with another type than that of triggers that subscribe, or among the actions.

use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::model::Owner;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/dataverse-trigger-wrong-type"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    among_actions(context, sink);
    for row in context.content.row_triggers() {
        let (found, expected) = (row.trigger.type_name(), &row.facts.type_name);
        if found.is_empty() || found.starts_with('@') || row.trigger.is(expected) {
            continue;
        }
        let Some(place) = context.flow.place(row.route.key("type"), Part::Value) else { continue };
        let message = format!(
            "the trigger of `{}` subscribes to rows with `{}`, but has the type `{found}`",
            context.flow.name, row.facts.operation
        );
        let recurrence = row.trigger.body.get("recurrence").map(|_| row.route.key("recurrence"));
        let recurrence =
            recurrence.and_then(|route| context.flow.place(route, Part::Value)).map(Edit::remove);
        let edits = [Edit::text(place.clone(), expected)].into_iter().chain(recurrence);
        let fix = Fix::unsafe_(format!("set the type to `{expected}`"), edits);
        sink.report(place, format!("expected `{expected}`"), message)
            .help(format!(
                "delete the trigger in the designer and add it again; or set its type to `{expected}` in the file, and \
                 remove a `recurrence` next to it"
            ))
            .fix(fix);
    }
}

/// Reports actions that subscribe to rows. The reference of the connector has the operation only as a trigger.
fn among_actions(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, definition) = (context.flow, &context.content.definition);
    for (site, facts) in context.content.row_subscriptions() {
        let Owner::Action(index) = site else { continue };
        let route = definition.action_route(index).keys(&["inputs", "host", "operationId"]);
        let Some(place) = flow.place(route, Part::Value) else { continue };
        let message = format!(
            "the action `{}` of `{}` uses the operation `{}`, which is a trigger",
            definition.action(index).name,
            flow.name,
            facts.operation
        );
        sink.report(place, "only for triggers", message).help(
            "delete the action; for steps that should run when a row changes, create a flow with this trigger",
        );
    }
}
