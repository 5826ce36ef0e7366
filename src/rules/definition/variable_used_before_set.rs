//! A variable that is used where it may not be initialised yet.

use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::model::{ActionIx, MOST_ALIKE, fold_case};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, ReferenceKind, Relation, Variables};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/variable-used-before-set"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let variables = context.semantic.variables();
    for ((user, _), (name, places)) in early_uses(context, variables) {
        let Some(declaration) = variables.get(name).first() else { continue };
        let named = context.named(context.action(user));
        if declaration.action == user {
            let message = format!("{named} reads the variable `{name}`, which the same step initialises");
            if let Some(finding) = report_at(sink, places, "does not exist yet", message) {
                finding.help(format!("initialise `{name}` in a separate step before this one"));
            }
            continue;
        }
        let message = format!("{named} uses the variable `{name}`, which may not be initialised yet");
        let Some(finding) = report_at(sink, places, "may not exist yet", message) else { continue };
        let declaring = context.action(declaration.action);
        finding.help(format!("let this step run after `{declaring}`, directly or through other steps"));
        if let Some(place) = context.semantic.action_place(context.flow, declaration.action) {
            finding.also(place, "initialised here");
        }
    }
}

/// Early uses by action and variable, with the name as written and the places.
fn early_uses<'c>(
    context: &'c FlowContext<'_, '_>,
    variables: &Variables<'c>,
) -> BTreeMap<(ActionIx, String), (&'c str, Vec<Place>)> {
    let mut uses: BTreeMap<(ActionIx, String), (&str, Vec<Place>)> = BTreeMap::new();
    let mut add = |user: ActionIx, name: &'c str, place: Option<Place>| {
        uses.entry((user, fold_case(name))).or_insert((name, Vec::new())).1.extend(place);
    };
    for (index, name) in &variables.changes {
        if is_early(context, variables, *index, name) {
            add(*index, name, context.semantic.value_place(context.flow, *index, &["inputs", "name"]));
        }
    }
    let references = context.semantic.references.iter();
    for reference in references.filter(|reference| reference.kind == ReferenceKind::Variable) {
        let Owner::Action(user) = reference.site.owner else { continue };
        // Tracked properties are computed when the step is done.
        let is_after = reference.site.section == "trackedProperties";
        if !is_after && is_early(context, variables, user, &reference.name) {
            add(user, &reference.name, context.place(&reference.site));
        }
    }
    uses
}

/// Whether no declaration comes before the user. A step that initialises several variables does so at once. Another rule
/// reports declarations inside containers.
fn is_early(context: &FlowContext<'_, '_>, variables: &Variables<'_>, user: ActionIx, name: &str) -> bool {
    let semantic = context.semantic;
    let declarations = variables.get(name);
    let is_late = |declaring: ActionIx| {
        semantic.action(declaring).parent.is_none()
            && matches!(semantic.relation(user, declaring), Relation::NotBefore | Relation::Itself)
    };
    let is_checked = (1..=MOST_ALIKE).contains(&declarations.len());
    is_checked && declarations.iter().all(|declaration| is_late(declaration.action))
}
