//! A called flow that asks its run-only user for a connection.

use super::{PROVIDED, run_only_places};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};
use crate::wording::quoted;

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/child-flow-run-only-connection"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (child, calls) in context.children() {
        let flow = context.workspace.flow(child);
        let Some(content) = &flow.content else { continue };
        let (keys, mut places) = run_only_places(flow, content);
        if places.is_empty() {
            continue;
        }
        let message = format!(
            "`{}` is called by another flow, but takes {} from its run-only user",
            flow.name,
            quoted(keys)
        );
        let finding = sink.report(places.remove(0), PROVIDED, message);
        for place in places {
            finding.also(place, PROVIDED);
        }
        finding.help(format!(
            "on the details page of `{}`, choose Run only users > Edit and set each of these connections to \"Use \
             this connection\", then export again",
            flow.name
        ));
        context.relate_callers(finding, &calls);
    }
}
