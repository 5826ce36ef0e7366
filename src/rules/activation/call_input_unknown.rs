//! A call that hands over what the child does not have.

use super::inputs::{ChildInputs, calls_with_body};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;
use crate::wording::{listed, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/call-input-unknown"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for call in calls_with_body(context) {
        let (caller, child) = (context.workspace.flow(call.caller), context.workspace.flow(call.child));
        let (Some(inputs), Some(body)) = (ChildInputs::of(child), call.body) else { continue };
        // A schema without properties, or one that allows more, says nothing about names.
        let Some(known) = inputs.properties.filter(|known| !known.is_empty() && !inputs.is_open) else {
            continue;
        };
        let unknown: Vec<&str> = body.keys().filter(|name| !known.contains_key(name)).collect();
        let mut places = unknown.iter().filter_map(|name| caller.place(call.body_route.key(name), Part::Key));
        let Some(first) = places.next() else { continue };
        let names = quoted(unknown.iter().copied());
        let message =
            format!("`{}` hands {} to `{}`, which has no such input", caller.name, names, child.name);
        let label = format!("no input of `{}`", child.name);
        let finding = sink.report(first, label.clone(), message);
        for place in places {
            finding.also(place, label.clone());
        }
        let known = listed(known.keys(), |name| inputs.in_words(name));
        finding.help(format!(
            "open the step `{}` again and fill in the inputs that the child has now ({}), save and export again",
            call.action,
            known
        ));
        if let Some(place) = child.place(inputs.schema_route.key("properties"), Part::Key) {
            finding.relate(place, format!("the inputs of `{}`", child.name));
        }
    }
}
