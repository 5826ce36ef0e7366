//! An expression that reads an action which need not have run.

use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::model::{ActionIx, MOST_ALIKE, fold};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, Reference, ReferenceKind, Relation};
use crate::source::{ContentFlags, leaves};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/reference-not-upstream"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut faults: BTreeMap<(ActionIx, String), (Unavailable, Vec<&Reference<'_>>)> = BTreeMap::new();
    for one in context.semantic.references.iter().filter(|one| one.kind == ReferenceKind::Action) {
        let Owner::Action(reader) = one.site.owner else { continue };
        let Some(fault) = fault(context, reader, one) else { continue };
        faults.entry((reader, fold(&one.name))).or_insert((fault, Vec::new())).1.push(one);
    }
    for ((reader, _), (fault, references)) in faults {
        let read = &references[0].name;
        let (label, what, help) = fault.words(context, read);
        let message = format!("{} reads `{read}`, {what}", context.named(context.action(reader)));
        let places = references.iter().filter_map(|one| context.place(&one.site));
        let Some(finding) = report_at(sink, places, &label, message) else { continue };
        finding.help(help);
        if let Some(place) = fault.read.and_then(|read| context.semantic.action_place(context.flow, read)) {
            finding.also(place, format!("`{read}` is here"));
        }
    }
}

/// Why a value cannot be counted on, and the action it is read of.
struct Unavailable {
    relation: Relation,
    read: Option<ActionIx>,
}

/// The fault of a reference; `None` where one of the actions that share the name does come before.
fn fault(context: &FlowContext<'_, '_>, reader: ActionIx, one: &Reference<'_>) -> Option<Unavailable> {
    let semantic = context.semantic;
    let mut worst = None;
    let named = semantic.names.get(&one.name);
    if named.len() > MOST_ALIKE {
        return None;
    }
    for read in named {
        let relation = semantic.order.relation(semantic.definition, reader, *read);
        match relation {
            // One loop around: the value is the list of what each turn gave. A container that is read from within is
            // running, and what it has so far can be asked for.
            Relation::Before { loops: 0 | 1 } | Relation::Contained => return None,
            // The condition of an Until is computed after each turn.
            Relation::Contains if semantic.action(reader).is("Until") => return None,
            Relation::Before { .. }
            | Relation::Contains
            | Relation::Itself
            | Relation::OtherBranch(_)
            | Relation::NotBefore => {
                worst.get_or_insert(Unavailable {
                    relation,
                    read: Some(*read).filter(|read| *read != reader),
                });
            }
        }
    }
    worst.filter(|fault| !semantic.may_hide(&one.name) && !is_read_when_done(context, fault, one))
}

/// Whether a step reads its own value, or that of one inside, where it is done by then: in what is tracked of it, and
/// in what a webhook sends when it ends.
fn is_read_when_done(context: &FlowContext<'_, '_>, fault: &Unavailable, one: &Reference<'_>) -> bool {
    if !matches!(fault.relation, Relation::Itself | Relation::Contains) {
        return false;
    }
    one.site.section == "trackedProperties"
        || (one.site.section == "inputs" && is_in_unsubscribe(context, one))
}

fn is_in_unsubscribe(context: &FlowContext<'_, '_>, one: &Reference<'_>) -> bool {
    let inputs = context.semantic.body(one.site.owner).get("inputs");
    let Some(unsubscribe) = inputs.and_then(|inputs| inputs.get("unsubscribe")) else { return false };
    let mut is_inside = false;
    leaves(unsubscribe, "unsubscribe", ContentFlags::AT, &mut |leaf| {
        is_inside |= leaf.value.id() == one.site.node;
    });
    is_inside
}

impl Unavailable {
    /// The label, the end of the message and the help.
    fn words(&self, context: &FlowContext<'_, '_>, read: &str) -> (String, String, String) {
        let (label, what, help) = match self.relation {
            Relation::OtherBranch(container) => (
                "in the other branch",
                format!(
                    "which stands in another branch of `{}`: only one of the two runs",
                    context.action(container)
                ),
                format!("compute the value before `{}`, or read it after it", context.action(container)),
            ),
            Relation::Itself => (
                "this is the step itself",
                "its own output".to_owned(),
                "read another action, or compute the value in a step before this one".to_owned(),
            ),
            Relation::Contains => (
                "runs later, inside this step",
                "which it contains and which runs after this is computed".to_owned(),
                format!("compute the value before this step, or read `{read}` in a step after it"),
            ),
            Relation::Before { .. } => (
                "inside a loop in a loop",
                "which stands in a loop inside a loop: from out here there is no telling which turn is meant"
                    .to_owned(),
                format!("collect the values in a variable inside the loop that holds `{read}`"),
            ),
            Relation::NotBefore | Relation::Contained => (
                "has not run yet",
                "which nothing makes run before it".to_owned(),
                format!(
                    "set \"Configure run after\" so that this step waits for `{read}`, or move it behind that"
                ),
            ),
        };
        (label.to_owned(), what, help)
    }
}
