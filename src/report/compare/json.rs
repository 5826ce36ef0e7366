//! The comparison for programs, version 1: one object. Members are only ever added.

use serde::Serialize;

use super::Compared;
use crate::compare::{Change, ConnectionState, FlowDiff, ImportKind, managed, version};
use crate::model::{FlowIx, RuntimeSource, Solution, Workspace};
use crate::report::json::{JsonFinding, Totals, with_fingerprint};
use crate::report::to_json::to_json;

#[derive(Serialize)]
struct JsonComparison<'a> {
    version: u32,
    /// `update`, `upgrade` or `patch`.
    import: &'static str,
    solutions: Vec<JsonSolution<'a>>,
    flows: Vec<JsonFlow<'a>>,
    connection_references: Vec<JsonPart>,
    environment_variables: Vec<JsonPart>,
    apps: Vec<JsonPart>,
    findings: Vec<JsonFinding<'a>>,
    summary: Summary,
}

/// A solution. Members of a version that lacks it are null.
#[derive(Serialize)]
struct JsonSolution<'a> {
    solution: &'a str,
    old: Option<JsonVersion<'a>>,
    new: Option<JsonVersion<'a>>,
}

#[derive(Serialize)]
struct JsonVersion<'a> {
    path: &'a str,
    version: &'a str,
    managed: Option<bool>,
}

#[derive(Serialize)]
struct JsonFlow<'a> {
    /// `added`, `removed` or `changed`.
    change: &'static str,
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<JsonFlowChanges<'a>>,
}

#[derive(Serialize)]
struct JsonFlowChanges<'a> {
    name: Option<OldNew<&'a str>>,
    state: Option<OldNew<&'a str>>,
    trigger: Option<OldNew<&'a str>>,
    schedule: Option<OldNew<Option<&'a str>>>,
    trigger_members: &'a [String],
    connections: Vec<JsonConnection<'a>>,
    variables_added: Vec<&'a str>,
    variables_removed: Vec<&'a str>,
    steps_added: &'a [String],
    steps_removed: &'a [String],
    steps_moved: &'a [String],
    steps_reordered: &'a [String],
    steps_changed: Vec<JsonStep<'a>>,
    other_members: &'a [String],
}

#[derive(Serialize)]
struct OldNew<T> {
    old: T,
    new: T,
}

#[derive(Serialize)]
struct JsonStep<'a> {
    name: &'a str,
    members: &'a [String],
}

#[derive(Serialize)]
struct JsonConnection<'a> {
    key: &'a str,
    old: Option<JsonConnectionState<'a>>,
    new: Option<JsonConnectionState<'a>>,
}

#[derive(Serialize)]
struct JsonConnectionState<'a> {
    logical_name: Option<&'a str>,
    connector: Option<&'a str>,
    /// Whether the run-only user provides the connection.
    run_only: bool,
}

/// A component beside flows.
#[derive(Serialize)]
struct JsonPart {
    change: &'static str,
    name: String,
    /// What changed.
    members: Vec<&'static str>,
}

#[derive(Serialize)]
struct Summary {
    #[serde(flatten)]
    totals: Totals,
    flows_unchanged: usize,
    /// How many files or values of the old version could not be read.
    unread_old: usize,
    unread_new: usize,
}

/// The comparison as one JSON object and a line break.
pub(crate) fn json(compared: &Compared<'_>) -> String {
    let Compared { comparison, report, .. } = compared;
    let changed = comparison.flows.iter().filter(|change| matches!(change, Change::Changed { .. })).count();
    let findings = report.findings.iter().zip(report.fingerprints);
    to_json(&JsonComparison {
        version: 1,
        import: match compared.kind {
            ImportKind::Update => "update",
            ImportKind::Upgrade => "upgrade",
            ImportKind::Patch => "patch",
        },
        solutions: solutions(compared),
        flows: comparison.flows.iter().map(|change| flow(compared, change)).collect(),
        connection_references: parts(compared, "connection reference"),
        environment_variables: parts(compared, "environment variable"),
        apps: parts(compared, "app"),
        findings: findings
            .map(|(finding, print)| with_fingerprint(report.analysis, finding, print))
            .collect(),
        summary: Summary {
            totals: Totals::of(report),
            flows_unchanged: comparison.kept.len() - changed,
            unread_old: compared.versions.old.workspace.faults.len(),
            unread_new: compared.versions.new.workspace.faults.len(),
        },
    })
}

fn solutions<'a>(compared: &'a Compared<'_>) -> Vec<JsonSolution<'a>> {
    fn state(solution: &Solution) -> JsonVersion<'_> {
        JsonVersion { path: solution.path.as_str(), version: version(solution), managed: managed(solution) }
    }
    let comparison = compared.comparison;
    let pairs = comparison.pairs.iter().map(|pair| {
        let (old, new) = (compared.old_solution(pair.old), compared.new_solution(pair.new));
        JsonSolution { solution: new.name(), old: Some(state(old)), new: Some(state(new)) }
    });
    let added = comparison.solutions_added.iter().map(|index| {
        let new = compared.new_solution(*index);
        JsonSolution { solution: new.name(), old: None, new: Some(state(new)) }
    });
    let removed = comparison.solutions_removed.iter().map(|index| {
        let old = compared.old_solution(*index);
        JsonSolution { solution: old.name(), old: Some(state(old)), new: None }
    });
    pairs.chain(added).chain(removed).collect()
}

fn flow<'a>(compared: &'a Compared<'_>, change: &'a Change<FlowIx, FlowDiff>) -> JsonFlow<'a> {
    fn named<'a>(change: &'static str, workspace: &'a Workspace, flow: FlowIx) -> JsonFlow<'a> {
        let flow = workspace.flow(flow);
        JsonFlow { change, id: flow.id.as_str(), name: &flow.name, changes: None }
    }
    let (old, new) = (&compared.versions.old.workspace, &compared.versions.new.workspace);
    match change {
        Change::Added(flow) => named("added", new, *flow),
        Change::Removed(flow) => named("removed", old, *flow),
        Change::Changed { new: flow, diff, .. } => {
            JsonFlow { changes: Some(flow_changes(diff)), ..named("changed", new, *flow) }
        }
    }
}

fn flow_changes(diff: &FlowDiff) -> JsonFlowChanges<'_> {
    fn pair((old, new): &(String, String)) -> OldNew<&str> {
        OldNew { old, new }
    }
    fn state(state: &ConnectionState) -> JsonConnectionState<'_> {
        JsonConnectionState {
            logical_name: state.logical_name.as_ref().map(|name| name.as_str()),
            connector: state.connector.as_ref().map(|name| name.as_str()),
            run_only: state.source == RuntimeSource::Invoker,
        }
    }
    JsonFlowChanges {
        name: diff.name.as_ref().map(pair),
        state: diff.state.map(|(old, new)| OldNew { old: old.as_str(), new: new.as_str() }),
        trigger: diff.trigger.as_ref().map(pair),
        schedule: diff
            .schedule
            .as_ref()
            .map(|(old, new)| OldNew { old: old.as_deref(), new: new.as_deref() }),
        trigger_members: &diff.trigger_members,
        connections: diff
            .connections
            .iter()
            .map(|one| JsonConnection {
                key: &one.key,
                old: one.old.as_ref().map(state),
                new: one.new.as_ref().map(state),
            })
            .collect(),
        variables_added: diff.variables_added.iter().map(|name| name.as_str()).collect(),
        variables_removed: diff.variables_removed.iter().map(|name| name.as_str()).collect(),
        steps_added: &diff.steps_added,
        steps_removed: &diff.steps_removed,
        steps_moved: &diff.steps_moved,
        steps_reordered: &diff.steps_reordered,
        steps_changed: diff
            .steps_changed
            .iter()
            .map(|step| JsonStep { name: &step.name, members: &step.members })
            .collect(),
        other_members: &diff.others,
    }
}

fn parts(compared: &Compared<'_>, kind: &str) -> Vec<JsonPart> {
    let sections = super::sections(compared).into_iter().filter(|section| section.kind == kind);
    let items = sections.flat_map(|section| section.items);
    items
        .map(|item| JsonPart {
            change: item.fate.word(ImportKind::Upgrade),
            members: item.details.iter().map(|detail| detail.label).collect(),
            name: item.name,
        })
        .collect()
}
