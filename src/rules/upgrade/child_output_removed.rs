//! A child flow no longer returns an output that callers read, or returns another type.

use std::collections::BTreeSet;

use crate::compare::response_outputs;
use crate::finding::Sink;
use crate::model::{Definition, Flow};
use crate::rules::compared::{Caller, Compared, apps_that, flows_that};
use crate::rules::definition::output_of;
use crate::rules::{Check, MOST_RELATED, Rule, page};
use crate::semantic::{ReferenceKind, SemanticModel};
use crate::source::{Part, Place};
use crate::wording::joined;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/child-output-removed"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for kept in compared.kept() {
        let (Some(old), Some(new)) = (&kept.old.content, &kept.new.content) else { continue };
        let outputs = (response_outputs(&old.definition), response_outputs(&new.definition));
        let (Some(before), Some(after)) = outputs else { continue };
        let lost: Vec<(&String, &str, String)> = before
            .iter()
            .filter_map(|(key, (name, kind))| Some((key, name.as_str(), change(kind, after.get(key))?)))
            .collect();
        if lost.is_empty() {
            continue;
        }
        let callers: Vec<(&Caller<'_>, BTreeSet<String>)> =
            compared.callers(&kept.new.id).iter().map(|caller| (caller, read_by(caller))).collect();
        let apps = compared.apps(&kept.new.id);
        for (key, name, change) in lost {
            let readers = callers.iter().filter(|(_, read)| read.contains(key));
            let readers: Vec<&Caller<'_>> = readers.map(|(caller, _)| *caller).collect();
            let mut users = Vec::new();
            if !readers.is_empty() {
                users.push(flows_that(readers.iter().map(|caller| caller.flow()), "reads it"));
            }
            if !apps.is_empty() {
                users.push(apps_that(apps, "may read it"));
            }
            let place = response_place(kept.new, &new.definition);
            let Some(place) = place.filter(|_| !users.is_empty()) else { continue };
            let message =
                format!("`{}` returned `{name}` and {change}: {}", kept.new.name, joined(&users, "and"));
            let finding = sink.report(place, "not as before", message);
            finding.key([key.as_str()]).help(
                "return the output again under the same name and type, or change and export what reads it as well",
            );
            for reader in readers.into_iter().take(MOST_RELATED) {
                finding.relate(reader.place(), format!("`{}` calls it here", reader.flow().name));
            }
        }
    }
}

/// What became of an output; `None` if it is as before, or if a type is unknown.
fn change(kind: &str, after: Option<&(String, String)>) -> Option<String> {
    match after {
        None => Some("no longer returns it".to_owned()),
        Some((_, now)) if !kind.is_empty() && !now.is_empty() && kind != now => {
            Some(format!("now returns it as `{now}`, not `{kind}`"))
        }
        Some(_) => None,
    }
}

/// The outputs that a caller reads of its calls, in lower case.
fn read_by(caller: &Caller<'_>) -> BTreeSet<String> {
    let Some(content) = &caller.flow().content else { return BTreeSet::new() };
    let semantic = SemanticModel::of(&content.definition);
    let is_call = |name: &str| match semantic.names.get(name) {
        [step] => caller.calls.iter().any(|call| call.action == *step),
        _ => false,
    };
    let references = semantic.references.iter().filter(|one| one.kind == ReferenceKind::Action);
    let references = references.filter(|one| is_call(&one.name));
    references.filter_map(|one| output_of(one).map(str::to_lowercase)).collect()
}

/// The first response of a flow.
fn response_place(flow: &Flow, definition: &Definition) -> Option<Place> {
    let (index, _) = definition.of_type("Response").next()?;
    flow.place(definition.action_route(index), Part::Key)
}
