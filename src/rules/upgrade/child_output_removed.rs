//! A child flow no longer returns an output that callers read, or returns another type.

use crate::compare::response_outputs;
use crate::finding::Sink;
use crate::model::Definition;
use crate::rules::compared::{Caller, Compared, trigger_place};
use crate::rules::definition::output_of;
use crate::rules::{Check, Rule, page};
use crate::semantic::{ReferenceKind, SemanticModel};
use crate::source::{Part, Place};
use crate::wording::{joined, listed, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/child-output-removed"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for kept in compared.kept() {
        let definitions = (kept.old.content.as_ref(), kept.new.content.as_ref());
        let (Some(old), Some(new)) = definitions else { continue };
        let (Some(before), Some(after)) =
            (response_outputs(&old.definition), response_outputs(&new.definition))
        else {
            continue;
        };
        for (key, (name, kind)) in &before {
            let change = match after.get(key) {
                None => "no longer returns it".to_owned(),
                Some((_, now)) if !kind.is_empty() && !now.is_empty() && kind != now => {
                    format!("now returns it as `{now}`, not `{kind}`")
                }
                Some(_) => continue,
            };
            let callers = compared.callers(&kept.new.id);
            let readers: Vec<&Caller<'_>> = callers.iter().filter(|caller| reads(caller, key)).collect();
            let apps = compared.apps(&kept.new.id);
            let mut users = Vec::new();
            if !readers.is_empty() {
                let flows = listed(readers.iter(), |caller| format!("`{}`", caller.flow().name));
                users.push(format!("{flows} reads it"));
            }
            if !apps.is_empty() {
                let apps = quoted(apps.iter().map(|(app, _)| app.name.as_str()));
                users.push(format!("the app {apps} may read it"));
            }
            let place = response_place(kept.new, &new.definition).or_else(|| trigger_place(kept.new, &[]));
            let Some(place) = place.filter(|_| !users.is_empty()) else { continue };
            let message =
                format!("`{}` returned `{name}` and {change}: {}", kept.new.name, joined(&users, "and"));
            let finding = sink.report(place, "not as before", message);
            finding.key([key.as_str()]).help(
                "return the output again under the same name and type, or change and export what reads it as well",
            );
            for reader in readers {
                finding.relate(reader.place(), format!("`{}` calls it here", reader.flow().name));
            }
        }
    }
}

/// Whether a caller reads an output of its call.
fn reads(caller: &Caller<'_>, output: &str) -> bool {
    let Some(content) = &caller.flow().content else { return false };
    let semantic = SemanticModel::of(&content.definition);
    let is_call = |name: &str| match semantic.names.get(name) {
        [step] => caller.calls.iter().any(|call| call.action == *step),
        _ => false,
    };
    let mut reads = semantic.references.iter().filter(|one| one.kind == ReferenceKind::Action);
    reads.any(|one| output_of(one).is_some_and(|read| read.to_lowercase() == output) && is_call(&one.name))
}

/// The first response of a flow.
fn response_place(flow: &crate::model::Flow, definition: &Definition) -> Option<Place> {
    let (index, _) = definition.of_type("Response").next()?;
    flow.place(definition.action_route(index), Part::Key)
}
