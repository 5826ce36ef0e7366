//! A required parameter that a step leaves empty.

use std::sync::LazyLock;

use serde::Deserialize;

use super::calls::{self, Call};
use super::custom;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Json, Object, Part, Value};

pub(super) const RULE: Rule =
    Rule { page: page!("data/required-parameter-empty"), check: Check::Flow(check) };

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    required: Vec<Required>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Required {
    connector: String,
    operations: Option<Vec<String>>,
    parameters: Vec<String>,
    #[serde(default = "yes")]
    may_be_absent: bool,
    source: String,
}

fn yes() -> bool {
    true
}

static TEXT: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/catalog/required-parameters.toml"));

/// The catalog is part of the program, and a test parses it, so parsing cannot fail here.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| crate::embedded::read(TEXT).unwrap_or_default());

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in calls::all(context) {
        let required: Vec<&Required> =
            CATALOG.required.iter().filter(|required| required.is_about(&call)).collect();
        if required.is_empty() {
            continue;
        }
        report_absent(context, &call, &required, sink);
        for key in empty(&call) {
            if let Some(Required { source, .. }) = required.iter().find(|required| required.has(key)) {
                report(context, &call, key, &format!("the connector requires it: {source}"), sink);
            }
        }
    }
    for (call, connector) in custom::calls(context) {
        let operation = connector.operation(call.operation);
        let Some(known) = operation.and_then(|operation| operation.parameters.as_ref()) else { continue };
        for key in empty(&call) {
            if known.get(&key.to_lowercase()).is_some_and(|parameter| parameter.required) {
                let why = format!("the custom connector `{}` requires it", connector.name);
                report(context, &call, key, &why, sink);
            }
        }
    }
}

/// Reports required parameters that a step does not have.
fn report_absent(context: &FlowContext<'_, '_>, call: &Call<'_>, required: &[&Required], sink: &mut Sink) {
    let Some(given) = call.parameters() else { return };
    for required in required.iter().filter(|required| !required.may_be_absent) {
        for name in required.parameters.iter().filter(|name| !given.contains_key(name.as_str())) {
            let Some(place) = call.parameters_place(context) else { continue };
            let message =
                format!("{} does not have the required parameter `{name}`", context.named(call.step()));
            sink.report(place, format!("no `{name}`"), message).key([name.as_str()]).help(format!(
                "open the step, fill in the parameter, save and export again; the connector requires it: {}",
                required.source
            ));
        }
    }
}

fn report(context: &FlowContext<'_, '_>, call: &Call<'_>, key: &str, why: &str, sink: &mut Sink) {
    let Some(place) = call.place(context, &[key], Part::Value) else { return };
    let message = format!("{} leaves the required parameter `{key}` empty", context.named(call.step()));
    sink.report(place, "empty", message)
        .help(format!("open the step, fill in the parameter, save and export again; {why}"));
}

/// The names of the parameters that are empty.
fn empty<'w>(call: &Call<'w>) -> impl Iterator<Item = &'w str> {
    let values = call.parameters().into_iter().flat_map(Object::values);
    values.filter(|value| is_empty(*value)).map(Json::key)
}

fn is_empty(value: Json<'_>) -> bool {
    match value.as_str() {
        Some(text) => text.trim().is_empty(),
        None => matches!(value.value(), Value::Null),
    }
}

impl Required {
    fn has(&self, key: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter == key)
    }

    /// Whether it is about the operation of a call.
    fn is_about(&self, call: &Call<'_>) -> bool {
        let of_operation = |operations: &Vec<String>| {
            operations.iter().any(|operation| operation.eq_ignore_ascii_case(call.operation))
        };
        self.connector.eq_ignore_ascii_case(call.connector)
            && self.operations.as_ref().is_none_or(of_operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_can_be_parsed_and_has_sources() {
        let catalog: Catalog = crate::embedded::read(TEXT).expect("the catalog");
        let is_complete =
            |entry: &Required| entry.source.starts_with("https://") && !entry.parameters.is_empty();
        assert!(catalog.required.iter().all(is_complete));
        // Other operations may have the same parameter, but not require it.
        let names_operations = |entry: &Required| entry.may_be_absent || entry.operations.is_some();
        assert!(catalog.required.iter().all(names_operations));
    }
}
