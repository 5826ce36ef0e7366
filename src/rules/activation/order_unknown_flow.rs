//! An activation order names a flow that is not among the inputs.

use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::suggest::Suggestions;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/order-unknown-flow"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let suggestions = Suggestions::new();
    for order in context.given_orders() {
        for given in &order.entries {
            let flows = context.workspace.flows_named(&given.wanted);
            let name = given.name.as_deref().unwrap_or(&given.wanted);
            let (label, message, help) = match flows.len() {
                1 => continue,
                0 => (
                    "no such flow",
                    format!("the order contains `{name}`, which is not among the inputs"),
                    nearest(context, &suggestions, name),
                ),
                several => (
                    "ambiguous",
                    format!("the order contains `{name}`, which is the name of {several} flows"),
                    format!("use the id of the flow instead: {}", ids(context, &flows)),
                ),
            };
            sink.report(given.place.clone(), label, message).help(help);
        }
    }
}

fn nearest(context: &Context<'_>, suggestions: &Suggestions, name: &str) -> String {
    let names = context.workspace.flows.iter().map(|flow| flow.name.as_str());
    match suggestions.nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "remove it from the order, or pass the solution that contains it to flowvet too".to_owned(),
    }
}

fn ids(context: &Context<'_>, flows: &[crate::model::FlowIx]) -> String {
    let ids: Vec<&str> = flows.iter().map(|flow| context.workspace.flow(*flow).id.as_str()).collect();
    ids.join(" or ")
}
