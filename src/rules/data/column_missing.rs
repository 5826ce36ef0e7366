//! A step that adds a row without a value for a required column.

use std::collections::BTreeSet;

use super::calls;
use super::rows::{self, DATAVERSE};
use crate::finding::Sink;
use crate::model::Table;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::wording::{listed, plural};

pub(super) const RULE: Rule = Rule { page: page!("data/column-missing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    if context.run.workspace.shipped.tables.is_empty() {
        return;
    }
    for call in calls::of(context, DATAVERSE, &["CreateRecord"]) {
        let Some(table) = rows::whole_table(context.run.workspace, &call) else { continue };
        // A row that is one value is not looked into.
        let row = call.parameters.and_then(|parameters| parameters.get("item"));
        if call.parameters.is_none() || row.is_some_and(|row| row.as_object().is_none()) {
            continue;
        }
        let members = call.members("item");
        let missing = missing(table, members.iter().map(|(name, ..)| *name));
        let Some(place) = call.parameters_place(context).filter(|_| !missing.is_empty()) else { continue };
        let message = format!(
            "{} adds a row to the table `{}` without the required {} {}",
            context.named(call.step),
            table.logical_name,
            plural(missing.len(), "column"),
            listed(missing.iter(), |name| format!("`{name}`"))
        );
        let label = match missing.as_slice() {
            [one] => format!("`{one}` is missing"),
            more => format!("{} columns are missing", more.len()),
        };
        sink.report(place, label, message).help(
            "open the step and fill in what is marked with an asterisk, or make the column optional (\"Business \
             recommended\") in the table",
        );
    }
}

/// The required columns that no name gives. A lookup may be given under a longer name, that of one of its tables.
fn missing<'t>(table: &'t Table, given: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let given: BTreeSet<String> =
        given.map(|name| name.to_lowercase().split('@').next().unwrap_or_default().to_owned()).collect();
    let is_given = |column: &str| {
        let longer = format!("{column}_");
        given.contains(column)
            || given.range(longer.clone()..).next().is_some_and(|name| name.starts_with(&longer))
    };
    let required = table.columns.iter().filter(|(_, column)| column.required);
    required.map(|(name, _)| name.as_str()).filter(|name| !is_given(name)).collect()
}
