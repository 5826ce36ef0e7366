//! The connection references, with the steps that use them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::spreadsheet;
use super::text::{clean, markdown_cell};
use super::to_json::to_json;
use crate::analysis::Analysis;
use crate::catalog::connector;
use crate::model::{Flow, FlowContent, LogicalName, Owner, RuntimeSource, step_title};

#[derive(Serialize)]
struct ConnectionsReport<'a> {
    version: u32,
    connection_references: &'a [ReferenceUsage],
}

/// A connection reference, or all connections without a connection reference.
#[derive(Debug, Serialize)]
pub(crate) struct ReferenceUsage {
    /// `None` for connections without a connection reference.
    pub(super) logical_name: Option<String>,
    pub(super) display_name: Option<String>,
    connector: Option<String>,
    /// Whether an input declares it.
    pub(super) declared: bool,
    pub(super) steps: Vec<ConnectionStep>,
}

/// A step that uses it.
#[derive(Debug, Serialize)]
pub(crate) struct ConnectionStep {
    pub(super) flow_id: String,
    pub(super) flow: String,
    /// `trigger` or `action`.
    kind: &'static str,
    /// The names of the containers, the outermost first, and of the step.
    path: Vec<String>,
    operation: Option<String>,
    /// Whether the run-only user provides the connection.
    pub(super) run_only: bool,
}

/// Every connection reference of the inputs, sorted by name, with steps in the order of flows.
pub(crate) fn list(analysis: &Analysis) -> Vec<ReferenceUsage> {
    let mut references: BTreeMap<Option<LogicalName>, ReferenceUsage> = BTreeMap::new();
    for solution in &analysis.workspace.solutions {
        for name in solution.references.iter().flat_map(|all| all.keys()) {
            references.entry(Some(name.clone())).or_insert_with(|| reference(analysis, Some(name)));
        }
    }
    for (index, flow, content) in analysis.workspace.contents() {
        if analysis.workspace.representative(index) != index {
            continue;
        }
        for (name, connector, step) in steps(flow, content) {
            let usage = references.entry(name.clone()).or_insert_with(|| reference(analysis, name.as_ref()));
            usage.connector = usage.connector.take().or(connector);
            usage.steps.push(step);
        }
    }
    references.into_values().collect()
}

fn reference(analysis: &Analysis, name: Option<&LogicalName>) -> ReferenceUsage {
    let solutions = &analysis.workspace.solutions;
    let declared =
        name.and_then(|name| solutions.iter().find_map(|solution| solution.references.as_ref()?.get(name)));
    ReferenceUsage {
        logical_name: name.map(ToString::to_string),
        display_name: declared
            .map(|reference| reference.display_name.clone())
            .filter(|name| !name.is_empty()),
        connector: declared.and_then(|reference| reference.connector.as_ref().map(ToString::to_string)),
        declared: declared.is_some(),
        steps: Vec::new(),
    }
}

fn steps(flow: &Flow, content: &FlowContent) -> Vec<(Option<LogicalName>, Option<String>, ConnectionStep)> {
    let step = |usage: &crate::model::ConnectionUse| {
        let connection = content.connection(&usage.key)?;
        let kind = match usage.site {
            Owner::Trigger(_) => "trigger",
            Owner::Action(_) => "action",
        };
        let path = content.definition.site_path(usage.site);
        let step = ConnectionStep {
            flow_id: flow.id.to_string(),
            flow: flow.name.clone(),
            kind,
            path: path.into_iter().map(ToOwned::to_owned).collect(),
            operation: usage.operation.as_deref().map(ToOwned::to_owned),
            run_only: connection.source == RuntimeSource::Invoker,
        };
        let connector = usage.connector.as_ref().or(connection.connector.as_ref()).map(ToString::to_string);
        Some((connection.logical_name.clone(), connector, step))
    };
    content.connection_uses.iter().filter_map(step).collect()
}

impl ConnectionStep {
    /// The path with the names that the designer shows.
    pub(super) fn titles(&self) -> String {
        let titles: Vec<String> = self.path.iter().map(|key| step_title(key)).collect();
        titles.join(" > ")
    }
}

impl ReferenceUsage {
    pub(super) fn title(&self) -> &str {
        self.logical_name.as_deref().unwrap_or("(no connection reference)")
    }

    /// The display name of the connector, or its id if the name is unknown.
    pub(super) fn connector_name(&self) -> Option<&str> {
        let id = self.connector.as_deref()?;
        Some(connector(id).map_or(id, |connector| connector.name.as_str()))
    }
}

/// For people.
pub(crate) fn table(list: &[ReferenceUsage]) -> String {
    if list.is_empty() {
        return "no connection references\n".to_owned();
    }
    let mut out = String::new();
    for reference in list {
        if !out.is_empty() {
            out.push('\n');
        }
        let connector = reference.connector_name().unwrap_or("unknown connector");
        let declared = if reference.declared || reference.logical_name.is_none() {
            ""
        } else {
            ", not declared in any input"
        };
        out.push_str(&format!("{} ({}{declared})\n", clean(reference.title()), clean(connector)));
        let mut flow = "";
        for step in &reference.steps {
            if step.flow != flow {
                flow = &step.flow;
                out.push_str(&format!("  {}\n", clean(flow)));
            }
            let run_only = if step.run_only { " (provided by the run-only user)" } else { "" };
            out.push_str(&format!("    {}{run_only}\n", clean(&step.titles())));
        }
        if reference.steps.is_empty() {
            out.push_str("  no flow uses it\n");
        }
    }
    out
}

/// For programs.
pub(crate) fn json(list: &[ReferenceUsage]) -> String {
    to_json(&ConnectionsReport { version: 1, connection_references: list })
}

/// For spreadsheets: one step per line.
pub(crate) fn csv(list: &[ReferenceUsage]) -> Result<String, csv::Error> {
    let header =
        ["connection_reference", "connector", "flow_id", "flow", "kind", "step", "operation", "run_only"];
    let rows = list.iter().flat_map(|one| {
        one.steps.iter().map(|step| {
            [
                one.logical_name.clone().unwrap_or_default(),
                one.connector.clone().unwrap_or_default(),
                step.flow_id.clone(),
                step.flow.clone(),
                step.kind.to_owned(),
                step.path.join(" > "),
                step.operation.clone().unwrap_or_default(),
                step.run_only.to_string(),
            ]
        })
    });
    spreadsheet::csv(header, rows)
}

/// For release notes.
pub(crate) fn markdown(list: &[ReferenceUsage]) -> String {
    let mut out = "| connection reference | connector | flow | step |\n|---|---|---|---|\n".to_owned();
    for reference in list {
        for step in &reference.steps {
            let cells = [
                reference.title(),
                reference.connector_name().unwrap_or_default(),
                &step.flow,
                &step.titles(),
            ];
            let cells: Vec<String> = cells.iter().map(|cell| markdown_cell(cell)).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    out
}
