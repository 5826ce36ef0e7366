//! Columns to watch on a trigger that does not react to changes.

use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::model::Setting;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/dataverse-filter-ignored"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for row in context.content.row_triggers() {
        let change = row.change().filter(|change| change.includes_update == Some(false));
        let Some(change) = change else { continue };
        let Setting::Literal(_, route) = row.setting(&row.facts.filter_columns_parameter) else { continue };
        let Some(place) = context.flow.place(route, Part::Value) else { continue };
        let text = format!(
            "the trigger of `{}` has columns to watch, but its change type is \"{}\"",
            context.flow.name, change.meaning
        );
        let clear = Edit::remove(place.clone());
        sink.report(place, "only for modified rows", text)
            .help(
                "choose a change type that includes modifications, or clear Select columns and write a condition under \
                 Filter rows",
            )
            .fix(Fix::unsafe_("clear Select columns", [clear]));
    }
}
