//! A required parameter of a custom connector's operation that a step does not give.

use super::custom;
use crate::finding::Sink;
use crate::model::Parameter;
use crate::rules::{Check, FlowContext, Rule, listed, page, plural};
use crate::source::Object;

pub(super) const RULE: Rule =
    Rule { page: page!("data/connector-parameter-missing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for (call, connector) in custom::calls(context) {
        let operation = connector.operation(call.operation);
        let known = operation.and_then(|operation| operation.parameters.as_deref());
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
        let label = if missing.len() == 1 { "one is missing" } else { "some are missing" };
        sink.report(place, label, message)
            .help("open the step and fill in what is marked with an asterisk; then save and export again");
    }
}

/// The required parameters, and properties of a body, that no key gives.
fn missing(known: &[Parameter], given: Object<'_>) -> Vec<String> {
    let is_given = |name: &str| {
        let begins = |key: &str| {
            let head = key.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name));
            head.is_some() && matches!(key.as_bytes().get(name.len()), None | Some(b'/'))
        };
        given.keys().any(begins)
    };
    let mut missing = Vec::new();
    for parameter in known {
        let name = &parameter.name;
        if !is_given(name) {
            missing.extend(parameter.required.then(|| name.clone()));
            continue;
        }
        // A body that is one value is not looked into.
        let is_whole = given.keys().any(|key| key.eq_ignore_ascii_case(name));
        for property in parameter.properties.iter().flatten().filter(|one| one.required && !is_whole) {
            let path = format!("{name}/{}", property.name);
            if !is_given(&path) {
                missing.push(path);
            }
        }
    }
    missing
}
