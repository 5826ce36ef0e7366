//! A called flow that asks its run-only user for a connection.

use crate::finding::Sink;
use crate::model::{Connection, RuntimeSource};
use crate::rules::{Context, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("run-only/child-flow-run-only-connection"), check };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (child, calls) in context.children() {
        let flow = context.workspace.flow(child);
        let Some(content) = &flow.content else { continue };
        let run_only: Vec<&Connection> =
            content.connections.iter().filter(|one| one.source == RuntimeSource::Invoker).collect();
        let mut places =
            run_only.iter().filter_map(|one| flow.place(one.route().key("runtimeSource"), Part::Value));
        let Some(first) = places.next() else { continue };
        let keys: Vec<String> = run_only.iter().map(|one| format!("`{}`", one.key)).collect();
        let message = format!(
            "`{}` is called by another flow, but takes {} from its run-only user",
            flow.name,
            keys.join(", ")
        );
        const LABEL: &str = "provided by the run-only user";
        let finding = sink.report(first, LABEL, message);
        for place in places {
            finding.also(place, LABEL);
        }
        finding.help(format!(
            "on the details page of `{}`, choose Run only users > Edit and set each of these connections to \"Use \
             this connection\", then export again",
            flow.name
        ));
        context.relate_callers(finding, &calls);
    }
}
