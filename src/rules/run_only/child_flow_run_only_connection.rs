//! A called flow that uses connections of its run-only user.

use super::{embedded, report, run_only, use_own_connections};
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/child-flow-run-only-connection"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let FlowContext { flow, content, .. } = *context;
    let Some(calls) = context.calls_to_it() else { return };
    let before = format!("`{}` is called by another flow, but", flow.name);
    let connections = run_only(flow, content);
    if let Some(finding) = report(sink, &connections, &before, "") {
        finding.help(use_own_connections(flow)).fix(embedded(&connections));
        context.run.relate_callers(finding, &calls);
    }
}
