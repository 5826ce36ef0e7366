//! An activation order omits a flow.

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
        for (index, flow) in context.workspace.indexed() {
            if context.workspace.representative(index) != index || named.contains(&index) {
                continue;
            }
            let message = format!("the order does not contain `{}`", flow.name);
            let finding = sink.report(Place::file(order.file), "this order", message);
            finding
                .key([flow.id.as_str()])
                .help(format!("add it by its name or its id, {}; `flowvet order` shows where", flow.id));
            if let Some(record) = &flow.record {
                finding.relate(record.name.clone(), "the flow");
            }
        }
    }
}
