//! A required parameter of a custom connector's operation that a step does not give.

use std::collections::{BTreeMap, BTreeSet};

use super::custom;
use crate::finding::Sink;
use crate::model::Parameter;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Object;
use crate::wording::{listed, plural};

pub(super) const RULE: Rule =
    Rule { page: page!("data/connector-parameter-missing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for (call, connector) in custom::calls(context) {
        let operation = connector.operation(call.operation);
        let known = operation.and_then(|operation| operation.parameters.as_ref());
        let (Some(known), Some(given)) = (known, call.parameters) else { continue };
        let missing = missing(known, given);
        let Some(place) = call.parameters_place(context).filter(|_| !missing.is_empty()) else { continue };
        let message = format!(
            "{} does not give the {} {}, which the operation `{}` of the custom connector `{}` requires",
            context.named(call.step),
            plural(missing.len(), "parameter"),
            listed(missing.iter(), |name| format!("`{name}`")),
            call.operation,
            connector.name
        );
        let label = match missing.as_slice() {
            [one] => format!("`{one}` is missing"),
            more => format!("{} parameters are missing", more.len()),
        };
        sink.report(place, label, message)
            .help("open the step and fill in what is marked with an asterisk; then save and export again");
    }
}

/// The required parameters, and properties of a body, that no key gives.
fn missing(known: &BTreeMap<String, Parameter>, given: Object<'_>) -> Vec<String> {
    let given: BTreeSet<String> = given.keys().map(str::to_lowercase).collect();
    let is_given = |name: &str| {
        let below = format!("{name}/");
        given.contains(name) || given.range(below.clone()..).next().is_some_and(|key| key.starts_with(&below))
    };
    let mut missing = Vec::new();
    for (name, parameter) in known {
        if !is_given(name) {
            missing.extend(parameter.required.then(|| parameter.name.clone()));
            continue;
        }
        // A body that is one value is not looked into.
        if given.contains(name) {
            continue;
        }
        for (below, property) in parameter.properties.iter().flatten().filter(|(_, one)| one.required) {
            if !is_given(&format!("{name}/{below}")) {
                missing.push(format!("{}/{}", parameter.name, property.name));
            }
        }
    }
    missing
}
