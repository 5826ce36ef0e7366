//! What differs between two versions of packages, and what an import of the new version over the old one does with it.
//!
//! Flows are the same if their ids are, connection references if their logical names are, and environment variables if
//! their schema names are. What could not be read is unknown: it is neither added, nor removed, nor changed.

mod flow;
mod parts;
mod paths;
mod schedule;

use std::collections::BTreeMap;

use crate::model::{Flow, FlowId, FlowIx, LogicalName, SchemaName, Solution, SolutionIx, Workspace};
use crate::source::Sources;

pub(crate) use flow::{ConnectionDiff, ConnectionState, FlowDiff, StepDiff, response_outputs};
pub(crate) use parts::{AppDiff, ReferenceDiff, VariableDiff};

/// What an import does with components that the new version lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// Keeps them.
    Update,
    /// Deletes them.
    Upgrade,
    /// Keeps them: a patch contains only what it adds or changes.
    Patch,
}

/// Something that differs. `I` refers to it in either version, and `D` says what changed.
#[derive(Debug, Clone)]
pub(crate) enum Change<I, D> {
    /// Only the new version has it.
    Added(I),
    /// Only the old version has it.
    Removed(I),
    /// Both have it, and it is not the same.
    Changed {
        /// In the new version.
        new: I,
        /// What changed.
        diff: D,
    },
}

/// A solution of the new version and the one that it replaces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SolutionPair {
    pub(crate) old: SolutionIx,
    pub(crate) new: SolutionIx,
    /// Whether the new one replaces the old one: not if their unique names are known and differ.
    pub(crate) replaces: bool,
}

/// Everything that differs.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// The solutions that replace one of the old version, whether anything in them differs or not.
    pub(crate) pairs: Vec<SolutionPair>,
    /// Solutions that only the old version has. An import does not touch them.
    pub(crate) solutions_removed: Vec<SolutionIx>,
    /// Solutions that only the new version has.
    pub(crate) solutions_added: Vec<SolutionIx>,
    /// The flows that both versions have, whether they differ or not.
    pub(crate) kept: Vec<(FlowIx, FlowIx)>,
    pub(crate) flows: Vec<Change<FlowIx, FlowDiff>>,
    pub(crate) references: Vec<Change<(SolutionIx, LogicalName), ReferenceDiff>>,
    pub(crate) variables: Vec<Change<(SolutionIx, SchemaName), VariableDiff>>,
    /// Canvas apps, by solution and position in it.
    pub(crate) apps: Vec<Change<(SolutionIx, usize), AppDiff>>,
}

/// A version of packages.
#[derive(Clone, Copy)]
struct Versions<'a> {
    sources: &'a Sources,
    old: &'a Workspace,
    new: &'a Workspace,
}

impl Comparison {
    /// Compares two versions, whose texts are all in `sources`.
    pub(crate) fn of(sources: &Sources, old: &Workspace, new: &Workspace) -> Self {
        let versions = Versions { sources, old, new };
        let pairs = pairs(old, new);
        let unpaired = |workspace: &Workspace, is_paired: &dyn Fn(SolutionIx) -> bool| {
            let all = workspace.indexed_solutions().map(|(index, _)| index);
            all.filter(|index| !is_paired(*index)).collect()
        };
        let mut comparison = Comparison {
            solutions_removed: unpaired(old, &|index| pairs.iter().any(|pair| pair.old == index)),
            solutions_added: unpaired(new, &|index| pairs.iter().any(|pair| pair.new == index)),
            pairs,
            references: parts::references(versions),
            variables: parts::variables(versions),
            apps: parts::apps(versions),
            ..Comparison::default()
        };
        comparison.compare_flows(versions);
        comparison
    }

    /// Whether nothing differs but versions of solutions.
    pub(crate) fn is_empty(&self) -> bool {
        self.flows.is_empty()
            && self.references.is_empty()
            && self.variables.is_empty()
            && self.apps.is_empty()
            && self.solutions_removed.is_empty()
            && self.solutions_added.is_empty()
    }

    /// The solution that replaces a solution of the old version.
    pub(crate) fn successor(&self, old: SolutionIx) -> Option<SolutionIx> {
        self.pairs.iter().find(|pair| pair.old == old && pair.replaces).map(|pair| pair.new)
    }

    /// The flows of the old version that the new version of their solution lacks. An upgrade deletes them.
    pub(crate) fn removed_flows<'a>(
        &'a self,
        old: &'a Workspace,
    ) -> impl Iterator<Item = (FlowIx, &'a Flow)> {
        let removed = self.flows.iter().filter_map(|change| match change {
            Change::Removed(flow) => Some((*flow, old.flow(*flow))),
            Change::Added(_) | Change::Changed { .. } => None,
        });
        removed.filter(|(_, flow)| self.successor(flow.solution).is_some())
    }

    /// The flows that only the new version has.
    pub(crate) fn added_flows(&self) -> impl Iterator<Item = FlowIx> {
        self.flows.iter().filter_map(|change| match change {
            Change::Added(flow) => Some(*flow),
            Change::Removed(_) | Change::Changed { .. } => None,
        })
    }

    fn compare_flows(&mut self, versions: Versions<'_>) {
        let (old, new) = (flows(versions.old), flows(versions.new));
        for (id, index) in &old {
            match new.get(id) {
                Some(successor) => self.kept.push((*index, *successor)),
                // A file that could not be read may contain the flow.
                None if versions.new.is_complete() => self.flows.push(Change::Removed(*index)),
                None => {}
            }
        }
        let is_added = |id: &FlowId| versions.old.is_complete() && !old.contains_key(id);
        let added = new.iter().filter(|(id, _)| is_added(id)).map(|(_, index)| Change::Added(*index));
        self.flows.extend(added);
        let diffs = crate::parallel::map(self.kept.clone(), |(old, new)| {
            (old, new, FlowDiff::of(versions.old.flow(old), versions.new.flow(new)))
        });
        let changed = diffs.into_iter().filter(|(.., diff)| !diff.is_empty());
        self.flows.extend(changed.map(|(_, new, diff)| Change::Changed { new, diff }));
        let name = |change: &Change<FlowIx, FlowDiff>| match change {
            Change::Removed(flow) => key(versions.old.flow(*flow)),
            Change::Added(flow) | Change::Changed { new: flow, .. } => key(versions.new.flow(*flow)),
        };
        self.flows.sort_by_cached_key(name);
    }
}

/// What flows are sorted by.
fn key(flow: &Flow) -> (String, FlowId) {
    (flow.name.to_lowercase(), flow.id.clone())
}

/// Pairs the solutions of the same unique name, or else the only solution of each version.
fn pairs(before: &Workspace, after: &Workspace) -> Vec<SolutionPair> {
    let mut pairs: Vec<SolutionPair> = after
        .indexed_solutions()
        .filter_map(|(index, solution)| {
            let old = before.solution_named(solution.unique_name()?)?;
            Some(SolutionPair { old, new: index, replaces: true })
        })
        .collect();
    let only = |workspace: &Workspace| match workspace.solutions.len() {
        1 => workspace.indexed_solutions().next().map(|(index, _)| index),
        _ => None,
    };
    if let (true, Some(old), Some(new)) = (pairs.is_empty(), only(before), only(after)) {
        let names = (before.solution(old).unique_name(), after.solution(new).unique_name());
        pairs.push(SolutionPair { old, new, replaces: names.0.is_none() || names.1.is_none() });
    }
    pairs
}

/// The flows that an import brings, by id. Of a flow in several inputs, the newest one.
fn flows(workspace: &Workspace) -> BTreeMap<FlowId, FlowIx> {
    let brought = workspace.indexed().filter(|(_, flow)| !workspace.is_left_out(flow));
    brought.map(|(index, flow)| (flow.id.clone(), workspace.representative(index))).collect()
}

/// The version of a solution as written; empty if it is unknown.
pub(crate) fn version(solution: &Solution) -> &str {
    solution.manifest.as_ref().map_or("", |manifest| manifest.version.as_str())
}

/// Whether a solution is managed, if it is known.
pub(crate) fn managed(solution: &Solution) -> Option<bool> {
    solution.manifest.as_ref()?.managed
}
