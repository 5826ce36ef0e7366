//! A variable that the turns of a loop write and read at the same time.

use std::collections::BTreeSet;

use super::variables::changed;
use crate::finding::Sink;
use crate::model::{ActionIx, fold_case};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, ReferenceKind};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/parallel-variable-write"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let definition = context.semantic.definition;
    let read = read_inside(context);
    for (index, action) in context.semantic.indexed().filter(|(_, action)| action.is("SetVariable")) {
        let Some(variable) = changed(action) else { continue };
        let Some(around) = enclosing(context, index).find(|one| turns(context, *one) > 1) else { continue };
        if !read.contains(&(around, fold_case(variable))) {
            continue;
        }
        let Some(place) = context.semantic.value_place(context.flow, index, &["inputs", "name"]) else {
            continue;
        };
        let name = context.action(around);
        let message = format!(
            "{} sets `{variable}`, which other turns of `{name}` set and read at the same time",
            context.named(action.name)
        );
        let finding = sink.report(place, "shared by all turns", message);
        finding.help(format!(
            "use a \"Compose\" instead of the variable, or set the concurrency of `{name}` to 1"
        ));
        let route =
            definition.action_route(around).keys(&["runtimeConfiguration", "concurrency", "repetitions"]);
        if let Some(place) = context.flow.place(route, Part::Value) {
            finding.also(place, "turns at once");
        }
    }
}

/// The containers of an action, the nearest first.
fn enclosing(context: &FlowContext<'_, '_>, index: ActionIx) -> impl Iterator<Item = ActionIx> {
    context.with_containers(index).skip(1)
}

/// How many turns of a loop run at once, where that is set. A loop inside a loop runs one turn after the other,
/// whatever is set (power-automate-docs, articles/guidance/coding-guidelines/implement-parallel-execution.md), but the
/// outer one does not.
fn turns(context: &FlowContext<'_, '_>, index: ActionIx) -> u64 {
    let action = context.semantic.action(index);
    let is_outermost = || !context.semantic.definition.ancestors(index).any(|one| one.is("Foreach"));
    let settings = action.body.get("runtimeConfiguration").filter(|_| action.is("Foreach") && is_outermost());
    let turns = settings.and_then(|settings| settings.get("concurrency")?.get("repetitions")?.as_u64());
    turns.unwrap_or(1)
}

/// Containers, each with the variables that are read inside it.
fn read_inside(context: &FlowContext<'_, '_>) -> BTreeSet<(ActionIx, String)> {
    let mut read = BTreeSet::new();
    for one in context.semantic.references.iter().filter(|one| one.kind == ReferenceKind::Variable) {
        let Owner::Action(reader) = one.site.owner else { continue };
        read.extend(enclosing(context, reader).map(|above| (above, fold_case(&one.name))));
    }
    read
}
