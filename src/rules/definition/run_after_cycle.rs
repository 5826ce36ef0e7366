//! Steps that wait for each other in a circle.

use std::collections::BTreeSet;

use crate::finding::Sink;
use crate::model::{ActionIx, fold};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::links;
use crate::source::{Part, Place};
use crate::wording::joined;

pub(super) const RULE: Rule = Rule { page: page!("definition/run-after-cycle"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut seen: BTreeSet<ActionIx> = BTreeSet::new();
    for (index, _) in context.semantic.indexed() {
        if seen.contains(&index) {
            continue;
        }
        let circle = circle_of(context, index);
        if circle.is_empty() {
            continue;
        }
        seen.extend(&circle);
        let folded: BTreeSet<String> = circle.iter().map(|action| fold(context.action(*action))).collect();
        let names: Vec<String> =
            circle.iter().map(|action| format!("`{}`", context.action(*action))).collect();
        let message = match names.as_slice() {
            [name] => format!("{name} of `{}` runs after itself", context.flow.name),
            names => {
                format!("{} of `{}` wait for each other in a circle", joined(names, "and"), context.flow.name)
            }
        };
        let mut labels = circle.iter().filter_map(|action| link_within(context, *action, &folded));
        let Some((first, label)) = labels.next() else { continue };
        let finding = sink.report(first, label, message);
        for (place, label) in labels {
            finding.also(place, label);
        }
        finding.help(
            "one of these steps has to run first: remove the other step from its \"Configure run after\"",
        );
    }
}

/// The actions of the circle that an action belongs to, with the action itself; empty if there is none.
fn circle_of(context: &FlowContext<'_, '_>, index: ActionIx) -> Vec<ActionIx> {
    let order = &context.semantic.order;
    if !order.comes_after(index, index) {
        return Vec::new();
    }
    let all = context.semantic.indexed().map(|(other, _)| other);
    all.filter(|other| order.comes_after(index, *other) && order.comes_after(*other, index)).collect()
}

/// The place of the `runAfter` entry of an action that belongs to its circle, with a label.
fn link_within(
    context: &FlowContext<'_, '_>,
    index: ActionIx,
    circle: &BTreeSet<String>,
) -> Option<(Place, String)> {
    let mut all = links(context.semantic.action(index));
    let (name, _) = all.find(|(name, _)| circle.contains(&fold(name)))?;
    let route = context.semantic.definition.action_route(index).key("runAfter").key(name);
    let place = context.flow.place(route, Part::Key)?;
    Some((place, format!("`{}` waits for `{name}`", context.action(index))))
}
