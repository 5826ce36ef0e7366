//! Part 8: which flows to run, and how.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::model::{FlowIx, Trigger};
use crate::report::flow_name::FlowName;

/// Flows that start in the same way.
#[derive(Serialize)]
pub(super) struct Check<'a> {
    pub(super) start: Start,
    pub(super) flows: Vec<FlowName<'a>>,
}

/// What starts a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Start {
    /// A person.
    Instant,
    /// A canvas app or a page.
    App,
    /// An agent.
    Agent,
    /// A request to its URL.
    Request,
    /// A schedule.
    Scheduled,
    /// Something that happens in another system.
    Event,
}

/// The flows that no other flow calls, by what starts them. Child flows run when their parents do, and part 7 runs the
/// flows that register.
pub(super) fn of<'a>(analysis: &'a Analysis, flows: &[FlowIx]) -> Vec<Check<'a>> {
    let mut groups: BTreeMap<Start, Vec<FlowName<'a>>> = BTreeMap::new();
    let registers = |flow: FlowIx| analysis.webhooks.registrations.iter().any(|one| one.flow == flow);
    let is_first = |flow: FlowIx| analysis.graph.calls_to(flow).is_empty() && !registers(flow);
    for flow in flows.iter().filter(|flow| is_first(**flow)) {
        let content = analysis.workspace.flow(*flow).content.as_ref();
        let Some(trigger) = content.and_then(|content| content.definition.trigger(0)) else { continue };
        groups.entry(start(trigger)).or_default().push(FlowName::of(analysis, *flow));
    }
    groups.into_iter().map(|(start, flows)| Check { start, flows }).collect()
}

fn start(trigger: Trigger<'_>) -> Start {
    if trigger.is("Recurrence") {
        return Start::Scheduled;
    }
    if !trigger.is("Request") {
        return Start::Event;
    }
    match trigger.kind().to_ascii_lowercase().as_str() {
        "http" => Start::Request,
        "powerapp" | "powerappv2" | "powerpages" => Start::App,
        "skills" | "virtualagent" => Start::Agent,
        _ => Start::Instant,
    }
}
