//! An activation order turns a flow on before a child flow that it calls.

use super::given::{calls, entries};
use super::given_fix::sorted;
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/order-violated"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    if context.given_orders().next().is_none() {
        return;
    }
    // No order works for a circle. `call-cycle` reports it.
    let cycles = &context.activation().cycles;
    for order in context.given_orders() {
        let entries = entries(context, order);
        let mut fix = None;
        for pair in calls(context, &entries) {
            let in_cycle =
                cycles.iter().any(|one| one.contains(&pair.caller.flow) && one.contains(&pair.child.flow));
            // Entries without a rank come last, in an unknown order. `order-child-off` reports flows that stay off.
            let is_late = match (pair.caller.given.rank, pair.child.given.rank) {
                (Some(caller), Some(child)) => child > caller,
                (Some(_), None) => true,
                (None, _) => false,
            };
            if in_cycle || !is_late || pair.child.given.stays_off || pair.caller.given.stays_off {
                continue;
            }
            let (caller, child) = (context.name(pair.caller.flow), context.name(pair.child.flow));
            let message = format!("the order turns on {caller} before {child}, which it calls");
            let finding = sink.report(pair.caller.given.place.clone(), "too early", message);
            let ids =
                [pair.caller.flow, pair.child.flow].map(|flow| context.workspace.flow(flow).id.as_str());
            finding
                .key(ids)
                .help(format!("move {child} before {caller}; `flowvet order` prints an order that works"))
                .fix(fix.get_or_insert_with(|| sorted(context, order, &entries)).clone())
                .relate(pair.child.given.place.clone(), format!("{child} comes here"))
                .relate(pair.call.place(context.workspace), format!("{caller} calls it here"));
        }
    }
}
