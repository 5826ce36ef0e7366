//! An expression that reads an action which may not have run yet.

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
    let references = context.semantic.references.iter();
    for reference in references.filter(|reference| reference.kind == ReferenceKind::Action) {
        let Owner::Action(reader) = reference.site.owner else { continue };
        let Some(fault) = fault(context, reader, reference) else { continue };
        faults.entry((reader, fold(&reference.name))).or_insert((fault, Vec::new())).1.push(reference);
    }
    for ((reader, _), (fault, references)) in faults {
        let read = &references[0].name;
        let (label, what, help) = fault.words(context, read);
        let message = format!("{} reads `{read}`, {what}", context.named(context.action(reader)));
        let places = references.iter().filter_map(|reference| context.place(&reference.site));
        let Some(finding) = report_at(sink, places, &label, message) else { continue };
        finding.help(help);
        if let Some(place) = fault.read.and_then(|read| context.semantic.action_place(context.flow, read)) {
            finding.also(place, format!("`{read}` is here"));
        }
    }
}

/// Why a value may be unavailable, and the action that it belongs to, unless that is the reader itself.
struct Unavailable {
    relation: Relation,
    read: Option<ActionIx>,
}

/// What is wrong with a reference; `None` if one of the actions with that name comes before the reader.
fn fault(context: &FlowContext<'_, '_>, reader: ActionIx, reference: &Reference<'_>) -> Option<Unavailable> {
    let semantic = context.semantic;
    let mut worst = None;
    let named = semantic.named(reference);
    if named.len() > MOST_ALIKE {
        return None;
    }
    for read in named {
        let relation = semantic.relation(reader, *read);
        match relation {
            // With one loop around it, the value is the list of the values of all iterations. A container that is read
            // from inside is running, and its results so far are available.
            Relation::Before { loops: 0 | 1 } | Relation::Contained => return None,
            // The condition of a Do until is evaluated after each iteration.
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
    worst.filter(|fault| !semantic.may_hide(&reference.name) && !is_read_when_done(context, fault, reference))
}

/// Whether a step reads its own value, or that of a step inside it, when it is done: in tracked properties, and in the
/// request that a webhook sends when it ends.
fn is_read_when_done(context: &FlowContext<'_, '_>, fault: &Unavailable, reference: &Reference<'_>) -> bool {
    if !matches!(fault.relation, Relation::Itself | Relation::Contains) {
        return false;
    }
    reference.site.section == "trackedProperties"
        || (reference.site.section == "inputs" && is_in_unsubscribe(context, reference))
}

fn is_in_unsubscribe(context: &FlowContext<'_, '_>, reference: &Reference<'_>) -> bool {
    let inputs = context.semantic.body(reference.site.owner).get("inputs");
    let Some(unsubscribe) = inputs.and_then(|inputs| inputs.get("unsubscribe")) else { return false };
    let mut is_inside = false;
    leaves(unsubscribe, "unsubscribe", ContentFlags::AT, &mut |leaf| {
        is_inside |= leaf.value.id() == reference.site.node;
    });
    is_inside
}

impl Unavailable {
    /// The label, the end of the message and the help.
    fn words(&self, context: &FlowContext<'_, '_>, read: &str) -> (String, String, String) {
        let (label, what, help) = match self.relation {
            Relation::OtherBranch(container) => (
                "in another branch",
                format!(
                    "which is in another branch of `{}`: only one of the two runs",
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
                "which is inside it and has not run when the value is read".to_owned(),
                format!("compute the value before this step, or read `{read}` in a step after it"),
            ),
            Relation::Before { .. } => (
                "inside two nested loops",
                "which is in a loop inside another loop: outside both, it is unclear which iteration is meant"
                    .to_owned(),
                format!("collect the values in a variable inside the loop that contains `{read}`"),
            ),
            Relation::NotBefore | Relation::Contained => (
                "may not have run yet",
                "which may not have run yet".to_owned(),
                format!(
                    "set \"Configure run after\" so that this step waits for `{read}`, or move it after `{read}`"
                ),
            ),
        };
        (label.to_owned(), what, help)
    }
}
