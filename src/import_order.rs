//! The order in which solutions have to be imported. A solution that provides flows, connection references or
//! environment variables comes before the solutions that use them. It is computed from `model` and `graph`.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::DiGraph;

use crate::activation::layers;
use crate::graph::{Callee, Graph};
use crate::model::{SolutionIx, Workspace};

/// The import order of the solutions of a workspace.
#[derive(Debug, Default)]
pub struct ImportOrder {
    /// Solutions of a wave need only solutions of earlier waves. Each wave is sorted by name.
    pub waves: Vec<Vec<SolutionIx>>,
    /// Solutions that need each other.
    pub cycles: Vec<Vec<SolutionIx>>,
    /// Needed solutions that no input contains.
    pub external: BTreeSet<String>,
    needs: BTreeMap<(SolutionIx, SolutionIx), String>,
}

impl ImportOrder {
    /// Computes the order.
    pub(crate) fn of(workspace: &Workspace, graph: &Graph) -> Self {
        let mut order = ImportOrder::default();
        order.add_missing(workspace);
        order.add_calls(workspace, graph);
        order.add_declarations(workspace);
        let mut solutions = DiGraph::new();
        let named = workspace.indexed_solutions().filter(|(_, solution)| solution.unique_name().is_some());
        let nodes: BTreeMap<SolutionIx, _> = named
            .filter(|(index, _)| representative(workspace, *index) == *index)
            .map(|(index, _)| (index, solutions.add_node(index)))
            .collect();
        for (from, to) in order.needs.keys() {
            if let (Some(from), Some(to)) = (nodes.get(from), nodes.get(to)) {
                solutions.update_edge(*from, *to, ());
            }
        }
        let name = |index: &SolutionIx| workspace.solution(*index).unique_name();
        (order.waves, order.cycles) = layers(&solutions, |a, b| name(a).cmp(&name(b)));
        order
    }

    /// The solutions that a solution needs, with a reason for each.
    pub fn needs_of(&self, solution: SolutionIx) -> impl Iterator<Item = (SolutionIx, &str)> {
        let of = self.needs.iter().filter(move |((from, _), _)| *from == solution);
        of.map(|((_, to), reason)| (*to, reason.as_str()))
    }

    fn need(
        &mut self,
        workspace: &Workspace,
        from: SolutionIx,
        to: SolutionIx,
        reason: impl FnOnce() -> String,
    ) {
        let (from, to) = (representative(workspace, from), representative(workspace, to));
        if from != to {
            self.needs.entry((from, to)).or_insert_with(reason);
        }
    }

    fn add_missing(&mut self, workspace: &Workspace) {
        for (index, solution) in workspace.indexed_solutions() {
            for missing in solution.manifest.iter().flat_map(|manifest| &manifest.missing) {
                let Some(owner) = &missing.solution else { continue };
                match workspace.solution_named(owner) {
                    Some(to) => {
                        self.need(workspace, index, to, || format!("it needs `{}`", missing.display_name))
                    }
                    None => {
                        self.external.insert(owner.clone());
                    }
                }
            }
        }
    }

    fn add_calls(&mut self, workspace: &Workspace, graph: &Graph) {
        for (caller, flow) in workspace.indexed() {
            for (callee, _) in graph.calls_by_callee(caller) {
                let Callee::Flow(child) = callee else { continue };
                let child = workspace.flow(child);
                let reason = || format!("`{}` calls `{}`", flow.name, child.name);
                self.need(workspace, flow.solution, child.solution, reason);
            }
        }
    }

    /// Adds the connection references and variables that a flow takes from another solution of the inputs.
    fn add_declarations(&mut self, workspace: &Workspace) {
        for (_, flow, content) in workspace.contents() {
            let own = workspace.solution(flow.solution);
            let elsewhere = |has: &dyn Fn(SolutionIx) -> bool| {
                workspace.indexed_solutions().map(|(index, _)| index).find(|index| has(*index))
            };
            for name in content.connections.iter().filter_map(|connection| connection.logical_name.as_ref()) {
                let declares = |index: SolutionIx| {
                    workspace.solution(index).references.as_ref().is_some_and(|all| all.contains_key(name))
                };
                if own.references.as_ref().is_none_or(|all| all.contains_key(name)) {
                    continue;
                }
                if let Some(to) = elsewhere(&declares) {
                    self.need(workspace, flow.solution, to, || format!("`{}` uses `{name}`", flow.name));
                }
            }
            for use_ in &content.variable_uses {
                let name = &use_.schema_name;
                if own.variables.contains_key(name) {
                    continue;
                }
                if let Some(to) = elsewhere(&|index| workspace.solution(index).variables.contains_key(name)) {
                    self.need(workspace, flow.solution, to, || format!("`{}` uses `{name}`", flow.name));
                }
            }
        }
    }
}

/// The solution that stands for all with the same name. The inputs may contain a solution several times: managed and
/// unmanaged, as a zip and as a folder.
fn representative(workspace: &Workspace, index: SolutionIx) -> SolutionIx {
    let name = workspace.solution(index).unique_name();
    name.and_then(|name| workspace.solution_named(name)).unwrap_or(index)
}
