//! An expression that reads an action which the flow does not have.

use std::collections::BTreeSet;

use super::report_at;
use crate::finding::Sink;
use crate::model::fold;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Reference, ReferenceKind};

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-action"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    // Expressions can read the outputs of a trigger like those of an action.
    let triggers: BTreeSet<String> =
        context.semantic.definition.triggers().map(|trigger| fold(trigger.name)).collect();
    let is_unknown = |reference: &Reference<'_>| context.semantic.named(reference).is_empty();
    for references in context.by_name(ReferenceKind::Action, is_unknown) {
        let written = &references[0].name;
        if triggers.contains(&fold(written)) || context.semantic.may_hide(written) {
            continue;
        }
        let message = format!("`{}` reads the action `{written}`, which it does not have", context.flow.name);
        let places = references.iter().filter_map(|reference| context.place(&reference.site));
        let Some(finding) = report_at(sink, places, "no action has this name", message) else { continue };
        let actions = context.semantic.actions().map(|action| action.name);
        finding.help(match context.nearest(written, actions) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "open the step and choose the value again: the action may have been deleted or renamed"
                .to_owned(),
        });
    }
}
