//! Activation orders, matched with the flows of the workspace. Shared by the rules about orders.

use std::collections::{BTreeMap, BTreeSet};

use crate::fix::{Edit, Fix, NewValue};
use crate::graph::{CallSite, Callee};
use crate::model::{FlowIx, GivenFlow, GivenOrder};
use crate::parse;
use crate::rules::Context;
use crate::source::{Document, Place, Route, Step, Value};

/// An entry of an order, with its flow.
pub(super) struct GivenEntry<'a> {
    pub(super) flow: FlowIx,
    pub(super) given: &'a GivenFlow,
}

/// The entries of an order that identify exactly one flow. If a flow has several entries, the first one counts.
pub(super) fn entries<'a>(context: &Context<'_>, order: &'a GivenOrder) -> Vec<GivenEntry<'a>> {
    let mut found: Vec<GivenEntry<'a>> = Vec::new();
    for given in &order.entries {
        let named = context.workspace.flows_named(&given.wanted);
        let [flow] = named.as_slice() else { continue };
        if !found.iter().any(|entry| entry.flow == *flow) {
            found.push(GivenEntry { flow: *flow, given });
        }
    }
    found
}

/// A call between two flows of an order.
pub(super) struct OrderedCall<'a> {
    pub(super) caller: &'a GivenEntry<'a>,
    pub(super) child: &'a GivenEntry<'a>,
    pub(super) call: CallSite,
}

/// Every pair of a caller and its child in an order, with the first call between them.
pub(super) fn calls<'a>(context: &Context<'_>, entries: &'a [GivenEntry<'a>]) -> Vec<OrderedCall<'a>> {
    let mut found = Vec::new();
    for caller in entries {
        for (callee, calls) in context.graph.calls_by_callee(caller.flow) {
            let Callee::Flow(child) = callee else { continue };
            let child = context.workspace.representative(child);
            let entry = entries.iter().find(|entry| entry.flow == child && child != caller.flow);
            if let (Some(child), Some(call)) = (entry, calls.into_iter().next()) {
                found.push(OrderedCall { caller, child, call });
            }
        }
    }
    found
}

/// Sorts an order in a settings file: the flows get each other's numbers, so that children come before the flows that call
/// them. Flows stay where they are if they can. `None` for orders in other files, which are sorted by lines.
pub(super) fn sorted(context: &Context<'_>, order: &GivenOrder, entries: &[GivenEntry<'_>]) -> Option<Fix> {
    let document =
        parse::document(context.sources.get(order.file)).filter(|_| is_in_settings(context, order))?;
    let mut ranked: Vec<(i64, &GivenEntry<'_>)> =
        entries.iter().map(|entry| Some((entry.given.rank?, entry))).collect::<Option<_>>()?;
    ranked.sort_by_key(|(rank, _)| *rank);
    let flows: Vec<FlowIx> = ranked.iter().map(|(_, entry)| entry.flow).collect();
    let places = ranked.iter().zip(children_first(context, &flows));
    let by_flow: BTreeMap<FlowIx, &GivenEntry<'_>> =
        entries.iter().map(|entry| (entry.flow, entry)).collect();
    let moved = places.filter_map(|((rank, was), flow)| {
        let entry = by_flow.get(&flow).filter(|_| was.flow != flow)?;
        (entry.given.rank != Some(*rank)).then_some((entry, *rank))
    });
    let edits: Vec<Edit> =
        moved.map(|(entry, rank)| set_rank(document, &entry.given.place, rank)).collect::<Option<_>>()?;
    (!edits.is_empty()).then(|| Fix::safe("sort the flows", edits))
}

/// Whether an order is in a settings file that `check` reads.
pub(super) fn is_in_settings(context: &Context<'_>, order: &GivenOrder) -> bool {
    context.settings.iter().any(|settings| settings.file == order.file)
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

/// Another member of the entry that a name is in.
pub(super) fn member(name: &Place, key: &str) -> Option<Place> {
    let steps: &[Step] = name.route()?.steps();
    let entry: Route = steps[..steps.len().checked_sub(1)?].iter().cloned().collect();
    Some(Place::value(name.file, entry.key(key)))
}
