//! A call of a function that Power Automate does not have.

use std::collections::BTreeMap;

use super::report_at;
use crate::expression::functions::did_you_mean;
use crate::finding::Sink;
use crate::model::State;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{BadCall, CallFault};
use crate::suggest::Suggestions;

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-function"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut unknown: BTreeMap<String, Vec<&BadCall<'_>>> = BTreeMap::new();
    for call in &context.semantic.calls {
        if matches!(call.fault, CallFault::Unknown | CallFault::Foreign) {
            unknown.entry(call.name.to_lowercase()).or_default().push(call);
        }
    }
    for calls in unknown.into_values() {
        let (name, is_foreign) = (&calls[0].name, matches!(calls[0].fault, CallFault::Foreign));
        // The platform accepted a flow that is on, so it may know functions that the catalog does not have.
        let is_on = context.flow.state == State::On;
        let which = match (is_foreign, is_on) {
            (true, false) => "which only Azure Logic Apps Standard has",
            (true, true) => "which probably only Azure Logic Apps Standard has",
            (false, false) => "which does not exist",
            (false, true) => "which probably does not exist",
        };
        let message = format!("`{}` calls the function `{name}`, {which}", context.flow.name);
        let places = calls.iter().filter_map(|call| context.place(&call.site));
        let Some(finding) = report_at(sink, places, "no such function", message) else { continue };
        finding.help(advice(name, is_foreign, &context.suggestions));
    }
}

fn advice(name: &str, is_foreign: bool, suggestions: &Suggestions) -> String {
    let lower = name.to_lowercase();
    match lower.as_str() {
        _ if is_foreign => "use an environment variable".to_owned(),
        "filter" => "use the action \"Filter array\" to filter an array".to_owned(),
        "select" | "map" => "use the action \"Select\" to reshape the items of an array".to_owned(),
        "iif" | "iff" => "did you mean `if`?".to_owned(),
        _ => match did_you_mean(name, suggestions) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "choose a function in the expression editor, which lists them all; text has to be in single quotes"
                .to_owned(),
        },
    }
}
