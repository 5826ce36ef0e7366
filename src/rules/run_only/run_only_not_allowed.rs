//! A flow that uses connections of its run-only user although the configuration forbids this.

use super::{embedded, report, run_only, use_own_connections};
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/run-only-not-allowed"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let (flow, content) = (context.flow, context.content);
    let patterns = &context.run.config.require_own_connections;
    let Some(pattern) = patterns.iter().find(|pattern| pattern.fits_flow(flow)) else { return };
    let before = format!("`{}` must use only its own connections, but", flow.name);
    let connections = run_only(flow, content);
    let Some(finding) = report(sink, &connections, &before, "") else { return };
    finding.help(use_own_connections(flow)).fix(embedded(&connections));
    if let Some(place) = context.run.config.place(pattern.span) {
        finding.relate(place, "the policy that requires this");
    }
}
