//! `items('x')` where `x` is no loop around the step.

use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::model::{Action, ActionIx, compare, fold};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, Reference, ReferenceKind};

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-loop"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut unknown: BTreeMap<(&str, String), Vec<&Reference<'_>>> = BTreeMap::new();
    for one in context.semantic.references.iter().filter(|one| one.kind == ReferenceKind::Loop) {
        let around = loops_around(context, one);
        let is_named = |action: &ActionIx| compare(context.action(*action), &one.name).is_eq();
        // Select and Filter array go over items as well; whether they may be named is not known.
        let is_itself = matches!(one.site.owner, Owner::Action(owner)
            if is_named(&owner) && !is_loop(context.semantic.action(owner)));
        if !is_itself && !around.iter().any(is_named) && !context.semantic.may_hide(&one.name) {
            unknown.entry((context.owner(&one.site), fold(&one.name))).or_default().push(one);
        }
    }
    for ((owner, _), references) in unknown {
        let name = &references[0].name;
        let (label, what) = match context.semantic.names.get(name).first() {
            None => ("no action has this name", "which the flow does not have"),
            Some(action) if !is_loop(context.semantic.action(*action)) => {
                ("this is no loop", "which is none")
            }
            Some(_) => ("not around this step", "which is not around it"),
        };
        let message = format!("{} uses the loop `{name}`, {what}", context.named(owner));
        let places = references.iter().filter_map(|one| context.place(&one.site));
        let Some(finding) = report_at(sink, places, label, message) else { continue };
        finding.help(match loops_around(context, references[0]).first() {
            Some(nearest) => format!("the nearest loop around the step is `{}`", context.action(*nearest)),
            None => "the step stands in no loop: move it into one, or read the list itself".to_owned(),
        });
    }
}

fn is_loop(action: Action<'_>) -> bool {
    action.is("Foreach") || action.is("Until")
}

/// The loops that a reference can mean, the nearest first.
fn loops_around(context: &FlowContext<'_, '_>, one: &Reference<'_>) -> Vec<ActionIx> {
    let Owner::Action(owner) = one.site.owner else { return Vec::new() };
    // The list that a loop runs over is computed before the loop, the condition of an Until inside it.
    let own = Some(owner).filter(|_| one.site.section != "foreach");
    let above = std::iter::successors(Some(owner), |at| {
        context.semantic.action(*at).parent.as_ref().map(|(parent, _)| *parent)
    });
    let all = own.into_iter().chain(above.skip(1));
    all.filter(|action| is_loop(context.semantic.action(*action))).collect()
}
