//! `items('x')` where `x` is not a loop around the step.

use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::model::{Action, ActionIx, compare, fold};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, Reference, ReferenceKind};

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-loop"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut unknown: BTreeMap<(&str, String), Vec<&Reference<'_>>> = BTreeMap::new();
    let references = context.semantic.references.iter();
    for reference in references.filter(|reference| reference.kind == ReferenceKind::Loop) {
        let loops = loops_around(context, reference);
        let is_named = |action: &ActionIx| compare(context.action(*action), &reference.name).is_eq();
        if loops.iter().any(is_named) {
            continue;
        }
        // Select and Filter array process items as well. It is not known whether `items` may refer to them.
        let is_itself = matches!(reference.site.owner, Owner::Action(owner)
            if is_named(&owner) && !is_loop(context.semantic.action(owner)));
        // A container of an unknown type may be meant as a loop. `unknown-step-type` reports it.
        let is_unknown = around(context, reference)
            .any(|action| is_named(&action) && is_unknown_container(context.semantic.action(action)));
        if !is_itself && !is_unknown && !context.semantic.may_hide(&reference.name) {
            let key = (context.owner(&reference.site), fold(&reference.name));
            unknown.entry(key).or_default().push(reference);
        }
    }
    for ((owner, _), references) in unknown {
        let name = &references[0].name;
        let named = context.semantic.names.get(name).first();
        let (label, what) = match named {
            None => ("no action has this name", "which the flow does not have".to_owned()),
            Some(action) if !is_loop(context.semantic.action(*action)) => {
                ("not a loop", format!("but `{name}` is not a loop"))
            }
            Some(_) => ("this loop does not contain the step", "which does not contain the step".to_owned()),
        };
        let message = format!("{} refers to the loop `{name}`, {what}", context.named(owner));
        let places = references.iter().filter_map(|reference| context.place(&reference.site));
        let Some(finding) = report_at(sink, places, label, message) else { continue };
        finding.help(match loops_around(context, references[0]).first() {
            Some(nearest) => {
                format!(
                    "open the step and choose the value again: its loop is `{}`",
                    context.action(*nearest)
                )
            }
            None => {
                "move the step into the loop, or read the list itself: the step is not in a loop".to_owned()
            }
        });
        if let Some(place) = named.and_then(|action| context.semantic.action_place(context.flow, *action)) {
            finding.relate(place, "the step with this name");
        }
    }
}

/// Whether an action has actions although its type is not that of a container.
fn is_unknown_container(action: Action<'_>) -> bool {
    let is_known = ["Foreach", "If", "Scope", "Switch", "Until"].iter().any(|name| action.is(name));
    !is_known && action.body.contains_key("actions")
}

fn is_loop(action: Action<'_>) -> bool {
    action.is("Foreach") || action.is("Until")
}

/// The loops that a reference can refer to, innermost first.
fn loops_around(context: &FlowContext<'_, '_>, reference: &Reference<'_>) -> Vec<ActionIx> {
    around(context, reference).filter(|action| is_loop(context.semantic.action(*action))).collect()
}

/// The step with a reference and the containers around it, innermost first.
fn around<'c>(
    context: &'c FlowContext<'_, '_>,
    reference: &Reference<'_>,
) -> impl Iterator<Item = ActionIx> + 'c {
    let owner = match reference.site.owner {
        Owner::Action(owner) => Some(owner),
        Owner::Trigger(_) => None,
    };
    // The list of a loop is computed before the loop, but the condition of a Do until inside it.
    let skipped = usize::from(reference.site.section == "foreach");
    owner.into_iter().flat_map(move |owner| context.with_containers(owner).skip(skipped))
}
