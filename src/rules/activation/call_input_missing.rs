//! A call that leaves out what the child requires.

use super::inputs::{ChildInputs, calls_with_body};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/call-input-missing"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for call in calls_with_body(context) {
        let child = context.workspace.flow(call.child);
        let Some(inputs) = ChildInputs::of(child) else { continue };
        let left_out: Vec<&str> = inputs
            .required
            .iter()
            .copied()
            .filter(|name| !call.body.is_some_and(|body| body.contains_key(name)))
            .collect();
        if left_out.is_empty() {
            continue;
        }
        let names = listed(left_out.iter(), |name| inputs.in_words(name));
        let message = format!(
            "`{}` calls `{}` without {}, which the child requires",
            context.workspace.flow(call.caller).name,
            child.name,
            names
        );
        let finding = sink.report(call.place, format!("lacks {names}"), message);
        finding.help(format!(
            "open the step `{}`, fill in every input of `{}`, save and export again",
            call.action, child.name
        ));
        if let Some(place) = child.place(inputs.schema_route.key("required"), Part::Key) {
            finding.relate(place, format!("required by `{}`", child.name));
        }
    }
}
