//! Section 1: what has to be in the target before the import.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::flow_name::FlowName;
use super::Activation;
use super::settings::{self, InSettings};
use super::step_findings::{StepFinding, StepFindings};
use crate::analysis::Analysis;
use crate::model::{ConnectorName, MissingDependency, Solution};
use crate::verdict;

/// What has to be there first.
#[derive(Serialize)]
pub(super) struct Prerequisites<'a> {
    pub(super) solutions: Vec<NeededSolution<'a>>,
    pub(super) flows: Vec<NeededFlow>,
    pub(super) connectors: Vec<NeededConnector<'a>>,
    pub(super) licences: Vec<NeededLicence<'a>>,
    pub(super) variables: Vec<NeededVariable<'a>>,
    /// Variables whose values are in a key vault, by name.
    pub(super) secrets: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct NeededSolution<'a> {
    /// `null` for components that are customisations of the environment itself.
    pub(super) name: Option<&'a str>,
    pub(super) components: Vec<&'a str>,
    pub(super) findings: Vec<StepFinding>,
}

#[derive(Serialize)]
pub(super) struct NeededFlow {
    pub(super) id: String,
    pub(super) name: Option<String>,
}

#[derive(Serialize)]
pub(super) struct NeededConnector<'a> {
    pub(super) name: &'a str,
    pub(super) custom: bool,
    /// Whether it is a custom connector that comes with the import.
    pub(super) in_package: bool,
}

/// A flow whose owner needs a premium licence.
#[derive(Serialize)]
pub(super) struct NeededLicence<'a> {
    pub(super) flow: FlowName<'a>,
    /// What of it is premium: connectors and built-in operations, by the names that makers see.
    pub(super) premium: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct NeededVariable<'a> {
    pub(super) name: &'a str,
    /// `null` where the package does not define it.
    pub(super) display_name: Option<&'a str>,
    /// What the settings files that were given have for it.
    pub(super) settings: Vec<InSettings<'a>>,
    pub(super) findings: Vec<StepFinding>,
}

impl<'a> Prerequisites<'a> {
    pub(super) fn of(analysis: &'a Analysis, order: &Activation, marks: &StepFindings<'_>) -> Self {
        let flows = order.external.iter();
        Prerequisites {
            solutions: solutions(analysis, marks),
            flows: flows
                .map(|flow| NeededFlow { id: flow.id.to_string(), name: flow.name.clone() })
                .collect(),
            connectors: connectors(analysis),
            licences: licences(analysis, order),
            variables: variables(analysis, marks),
            secrets: secrets(analysis),
        }
    }
}

/// The solutions that missing dependencies name, without those of the run.
fn solutions<'a>(analysis: &'a Analysis, marks: &StepFindings<'_>) -> Vec<NeededSolution<'a>> {
    let own: BTreeSet<&str> = analysis.workspace.solutions.iter().filter_map(Solution::unique_name).collect();
    let manifests = analysis.workspace.solutions.iter().filter_map(|solution| solution.manifest.as_ref());
    let mut needed: BTreeMap<Option<&str>, Vec<&MissingDependency>> = BTreeMap::new();
    for missing in manifests.flat_map(|manifest| &manifest.missing) {
        let name = missing.solution.as_deref();
        if name.is_none_or(|name| !own.contains(name)) {
            needed.entry(name).or_default().push(missing);
        }
    }
    let of = |(name, missing): (Option<&'a str>, Vec<&'a MissingDependency>)| {
        let components: BTreeSet<&str> = missing.iter().map(|one| one.display_name.as_str()).collect();
        let mut findings: Vec<StepFinding> = missing.iter().flat_map(|one| marks.at(&one.place)).collect();
        findings.sort();
        findings.dedup();
        let components = components.into_iter().filter(|name| !name.is_empty()).collect();
        NeededSolution { name, components, findings }
    };
    needed.into_iter().map(of).collect()
}

fn connectors(analysis: &Analysis) -> Vec<NeededConnector<'_>> {
    let workspace = &analysis.workspace;
    let references = workspace.solutions.iter().filter_map(|solution| solution.references.as_ref());
    let mut custom: BTreeMap<&ConnectorName, (bool, bool)> = BTreeMap::new();
    for reference in references.flat_map(BTreeMap::values) {
        let Some(connector) = &reference.connector else { continue };
        let (is_custom, is_in_package) = custom.entry(connector).or_default();
        *is_custom |= reference.custom_connector.is_some();
        *is_in_package |= reference.custom_connector.is_some()
            && (workspace.has_connector(reference)
                || workspace.shipped.connector_of_api(connector.as_str()).is_some());
    }
    let connections = workspace.contents().flat_map(|(.., content)| &content.connections);
    for connector in connections.filter_map(|connection| connection.connector.as_ref()) {
        custom.entry(connector).or_default();
    }
    let needed = custom.into_iter().map(|(name, (custom, in_package))| NeededConnector {
        name: name.as_str(),
        custom,
        in_package,
    });
    needed.collect()
}

/// The flows with something premium, in the order of turning on.
fn licences<'a>(analysis: &'a Analysis, order: &Activation) -> Vec<NeededLicence<'a>> {
    let flows = order.flat().chain(order.cycles.iter().flatten().copied());
    let licence = |flow| NeededLicence {
        flow: FlowName::of(analysis, flow),
        premium: verdict::premium(&analysis.workspace, flow).into_iter().collect(),
    };
    flows.map(licence).filter(|licence| !licence.premium.is_empty()).collect()
}

/// Variables whose values are in a key vault.
fn secrets(analysis: &Analysis) -> Vec<&str> {
    let variables = analysis.workspace.solutions.iter().flat_map(|solution| solution.variables.values());
    let secrets = variables.filter(|variable| variable.is_secret);
    secrets.map(|variable| variable.schema_name.as_str()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Variables that have no value in the package, and those that flows read and the package does not define.
fn variables<'a>(analysis: &'a Analysis, marks: &StepFindings<'_>) -> Vec<NeededVariable<'a>> {
    let workspace = &analysis.workspace;
    let mut needed = BTreeMap::new();
    for variable in workspace.solutions.iter().flat_map(|solution| solution.variables.values()) {
        if !variable.has_default && variable.value.is_none() {
            needed.insert(
                &variable.schema_name,
                NeededVariable {
                    name: variable.schema_name.as_str(),
                    display_name: Some(&variable.display_name),
                    settings: settings::of_variable(analysis, &variable.schema_name),
                    findings: marks.at(&variable.place),
                },
            );
        }
    }
    for (_, flow, content) in workspace.contents() {
        for one in &content.variable_uses {
            if workspace.variable(&one.schema_name, flow.solution).is_none() {
                needed.entry(&one.schema_name).or_insert_with(|| NeededVariable {
                    name: one.schema_name.as_str(),
                    display_name: None,
                    settings: settings::of_variable(analysis, &one.schema_name),
                    findings: Vec::new(),
                });
            }
        }
    }
    needed.into_values().collect()
}
