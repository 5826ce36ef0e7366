//! The URL of a flow with an HTTP trigger changes.

use std::collections::HashMap;

use super::{is_elsewhere, trigger_of};
use crate::finding::Sink;
use crate::model::{Flow, Requirement, Trigger};
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
    let added = compared.comparison.added_flows().map(|flow| compared.new.workspace.flow(flow));
    let added: HashMap<String, &Flow> = added
        .filter(|flow| http_trigger(flow).is_some())
        .map(|flow| (flow.name.to_lowercase(), flow))
        .collect();
    for (_, flow) in compared.comparison.removed_flows(compared.old.workspace) {
        let successor = added.get(&flow.name.to_lowercase());
        let is_kept = compared.others.workspace.has_flow(&flow.id)
            || is_elsewhere(compared, &Requirement::Flow(flow.id.clone()));
        let is_http = http_trigger(flow).is_some() && !is_kept;
        let message = match successor {
            Some(new) => format!("`{}` is another flow with the same name and gets a new URL", new.name),
            None if compared.deletes() => format!("the upgrade deletes `{}` and its URL", flow.name),
            None => continue,
        };
        let place = successor.and_then(|new| flow_place(new)).or_else(|| flow_place(flow));
        let Some(place) = place.filter(|_| is_http) else { continue };
        sink.report(place, "another URL than before", message).key([flow.id.as_str()]).help(HELP);
    }
}

const HELP: &str = "give the new URL to whoever calls the old one, and register webhooks again: copy it from the trigger \
    once the flow is turned on";

fn http_trigger(flow: &Flow) -> Option<Trigger<'_>> {
    trigger_of(flow).filter(|trigger| trigger.is("Request") && trigger.kind().eq_ignore_ascii_case("Http"))
}
