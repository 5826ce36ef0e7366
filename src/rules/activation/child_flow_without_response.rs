//! A called flow that never answers.

use crate::finding::Sink;
use crate::model::Definition;
use crate::rules::{Check, Context, Rule, page};
use crate::source::Part;

pub(super) const RULE: Rule =
    Rule { page: page!("activation/child-flow-without-response"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (child, calls) in context.children() {
        let flow = context.workspace.flow(child);
        let Some(content) = &flow.content else { continue };
        // At any depth: most real child flows answer from inside a scope or condition.
        if content.definition.of_type("Response").next().is_some() {
            continue;
        }
        let Some(place) = flow.place(Definition::route().key("actions"), Part::Key) else { continue };
        let message = format!("`{}` is called by another flow, but never responds to it", flow.name);
        let finding = sink.report(place, "no `Response` at any depth", message);
        finding.help("end the child flow with \"Respond to a PowerApp or flow\" (or \"Response\")");
        context.relate_callers(finding, &calls);
    }
}
