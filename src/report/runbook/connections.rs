//! The connections of each flow with the steps that use them, and part 5: the connections of run-only users.

use serde::Serialize;

use super::settings::{self, InSettings};
use super::step_findings::{StepFinding, StepFindings};
use crate::analysis::Analysis;
use crate::model::{FlowContent, FlowIx, RuntimeSource};
use crate::report::flow_name::FlowName;
use crate::source::Route;

/// The connections of one flow.
#[derive(Serialize)]
pub(super) struct FlowConnections<'a> {
    pub(super) flow: FlowName<'a>,
    pub(super) connections: Vec<Bound<'a>>,
}

/// A connection of a flow and the steps that use it.
#[derive(Serialize)]
pub(super) struct Bound<'a> {
    /// The key that the steps use for it.
    pub(super) key: &'a str,
    /// The connection reference; `null` where the flow has none for the key.
    pub(super) reference: Option<&'a str>,
    pub(super) display_name: Option<&'a str>,
    pub(super) connector: Option<&'a str>,
    pub(super) run_only: bool,
    /// What the settings files that were given have for the reference.
    pub(super) settings: Vec<InSettings<'a>>,
    /// The steps, as the names to expand: containers, the outermost first, and the step.
    pub(super) steps: Vec<Vec<&'a str>>,
    pub(super) findings: Vec<StepFinding>,
}

/// A connection that the run-only user is asked for.
#[derive(Serialize)]
pub(super) struct RunOnly<'a> {
    pub(super) flow: FlowName<'a>,
    pub(super) key: &'a str,
    pub(super) reference: Option<&'a str>,
    pub(super) connector: Option<&'a str>,
    /// Whether another flow calls this one. No user is there to provide a connection then.
    pub(super) child: bool,
    pub(super) findings: Vec<StepFinding>,
}

pub(super) fn of<'a>(
    analysis: &'a Analysis,
    flows: &[FlowIx],
    marks: &StepFindings<'_>,
) -> Vec<FlowConnections<'a>> {
    let of_flow = |flow: &FlowIx| {
        let content = analysis.workspace.flow(*flow).content.as_ref()?;
        let steps = content.steps_by_connection().into_iter();
        let connections: Vec<Bound<'_>> =
            steps.map(|(key, steps)| bound(analysis, *flow, content, key, steps, marks)).collect();
        let flow = FlowName::of(analysis, *flow);
        (!connections.is_empty()).then_some(FlowConnections { flow, connections })
    };
    flows.iter().filter_map(of_flow).collect()
}

fn bound<'a>(
    analysis: &'a Analysis,
    flow: FlowIx,
    content: &'a FlowContent,
    key: &'a str,
    steps: Vec<Vec<&'a str>>,
    marks: &StepFindings<'_>,
) -> Bound<'a> {
    let connection = content.connection(key);
    let name = connection.and_then(|connection| connection.logical_name.as_ref());
    let solution = analysis.workspace.flow(flow).solution;
    let declared = name.and_then(|name| analysis.workspace.connection_reference(name, solution));
    let uses = content.connection_uses.iter().filter(|one| one.key.eq_ignore_ascii_case(key));
    let parts: Vec<Route> = uses
        .map(|one| one.route(&content.definition))
        .chain(connection.map(|connection| connection.route()))
        .collect();
    let stated = connection.and_then(|connection| connection.connector.as_ref());
    let connector = stated.or_else(|| declared.and_then(|reference| reference.connector.as_ref()));
    Bound {
        key,
        reference: name.map(|name| name.as_str()),
        display_name: declared.map(|one| one.display_name.as_str()).filter(|name| !name.is_empty()),
        connector: connector.map(|connector| connector.as_str()),
        run_only: connection.is_some_and(|connection| connection.source == RuntimeSource::Invoker),
        settings: name.map(|name| settings::of_reference(analysis, name)).unwrap_or_default(),
        steps,
        findings: marks.in_part(flow, "connections", &parts),
    }
}

pub(super) fn run_only<'a>(
    analysis: &'a Analysis,
    flows: &[FlowIx],
    marks: &StepFindings<'_>,
) -> Vec<RunOnly<'a>> {
    let mut found = Vec::new();
    for flow in flows {
        let Some(content) = &analysis.workspace.flow(*flow).content else { continue };
        let asked = content.connections.iter().filter(|one| one.source == RuntimeSource::Invoker);
        found.extend(asked.map(|one| RunOnly {
            flow: FlowName::of(analysis, *flow),
            key: &one.key,
            reference: one.logical_name.as_ref().map(|name| name.as_str()),
            connector: one.connector.as_ref().map(|name| name.as_str()),
            child: !analysis.graph.calls_to(*flow).is_empty(),
            findings: marks.in_part(*flow, "run-only", &[one.route()]),
        }));
    }
    found
}
