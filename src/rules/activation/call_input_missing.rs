//! A call that omits inputs that the child flow requires.

use super::inputs::{ChildInputs, calls_with_body};
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;
use crate::wording::{listed, plural};

pub(super) const RULE: Rule =
    Rule { page: page!("activation/call-input-missing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for call in calls_with_body(context) {
        let child = call.child;
        let Some(inputs) = ChildInputs::of(child) else { continue };
        let missing: Vec<&str> = inputs
            .required
            .iter()
            .copied()
            .filter(|name| !call.body.is_some_and(|body| body.contains_key(name)))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let Some(place) = call.place() else { continue };
        let names = listed(missing.iter(), |name| inputs.in_words(name));
        let message = format!(
            "`{}` calls the child flow `{}` without the required {} {names}",
            call.caller.name,
            child.name,
            plural(missing.len(), "input"),
        );
        let finding = sink.report(place, format!("without {names}"), message);
        finding.help(format!(
            "open the step `{}` in the designer and fill in the inputs of `{}`, then save and export again",
            call.action, child.name
        ));
        if let Some(place) = child.place(inputs.schema_route("required"), Part::Key) {
            finding.relate(place, format!("required by `{}`", child.name));
        }
    }
}
