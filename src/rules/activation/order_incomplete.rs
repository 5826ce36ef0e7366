//! An activation order omits a flow.

use std::collections::BTreeSet;

use super::given::entries;
use super::given_fix::completed;
use crate::finding::Sink;
use crate::model::FlowIx;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/order-incomplete"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for order in context.given_orders() {
        let entries = entries(context, order);
        let named: BTreeSet<FlowIx> = entries.iter().map(|entry| entry.flow).collect();
        let is_missing =
            |index: &FlowIx| context.workspace.representative(*index) == *index && !named.contains(index);
        let all = context.workspace.indexed().map(|(index, _)| index);
        let missing: BTreeSet<FlowIx> = all.filter(is_missing).collect();
        let fix = completed(context, order, &entries, &missing);
        for index in missing {
            let flow = context.workspace.flow(index);
            let message = format!("the order does not contain `{}`", flow.name);
            let finding = sink.report(Place::file(order.file), "this order", message);
            finding
                .key([flow.id.as_str()])
                .help(format!("add it by its name or its id, {}; `flowvet order` shows where", flow.id))
                .fix(fix.clone());
            if let Some(record) = &flow.record {
                finding.relate(record.name.clone(), "the flow");
            }
        }
    }
}
