//! An expression that writes the name of an action in another case.

use super::report_at;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::ReferenceKind;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/action-reference-casing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for mut references in context.by_name(ReferenceKind::Action) {
        let [action] = context.semantic.names.get(&references[0].name) else { continue };
        let actual = context.action(*action);
        // A blank and a `_` are the same in a name: the designer itself writes both.
        let plain = |name: &str| name.replace(' ', "_");
        references.retain(|one| plain(&one.name) != plain(actual));
        let Some(first) = references.first() else { continue };
        let message = format!("`{}` writes the action `{actual}` as `{}`", context.flow.name, first.name);
        let places = references.iter().filter_map(|one| context.place(&one.site));
        if let Some(finding) = report_at(sink, places, "another case", message) {
            finding.help(format!("write `{actual}`, so that a search for the name finds every use"));
        }
    }
}
