//! An upgrade deletes a flow that another flow or an app still needs.

use super::deleted_flows;
use crate::finding::Sink;
use crate::rules::compared::{Caller, Compared, apps_that, flow_place, flows_that};
use crate::rules::{Check, MOST_RELATED, Rule, page};
use crate::wording::joined;

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/removed-flow-in-use"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for (index, flow) in deleted_flows(compared) {
        let (callers, apps) = (compared.callers(&flow.id), compared.apps(&flow.id));
        let Some(place) = flow_place(flow).filter(|_| !callers.is_empty() || !apps.is_empty()) else {
            continue;
        };
        let mut users = Vec::new();
        if !callers.is_empty() {
            users.push(flows_that(callers.iter().map(Caller::flow), "still calls"));
        }
        if !apps.is_empty() {
            users.push(apps_that(apps, "still runs"));
        }
        let message = format!("the upgrade deletes `{}`, which {}", flow.name, joined(&users, "and"));
        let finding = sink.report(place, "not in the new version", message);
        let uses = match (callers.is_empty(), apps.is_empty()) {
            (false, true) => "the steps that call it",
            (true, _) => "take it out of the app",
            (false, false) => "the steps that call it, and the flow in the app",
        };
        finding
            .about(index)
            .key([flow.id.as_str()])
            .help(format!("keep the flow in the solution, or remove its uses first: {uses}"));
        for caller in callers.iter().take(MOST_RELATED) {
            finding.relate(caller.place(), format!("`{}` calls it here", caller.flow().name));
        }
        for (app, used) in apps.iter().take(MOST_RELATED) {
            finding.relate(used.place.clone(), format!("the app `{}` runs it", app.name));
        }
    }
}
