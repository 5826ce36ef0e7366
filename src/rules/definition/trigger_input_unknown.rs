//! An input that an expression reads and the trigger does not have.

use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::model::fold_case;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::TriggerRead;
use crate::source::{Json, Object, Part};
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/trigger-input-unknown"), check: Check::Flow(check) };

/// Inputs that the mobile app always sends, and that older flows do not list.
const SENT_BY_APP: [&str; 2] = ["location", "key-button-date"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let Some(inputs) = declared(context) else { return };
    let known: BTreeMap<String, Json<'_>> =
        inputs.iter().map(|(name, input)| (fold_case(name), input)).collect();
    let mut unknown: BTreeMap<String, Vec<&TriggerRead<'_>>> = BTreeMap::new();
    for read in &context.semantic.trigger_reads {
        let name = fold_case(&read.name);
        if !known.contains_key(&name) && !SENT_BY_APP.contains(&name.as_str()) {
            unknown.entry(name).or_default().push(read);
        }
    }
    for reads in unknown.into_values() {
        let name = &reads[0].name;
        let message =
            format!("`{}` reads the input `{name}`, which its trigger does not have", context.flow.name);
        let places = reads.iter().filter_map(|read| context.place(&read.site));
        let Some(finding) = report_at(sink, places, "no such input", message) else { continue };
        let effect = if reads.iter().all(|read| read.optional) {
            "the value is always empty"
        } else {
            "the step fails if there is no `?` before the name"
        };
        let inputs = listed(inputs.iter(), |(name, input)| in_words(name, input));
        finding.help(if inputs.is_empty() {
            format!("{effect}; add the input to the trigger, which has none")
        } else {
            format!("{effect}; choose one of the inputs that the trigger has: {inputs}")
        });
        let trigger = context.semantic.definition.only_trigger();
        let route = trigger.map(|trigger| context.semantic.definition.trigger_route(trigger));
        let place = route
            .and_then(|route| context.flow.place(route.keys(&["inputs", "schema", "properties"]), Part::Key));
        if let Some(place) = place {
            finding.relate(place, "the inputs of the trigger");
        }
    }
}

/// The inputs that the trigger declares; `None` if it may receive others.
fn declared<'w>(context: &FlowContext<'_, 'w>) -> Option<Object<'w>> {
    let trigger = context.semantic.definition.only_trigger().filter(|trigger| trigger.asks_for_inputs())?;
    let schema = trigger.body.get("inputs")?.get("schema")?;
    let is_open = schema.get("additionalProperties").is_some_and(|open| open.as_bool() != Some(false));
    schema.get("properties").filter(|_| !is_open)?.as_object()
}

/// The name of an input with the label that makers see.
fn in_words(name: &str, input: Json<'_>) -> String {
    match input.get("title").and_then(Json::as_str).filter(|title| !title.is_empty()) {
        Some(title) => format!("`{name}` (\"{title}\")"),
        None => format!("`{name}`"),
    }
}
