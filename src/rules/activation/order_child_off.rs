//! An activation order leaves a child flow off but turns on its caller.

use super::given::{calls, entries, member};
use crate::finding::Sink;
use crate::fix::{Edit, Fix, NewValue};
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/order-child-off"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for order in context.given_orders() {
        let entries = entries(context, order);
        for pair in calls(context, &entries) {
            if !pair.child.given.stays_off || pair.caller.given.stays_off {
                continue;
            }
            let (caller, child) = (context.name(pair.caller.flow), context.name(pair.child.flow));
            let message = format!("the order leaves {child} off, but turns on {caller}, which calls it");
            let finding = sink.report(pair.child.given.place.clone(), "stays off", message);
            let ids =
                [pair.caller.flow, pair.child.flow].map(|flow| context.workspace.flow(flow).id.as_str());
            let edit = member(&pair.child.given.place, "activate")
                .map(|place| Edit::value(place, NewValue::text("true")));
            finding
                .fix(edit.map(|edit| Fix::unsafe_(format!("turn on {child} too"), [edit])))
                .also_blocks([pair.caller.flow])
                .key(ids)
                .help(format!("turn on {child} too, or leave {caller} off"))
                .relate(pair.caller.given.place.clone(), format!("{caller} is turned on"))
                .relate(pair.call.place(context.workspace), format!("{caller} calls it here"));
        }
    }
}
