//! Actions that wait for each other.

use std::collections::BTreeSet;

use crate::finding::Sink;
use crate::model::{ActionIx, fold};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::links;
use crate::source::{Part, Place};

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
        let folded: BTreeSet<String> = circle.iter().map(|one| fold(context.action(*one))).collect();
        let names: Vec<String> = circle.iter().map(|one| format!("`{}`", context.action(*one))).collect();
        let message = match names.as_slice() {
            [one] => format!("{one} of `{}` runs after itself", context.flow.name),
            names => {
                format!("{} of `{}` run after each other in a circle", names.join(", "), context.flow.name)
            }
        };
        let mut labels = circle.iter().filter_map(|one| link_within(context, *one, &folded));
        let Some((first, label)) = labels.next() else { continue };
        let finding = sink.report(first, label, message);
        for (place, label) in labels {
            finding.also(place, label);
        }
        finding.help("one of them has to begin: take its entry out of \"Configure run after\"");
    }
}

/// The actions that wait for this one and that it waits for; empty where there are none.
fn circle_of(context: &FlowContext<'_, '_>, index: ActionIx) -> Vec<ActionIx> {
    let order = &context.semantic.order;
    if !order.comes_after(index, index) {
        return Vec::new();
    }
    let all = context.semantic.indexed().map(|(other, _)| other);
    all.filter(|other| order.comes_after(index, *other) && order.comes_after(*other, index)).collect()
}

/// The entry of an action's `runAfter` that belongs to its circle, and what it says.
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
