//! A variable that iterations of a loop set and read at the same time.

use std::collections::BTreeSet;

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
        let Some(variable) = action.changed_variable_name() else { continue };
        let mut containers = enclosing(context, index);
        let Some(parallel_loop) = containers.find(|container| concurrency(context, *container) > 1) else {
            continue;
        };
        if !read.contains(&(parallel_loop, fold_case(variable))) {
            continue;
        }
        let Some(place) = context.semantic.value_place(context.flow, index, &["inputs", "name"]) else {
            continue;
        };
        let name = context.action(parallel_loop);
        let message = format!(
            "{} sets `{variable}`, which other iterations of `{name}` set and read at the same time",
            context.named(action.name)
        );
        let finding = sink.report(place, "shared by all iterations", message);
        finding.help(format!(
            "use a \"Compose\" instead of the variable, or set \"Degree of parallelism\" of `{name}` to 1"
        ));
        let route = definition.action_route(parallel_loop).keys(&[
            "runtimeConfiguration",
            "concurrency",
            "repetitions",
        ]);
        if let Some(place) = context.flow.place(route, Part::Value) {
            finding.also(place, "concurrent iterations");
        }
    }
}

/// The containers of an action, innermost first.
fn enclosing(context: &FlowContext<'_, '_>, index: ActionIx) -> impl Iterator<Item = ActionIx> {
    context.with_containers(index).skip(1)
}

/// The number of concurrent iterations of a loop; 1 if it is not set. A loop inside a loop has no concurrent iterations,
/// whatever is set (power-automate-docs, articles/guidance/coding-guidelines/implement-parallel-execution.md), but the
/// outermost loop has.
fn concurrency(context: &FlowContext<'_, '_>, index: ActionIx) -> u64 {
    let action = context.semantic.action(index);
    let is_outermost =
        || !context.semantic.definition.ancestors(index).any(|container| container.is("Foreach"));
    let settings = action.body.get("runtimeConfiguration").filter(|_| action.is("Foreach") && is_outermost());
    let count = settings.and_then(|settings| settings.get("concurrency")?.get("repetitions")?.as_u64());
    count.unwrap_or(1)
}

/// Pairs of a container and a variable that is read inside it.
fn read_inside(context: &FlowContext<'_, '_>) -> BTreeSet<(ActionIx, String)> {
    let mut read = BTreeSet::new();
    let references = context.semantic.references.iter();
    for reference in references.filter(|reference| reference.kind == ReferenceKind::Variable) {
        let Owner::Action(reader) = reference.site.owner else { continue };
        read.extend(enclosing(context, reader).map(|container| (container, fold_case(&reference.name))));
    }
    read
}
