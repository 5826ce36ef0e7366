//! Columns to watch on a trigger that does not react to changes.

use super::row_trigger::{self, Setting};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/dataverse-filter-ignored"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for row in row_trigger::all(context) {
        let Some(value) = row.number(&row.facts.message_parameter) else { continue };
        let message = row.facts.messages.iter().find(|message| message.value == value);
        let Some(message) = message.filter(|message| message.includes_update == Some(false)) else {
            continue;
        };
        let Setting::Literal(_, route) = row.setting(&row.facts.filter_columns_parameter) else { continue };
        let Some(place) = row.place(route, Part::Value) else { continue };
        let text = format!(
            "the trigger of {} names columns to watch, but its change type is \"{}\"",
            context.name(row.index),
            message.meaning
        );
        sink.report(place, "looked at only when a row is modified", text).help(
            "choose a change type that includes modifications, or clear Select columns; what a new row has to look \
             like is a condition under Filter rows",
        );
    }
}
