//! An action that can never run, because it waits for a `Terminate`.

use crate::finding::Sink;
use crate::model::ActionIx;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::links;
use crate::source::{Json, Part};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/unreachable-action"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let definition = context.semantic.definition;
    if !context.semantic.actions().any(|action| action.is("Terminate")) {
        return;
    }
    for (index, action) in context.semantic.indexed() {
        let Some((name, terminate)) = awaited_terminate(context, index) else { continue };
        let route = definition.action_route(index).key("runAfter").key(name);
        let Some(place) = context.flow.place(route, Part::Key) else { continue };
        let message = format!(
            "{} can never run: it waits for `{name}`, which ends the run",
            context.named(action.name)
        );
        let finding = sink.report(place, "a `Terminate`", message);
        finding.help(format!("move the step before `{name}`, or delete it"));
        if let Some(place) = context.semantic.action_place(context.flow, terminate) {
            finding.relate(place, "ends the run");
        }
    }
}

/// The `Terminate` that an action waits for, with its name as the action writes it.
fn awaited_terminate<'c>(context: &'c FlowContext<'_, '_>, index: ActionIx) -> Option<(&'c str, ActionIx)> {
    links(context.semantic.action(index)).find_map(|(name, statuses)| {
        let awaited = context.semantic.names.sibling(index, name)?;
        let is_terminate = context.semantic.action(awaited).is("Terminate");
        (is_terminate && !accepts_skipped(statuses)).then_some((name, awaited))
    })
}

/// Whether a step also runs if the awaited step was skipped: then the `Terminate` does not end the run.
fn accepts_skipped(statuses: Json<'_>) -> bool {
    let mut all = statuses.as_array().into_iter().flatten();
    all.any(|status| status.as_str().is_none_or(|status| status.eq_ignore_ascii_case("Skipped")))
}
