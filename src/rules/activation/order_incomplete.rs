//! A given order forgets a flow.

use std::collections::BTreeSet;

use super::given::entries;
use crate::finding::Sink;
use crate::model::FlowIx;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/order-incomplete"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for order in context.given_orders() {
        let named: BTreeSet<FlowIx> = entries(context, order).into_iter().map(|entry| entry.flow).collect();
        for (flow, one) in context.workspace.indexed() {
            if context.workspace.representative(flow) != flow || named.contains(&flow) {
                continue;
            }
            let message = format!("the order does not name `{}`", one.name);
            let finding = sink.report(Place::file(order.file), "this order", message);
            finding.key([one.id.as_str()]).help(format!("add it, by its name or its id {}", one.id));
            if let Some(record) = &one.record {
                finding.relate(record.name.clone(), "this flow of the inputs");
            }
        }
    }
}
