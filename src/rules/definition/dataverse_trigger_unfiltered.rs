//! A Dataverse trigger that fires on every change.

use super::dataverse::row_trigger;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/dataverse-trigger-unfiltered"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let Some(trigger) = row_trigger(context).filter(|trigger| !trigger.is_filtered()) else { return };
    if trigger.change().and_then(|change| change.includes_update) != Some(true) {
        return;
    }
    let Some((table, route)) = trigger.table() else { return };
    let Some(place) = context.flow.place(route, Part::Value) else { return };
    let message = format!("`{}` runs on every change of every row of `{table}`", context.flow.name);
    sink.report(place, "neither columns nor rows are filtered", message)
        .help("fill in \"Select columns\" or \"Filter rows\" of the trigger, or add a trigger condition");
}
