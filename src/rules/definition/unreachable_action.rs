//! An action that can never run, since it waits for one that ends the run.

use crate::anatomy::links;
use crate::finding::Sink;
use crate::model::ActionIx;
use crate::rules::{Check, Inside, Rule, page};
use crate::source::{Json, Part};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/unreachable-action"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    let definition = inside.anatomy.definition;
    if !inside.anatomy.actions().any(|action| action.is("Terminate")) {
        return;
    }
    for (index, action) in inside.anatomy.indexed() {
        let Some(name) = end_before(inside, index) else { continue };
        let route = definition.action_route(index).key("runAfter").key(name);
        let Some(place) = inside.flow.place(route, Part::Key) else { continue };
        let message =
            format!("{} can never run: it waits for `{name}`, which ends the run", inside.named(action.name));
        sink.report(place, "a `Terminate`", message)
            .help(format!("move `{}` before `{name}`, or delete it", action.name));
    }
}

/// The `Terminate` that an action waits for.
fn end_before<'c>(inside: &'c Inside<'_, '_>, index: ActionIx) -> Option<&'c str> {
    let found = links(inside.anatomy.action(index)).find(|(name, statuses)| {
        let beside = inside.anatomy.names.sibling(index, name);
        beside.is_some_and(|other| inside.anatomy.action(other).is("Terminate")) && !takes_skipped(*statuses)
    });
    found.map(|(name, _)| name)
}

/// A `Terminate` that is skipped itself lets the run go on.
fn takes_skipped(statuses: Json<'_>) -> bool {
    let mut all = statuses.as_array().into_iter().flatten();
    all.any(|status| status.as_str().is_none_or(|status| status.eq_ignore_ascii_case("Skipped")))
}
