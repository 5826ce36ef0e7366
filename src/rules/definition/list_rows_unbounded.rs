//! A query that asks for every row of a table.

use super::dataverse::parameters;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/list-rows-unbounded"), check: Check::Flow(check) };

/// Parameters that reduce the number of rows.
const BOUNDS: [&str; 4] = ["$filter", "$top", "fetchXml", "$apply"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for (index, action) in context.semantic.indexed() {
        let Some(parameters) = parameters(action, &["ListRecords"]) else { continue };
        if BOUNDS.iter().any(|bound| parameters.contains_key(bound)) {
            continue;
        }
        let keys = ["inputs", "parameters", "entityName"];
        let Some(place) = context.semantic.value_place(context.flow, index, &keys) else { continue };
        let table = parameters.get("entityName").and_then(|name| name.as_str()).unwrap_or("a table");
        let message = format!("{} asks for every row of `{table}`", context.named(action.name));
        sink.report(place, "no filter and no row count", message)
            .help("fill in \"Filter rows\" or \"Row count\", and choose the columns in \"Select columns\"");
    }
}
