//! Which findings concern which step.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::analysis::Analysis;
use crate::finding::{Blocks, Finding, Severity};
use crate::graph::Callee;
use crate::model::FlowIx;
use crate::source::{FileId, Place, Route};

/// A finding that concerns a step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct StepFinding {
    pub(super) severity: &'static str,
    pub(super) rule: &'static str,
    /// Whether it can prevent a flow from being turned on.
    pub(super) blocks: bool,
}

/// The findings of a run, without infos.
pub(super) struct StepFindings<'a> {
    by_flow: BTreeMap<FlowIx, Vec<&'a Finding>>,
    by_file: BTreeMap<FileId, Vec<&'a Finding>>,
}

impl<'a> StepFindings<'a> {
    pub(super) fn of(findings: &'a [Finding]) -> Self {
        let mut marks = StepFindings { by_flow: BTreeMap::new(), by_file: BTreeMap::new() };
        for finding in findings.iter().filter(|finding| finding.severity > Severity::Info) {
            if let Some(flow) = finding.flow {
                marks.by_flow.entry(flow).or_default().push(finding);
            }
            marks.by_file.entry(finding.place().file).or_default().push(finding);
        }
        marks
    }

    fn of_flow(&self, flow: FlowIx, fits: impl Fn(&Finding) -> bool) -> Vec<StepFinding> {
        let found = self.by_flow.get(&flow).into_iter().flatten();
        sorted(found.filter(|finding| fits(finding)).map(|finding| StepFinding::of(finding)))
    }

    /// Findings of a category in a part of a flow.
    pub(super) fn in_part(&self, flow: FlowIx, category: &str, routes: &[Route]) -> Vec<StepFinding> {
        let is_in = |place: &Place| {
            place.route().is_some_and(|route| routes.iter().any(|part| route.starts_with(part)))
        };
        self.of_flow(flow, |finding| {
            finding.category == category && finding.labels.iter().any(|label| is_in(&label.place))
        })
    }

    /// Findings at a place outside of flows.
    pub(super) fn at(&self, place: &Place) -> Vec<StepFinding> {
        let found = self.by_file.get(&place.file).into_iter().flatten();
        let here = found.filter(|finding| finding.place() == place);
        sorted(here.map(|finding| StepFinding::of(finding)))
    }

    /// Findings of a flow's webhooks.
    pub(super) fn of_webhooks(&self, flow: FlowIx) -> Vec<StepFinding> {
        self.of_flow(flow, |finding| finding.category == "webhooks")
    }

    /// Findings of any of these flows.
    pub(super) fn of_any(&self, flows: &[FlowIx]) -> Vec<StepFinding> {
        sorted(flows.iter().flat_map(|flow| self.of_flow(*flow, |_| true)))
    }

    /// Findings of a flow, and those of the flows that it calls that prevent it from being turned on. Without those that
    /// are shown with its registrations.
    pub(super) fn of_activation(&self, analysis: &Analysis, flow: FlowIx) -> Vec<StepFinding> {
        let webhooks = &analysis.webhooks;
        let is_later = webhooks.registrations.iter().any(|one| one.flow == flow)
            || webhooks.receivers.iter().any(|one| one.flow == flow);
        let own = self.by_flow.get(&flow).into_iter().flatten();
        let own = own.filter(|finding| !(is_later && finding.category == "webhooks"));
        // What is wrong with a child does not prevent the child itself from being turned on.
        let own = own.map(|finding| StepFinding {
            blocks: finding.blocks == Blocks::Flow,
            ..StepFinding::of(finding)
        });
        let called = analysis.graph.calls_of(flow).into_iter().filter_map(|call| match call.callee {
            Callee::Flow(child) => Some(child),
            Callee::External(_) => None,
        });
        let called: BTreeSet<FlowIx> = called.collect();
        let of_called =
            called.into_iter().flat_map(|child| self.of_flow(child, |one| one.blocks == Blocks::Callers));
        sorted(own.chain(of_called))
    }
}

impl StepFinding {
    fn of(finding: &Finding) -> Self {
        let blocks = finding.blocks != Blocks::Nothing;
        StepFinding { severity: finding.severity.as_str(), rule: finding.rule, blocks }
    }
}

/// Each finding once, errors first.
pub(super) fn sorted(findings: impl Iterator<Item = StepFinding>) -> Vec<StepFinding> {
    let mut findings: Vec<StepFinding> = findings.collect();
    findings.sort();
    findings.dedup();
    findings
}
