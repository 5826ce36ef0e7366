//! Two actions of a flow with the same name.

use std::collections::BTreeMap;

use super::report_all;
use crate::finding::Sink;
use crate::model::ActionIx;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/duplicate-action-name"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    // A space and an underscore are equal in expressions. It is not known whether this holds for names of actions.
    let mut by_name: BTreeMap<String, Vec<ActionIx>> = BTreeMap::new();
    for index in context.semantic.names.alike().flatten() {
        by_name.entry(context.action(*index).to_lowercase()).or_default().push(*index);
    }
    for named in by_name.values().filter(|named| named.len() > 1) {
        let name = context.action(named[0]);
        let message = format!("{} actions of `{}` are named `{name}`", named.len(), context.flow.name);
        let places = named.iter().filter_map(|index| context.semantic.action_place(context.flow, *index));
        if let Some(finding) = report_all(sink, places, "the same name", message) {
            finding.help(
                "rename all but one of them, and correct the expressions and `runAfter` entries that refer to the renamed \
                 ones: names have to be unique in the whole flow, across containers and ignoring case",
            );
        }
    }
}
