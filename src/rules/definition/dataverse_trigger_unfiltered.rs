//! A Dataverse trigger that fires on every change.

use super::dataverse::RowTrigger;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/dataverse-trigger-unfiltered"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let Some(trigger) = RowTrigger::of(context) else { return };
    if trigger.is_filtered || !trigger.on_update {
        return;
    }
    let Some(place) = context.flow.place(trigger.table_route(context), Part::Value) else { return };
    let message = format!("`{}` runs on every change of every row of `{}`", context.flow.name, trigger.table);
    sink.report(place, "neither columns nor rows are chosen", message)
        .help("set \"Select columns\" or \"Filter rows\" of the trigger, or give it a condition");
}
