//! Fixes of activation orders: sorting them, and adding the flows that they omit. An order keeps its layout, its comments,
//! and the entries that flowvet does not know.

use std::collections::{BTreeMap, BTreeSet};

use super::given::{GivenEntry, member};
use crate::characters::without_formulas;
use crate::fix::{Edit, Fix, NewValue, Reveals};
use crate::graph::Callee;
use crate::model::given_order::ALM_SECTION;
use crate::model::{FlowIx, GivenColumn, GivenFormat, GivenOrder, State};
use crate::parse;
use crate::rules::Context;
use crate::source::{Document, Place, Route, Span, Target, Text, Value};

/// Sorts an order so that children come before the flows that call them. Flows stay where they are if they can. `None` for
/// files that also number the flows or list them twice.
pub(super) fn sorted(context: &Context<'_>, order: &GivenOrder, entries: &[GivenEntry<'_>]) -> Option<Fix> {
    let mut ranked: Vec<(i64, &GivenEntry<'_>)> =
        entries.iter().map(|entry| Some((entry.given.rank?, entry))).collect::<Option<_>>()?;
    ranked.sort_by_key(|(rank, _)| *rank);
    let flows: Vec<FlowIx> = ranked.iter().map(|(_, entry)| entry.flow).collect();
    let sorted = children_first(context, &flows);
    let text = context.sources.get(order.file);
    let edits = match &order.format {
        GivenFormat::Alm => swapped(&ranked, &sorted, |entry, other| {
            set_rank(parse::document(text)?, &entry.given.place, other.given.rank?)
        }),
        GivenFormat::List => swapped(&ranked, &sorted, |entry, other| {
            let raw = parse::document(text)?.value_at(entry.given.place.route()?)?.raw();
            Some(Edit::value(other.given.place.clone(), NewValue::Json(format!("\"{raw}\""))))
        }),
        _ if has_rows(&order.format, text) => moved(order, text, &ranked, &sorted).map(|edit| vec![edit]),
        _ => None,
    }?;
    (!edits.is_empty()).then(|| Fix::safe("sort the flows", edits))
}

/// Adds flows at the end of an order. It may have to be sorted then. `None` for the files that [`sorted`] leaves alone too.
pub(super) fn completed(
    context: &Context<'_>,
    order: &GivenOrder,
    entries: &[GivenEntry<'_>],
    missing: &BTreeSet<FlowIx>,
) -> Option<Fix> {
    let activation = context.activation();
    let in_order = activation.flat().chain(activation.cycles.iter().flatten().copied());
    let missing: Vec<FlowIx> = in_order.filter(|flow| missing.contains(flow)).collect();
    let with_id = entries.iter().filter(|entry| entry.given.id().is_some()).count();
    let written = |flow: &FlowIx| written(context, *flow, 2 * with_id >= entries.len());
    let edits: Vec<Edit> = match &order.format {
        GivenFormat::Alm => numbered(context, order, entries, &missing)?,
        GivenFormat::List => {
            let list = Place::value(order.file, Route::root());
            missing.iter().map(|flow| Edit::element(list.clone(), NewValue::text(written(flow)))).collect()
        }
        GivenFormat::Lines => vec![after_last(context, order, missing.iter().map(written))?],
        GivenFormat::Csv { delimiter, columns }
            if has_rows(&order.format, context.sources.get(order.file)) =>
        {
            let rows = missing.iter().map(|flow| row(context, *flow, *delimiter, columns));
            vec![after_last(context, order, rows.collect::<Option<Vec<_>>>()?)?]
        }
        GivenFormat::Csv { .. } | GivenFormat::Printed => return None,
    };
    let title = match missing.as_slice() {
        [] => return None,
        [flow] => format!("add {}", context.name(*flow)),
        flows => format!("add the {} flows that are missing", flows.len()),
    };
    Some(Fix::unsafe_(title, edits).revealing(Reveals::Rule("order-violated")))
}

/// Whether an order has a line for each flow, which says nothing about its position.
fn has_rows(format: &GivenFormat, text: &Text) -> bool {
    match format {
        GivenFormat::Lines => true,
        GivenFormat::Csv { columns, .. } => {
            let is_whole = |line: &str| line.matches('"').count() % 2 == 0;
            !columns.contains(&GivenColumn::Position) && text.text().lines().all(is_whole)
        }
        GivenFormat::List | GivenFormat::Printed | GivenFormat::Alm => false,
    }
}

/// The edits that give each entry the place of the entry that was there before. The function gets both.
fn swapped(
    ranked: &[(i64, &GivenEntry<'_>)],
    sorted: &[FlowIx],
    edit: impl Fn(&GivenEntry<'_>, &GivenEntry<'_>) -> Option<Edit>,
) -> Option<Vec<Edit>> {
    let by_flow: BTreeMap<FlowIx, &GivenEntry<'_>> =
        ranked.iter().map(|(_, entry)| (entry.flow, *entry)).collect();
    let places = ranked.iter().zip(sorted);
    let moved = places.filter_map(|((rank, was), flow)| {
        let entry = by_flow.get(flow).filter(|_| was.flow != *flow)?;
        (entry.given.rank != Some(*rank)).then_some((*entry, *was))
    });
    moved.map(|(entry, was)| edit(entry, was)).collect()
}

/// The edit that moves the lines of children before the line of the flow that calls them. All other lines stay.
fn moved(
    order: &GivenOrder,
    text: &Text,
    ranked: &[(i64, &GivenEntry<'_>)],
    sorted: &[FlowIx],
) -> Option<Edit> {
    let line_of = |entry: &GivenEntry<'_>| match entry.given.place.target {
        Target::Span(span) => Some(text.line_index(span.start)),
        _ => None,
    };
    let lines: BTreeMap<FlowIx, usize> =
        ranked.iter().map(|(_, entry)| Some((entry.flow, line_of(entry)?))).collect::<Option<_>>()?;
    // Each flow that stays, with the flows that come before it now.
    let mut before: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut placed = BTreeSet::new();
    let mut rest = sorted.iter();
    for (_, entry) in ranked {
        if placed.contains(&entry.flow) {
            continue;
        }
        let children: Vec<FlowIx> = rest.by_ref().copied().take_while(|flow| *flow != entry.flow).collect();
        before.insert(*lines.get(&entry.flow)?, children.iter().map(|flow| lines[flow]).collect());
        placed.extend(children);
    }
    let moved: BTreeSet<usize> = before.values().flatten().copied().collect();
    let newline = newline(text);
    let old: Vec<&str> = text.text().split_inclusive('\n').collect();
    let mut new = String::with_capacity(text.text().len());
    for index in (0..old.len()).filter(|index| !moved.contains(index)) {
        for line in before.get(&index).into_iter().flatten().chain([&index]) {
            new.push_str(old[*line]);
            new.push_str(if old[*line].ends_with('\n') { "" } else { newline });
        }
    }
    if !text.text().ends_with('\n') {
        new.truncate(new.len() - newline.len());
    }
    (new != text.text()).then(|| changed_lines(order, text.text(), &new))
}

/// The edit that replaces the lines that differ. Both texts have the same number of lines.
fn changed_lines(order: &GivenOrder, old: &str, new: &str) -> Edit {
    let same = |(one, other): &(&str, &str)| one == other;
    let length = |lines: Vec<(&str, &str)>| lines.iter().map(|(line, _)| line.len()).sum::<usize>();
    let pairs: Vec<(&str, &str)> = old.split_inclusive('\n').zip(new.split_inclusive('\n')).collect();
    let start = length(pairs.iter().copied().take_while(same).collect());
    let end = length(pairs.iter().rev().copied().take_while(same).collect()).min(old.len() - start);
    let place = Place::span(order.file, Span::new(start, old.len() - end));
    Edit::raw(place, &new[start..new.len() - end])
}

/// The edit that adds lines after the last entry.
fn after_last(
    context: &Context<'_>,
    order: &GivenOrder,
    lines: impl IntoIterator<Item = String>,
) -> Option<Edit> {
    let newline = newline(context.sources.get(order.file));
    let ends = order.entries.iter().map(|entry| match entry.place.target {
        Target::Span(span) => Some(span.end),
        _ => None,
    });
    let end = ends.collect::<Option<Vec<_>>>()?.into_iter().max()?;
    let new: String = lines.into_iter().map(|line| format!("{newline}{line}")).collect();
    Some(Edit::raw(Place::span(order.file, Span::new(end, end)), new))
}

fn newline(text: &Text) -> &'static str {
    if text.text().contains("\r\n") { "\r\n" } else { "\n" }
}

/// The name of a flow, or its id if the order has ids or the name would be read as something else.
fn written(context: &Context<'_>, flow: FlowIx, has_ids: bool) -> String {
    let workspace = context.workspace;
    let (name, id) = (&workspace.flow(flow).name, &workspace.flow(flow).id);
    let is_read_back = !name.starts_with('#')
        && name.trim() == name
        && !name.contains(char::is_control)
        && workspace.flows_named(name) == [flow];
    if has_ids || !is_read_back { id.to_string() } else { name.clone() }
}

/// A row for a flow. The cells of other columns are empty.
fn row(context: &Context<'_>, flow: FlowIx, delimiter: u8, columns: &[GivenColumn]) -> Option<String> {
    let name = written(context, flow, false);
    let id = context.workspace.flow(flow).id.as_str();
    let cells = columns.iter().map(|column| match column {
        GivenColumn::Id => id.to_owned(),
        GivenColumn::Name => without_formulas(&name),
        GivenColumn::Position | GivenColumn::Other => String::new(),
    });
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(cells).ok()?;
    let row = String::from_utf8(writer.into_inner().ok()?).ok()?;
    Some(row.trim_end_matches('\n').to_owned())
}

/// Entries for settings, with the numbers after the highest one. `None` if there are no numbers.
fn numbered(
    context: &Context<'_>,
    order: &GivenOrder,
    entries: &[GivenEntry<'_>],
    missing: &[FlowIx],
) -> Option<Vec<Edit>> {
    let list = Place::value(order.file, Route::of([ALM_SECTION]));
    let highest = entries.iter().filter_map(|entry| entry.given.rank).max()?;
    let entry = |(number, flow): (i64, &FlowIx)| {
        let flow = context.workspace.flow(*flow);
        let activate = if flow.state == State::Off { "false" } else { "true" };
        let value = NewValue::Object(vec![
            ("solutionComponentName", NewValue::text(&flow.name)),
            ("solutionComponentUniqueName", NewValue::text(flow.id.as_str())),
            ("sortOrder", NewValue::text(number.to_string())),
            ("activate", NewValue::text(activate)),
        ]);
        Edit::element(list.clone(), value)
    };
    Some((1..).map_while(|more| highest.checked_add(more)).zip(missing).map(entry).collect())
}

/// The flows in an order in which children come first, and which otherwise is the same.
fn children_first(context: &Context<'_>, flows: &[FlowIx]) -> Vec<FlowIx> {
    let listed: BTreeSet<FlowIx> = flows.iter().copied().collect();
    let mut done = BTreeSet::new();
    let mut sorted = Vec::with_capacity(flows.len());
    for flow in flows {
        // Depth first. A flow on the stack again is in a circle, and stays where it is.
        let mut open = vec![(*flow, false)];
        let mut entered = BTreeSet::new();
        while let Some((flow, are_children_done)) = open.pop() {
            if done.contains(&flow) || !are_children_done && !entered.insert(flow) {
                continue;
            }
            if are_children_done {
                done.insert(flow);
                sorted.push(flow);
                continue;
            }
            open.push((flow, true));
            for (callee, _) in context.graph.calls_by_callee(flow) {
                let Callee::Flow(child) = callee else { continue };
                let child = context.workspace.representative(child);
                if listed.contains(&child) && !done.contains(&child) {
                    open.push((child, false));
                }
            }
        }
    }
    sorted
}

/// Sets the number of the entry that a name is in.
fn set_rank(document: &Document, name: &Place, rank: i64) -> Option<Edit> {
    let place = member(name, "sortOrder")?;
    match document.value_at(place.route()?)?.value() {
        Value::String(_) => Some(Edit::text(place, rank.to_string())),
        Value::Number(_) => Some(Edit::value(place, NewValue::Json(rank.to_string()))),
        _ => None,
    }
}
