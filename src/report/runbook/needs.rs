//! Part 1: what has to be in place before the import, and part 4: the values of environment variables.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::settings::{self, InSettings};
use super::step_findings::{StepFinding, StepFindings};
use crate::activation::Activation;
use crate::analysis::Analysis;
use crate::catalog::{connector, is_platform_solution};
use crate::model::{
    ConnectorName, EnvironmentVariable, FlowIx, MissingDependency, Owner, SchemaName, Solution,
};
use crate::report::flow_name::FlowName;
use crate::verdict;

/// What has to be there first.
#[derive(Serialize)]
pub(super) struct Prerequisites<'a> {
    pub(super) solutions: Vec<NeededSolution<'a>>,
    pub(super) flows: Vec<NeededFlow>,
    pub(super) connectors: Vec<NeededConnector<'a>>,
    pub(super) licences: Vec<NeededLicence<'a>>,
    /// The built-in connectors that data policies can block, by the names that makers see.
    pub(super) built_in: Vec<&'static str>,
    /// Variables that have no value in the package, and variables that flows read and no package defines.
    pub(super) variables: Vec<NeededVariable<'a>>,
    /// Variables that the import gives a value that is in the package.
    pub(super) provided: Vec<ProvidedVariable<'a>>,
    /// Variables whose values are in a key vault, by name.
    pub(super) secrets: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct NeededSolution<'a> {
    /// `null` for components that are customisations of the environment itself.
    pub(super) name: Option<&'a str>,
    /// Whether every environment has it.
    pub(super) platform: bool,
    pub(super) components: Vec<&'a str>,
    pub(super) findings: Vec<StepFinding>,
}

#[derive(Serialize)]
pub(super) struct NeededFlow {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) solution: Option<String>,
}

#[derive(Serialize)]
pub(super) struct NeededConnector<'a> {
    pub(super) name: &'a str,
    /// The name that makers see; `null` for custom and unknown connectors.
    pub(super) display_name: Option<&'static str>,
    pub(super) custom: bool,
    /// Whether it is a custom connector that comes with the import.
    pub(super) in_package: bool,
}

/// A flow whose owner needs a premium licence.
#[derive(Serialize)]
pub(super) struct NeededLicence<'a> {
    pub(super) flow: FlowName<'a>,
    /// The premium connectors and operations that it uses, by the names that makers see.
    pub(super) premium: Vec<String>,
    /// The steps of each of them, as the names to expand: containers, the outermost first, and the step.
    pub(super) steps: Vec<Vec<Vec<&'a str>>>,
}

#[derive(Serialize)]
pub(super) struct NeededVariable<'a> {
    pub(super) name: &'a str,
    /// `null` where the package does not define it.
    pub(super) display_name: Option<&'a str>,
    /// Whether its value is in a key vault.
    pub(super) secret: bool,
    /// What the settings files that were given have for it.
    pub(super) settings: Vec<InSettings<'a>>,
    pub(super) findings: Vec<StepFinding>,
}

/// A variable with a value in the package.
#[derive(Serialize)]
pub(super) struct ProvidedVariable<'a> {
    pub(super) name: &'a str,
    pub(super) display_name: &'a str,
    /// Whether the package has a current value, which takes the place of a default.
    pub(super) current: bool,
    /// What the settings files that were given have for it.
    pub(super) settings: Vec<InSettings<'a>>,
}

impl<'a> Prerequisites<'a> {
    pub(super) fn of(
        analysis: &'a Analysis,
        order: &Activation,
        flows: &[FlowIx],
        marks: &StepFindings<'_>,
    ) -> Self {
        let external = order.external.iter().map(|flow| NeededFlow {
            id: flow.id.to_string(),
            name: flow.name.clone(),
            solution: flow.solution.clone(),
        });
        Prerequisites {
            solutions: solutions(analysis, marks),
            flows: external.collect(),
            connectors: connectors(analysis),
            licences: licences(analysis, flows),
            built_in: built_in(analysis),
            variables: variables(analysis, marks),
            provided: provided(analysis),
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
        NeededSolution { name, platform: name.is_some_and(is_platform_solution), components, findings }
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
        display_name: connector(name.as_str()).map(|known| known.name.as_str()),
        custom,
        in_package,
    });
    needed.collect()
}

/// The built-in connectors that data policies can block
/// (<https://learn.microsoft.com/power-platform/admin/dlp-connector-classification>).
fn built_in(analysis: &Analysis) -> Vec<&'static str> {
    let mut found = BTreeSet::new();
    for (.., content) in analysis.workspace.contents() {
        let definition = &content.definition;
        let is_request = |kind: &str| kind.eq_ignore_ascii_case("Http");
        if definition.triggers().any(|trigger| trigger.is("Request") && is_request(trigger.kind())) {
            found.insert("When an HTTP request is received");
        }
        let types = definition.triggers().map(|trigger| trigger.type_name());
        for name in types.chain(definition.actions().map(|action| action.type_name())) {
            match name.to_ascii_lowercase().as_str() {
                "http" => drop(found.insert("HTTP")),
                "httpwebhook" => drop(found.insert("HTTP Webhook")),
                _ => {}
            }
        }
    }
    found.into_iter().collect()
}

/// The flows with something premium, in the order of turning on.
fn licences<'a>(analysis: &'a Analysis, flows: &[FlowIx]) -> Vec<NeededLicence<'a>> {
    let licence = |flow: &FlowIx| {
        let content = analysis.workspace.flow(*flow).content.as_ref()?;
        let found = verdict::premium_steps(&analysis.workspace, *flow);
        let path = |step: Owner| content.definition.site_path(step);
        let steps = found.values().map(|steps| steps.iter().map(|step| path(*step)).collect());
        let steps: Vec<_> = steps.collect();
        (!found.is_empty()).then(|| NeededLicence {
            flow: FlowName::of(analysis, *flow),
            premium: found.into_keys().collect(),
            steps,
        })
    };
    flows.iter().filter_map(licence).collect()
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
                    secret: variable.is_secret,
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
                    secret: false,
                    settings: settings::of_variable(analysis, &one.schema_name),
                    findings: Vec::new(),
                });
            }
        }
    }
    needed.into_values().collect()
}

/// Variables with a current value or a default, by name. A solution that was given twice counts once.
fn provided(analysis: &Analysis) -> Vec<ProvidedVariable<'_>> {
    let variables = analysis.workspace.solutions.iter().flat_map(|solution| solution.variables.values());
    let with_value = variables.filter(|variable| variable.has_default || variable.value.is_some());
    let by_name: BTreeMap<&SchemaName, &EnvironmentVariable> =
        with_value.map(|variable| (&variable.schema_name, variable)).collect();
    let provided = by_name.into_iter().map(|(name, variable)| ProvidedVariable {
        name: name.as_str(),
        display_name: &variable.display_name,
        current: variable.value.is_some(),
        settings: settings::of_variable(analysis, name),
    });
    provided.collect()
}
