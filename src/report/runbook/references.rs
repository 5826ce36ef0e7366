//! Part 3: each connection reference once, with the flows that use it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::connections::FlowConnections;
use super::settings::{self, InSettings};
use super::step_findings::{StepFinding, sorted};
use crate::analysis::Analysis;
use crate::catalog;
use crate::model::{FlowIx, LogicalName};
use crate::report::flow_name::FlowName;

/// A connection reference to bind.
#[derive(Serialize)]
pub(super) struct Reference<'a> {
    pub(super) name: &'a str,
    pub(super) display_name: Option<&'a str>,
    pub(super) connector: Option<&'a str>,
    /// The name that makers see; `null` for custom and unknown connectors.
    pub(super) connector_name: Option<&'static str>,
    /// Whether an input declares it.
    pub(super) declared: bool,
    /// The flows that name it, in the order of turning on.
    pub(super) flows: Vec<FlowName<'a>>,
    /// What the settings files have for it.
    pub(super) settings: Vec<InSettings<'a>>,
    pub(super) findings: Vec<StepFinding>,
}

/// Every connection reference that a solution declares or a flow uses, sorted by connector and name.
pub(super) fn of<'a>(
    analysis: &'a Analysis,
    flows: &[FlowIx],
    connections: &[FlowConnections<'a>],
) -> Vec<Reference<'a>> {
    let workspace = &analysis.workspace;
    let mut found: BTreeMap<&LogicalName, Reference<'a>> = BTreeMap::new();
    for (name, declared) in
        workspace.solutions.iter().flat_map(|solution| solution.references.iter().flatten())
    {
        let reference = found.entry(name).or_insert_with(|| Reference::new(analysis, name));
        reference.declared = true;
        let display_name = Some(declared.display_name.as_str()).filter(|name| !name.is_empty());
        reference.display_name = reference.display_name.or(display_name);
        let connector = declared.connector.as_ref().map(|connector| connector.as_str());
        reference.connector = reference.connector.or(connector);
    }
    for flow in flows {
        let content = workspace.flow(*flow).content.iter();
        let flow = FlowName::of(analysis, *flow);
        for connection in content.flat_map(|content| &content.connections) {
            let Some(name) = &connection.logical_name else { continue };
            let reference = found.entry(name).or_insert_with(|| Reference::new(analysis, name));
            let connector = connection.connector.as_ref().map(|connector| connector.as_str());
            reference.connector = reference.connector.or(connector);
            if reference.flows.last().is_none_or(|last| last.id != flow.id) {
                reference.flows.push(flow);
            }
        }
    }
    for bound in connections.iter().flat_map(|one| &one.connections) {
        let name = bound.reference.map(LogicalName::new);
        if let Some(reference) = name.and_then(|name| found.get_mut(&name)) {
            reference.findings.extend(bound.findings.iter().cloned());
        }
    }
    let mut references: Vec<Reference<'a>> = found.into_values().collect();
    for reference in &mut references {
        reference.findings = sorted(std::mem::take(&mut reference.findings).into_iter());
        let known = reference.connector.and_then(catalog::connector);
        reference.connector_name = known.map(|known| known.name.as_str());
    }
    references.sort_by_key(|one| (one.connector_name.or(one.connector), one.display_name, one.name));
    references
}

impl<'a> Reference<'a> {
    fn new(analysis: &'a Analysis, name: &'a LogicalName) -> Self {
        Reference {
            name: name.as_str(),
            display_name: None,
            connector: None,
            connector_name: None,
            declared: false,
            flows: Vec::new(),
            settings: settings::of_reference(analysis, name),
            findings: Vec::new(),
        }
    }
}
