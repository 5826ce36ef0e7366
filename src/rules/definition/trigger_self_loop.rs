//! A flow that triggers itself.

use super::dataverse::{is_set_of, parameters, row_trigger};
use crate::finding::Sink;
use crate::model::{Action, ActionIx};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Relation;
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("definition/trigger-self-loop"), check: Check::Flow(check) };

const UPDATES: [&str; 2] = ["UpdateRecord", "UpdateOnlyRecord"];
const CREATES: [&str; 1] = ["CreateRecord"];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let Some(trigger) = row_trigger(context).filter(|trigger| !trigger.is_filtered()) else { return };
    let (Some(change), Some((table, table_route))) = (trigger.change(), trigger.table()) else { return };
    let updates = UPDATES.iter().filter(|_| change.includes_update == Some(true));
    let creates = CREATES.iter().filter(|_| change.includes_create == Some(true));
    let writing: Vec<&str> = updates.chain(creates).copied().collect();
    for (index, action) in context.semantic.indexed() {
        let written = parameters(action, &writing);
        let set = written.and_then(|parameters| parameters.get("entityName")?.as_str());
        let Some(set) = set.filter(|set| is_set_of(set, table)) else { continue };
        if may_stop(context, index) {
            continue;
        }
        let keys = ["inputs", "parameters", "entityName"];
        let Some(place) = context.semantic.value_place(context.flow, index, &keys) else { continue };
        let message = format!(
            "{} writes to `{set}`, and each of these changes triggers the flow again",
            context.named(action.name)
        );
        let finding = sink.report(place, "the table that triggers the flow", message);
        finding.help(
            "enter the relevant columns in \"Select columns\" of the trigger (without those that the flow writes), or \
             add a trigger condition that is false after the change",
        );
        if let Some(place) = context.flow.place(table_route.clone(), Part::Value) {
            finding.also(place, "triggered by every change here");
        }
    }
}

/// Whether a run may not reach an action, so that the flow may stop triggering itself.
fn may_stop(context: &FlowContext<'_, '_>, index: ActionIx) -> bool {
    let definition = context.semantic.definition;
    let is_branching = |action: &Action<'_>| action.is("If") || action.is("Switch");
    // The list of an Apply to each may be empty.
    definition.ancestors(index).any(|container| is_branching(&container) || container.is("Foreach"))
        || context.runs_only_after_fault(index, |_| true)
        || definition.of_type("Terminate").any(|(end, _)| {
            let relation = || context.semantic.relation(index, end);
            definition.ancestors(end).any(|container| is_branching(&container))
                && matches!(relation(), Relation::Before { .. })
        })
}
