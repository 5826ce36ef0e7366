//! `runAfter` names an action that is no sibling, or a status that does not exist.

use crate::anatomy::links;
use crate::finding::Sink;
use crate::model::{ActionIx, fold};
use crate::rules::{Check, Inside, Rule, page};
use crate::source::{Json, Part};

pub(super) const RULE: Rule = Rule { page: page!("definition/run-after-unknown"), check: Check::Flow(check) };

/// Source: azure-docs, articles/logic-apps/error-exception-handling.md, which has the first four. The others are
/// statuses of runs; whether they may stand here is not known, so they are let pass.
const STATUSES: [&str; 6] = ["Succeeded", "Failed", "Skipped", "TimedOut", "Cancelled", "Aborted"];

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    for (index, action) in inside.anatomy.indexed() {
        for (name, statuses) in links(action) {
            let may_be_unknown = inside.anatomy.order.may_name_unknown(index);
            if may_be_unknown && inside.anatomy.names.sibling(index, name).is_none() {
                report_name(inside, index, name, sink);
            } else {
                check_statuses(inside, index, name, statuses, sink);
            }
        }
    }
}

fn siblings<'c>(inside: &'c Inside<'_, '_>, index: ActionIx) -> impl Iterator<Item = &'c str> {
    let others = inside.anatomy.names.beside(index).filter(move |other| *other != index);
    others.map(|other| inside.action(other))
}

fn report_name(inside: &Inside<'_, '_>, index: ActionIx, name: &str, sink: &mut Sink) {
    let route = inside.anatomy.definition.action_route(index).key("runAfter").key(name);
    let Some(place) = inside.flow.place(route, Part::Key) else { return };
    let elsewhere = inside.anatomy.names.get(name).first();
    let (label, what) = match elsewhere {
        Some(_) => ("not in the same container", "which stands in another container"),
        None => ("no action has this name", "which the flow does not have"),
    };
    let message = format!("{} runs after `{name}`, {what}", inside.named(inside.action(index)));
    let finding = sink.report(place, label, message);
    finding.help(match inside.nearest(&fold(name), siblings(inside, index)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a step can only run after steps beside it: open \"Configure run after\" and choose one"
            .to_owned(),
    });
    if let Some(place) = elsewhere.and_then(|other| inside.anatomy.action_place(inside.flow, *other)) {
        finding.also(place, format!("`{name}` is here"));
    }
}

fn check_statuses(inside: &Inside<'_, '_>, index: ActionIx, name: &str, statuses: Json<'_>, sink: &mut Sink) {
    for (at, status) in statuses.as_array().into_iter().flatten().enumerate() {
        let Some(status) = status.as_str() else { continue };
        if STATUSES.iter().any(|known| known.eq_ignore_ascii_case(status)) {
            continue;
        }
        let route = inside.anatomy.definition.action_route(index).key("runAfter").key(name).index(at);
        let Some(place) = inside.flow.place(route, Part::Value) else { continue };
        let message = format!(
            "{} runs after `{name}` with the status `{status}`, which does not exist",
            inside.named(inside.action(index))
        );
        let finding = sink.report(place, "no such status", message);
        let [first, rest @ ..] = &STATUSES[..4] else { continue };
        let known = rest.iter().map(|status| format!(", `{status}`")).collect::<String>();
        finding.help(format!("the statuses are `{first}`{known}"));
    }
}
