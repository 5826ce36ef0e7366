//! A child flow that requires an input which its callers do not pass.

use crate::finding::Sink;
use crate::model::FlowContent;
use crate::rules::activation::ChildInputs;
use crate::rules::compared::{Caller, Compared, flows_that};
use crate::rules::{Check, MOST_RELATED, Rule, page};
use crate::source::{Json, Part, Value};
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/child-input-added"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for kept in compared.kept() {
        let (Some(old), Some(new)) = (ChildInputs::of(kept.old), ChildInputs::of(kept.new)) else { continue };
        let added: Vec<&str> =
            new.required.iter().copied().filter(|name| !old.required.contains(name)).collect();
        if added.is_empty() {
            continue;
        }
        let callers = compared.callers(&kept.new.id);
        let missing =
            |name: &str| callers.iter().filter(|caller| leaves_out(caller, name)).collect::<Vec<_>>();
        let missing: Vec<(&str, Vec<&Caller<'_>>)> = added
            .into_iter()
            .map(|name| (name, missing(name)))
            .filter(|(_, callers)| !callers.is_empty())
            .collect();
        let place = kept.new.place(new.schema_route("required"), Part::Key);
        let Some(place) = place.filter(|_| !missing.is_empty()) else { continue };
        let mut affected: Vec<&Caller<'_>> =
            missing.iter().flat_map(|(_, callers)| callers.iter().copied()).collect();
        affected.sort_by_key(|caller| (caller.flow().name.clone(), caller.flow));
        affected.dedup_by_key(|caller| caller.flow().id.clone());
        let names = listed(missing.iter(), |(name, _)| new.in_words(name));
        let callers = flows_that(affected.iter().map(|caller| caller.flow()), "leaves out");
        let message = format!("`{}` now requires {names}, which {callers}", kept.new.name);
        let finding = sink.report(place, "requires more than before", message);
        finding.key(missing.iter().map(|(name, _)| *name)).help(
            "make the input optional, or fill it in where the flow is called and import these flows together with it",
        );
        for caller in affected.into_iter().take(MOST_RELATED) {
            finding.relate(caller.place(), format!("`{}` calls it here", caller.flow().name));
        }
    }
}

/// Whether any call leaves out an input. A body that is one expression may contain it.
fn leaves_out(caller: &Caller<'_>, name: &str) -> bool {
    let Some(FlowContent { definition, .. }) = &caller.flow().content else { return false };
    caller.calls.iter().any(|call| {
        let inputs = definition.action(call.action).body.get("inputs");
        match inputs.and_then(|inputs| inputs.get("body")).map(Json::value) {
            None | Some(Value::Null) => true,
            Some(Value::Object(body)) => !body.contains_key(name),
            Some(_) => false,
        }
    })
}
