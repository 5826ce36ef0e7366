//! An expression that writes the name of an action in a different case.

use super::report_at;
use crate::finding::Sink;
use crate::fix::Fix;
use crate::rules::edits::rename;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::ReferenceKind;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/action-reference-casing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for mut references in context.by_name(ReferenceKind::Action) {
        let [action] = context.semantic.names.get(&references[0].name) else { continue };
        let actual = context.action(*action);
        // The designer itself writes both spaces and underscores.
        let plain = |name: &str| name.replace(' ', "_");
        references.retain(|reference| plain(&reference.name) != plain(actual));
        let Some(first) = references.first() else { continue };
        let message = format!("`{}` refers to the action `{actual}` as `{}`", context.flow.name, first.name);
        let places = references.iter().filter_map(|reference| context.place(&reference.site));
        if let Some(finding) = report_at(sink, places, "different case", message) {
            finding.help(format!("write `{actual}`, so that a search for the name finds every use"));
            let edits = references.iter().map(|one| rename(context.semantic, context.flow, one, actual));
            let edits: Option<Vec<_>> = edits.collect();
            finding.fix(edits.map(|edits| Fix::safe(format!("write `{actual}`"), edits)));
        }
    }
}
