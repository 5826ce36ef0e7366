//! A step that adds a row without a value for a required column.

use std::collections::BTreeSet;

use super::calls;
use super::rows::{self, DATAVERSE, LONGEST_NAME};
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
        // A row that is a single expression is not checked.
        let row = call.parameters().and_then(|parameters| parameters.get("item"));
        if call.parameters().is_none() || row.is_some_and(|row| row.as_object().is_none()) {
            continue;
        }
        let members = call.members("item");
        let missing = missing(table, members.iter().map(|(name, ..)| *name));
        let Some(place) = call.parameters_place(context).filter(|_| !missing.is_empty()) else { continue };
        let message = format!(
            "{} adds a row to the table `{}` without the required {} {}",
            context.named(call.step()),
            table.logical_name,
            plural(missing.len(), "column"),
            listed(missing.iter(), |name| format!("`{name}`"))
        );
        let label = match missing.as_slice() {
            [name] => format!("`{name}` is missing"),
            more => format!("{} columns are missing", more.len()),
        };
        sink.report(place, label, message).help(
            "open the step and fill in the fields with an asterisk, or change the column to \"Business recommended\" in \
             the table",
        );
    }
}

/// The required columns that none of the given names refers to. The name of a lookup may be longer than its column: the
/// name of one of its tables may follow.
fn missing<'t>(table: &'t Table, given: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut columns = BTreeSet::new();
    for name in given {
        let name = name.to_lowercase();
        let name = name.split('@').next().unwrap_or_default();
        let starts = name.match_indices('_').map(|(at, _)| &name[..at]).filter(|_| name.len() < LONGEST_NAME);
        columns.extend(
            starts.chain([name]).filter_map(|name| table.columns.get_key_value(name)).map(|(name, _)| name),
        );
    }
    let required = table.columns.iter().filter(|(_, column)| column.required);
    required.map(|(name, _)| name).filter(|name| !columns.contains(name)).map(String::as_str).collect()
}
