//! A flow of a solution that uses a connection without a connection reference.

use super::in_words;
use crate::finding::Sink;
use crate::model::{Connection, PackageKind};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::Part;
use crate::wording::{listed, plural};

pub(super) const RULE: Rule =
    Rule { page: page!("connections/connection-without-reference"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, content) = (context.flow, context.content);
    // Outside solutions there are no connection references.
    if context.run.workspace.solution_of(context.index).kind != PackageKind::Solution {
        return;
    }
    let direct: Vec<&Connection> =
        content.connections.iter().filter(|one| one.logical_name.is_none()).collect();
    let mut places = direct.iter().filter_map(|one| flow.place(one.route(), Part::Key));
    let Some(first) = places.next() else { return };
    let connections = listed(direct.iter(), |one| in_words(one));
    let message = format!(
        "`{}` uses its {} {connections} without a connection reference",
        flow.name,
        plural(direct.len(), "connection")
    );
    const LABEL: &str = "without a connection reference";
    let finding = sink.report(first, LABEL, message);
    for place in places {
        finding.also(place, LABEL);
    }
    finding.help(
        "open the flow from its solution and follow the warning \"Use connection references\" of the flow checker, \
         then save and export again",
    );
}
