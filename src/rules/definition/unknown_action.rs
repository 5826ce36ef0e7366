//! An expression that reads an action which the flow does not have.

use std::collections::BTreeSet;

use super::report_at;
use crate::anatomy::Kind;
use crate::finding::Sink;
use crate::model::fold;
use crate::rules::{Check, Inside, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-action"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    // The outputs of a trigger can be read like those of an action.
    let triggers: BTreeSet<String> =
        inside.anatomy.definition.triggers().map(|trigger| fold(trigger.name)).collect();
    for references in inside.by_name(Kind::Action) {
        let written = &references[0].name;
        let is_known = !inside.anatomy.names.get(written).is_empty() || triggers.contains(&fold(written));
        if is_known || inside.anatomy.may_hide(written) {
            continue;
        }
        let message = format!("`{}` reads `{written}`, an action that it does not have", inside.flow.name);
        let places = references.iter().filter_map(|one| inside.place(&one.site));
        let Some(finding) = report_at(sink, places, "no action has this name", message) else { continue };
        let actions = inside.anatomy.actions().map(|action| action.name);
        finding.help(match inside.nearest(written, actions) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the action was deleted or renamed: open the step and choose the value again".to_owned(),
        });
    }
}
