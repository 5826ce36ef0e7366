//! A solution declares a connection reference that no flow uses.

use std::collections::BTreeSet;

use crate::finding::Sink;
use crate::fix::{Fix, remove_element};
use crate::model::LogicalName;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connection-reference-unused"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    let workspace = context.workspace;
    // A flow that could not be read may use the reference.
    if !workspace.is_all_read() {
        return;
    }
    let used: BTreeSet<&LogicalName> = workspace
        .contents()
        .flat_map(|(.., content)| content.connections.iter().filter_map(|one| one.logical_name.as_ref()))
        .collect();
    for solution in workspace.solutions.iter().filter(|solution| !solution.has_other_users) {
        for reference in solution.references.iter().flatten().map(|(_, reference)| reference) {
            let name = &reference.logical_name;
            if used.contains(name) || workspace.is_used_elsewhere(name) {
                continue;
            }
            let message = format!("no flow uses the connection reference `{}`", reference.logical_name);
            sink.report(reference.place.clone(), "not used", message)
                .help("remove it from the solution: the import asks for a connection that nothing needs")
                .fix(
                    remove_element(context.sources, &reference.place)
                        .map(|edit| Fix::unsafe_(format!("delete `{}`", reference.logical_name), [edit])),
                );
        }
    }
}
