//! A flow of a solution that holds a connection in place of a connection reference.

use crate::finding::Sink;
use crate::model::PackageKind;
use crate::rules::{Context, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("connections/connection-without-reference"), check };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow, content) in context.workspace.contents() {
        // Outside solutions there are no connection references.
        if context.workspace.solution_of(index).kind != PackageKind::Solution {
            continue;
        }
        for connection in content.connections.iter().filter(|one| one.logical_name.is_none()) {
            let Some(place) = flow.place(connection.route(), Part::Key) else { continue };
            let message = format!("`{}` binds `{}` to no connection reference", flow.name, connection.key);
            let finding = sink.report(place, "no `connectionReferenceLogicalName`", message);
            finding.help(
                "open the flow in its solution, let the flow checker replace the connection by a connection reference \
                 (\"Use connection references\"), then save and export again",
            );
        }
    }
}
