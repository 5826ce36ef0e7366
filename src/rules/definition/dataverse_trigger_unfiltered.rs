//! A Dataverse trigger that fires on every change.

use super::dataverse::RowTrigger;
use crate::finding::Sink;
use crate::rules::{Check, Inside, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/dataverse-trigger-unfiltered"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    let Some(trigger) = RowTrigger::of(inside) else { return };
    if trigger.is_filtered || !trigger.on_update {
        return;
    }
    let Some(place) = inside.flow.place(trigger.table_route(inside), Part::Value) else { return };
    let message = format!("`{}` runs on every change of every row of `{}`", inside.flow.name, trigger.table);
    sink.report(place, "neither columns nor rows are chosen", message)
        .help("set \"Select columns\" or \"Filter rows\" of the trigger, or give it a condition");
}
