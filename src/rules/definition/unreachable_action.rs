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
        let Some(name) = awaited_terminate(context, index) else { continue };
        let route = definition.action_route(index).key("runAfter").key(name);
        let Some(place) = context.flow.place(route, Part::Key) else { continue };
        let message = format!(
            "{} can never run: it waits for `{name}`, which ends the run",
            context.named(action.name)
        );
        sink.report(place, "a `Terminate`", message)
            .help(format!("move the step before `{name}`, or delete it"));
    }
}

/// The `Terminate` that an action waits for.
fn awaited_terminate<'c>(context: &'c FlowContext<'_, '_>, index: ActionIx) -> Option<&'c str> {
    let found = links(context.semantic.action(index)).find(|(name, statuses)| {
        let awaited = context.semantic.names.sibling(index, name);
        awaited.is_some_and(|action| context.semantic.action(action).is("Terminate"))
            && !accepts_skipped(*statuses)
    });
    found.map(|(name, _)| name)
}

/// Whether a step also runs if the awaited step was skipped: then the `Terminate` does not end the run.
fn accepts_skipped(statuses: Json<'_>) -> bool {
    let mut all = statuses.as_array().into_iter().flatten();
    all.any(|status| status.as_str().is_none_or(|status| status.eq_ignore_ascii_case("Skipped")))
}
