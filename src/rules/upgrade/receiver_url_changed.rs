//! The URL of a flow with an HTTP trigger changes.

use std::collections::HashMap;

use super::{is_elsewhere, trigger_of};
use crate::finding::Sink;
use crate::model::{Flow, FlowIx, Requirement, Trigger};
use crate::rules::compared::{Compared, flow_place, trigger_place};
use crate::rules::{Check, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/receiver-url-changed"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for kept in compared.kept() {
        let (Some(old), Some(new)) = (http_trigger(kept.old), trigger_of(kept.new)) else { continue };
        let what = match http_trigger(kept.new) {
            Some(new) if new.name == old.name => continue,
            Some(_) => format!("gets a new URL: its trigger was `{}` and is `{}`", old.name, new.name),
            None => format!("has no URL any more: its trigger is of type {}", new.type_name()),
        };
        let Some(place) = trigger_place(kept.new, &[]) else { continue };
        let message = format!("`{}` {what}", kept.new.name);
        sink.report(place, "not the old trigger", message).help(HELP);
    }
    let added = compared.comparison.added_flows().map(|index| (index, compared.new.workspace.flow(index)));
    let added: HashMap<String, (FlowIx, &Flow)> = added
        .filter(|(_, flow)| http_trigger(flow).is_some())
        .map(|(index, flow)| (flow.name.to_lowercase(), (index, flow)))
        .collect();
    for (index, flow) in compared.comparison.removed_flows(compared.old.workspace) {
        let is_kept = compared.others.workspace.has_flow(&flow.id)
            || is_elsewhere(compared, &Requirement::Flow(flow.id.clone()));
        if is_kept || http_trigger(flow).is_none() {
            continue;
        }
        let (about, shown, message) = match added.get(&flow.name.to_lowercase()) {
            Some((index, new)) => {
                let message = format!("`{}` is another flow with the same name and gets a new URL", new.name);
                (*index, *new, message)
            }
            None if compared.deletes() => {
                (index, flow, format!("the upgrade deletes `{}` and its URL", flow.name))
            }
            None => continue,
        };
        let Some(place) = flow_place(shown) else { continue };
        let finding = sink.report(place, "another URL than before", message);
        finding.about(about).key([flow.id.as_str()]).help(HELP);
    }
}

const HELP: &str = "give the new URL to whoever calls the old one, and register webhooks again: copy it from the trigger \
    once the flow is turned on";

fn http_trigger(flow: &Flow) -> Option<Trigger<'_>> {
    trigger_of(flow).filter(|trigger| trigger.is("Request") && trigger.kind().eq_ignore_ascii_case("Http"))
}
