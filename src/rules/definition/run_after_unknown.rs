//! A `runAfter` entry with an action that is not in the same container, or with an unknown status.

use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::model::{ActionIx, fold};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::links;
use crate::source::{Json, Part};
use crate::wording::quoted;

pub(super) const RULE: Rule = Rule { page: page!("definition/run-after-unknown"), check: Check::Flow(check) };

/// The statuses that the documentation lists.
///
/// Source: azure-docs, articles/logic-apps/error-exception-handling.md.
const STATUSES: [&str; 4] = ["Succeeded", "Failed", "Skipped", "TimedOut"];

/// Statuses of runs. It is not known whether `runAfter` accepts them, so they are not reported.
const RUN_STATUSES: [&str; 2] = ["Cancelled", "Aborted"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for (index, action) in context.semantic.indexed() {
        for (name, statuses) in links(action) {
            let may_be_unknown = context.semantic.order.may_name_unknown(index);
            if may_be_unknown && context.semantic.names.sibling(index, name).is_none() {
                report_name(context, index, name, sink);
            } else {
                check_statuses(context, index, name, statuses, sink);
            }
        }
    }
}

fn siblings<'c>(context: &'c FlowContext<'_, '_>, index: ActionIx) -> impl Iterator<Item = &'c str> {
    let siblings = context.semantic.names.beside(index).filter(move |other| *other != index);
    siblings.map(|sibling| context.action(sibling))
}

fn report_name(context: &FlowContext<'_, '_>, index: ActionIx, name: &str, sink: &mut Sink) {
    let route = context.semantic.definition.action_route(index).key("runAfter").key(name);
    let Some(place) = context.flow.place(route, Part::Key) else { return };
    let elsewhere = context.semantic.names.get(name).first();
    let (label, what) = match elsewhere {
        Some(_) => ("not in the same container", "which is in another container"),
        None => ("no action has this name", "which the flow does not have"),
    };
    let message = format!("{} runs after `{name}`, {what}", context.named(context.action(index)));
    let finding = sink.report(place, label, message);
    finding.help(match context.nearest(&fold(name), siblings(context, index)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a step can only run after steps in the same container: open \"Configure run after\" and choose one"
            .to_owned(),
    });
    if let Some(place) = elsewhere.and_then(|other| context.semantic.action_place(context.flow, *other)) {
        finding.also(place, format!("`{name}` is here"));
    }
}

fn check_statuses(
    context: &FlowContext<'_, '_>,
    index: ActionIx,
    name: &str,
    statuses: Json<'_>,
    sink: &mut Sink,
) {
    for (at, status) in statuses.as_array().into_iter().flatten().enumerate() {
        let Some(status) = status.as_str() else { continue };
        if STATUSES.iter().chain(&RUN_STATUSES).any(|known| known.eq_ignore_ascii_case(status)) {
            continue;
        }
        let route = context.semantic.definition.action_route(index).key("runAfter").key(name).index(at);
        let Some(place) = context.flow.place(route, Part::Value) else { continue };
        let message = format!(
            "{} runs after `{name}` with the status `{status}`, which does not exist",
            context.named(context.action(index))
        );
        let near = context.nearest(status, STATUSES);
        let edit = near.map(|near| (near, Edit::text(place.clone(), near)));
        let finding = sink.report(place, "no such status", message);
        finding.help(format!("use one of {}", quoted(STATUSES)));
        finding.fix(edit.map(|(near, edit)| Fix::unsafe_(format!("write `{near}`"), [edit])));
    }
}
