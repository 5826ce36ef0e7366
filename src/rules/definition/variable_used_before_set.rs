//! A variable that is used where it need not be initialised yet.

use std::collections::BTreeMap;

use super::report_at;
use super::variables::{Declared, changed};
use crate::anatomy::{Kind, Owner, Relation};
use crate::finding::Sink;
use crate::model::{ActionIx, MOST_ALIKE, fold_case};
use crate::rules::{Check, Inside, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/variable-used-before-set"), check: Check::Flow(check) };

fn check(inside: &Inside<'_, '_>, sink: &mut Sink) {
    let declared = Declared::of(inside);
    for ((user, _), (name, places)) in early_uses(inside, &declared) {
        let message = format!(
            "{} uses the variable `{name}`, which need not be initialised by then",
            inside.named(inside.action(user))
        );
        let Some(finding) = report_at(sink, places, "may not exist yet", message) else { continue };
        let Some(declaration) = declared.get(name).first() else { continue };
        let declaring = inside.action(declaration.action);
        finding.help(format!("make this step run after `{declaring}`, directly or through other steps"));
        if let Some(place) = inside.anatomy.action_place(inside.flow, declaration.action) {
            finding.also(place, "initialised here");
        }
    }
}

/// Uses by action and variable, with the name as it is written and the places.
fn early_uses<'c>(
    inside: &'c Inside<'_, '_>,
    declared: &Declared<'_>,
) -> BTreeMap<(ActionIx, String), (&'c str, Vec<Place>)> {
    let mut uses: BTreeMap<(ActionIx, String), (&str, Vec<Place>)> = BTreeMap::new();
    let mut add = |user: ActionIx, name: &'c str, place: Option<Place>| {
        uses.entry((user, fold_case(name))).or_insert((name, Vec::new())).1.extend(place);
    };
    for (index, action) in inside.anatomy.indexed() {
        if let Some(name) = changed(action).filter(|name| is_early(inside, declared, index, name)) {
            add(index, name, inside.anatomy.value_place(inside.flow, index, &["inputs", "name"]));
        }
    }
    for one in inside.anatomy.references.iter().filter(|one| one.kind == Kind::Variable) {
        let Owner::Action(user) = one.site.owner else { continue };
        if is_early(inside, declared, user, &one.name) {
            add(user, &one.name, inside.place(&one.site));
        }
    }
    uses
}

/// Whether no declaration comes before the user. One inside a container is another rule's fault.
fn is_early(inside: &Inside<'_, '_>, declared: &Declared<'_>, user: ActionIx, name: &str) -> bool {
    let anatomy = inside.anatomy;
    let declarations = declared.get(name);
    let is_late = |declaring: ActionIx| {
        anatomy.action(declaring).parent.is_none()
            && anatomy.order.relation(anatomy.definition, user, declaring) == Relation::NotBefore
    };
    let is_told = (1..=MOST_ALIKE).contains(&declarations.len());
    is_told && declarations.iter().all(|declaration| is_late(declaration.action))
}
