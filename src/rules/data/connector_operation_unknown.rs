//! A step that calls an operation which its custom connector does not have.

use super::custom;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("data/connector-operation-unknown"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for (call, connector) in custom::calls(context) {
        if call.operation.contains('@') || connector.operation(call.operation).is_some() {
            continue;
        }
        let Some(place) = call.operation_place(context) else { continue };
        let message = format!(
            "{} calls the operation `{}`, which the custom connector `{}` does not have",
            context.named(call.step()),
            call.operation,
            connector.name
        );
        let known = || connector.operations.values().map(|operation| operation.id.as_str());
        sink.report(place, "no such operation", message).help(match context.nearest(call.operation, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "add the operation to the connector, or delete the step and add it again with an operation that the \
                 connector has: {}",
                listed(known(), |id| format!("`{id}`"))
            ),
        });
    }
}
