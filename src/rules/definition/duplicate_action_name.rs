//! Two actions of one flow that share a name.

use std::collections::BTreeMap;

use super::MOST_LABELS;
use crate::finding::Sink;
use crate::model::ActionIx;
use crate::rules::{Check, Inside, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/duplicate-action-name"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    // A blank and an underscore mean the same in an expression; whether they do in a name is not known.
    let mut by_name: BTreeMap<String, Vec<ActionIx>> = BTreeMap::new();
    for index in inside.anatomy.names.alike().flatten() {
        by_name.entry(inside.action(*index).to_lowercase()).or_default().push(*index);
    }
    for named in by_name.values_mut().filter(|named| named.len() > 1) {
        // Actions are sorted by name; people read a file from its top.
        named.sort_by_key(|index| inside.anatomy.action(*index).body.json().span().start);
        let [first, second, others @ ..] = named.as_slice() else { continue };
        let place = |index: &ActionIx| inside.anatomy.action_place(inside.flow, *index);
        let (Some(taken), Some(again)) = (place(first), place(second)) else { continue };
        let name = inside.action(*second);
        let message = format!("{} actions of `{}` are named `{name}`", named.len(), inside.flow.name);
        let finding = sink.report(again, "the name is taken", message);
        finding.also(taken, "first used here");
        for place in others.iter().filter_map(place).take(MOST_LABELS - 2) {
            finding.also(place, "and here");
        }
        finding.help(
            "rename all but one of them, and correct the expressions and `runAfter` that mean the renamed ones: a name \
             is unique in the whole flow, in whichever container and in any case",
        );
    }
}
