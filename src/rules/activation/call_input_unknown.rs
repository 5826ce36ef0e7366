//! A call that passes inputs that the child flow does not have.

use super::inputs::{ChildInputs, calls_with_body};
use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;
use crate::wording::{listed, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/call-input-unknown"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in calls_with_body(context) {
        let (caller, child) = (call.caller, call.child);
        let (Some(inputs), Some(body)) = (ChildInputs::of(child), call.body) else { continue };
        // A schema without properties, or one that allows more, says nothing about names.
        let Some(known) = inputs.properties.filter(|known| !known.is_empty() && !inputs.is_open) else {
            continue;
        };
        let unknown: Vec<&str> = body.keys().filter(|name| !known.contains_key(name)).collect();
        let mut places = unknown.iter().filter_map(|name| call.input_place(name, Part::Key));
        let Some(first) = places.next() else { continue };
        let names = quoted(unknown.iter().copied());
        let these = if unknown.len() == 1 { "this input" } else { "these inputs" };
        let message = format!(
            "`{}` passes {names} to the child flow `{}`, which does not have {these}",
            caller.name, child.name
        );
        let label = format!("not an input of `{}`", child.name);
        let finding = sink.report(first, label.clone(), message);
        for place in places {
            finding.also(place, label.clone());
        }
        let deleted = unknown.iter().filter_map(|name| call.input_place(name, Part::Value));
        finding.fix(Fix::unsafe_(format!("delete {names}"), deleted.map(Edit::remove)));
        let known = listed(known.keys(), |name| inputs.in_words(name));
        finding.help(format!(
            "open the step `{}` in the designer and fill in the inputs that the child flow has now ({known}), then save \
             and export again",
            call.action
        ));
        if let Some(place) = child.place(inputs.schema_route("properties"), Part::Key) {
            finding.relate(place, format!("the inputs of `{}`", child.name));
        }
    }
}
