//! A Dataverse row trigger with another type than that of triggers that subscribe.

use super::row_triggers;
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/dataverse-trigger-wrong-type"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow, row) in row_triggers(context) {
        let (found, expected) = (row.trigger.type_name(), &row.facts.type_name);
        if found.is_empty() || found.starts_with('@') || row.trigger.is(expected) {
            continue;
        }
        let Some(place) = flow.place(row.route.key("type"), Part::Value) else { continue };
        let message = format!(
            "the trigger of {} subscribes to rows with `{}`, but has the type `{found}`",
            context.name(index),
            row.facts.operation
        );
        sink.report(place, format!("expected `{expected}`"), message).help(format!(
            "delete the trigger in the designer and add it again; or set its type to `{expected}` in the file, and remove \
             a `recurrence` next to it"
        ));
    }
}
