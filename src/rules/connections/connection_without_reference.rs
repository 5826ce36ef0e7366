//! A flow of a solution that holds a connection in place of a connection reference.

use crate::finding::Sink;
use crate::model::{Connection, PackageKind};
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connection-without-reference"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (index, flow, content) in context.workspace.contents() {
        // Outside solutions there are no connection references.
        if context.workspace.solution_of(index).kind != PackageKind::Solution {
            continue;
        }
        let direct: Vec<&Connection> =
            content.connections.iter().filter(|one| one.logical_name.is_none()).collect();
        let mut places = direct.iter().filter_map(|one| flow.place(one.route(), Part::Key));
        let Some(first) = places.next() else { continue };
        let keys = quoted(direct.iter().map(|one| one.key.as_str()));
        let message = format!("`{}` binds {keys} to no connection reference", flow.name);
        const LABEL: &str = "no `connectionReferenceLogicalName`";
        let finding = sink.report(first, LABEL, message);
        for place in places {
            finding.also(place, LABEL);
        }
        finding.help(
            "open the flow in its solution, let the flow checker replace the connections by connection references \
             (\"Use connection references\"), then save and export again",
        );
    }
}
