//! A required parameter of a custom connector's operation that a step does not set.

use std::collections::{BTreeMap, BTreeSet};

use super::custom;
use crate::finding::Sink;
use crate::model::Parameter;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::wording::{listed, plural};

pub(super) const RULE: Rule =
    Rule { page: page!("data/connector-parameter-missing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for (call, connector) in custom::calls(context) {
        let operation = connector.operation(call.operation);
        let known = operation.and_then(|operation| operation.parameters.as_ref());
        let Some(known) = known else { continue };
        let missing = match call.parameters() {
            Some(given) => missing(known, &given.keys().collect::<Vec<_>>()),
            None if call.has_no_parameters() => missing(known, &[]),
            None => continue,
        };
        let Some(place) = call.parameters_place(context).filter(|_| !missing.is_empty()) else { continue };
        let message = format!(
            "{} does not set the {} {}, which the operation `{}` of the custom connector `{}` requires",
            context.named(call.step()),
            plural(missing.len(), "parameter"),
            listed(missing.iter(), in_words),
            call.operation,
            connector.name
        );
        let label = match missing.as_slice() {
            [parameter] => format!("{} is missing", in_words(parameter)),
            more => format!("{} parameters are missing", more.len()),
        };
        sink.report(place, label, message)
            .help("open the step and fill in the fields with an asterisk, then save and export again");
    }
}

/// The required parameters that no key sets, and the required properties of a body that no key sets, each with the name
/// of the parameter.
fn missing<'o>(known: &'o BTreeMap<String, Parameter>, given: &[&str]) -> Vec<(&'o str, Option<&'o str>)> {
    // Which parameters are set: as a whole, or only some of their properties.
    let mut whole = BTreeSet::new();
    let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for key in given.iter().map(|key| key.to_lowercase()) {
        if let Some((name, path)) = key.split_once('/') {
            let property = path.split('/').next().unwrap_or_default();
            parts.entry(name.to_owned()).or_default().insert(property.to_owned());
        }
        whole.insert(key);
    }
    let mut missing = Vec::new();
    for (name, parameter) in known.iter().filter(|(name, _)| !whole.contains(*name)) {
        let Some(properties) = parts.get(name) else {
            missing.extend(parameter.required.then_some((parameter.name.as_str(), None)));
            continue;
        };
        let required = parameter.properties.iter().flatten().filter(|(_, property)| property.required);
        let required = required.filter(|(name, _)| !properties.contains(*name));
        missing.extend(required.map(|(_, property)| (parameter.name.as_str(), Some(property.name.as_str()))));
    }
    missing
}

/// `region`, or `body/isbn`.
fn in_words((name, property): &(&str, Option<&str>)) -> String {
    property.map_or_else(|| format!("`{name}`"), |property| format!("`{name}/{property}`"))
}
