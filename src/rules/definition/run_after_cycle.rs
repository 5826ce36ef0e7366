//! Actions that wait for each other.

use std::collections::BTreeSet;

use crate::anatomy::links;
use crate::finding::Sink;
use crate::model::{ActionIx, fold};
use crate::rules::{Check, Inside, Rule, page};
use crate::source::{Part, Place};

pub(super) const RULE: Rule = Rule { page: page!("definition/run-after-cycle"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    let mut seen: BTreeSet<ActionIx> = BTreeSet::new();
    for (index, _) in inside.anatomy.indexed() {
        if seen.contains(&index) {
            continue;
        }
        let circle = circle_of(inside, index);
        if circle.is_empty() {
            continue;
        }
        seen.extend(&circle);
        let folded: BTreeSet<String> = circle.iter().map(|one| fold(inside.action(*one))).collect();
        let names: Vec<String> = circle.iter().map(|one| format!("`{}`", inside.action(*one))).collect();
        let message = match names.as_slice() {
            [one] => format!("{one} of `{}` runs after itself", inside.flow.name),
            names => {
                format!("{} of `{}` run after each other in a circle", names.join(", "), inside.flow.name)
            }
        };
        let mut labels = circle.iter().filter_map(|one| link_within(inside, *one, &folded));
        let Some((first, label)) = labels.next() else { continue };
        let finding = sink.report(first, label, message);
        for (place, label) in labels {
            finding.also(place, label);
        }
        finding.help("one of them has to begin: take its entry out of \"Configure run after\"");
    }
}

/// The actions that wait for this one and that it waits for; empty where there are none.
fn circle_of(inside: &Inside<'_, '_>, index: ActionIx) -> Vec<ActionIx> {
    let order = &inside.anatomy.order;
    if !order.comes_after(index, index) {
        return Vec::new();
    }
    let all = inside.anatomy.indexed().map(|(other, _)| other);
    all.filter(|other| order.comes_after(index, *other) && order.comes_after(*other, index)).collect()
}

/// The entry of an action's `runAfter` that belongs to its circle, and what it says.
fn link_within(
    inside: &Inside<'_, '_>,
    index: ActionIx,
    circle: &BTreeSet<String>,
) -> Option<(Place, String)> {
    let mut all = links(inside.anatomy.action(index));
    let (name, _) = all.find(|(name, _)| circle.contains(&fold(name)))?;
    let route = inside.anatomy.definition.action_route(index).key("runAfter").key(name);
    let place = inside.flow.place(route, Part::Key)?;
    Some((place, format!("`{}` waits for `{name}`", inside.action(index))))
}
