//! A flow that uses connections of its run-only user although the configuration forbids this.

use super::{embedded, report, run_only, use_own_connections};
use crate::finding::Sink;
use crate::rules::{Check, Context, Rule, page};

pub(super) const RULE: Rule =
    Rule { page: page!("run-only/run-only-not-allowed"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    for (_, flow, content) in context.workspace.contents() {
        let patterns = &context.config.require_own_connections;
        let Some(pattern) = patterns.iter().find(|pattern| pattern.fits_flow(flow)) else { continue };
        let before = format!("`{}` must use only its own connections, but", flow.name);
        let connections = run_only(flow, content);
        let Some(finding) = report(sink, &connections, &before, "") else { continue };
        finding.help(use_own_connections(flow)).fix(embedded(&connections));
        if let Some(place) = context.config.place(pattern.span) {
            finding.relate(place, "the policy that requires this");
        }
    }
}
