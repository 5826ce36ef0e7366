//! A called flow that never responds.

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
        // At any depth: most real child flows respond inside a scope or condition.
        if content.definition.of_type("Response").next().is_some() {
            continue;
        }
        let Some(place) = flow.place(Definition::route().key("actions"), Part::Key) else { continue };
        let message = format!("`{}` is called by another flow, but never responds to its caller", flow.name);
        let finding = sink.report(place, "without a response at any depth", message);
        finding.help(
            "end each path through the child flow with \"Respond to a Power App or flow\" (or \"Response\")",
        );
        context.relate_callers(finding, &calls);
    }
}
