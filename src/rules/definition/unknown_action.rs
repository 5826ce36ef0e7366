//! An expression that reads an action which the flow does not have.

use super::report_at;
use crate::anatomy::{Kind, compare};
use crate::finding::Sink;
use crate::rules::{Check, Inside, Rule, page};
use crate::suggest::nearest;

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-action"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    for references in inside.by_name(Kind::Action) {
        let written = &references[0].name;
        let is_known = !inside.anatomy.names.get(written).is_empty() || is_trigger(inside, written);
        if is_known || inside.anatomy.may_hide(written) {
            continue;
        }
        let message = format!("`{}` reads `{written}`, an action that it does not have", inside.flow.name);
        let places = references.iter().filter_map(|one| inside.place(&one.site));
        let Some(finding) = report_at(sink, places, "no action has this name", message) else { continue };
        let actions = inside.anatomy.actions().map(|action| action.name);
        finding.help(match nearest(written, actions) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the action was deleted or renamed: open the step and choose the value again".to_owned(),
        });
    }
}

/// Whether a name is that of a trigger, whose outputs can be read like those of an action.
fn is_trigger(inside: &Inside<'_, '_>, name: &str) -> bool {
    inside.anatomy.definition.triggers().any(|trigger| compare(trigger.name, name).is_eq())
}
