//! `items('x')` where `x` is no loop around the step.

use super::Inside;
use crate::anatomy::{Kind, Owner, Reference};
use crate::finding::Sink;
use crate::model::{Action, ActionIx};
use crate::rules::{Context, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-loop"), check };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for inside in context.insides() {
        for one in inside.anatomy.references.iter().filter(|one| one.kind == Kind::Loop) {
            let around = loops_around(&inside, one);
            let named = inside.anatomy.names.get(&one.name);
            if named.iter().any(|action| around.contains(action)) {
                continue;
            }
            let Some(place) = inside.place(&one.site) else { continue };
            let (label, what) = match named.first() {
                None => ("no action has this name", "the flow does not have"),
                Some(action) if !is_loop(inside.anatomy.definition.action(*action)) => {
                    ("this is no loop", "is no loop")
                }
                Some(_) => ("not around this step", "is not around it"),
            };
            let owner = inside.named(inside.owner(&one.site));
            let message = format!("{owner} uses the loop `{}`, which {what}", one.name);
            let finding = sink.report(place, label, message);
            finding.help(match around.first() {
                Some(nearest) => format!("the nearest loop around the step is `{}`", inside.action(*nearest)),
                None => "the step stands in no loop: move it into one, or read the list itself".to_owned(),
            });
        }
    }
}

fn is_loop(action: &Action) -> bool {
    action.is("Foreach") || action.is("Until")
}

/// The loops that a reference can mean, the nearest first.
fn loops_around(inside: &Inside<'_, '_>, one: &Reference<'_>) -> Vec<ActionIx> {
    let Owner::Action(owner) = one.site.owner else { return Vec::new() };
    let definition = inside.anatomy.definition;
    // The list that a loop runs over is computed before the loop, the condition of an Until inside it.
    let own = Some(owner).filter(|_| one.site.section != "foreach");
    let above = std::iter::successors(Some(owner), |at| {
        definition.action(*at).parent.as_ref().map(|(parent, _)| *parent)
    });
    let all = own.into_iter().chain(above.skip(1));
    all.filter(|action| is_loop(definition.action(*action))).collect()
}
