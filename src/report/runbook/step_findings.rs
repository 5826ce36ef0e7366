//! Which findings concern which step.

use serde::Serialize;

use crate::analysis::Analysis;
use crate::finding::{Finding, Severity};
use crate::model::FlowIx;
use crate::source::{Place, Route};

/// A finding that concerns a step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct StepFinding {
    pub(super) severity: &'static str,
    pub(super) rule: &'static str,
}

/// The findings of a run. Infos mark nothing: they stop nobody.
pub(super) struct StepFindings<'a> {
    findings: Vec<&'a Finding>,
}

impl<'a> StepFindings<'a> {
    pub(super) fn of(findings: &'a [Finding]) -> Self {
        StepFindings {
            findings: findings.iter().filter(|finding| finding.severity > Severity::Info).collect(),
        }
    }

    fn such(&self, fits: impl Fn(&Finding) -> bool) -> Vec<StepFinding> {
        let found = self.findings.iter().filter(|finding| fits(finding));
        let mut marks: Vec<StepFinding> = found
            .map(|finding| StepFinding { severity: finding.severity.as_str(), rule: finding.rule })
            .collect();
        marks.sort();
        marks.dedup();
        marks
    }

    /// Findings of a family in a part of a flow.
    pub(super) fn in_part(&self, flow: FlowIx, category: &str, routes: &[Route]) -> Vec<StepFinding> {
        let is_in = |place: &Place| {
            place.route().is_some_and(|route| routes.iter().any(|part| route.starts_with(part)))
        };
        self.such(|finding| {
            finding.flow == Some(flow)
                && finding.category == category
                && finding.labels.iter().any(|label| is_in(&label.place))
        })
    }

    /// Findings at a place outside of flows.
    pub(super) fn at(&self, place: &Place) -> Vec<StepFinding> {
        self.such(|finding| finding.place() == place)
    }

    /// Findings of a flow's webhooks.
    pub(super) fn of_webhooks(&self, flow: FlowIx) -> Vec<StepFinding> {
        self.such(|finding| finding.flow == Some(flow) && finding.category == "webhooks")
    }

    /// Findings of any of these flows.
    pub(super) fn of_any(&self, flows: &[FlowIx]) -> Vec<StepFinding> {
        self.such(|finding| finding.flow.is_some_and(|flow| flows.contains(&flow)))
    }

    /// Findings of a flow that concern its turning on: all but those that stand with its registrations.
    pub(super) fn of_activation(&self, analysis: &Analysis, flow: FlowIx) -> Vec<StepFinding> {
        let webhooks = &analysis.webhooks;
        let is_later = webhooks.registrations.iter().any(|one| one.flow == flow)
            || webhooks.receivers.iter().any(|one| one.flow == flow);
        self.such(|finding| finding.flow == Some(flow) && !(is_later && finding.category == "webhooks"))
    }
}
