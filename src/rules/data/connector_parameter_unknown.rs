//! A parameter that the operation of a custom connector does not have.

use std::collections::BTreeMap;

use super::custom;
use crate::finding::Sink;
use crate::model::Parameter;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("data/connector-parameter-unknown"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for (call, connector) in custom::calls(context) {
        let Some(operation) = connector.operation(call.operation) else { continue };
        let (Some(known), Some(given)) = (&operation.parameters, call.parameters()) else { continue };
        for key in given.keys().filter(|key| !key.contains("@{") && !is_known(known, key)) {
            let Some(place) = call.place(context, &[key], Part::Key) else { continue };
            let message = format!(
                "{} sets the parameter `{key}`, which the operation `{}` of the custom connector `{}` does not have",
                context.named(call.step()),
                call.operation,
                connector.name
            );
            sink.report(place, "no such parameter", message)
                .help(match context.nearest(key, operation.keys.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "delete the step and add it again, so that it has the current parameters of the connector"
                        .to_owned()
                }
            });
        }
    }
}

/// Whether a key sets a parameter of the operation, or a property of a body.
fn is_known(known: &BTreeMap<String, Parameter>, key: &str) -> bool {
    let key = key.to_lowercase();
    if known.contains_key(&key) {
        return true;
    }
    let Some((name, rest)) = key.split_once('/') else { return false };
    let Some(parameter) = known.get(name) else { return false };
    let Some(properties) = &parameter.properties else { return true };
    properties.contains_key(rest.split('/').next().unwrap_or_default())
}
