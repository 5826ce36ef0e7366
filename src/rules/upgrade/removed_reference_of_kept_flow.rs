//! An upgrade deletes a connection reference whose flow stays.

use super::removed_references;
use crate::finding::Sink;
use crate::rules::compared::{Compared, by_reference, flows_that};
use crate::rules::{Check, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/removed-reference-of-kept-flow"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    let before = by_reference(compared.kept().map(|kept| kept.old));
    let after = by_reference(compared.kept().map(|kept| kept.new));
    for reference in removed_references(compared) {
        let name = &reference.logical_name;
        let (message, help) = if let Some(flows) = after.get(name) {
            let flows = flows_that(flows.iter().copied(), "still uses");
            let message = format!("the new version lacks the connection reference `{name}`, which {flows}");
            (message, "add the connection reference to the solution again (Add existing), and export it")
        } else if let Some(flows) = before.get(name) {
            let flows = flows_that(flows.iter().copied(), "used until now");
            (format!("the upgrade deletes the connection reference `{name}`, which {flows}"), LAYERS)
        } else {
            continue;
        };
        sink.report(reference.place.clone(), "not in the new version", message)
            .key([name.as_str()])
            .help(help);
    }
}

const LAYERS: &str = "before the import, check in the target that these flows have no unmanaged layer (\"See solution \
    layers\"): a layer keeps the old connection reference in use, and the upgrade fails";
