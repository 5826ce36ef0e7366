//! An upgrade deletes a flow that another flow or an app still needs.

use crate::compare::version;
use crate::finding::Sink;
use crate::rules::compared::{Compared, flow_place, names};
use crate::rules::{Check, Rule, page};
use crate::wording::{joined, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/removed-flow-in-use"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    let old = compared.old.workspace;
    for (_, flow) in compared.comparison.removed_flows(old).filter(|_| compared.deletes()) {
        // What another solution contains too is not deleted.
        if compared.others.workspace.has_flow(&flow.id) {
            continue;
        }
        let (callers, apps) = (compared.callers(&flow.id), compared.apps(&flow.id));
        let Some(place) = flow_place(flow).filter(|_| !callers.is_empty() || !apps.is_empty()) else {
            continue;
        };
        let mut users = Vec::new();
        if !callers.is_empty() {
            users.push(format!("{} still calls", names(callers.iter().map(|caller| caller.flow()))));
        }
        if !apps.is_empty() {
            users.push(format!(
                "the app {} still runs",
                quoted(apps.iter().map(|(app, _)| app.name.as_str()))
            ));
        }
        let message = format!("the upgrade deletes `{}`, which {}", flow.name, joined(&users, "and"));
        let finding = sink.report(place, "not in the new version", message);
        let version = version(old.solution(flow.solution));
        finding.key([flow.id.as_str()]).help(format!(
            "keep the flow in the solution (version {version} has it), or remove its uses first: the steps that call it, \
             and the flow in the app"
        ));
        for caller in &callers {
            finding.relate(caller.place(), format!("`{}` calls it here", caller.flow().name));
        }
        for (app, used) in &apps {
            finding.relate(used.place.clone(), format!("the app `{}` runs it", app.name));
        }
    }
}
