//! What differs beside flows: connection references, environment variables and canvas apps.

use std::collections::BTreeMap;

use super::{Change, Versions};
use crate::model::{
    ConnectionReference, ConnectorName, EnvironmentVariable, FlowId, LogicalName, SchemaName, SolutionIx,
    Workspace,
};
use crate::source::{Place, Sources};

/// What changed in a connection reference.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReferenceDiff {
    /// The connectors, if they are not the same.
    pub(crate) connector: Option<(ConnectorName, ConnectorName)>,
    /// Whether the name that makers see changed.
    pub(crate) display_name: bool,
}

/// What changed in an environment variable. Values are not repeated: they may be secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct VariableDiff {
    pub(crate) display_name: bool,
    /// Whether it became a secret, or is none any more.
    pub(crate) kind: bool,
    pub(crate) default: bool,
    /// The value that the package contains.
    pub(crate) value: bool,
}

/// What changed in a canvas app.
#[derive(Debug, Clone, Default)]
pub(crate) struct AppDiff {
    /// Whether it was published again.
    pub(crate) version: bool,
    pub(crate) flows_added: Vec<FlowId>,
    pub(crate) flows_removed: Vec<FlowId>,
}

/// Compares maps. A side of which not everything is known neither adds nor removes anything.
fn compare<K: Ord + Clone, V, D>(
    old: &BTreeMap<K, (SolutionIx, V)>,
    new: &BTreeMap<K, (SolutionIx, V)>,
    (knows_old, knows_new): (bool, bool),
    diff: impl Fn(&V, &V) -> Option<D>,
) -> Vec<Change<(SolutionIx, K), D>> {
    let mut changes: Vec<Change<(SolutionIx, K), D>> = Vec::new();
    for (key, (solution, value)) in old {
        match new.get(key) {
            Some((successor, changed)) => changes.extend(
                diff(value, changed).map(|diff| Change::Changed { new: (*successor, key.clone()), diff }),
            ),
            None if knows_new => changes.push(Change::Removed((*solution, key.clone()))),
            None => {}
        }
    }
    let added = new.iter().filter(|(key, _)| knows_old && !old.contains_key(key));
    changes.extend(added.map(|(key, (solution, _))| Change::Added((*solution, key.clone()))));
    changes
}

pub(super) fn references(versions: Versions<'_>) -> Vec<Change<(SolutionIx, LogicalName), ReferenceDiff>> {
    fn all(workspace: &Workspace) -> BTreeMap<LogicalName, (SolutionIx, &ConnectionReference)> {
        let solutions = workspace.indexed_solutions();
        let references =
            solutions.filter_map(|(index, solution)| Some((index, solution.references.as_ref()?)));
        let named = |(index, list)| {
            let list: &BTreeMap<LogicalName, ConnectionReference> = list;
            list.iter().map(move |(name, reference)| (name.clone(), (index, reference)))
        };
        references.flat_map(named).collect()
    }
    let knows = |workspace: &Workspace| workspace.solutions.iter().all(|one| one.references.is_some());
    let known = (knows(versions.old), knows(versions.new));
    compare(&all(versions.old), &all(versions.new), known, |old, new| {
        let connectors = old.connector.clone().zip(new.connector.clone());
        let connector = connectors.filter(|(old, new)| !old.is_same(new));
        let display_name = old.display_name != new.display_name;
        (connector.is_some() || display_name).then_some(ReferenceDiff { connector, display_name })
    })
}

pub(super) fn variables(versions: Versions<'_>) -> Vec<Change<(SolutionIx, SchemaName), VariableDiff>> {
    fn all(workspace: &Workspace) -> BTreeMap<SchemaName, (SolutionIx, &EnvironmentVariable)> {
        let named = |(index, solution)| {
            let solution: &crate::model::Solution = solution;
            solution.variables.iter().map(move |(name, variable)| (name.clone(), (index, variable)))
        };
        workspace.indexed_solutions().flat_map(named).collect()
    }
    let knows = |workspace: &Workspace| !workspace.solutions.iter().any(|one| one.has_unread_variables);
    let known = (knows(versions.old), knows(versions.new));
    compare(&all(versions.old), &all(versions.new), known, |old, new| {
        let differs = |old: Option<&Place>, new: Option<&Place>| {
            text(versions.sources, old) != text(versions.sources, new)
        };
        let diff = VariableDiff {
            display_name: old.display_name != new.display_name,
            kind: old.is_secret != new.is_secret,
            default: differs(old.default.as_ref(), new.default.as_ref()),
            value: differs(old.value.as_ref(), new.value.as_ref()),
        };
        (diff != VariableDiff::default()).then_some(diff)
    })
}

fn text<'s>(sources: &'s Sources, place: Option<&Place>) -> Option<&'s str> {
    let place = place?;
    let span = crate::parse::locate(sources, place);
    sources.get(place.file).text().get(span.start..span.end)
}

/// Compares apps of the same name in solutions of the same name.
pub(super) fn apps(versions: Versions<'_>) -> Vec<Change<(SolutionIx, usize), AppDiff>> {
    let all = |workspace: &Workspace| -> BTreeMap<String, (SolutionIx, usize)> {
        let named = |(index, solution)| {
            let solution: &crate::model::Solution = solution;
            let apps = solution.apps.iter().enumerate();
            apps.map(move |(at, app)| (app.name.clone(), (index, at))).collect::<Vec<_>>()
        };
        workspace.indexed_solutions().flat_map(named).collect()
    };
    let (old, new) = (all(versions.old), all(versions.new));
    let mut changes = Vec::new();
    for (name, old) in &old {
        let Some(new) = new.get(name) else {
            changes.push(Change::Removed(*old));
            continue;
        };
        let app = |workspace: &'_ Workspace, (solution, at): (SolutionIx, usize)| {
            workspace.solution(solution).apps[at].clone()
        };
        let (before, after) = (app(versions.old, *old), app(versions.new, *new));
        let missing = |from: &crate::model::CanvasApp, other: &crate::model::CanvasApp| -> Vec<FlowId> {
            let ids = from.flows.iter().map(|flow| flow.id.clone());
            ids.filter(|id| !other.flows.iter().any(|flow| flow.id == *id)).collect()
        };
        let diff = AppDiff {
            version: before.version != after.version,
            flows_added: missing(&after, &before),
            flows_removed: missing(&before, &after),
        };
        if diff.version || !diff.flows_added.is_empty() || !diff.flows_removed.is_empty() {
            changes.push(Change::Changed { new: *new, diff });
        }
    }
    let added = new.iter().filter(|(name, _)| !old.contains_key(*name));
    changes.extend(added.map(|(_, app)| Change::Added(*app)));
    changes
}
