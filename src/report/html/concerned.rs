//! Which flows a finding concerns: the flow that it is in, and the flows that it keeps from being turned on.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::finding::{Blocks, Finding, Severity};
use crate::model::FlowIx;
use crate::report::{Counts, Report};

/// The most flows of a finding. A child flow may have many callers, and many findings.
const MOST: usize = 200;

/// The flows that a finding concerns. A flow that several inputs contain is one.
pub(super) fn flows(analysis: &Analysis, finding: &Finding) -> Vec<FlowIx> {
    let workspace = &analysis.workspace;
    let mut flows: Vec<FlowIx> = finding.flow.into_iter().collect();
    if finding.severity == Severity::Error && finding.blocks != Blocks::Nothing {
        flows.extend(finding.also_blocked.iter().copied().take(MOST));
    }
    if finding.severity == Severity::Error && finding.blocks == Blocks::Callers {
        for flow in flows.clone() {
            flows.extend(analysis.graph.calls_to(flow).into_iter().map(|call| call.caller).take(MOST));
        }
    }
    flows.truncate(MOST);
    flows.iter_mut().for_each(|flow| *flow = workspace.representative(*flow));
    flows.sort_unstable();
    flows.dedup();
    flows
}

/// The numbers of the flows that a finding concerns, for the script; `None` if there are none.
pub(super) fn numbers(analysis: &Analysis, finding: &Finding) -> Option<String> {
    let numbers: Vec<String> = flows(analysis, finding).iter().map(|flow| flow.get().to_string()).collect();
    (!numbers.is_empty()).then(|| numbers.join(" "))
}

/// How many findings concern each flow, by severity.
pub(super) fn by_flow(report: &Report<'_>) -> BTreeMap<FlowIx, Counts> {
    let mut counts: BTreeMap<FlowIx, Counts> = BTreeMap::new();
    for finding in report.findings {
        for flow in flows(report.analysis, finding) {
            counts.entry(flow).or_default().add(finding.severity);
        }
    }
    counts
}
