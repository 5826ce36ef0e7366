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
        let operation = connector.operation(call.operation);
        let known = operation.and_then(|operation| operation.parameters.as_ref());
        let (Some(known), Some(given)) = (known, call.parameters) else { continue };
        let mut unknown = given.keys().filter(|key| !key.contains("@{") && !is_known(known, key)).peekable();
        let names = if unknown.peek().is_some() { names(known) } else { Vec::new() };
        for key in unknown {
            let Some(place) = call.place(context, &[key], Part::Key) else { continue };
            let message = format!(
                "{} gives the parameter `{key}`, which the operation `{}` of the custom connector `{}` does not have",
                context.named(call.step),
                call.operation,
                connector.name
            );
            sink.report(place, "no such parameter", message).help(
                match context.nearest(key, names.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "delete the step and add it again, so that it has the parameters of the connector as it is now"
                        .to_owned(),
                },
            );
        }
    }
}

/// Whether a key gives a value to a parameter, or to a property of a body.
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

/// Every key that a flow can give.
fn names(known: &BTreeMap<String, Parameter>) -> Vec<String> {
    let mut names = Vec::new();
    for parameter in known.values() {
        names.push(parameter.name.clone());
        let properties = parameter.properties.iter().flat_map(BTreeMap::values);
        names.extend(properties.map(|property| format!("{}/{}", parameter.name, property.name)));
    }
    names
}
