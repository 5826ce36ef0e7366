//! A called flow that uses connections of its run-only user.

use super::{embedded, report, run_only, use_own_connections};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/child-flow-run-only-connection"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (child, calls) in context.children() {
        let flow = context.workspace.flow(child);
        let Some(content) = &flow.content else { continue };
        let before = format!("`{}` is called by another flow, but", flow.name);
        let connections = run_only(flow, content);
        if let Some(finding) = report(sink, &connections, &before, "") {
            finding.help(use_own_connections(flow)).fix(embedded(&connections));
            context.relate_callers(finding, &calls);
        }
    }
}
