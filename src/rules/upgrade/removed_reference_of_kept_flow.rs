//! An upgrade deletes a connection reference whose flow stays.

use super::removed_references;
use crate::finding::Sink;
use crate::model::{ConnectionReference, Flow};
use crate::rules::compared::{Compared, names};
use crate::rules::{Check, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("upgrade/removed-reference-of-kept-flow"), check: Check::Comparison(check) };

fn check(compared: &Compared<'_>, sink: &mut Sink) {
    for reference in removed_references(compared) {
        let kept = compared.kept().filter(|kept| uses(kept.old, reference));
        let flows: Vec<&Flow> = kept.map(|kept| kept.new).collect();
        if flows.is_empty() {
            continue;
        }
        let still: Vec<&Flow> = flows.iter().copied().filter(|flow| uses(flow, reference)).collect();
        let name = &reference.logical_name;
        let (message, help) = if still.is_empty() {
            let flows = names(flows.iter().copied());
            let message = format!(
                "the upgrade deletes the connection reference `{name}`, which {flows} used until now"
            );
            (
                message,
                "before the import, check in the target that these flows have no unmanaged layer (*See solution \
                layers*): a layer keeps the old reference in use, and the upgrade fails",
            )
        } else {
            let flows = names(still.iter().copied());
            let message =
                format!("the new version lacks the connection reference `{name}`, which {flows} still uses");
            (message, "add the connection reference to the solution again (*Add existing*), and export it")
        };
        sink.report(reference.place.clone(), "not in the new version", message)
            .key([name.as_str()])
            .help(help);
    }
}

fn uses(flow: &Flow, reference: &ConnectionReference) -> bool {
    let mut connections = flow.content.iter().flat_map(|content| &content.connections);
    connections.any(|one| one.logical_name.as_ref() == Some(&reference.logical_name))
}
