//! An expression that writes the name of an action in a different case.

use super::report_at;
use crate::finding::Sink;
use crate::fix::Fix;
use crate::rules::edits::rename;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Reference, ReferenceKind};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/action-reference-casing"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let actual = |reference: &Reference<'_>| match context.semantic.named(reference) {
        [action] => Some(context.action(*action)),
        _ => None,
    };
    let is_different = |one: &Reference<'_>| actual(one).is_some_and(|actual| !is_spelled(&one.name, actual));
    for references in context.by_name(ReferenceKind::Action, is_different) {
        let first = references[0];
        let Some(actual) = actual(first) else { continue };
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

/// Whether two names are spelled alike. The designer itself writes both spaces and underscores.
fn is_spelled(name: &str, other: &str) -> bool {
    let plain = |byte: u8| if byte == b' ' { b'_' } else { byte };
    name == other || name.bytes().map(plain).eq(other.bytes().map(plain))
}
