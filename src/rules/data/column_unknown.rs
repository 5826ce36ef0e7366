//! A column that the table does not have.

use std::collections::BTreeMap;

use super::calls::Call;
use super::rows;
use crate::finding::Sink;
use crate::model::Table;
use crate::rules::odata::{self, Mention};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Part, Place, Span, Target};

pub(super) const RULE: Rule = Rule { page: page!("data/column-unknown"), check: Check::Flow(check) };

/// Parameters that contain a list of columns, and parameters that contain a filter.
const LISTS: [&str; 3] = ["$select", "$orderby", "subscriptionRequest/filteringattributes"];
const FILTERS: [&str; 2] = ["$filter", "subscriptionRequest/filterexpression"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let workspace = context.run.workspace;
    if workspace.shipped.tables.is_empty() {
        return;
    }
    for call in rows::of_sets(context).chain(rows::of_rows(context)) {
        let Some(table) = rows::whole_table(workspace, &call) else { continue };
        let mut unknown: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        for (name, place) in columns(context, &call, table) {
            if !rows::has_column(table, &name) && !comes_from_elsewhere(context, &name) {
                unknown.entry(name).or_default().extend(place);
            }
        }
        for (name, places) in unknown {
            report(context, &call, table, &name, places, sink);
        }
    }
}

fn report(
    context: &FlowContext<'_, '_>,
    call: &Call<'_>,
    table: &Table,
    name: &str,
    places: Vec<Place>,
    sink: &mut Sink,
) {
    let mut places = places.into_iter();
    let Some(first) = places.next() else { return };
    let message = format!(
        "{} uses the column `{name}`, which the table `{}` does not have",
        context.named(call.step()),
        table.logical_name
    );
    let finding = sink.report(first, "no such column", message);
    for place in places {
        finding.also(place, "and here");
    }
    finding.help(match context.nearest(name, table.columns.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "open the step and choose the column again, or add the column to the table `{}`",
            table.logical_name
        ),
    });
}

/// The columns that a call uses, each with its place.
fn columns(context: &FlowContext<'_, '_>, call: &Call<'_>, table: &Table) -> Vec<(String, Option<Place>)> {
    let mut found = Vec::new();
    for (name, _, keys) in call.members("item") {
        // A path leads to a lookup, or to rows that are added together with this row.
        if !name.contains(['/', '{']) {
            found.push((name.to_lowercase(), call.place(context, &keys, Part::Key)));
        }
    }
    let mut read = |parameter: &str, mentions: fn(&str) -> Vec<Mention<'_>>| {
        let text = call.parameters().and_then(|all| all.get(parameter)?.as_str());
        for Mention { name, at } in text.map(mentions).unwrap_or_default() {
            let place =
                call.place(context, &[parameter], Part::Value).map(|place| within(place, at, name.len()));
            found.push((name.to_lowercase(), place));
        }
    };
    LISTS.iter().for_each(|parameter| read(parameter, odata::listed));
    FILTERS.iter().for_each(|parameter| read(parameter, odata::mentioned));
    // Only a name with the prefix of the table is certainly a column.
    let prefix = table.logical_name.split('_').next().unwrap_or_default();
    found.retain(|(name, _)| {
        let bare = name.strip_prefix('_').unwrap_or(name);
        bare.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_'))
    });
    found
}

/// Whether the solution lists the column as a missing dependency.
fn comes_from_elsewhere(context: &FlowContext<'_, '_>, name: &str) -> bool {
    let manifest = &context.run.workspace.solution(context.flow.solution).manifest;
    manifest.as_ref().is_some_and(|manifest| manifest.names_missing(name))
}

/// A part of the text at a place.
fn within(place: Place, at: usize, length: usize) -> Place {
    let Place { file, target } = place;
    let target = match target {
        Target::Json(route, part) => Target::Within(route, part, Span::new(at, at + length)),
        other => other,
    };
    Place { file, target }
}
