//! An upgrade deletes a flow together with the connection reference that it uses.

use super::{deleted_flows, removed_references};
use crate::finding::Sink;
use crate::rules::compared::{Compared, by_reference, flow_place};
use crate::rules::{Check, MOST_RELATED, Rule, page};
use crate::wording::{plural, quoted};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/flow-removed-with-reference"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    let users = by_reference(deleted_flows(compared).map(|(_, flow)| flow));
    for reference in removed_references(compared) {
        let Some(flows) = users.get(&reference.logical_name) else { continue };
        let message = format!(
            "the upgrade deletes the connection reference `{}` together with the {} that {} it: {}",
            reference.logical_name,
            plural(flows.len(), "flow"),
            if flows.len() == 1 { "uses" } else { "use" },
            quoted(flows.iter().map(|flow| flow.name.as_str()))
        );
        let finding = sink.report(reference.place.clone(), "not in the new version", message);
        finding.key([reference.logical_name.as_str()]).help(
            "keep the connection reference in this version and remove it in the next one, or import this version as \
             Update, which deletes nothing",
        );
        for flow in flows.iter().take(MOST_RELATED) {
            if let Some(place) = flow_place(flow) {
                finding.relate(place, format!("`{}` uses it, and is deleted too", flow.name));
            }
        }
    }
}
