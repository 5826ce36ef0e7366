//! Activation orders, matched with the flows of the workspace. Shared by the rules about orders.

use crate::graph::{CallSite, Callee};
use crate::model::{FlowIx, GivenFlow, GivenOrder};
use crate::rules::Context;
use crate::source::{Place, Route, Step};

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

/// Another member of the entry that a name is in.
pub(super) fn member(name: &Place, key: &str) -> Option<Place> {
    let steps: &[Step] = name.route()?.steps();
    let entry: Route = steps[..steps.len().checked_sub(1)?].iter().cloned().collect();
    Some(Place::value(name.file, entry.key(key)))
}
