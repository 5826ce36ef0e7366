//! The order in which flows can be turned on: children before parents, in waves.
//!
//! The platform refuses a parent whose child was never published (`ChildFlowNeverPublished`), so a flow may be turned
//! on once every flow it calls was. Flows that call each other in a circle have no such order; they are reported, and
//! the rest is ordered as if the circle were one flow.
//!
//! The address of a receiver exists only after it was turned on, so a registration that runs before has nothing to
//! register. Nothing refuses it, though: where a registration and a call contradict each other, the call wins.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use petgraph::algo::{has_path_connecting, kosaraju_scc};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::graph::{CallSite, Callee, Graph, RegisterSite};
use crate::model::{FlowId, FlowIx, Requirement, Workspace};

/// The order of a workspace. A flow that is in several inputs (a zip and its unpacked twin, two versions) stands in
/// it once, as in the newest solution.
#[derive(Debug, Default)]
pub struct Activation {
    /// Flows of one wave need only flows of earlier waves. Within a wave: by name, then id.
    pub waves: Vec<Vec<FlowIx>>,
    /// Groups of flows that call each other in a circle, or one flow that calls itself. Sorted like waves.
    pub cycles: Vec<Vec<FlowIx>>,
    /// Flows that are called and in no input, by id.
    pub external: Vec<ExternalFlow>,
    /// Registrations that stand behind the receivers they may register, by flow.
    pub registrations: Vec<RegisterSite>,
}

/// A called flow that is in no input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFlow {
    /// Its id.
    pub id: FlowId,
    /// Its name, where a missing dependency gives it.
    pub name: Option<String>,
    /// The solution that has it, where a missing dependency names it.
    pub solution: Option<String>,
}

impl Activation {
    /// Computes the order.
    pub(crate) fn of(workspace: &Workspace, graph: &Graph) -> Self {
        let mut calls = CallGraph::of(workspace, graph);
        let registrations = calls.add_registrations(workspace, graph);
        let key = |flow: &FlowIx| (&workspace.flow(*flow).name, &workspace.flow(*flow).id);
        let (waves, cycles) = layers(&calls.graph, |a, b| key(a).cmp(&key(b)));
        Activation { waves, cycles, external: external(workspace, graph), registrations }
    }

    /// The part of the order that concerns these flows.
    pub(crate) fn restricted(
        mut self,
        workspace: &Workspace,
        graph: &Graph,
        flows: &BTreeSet<FlowIx>,
    ) -> Self {
        for wave in &mut self.waves {
            wave.retain(|flow| flows.contains(flow));
        }
        self.waves.retain(|wave| !wave.is_empty());
        self.cycles.retain(|cycle| cycle.iter().any(|flow| flows.contains(flow)));
        let called: BTreeSet<FlowId> = flows
            .iter()
            .flat_map(|flow| graph.calls_of(*flow))
            .filter_map(|call| if let Callee::External(id) = call.callee { Some(id) } else { None })
            .collect();
        self.external =
            external(workspace, graph).into_iter().filter(|one| called.contains(&one.id)).collect();
        self
    }

    /// The order of turning off: parents before children.
    pub(crate) fn reversed(mut self) -> Self {
        self.waves.reverse();
        self
    }

    /// Flows in the order of turning on, without those in circles.
    pub fn flat(&self) -> impl Iterator<Item = FlowIx> {
        self.waves.iter().flatten().copied()
    }
}

/// Why a flow stands behind another.
#[derive(Debug, Clone)]
pub(crate) enum Reason {
    /// It calls the other one.
    Calls(CallSite),
    /// In the order of turning off: the other one calls it.
    CalledBy(CallSite),
    /// It registers the address of the other one.
    Registers(RegisterSite),
}

/// Why a flow stands behind others: the calls it makes, one a callee, without calls of itself, then the receivers it
/// may register.
pub(crate) fn reasons(workspace: &Workspace, graph: &Graph, order: &Activation, flow: FlowIx) -> Vec<Reason> {
    let own = &workspace.flow(flow).id;
    let id = |call: &CallSite| match &call.callee {
        Callee::Flow(child) => workspace.flow(*child).id.clone(),
        Callee::External(id) => id.clone(),
    };
    let calls = one_each(graph.calls_of(flow), |call| Some(id(call)).filter(|id| id != own));
    let flow = workspace.representative(flow);
    let registrations = order.registrations.iter().filter(|site| site.flow == flow);
    calls.into_iter().map(Reason::Calls).chain(registrations.cloned().map(Reason::Registers)).collect()
}

/// Why a flow is turned off behind others: the calls of it, one a caller, without calls of itself.
pub(crate) fn reasons_reversed(workspace: &Workspace, graph: &Graph, flow: FlowIx) -> Vec<Reason> {
    let own = &workspace.flow(flow).id;
    let id = |call: &CallSite| workspace.flow(call.caller).id.clone();
    let calls = one_each(graph.calls_to(flow), |call| Some(id(call)).filter(|id| id != own));
    calls.into_iter().map(Reason::CalledBy).collect()
}

fn one_each(calls: Vec<CallSite>, id: impl Fn(&CallSite) -> Option<FlowId>) -> Vec<CallSite> {
    let mut seen = BTreeSet::new();
    calls.into_iter().filter(|call| id(call).is_some_and(|id| seen.insert(id))).collect()
}

/// Sorts the nodes of a graph whose edges point at what is needed first: waves, and groups that lie on a circle.
/// A circle stands where it would stand if it were one node, so that the rest is ordered all the same.
pub(crate) fn layers<N: Copy>(
    graph: &DiGraph<N, ()>,
    compare: impl Fn(&N, &N) -> Ordering,
) -> (Vec<Vec<N>>, Vec<Vec<N>>) {
    let mut levels: HashMap<NodeIndex, usize> = HashMap::new();
    let mut waves: BTreeMap<usize, Vec<N>> = BTreeMap::new();
    let mut cycles: Vec<Vec<N>> = Vec::new();
    // What is needed comes before what needs it.
    for group in kosaraju_scc(graph) {
        let members: HashSet<NodeIndex> = group.iter().copied().collect();
        let needed = group.iter().flat_map(|node| graph.neighbors(*node));
        let below = needed.filter(|node| !members.contains(node)).map(|node| levels[&node] + 1);
        let level = below.max().unwrap_or(0);
        levels.extend(group.iter().map(|node| (*node, level)));
        let nodes = group.iter().map(|node| graph[*node]);
        if group.len() > 1 || graph.contains_edge(group[0], group[0]) {
            cycles.push(nodes.collect());
        } else {
            waves.entry(level).or_default().extend(nodes);
        }
    }
    let mut waves: Vec<Vec<N>> = waves.into_values().collect();
    for group in waves.iter_mut().chain(&mut cycles) {
        group.sort_by(&compare);
    }
    cycles.sort_by(|a, b| compare(&a[0], &b[0]));
    (waves, cycles)
}

/// Calls between flows, each flow once, and the registrations that go with them.
struct CallGraph {
    graph: DiGraph<FlowIx, ()>,
    nodes: BTreeMap<FlowIx, NodeIndex>,
}

impl CallGraph {
    fn of(workspace: &Workspace, calls: &Graph) -> Self {
        let mut graph = DiGraph::new();
        let mut nodes = BTreeMap::new();
        for (flow, _) in workspace.indexed().filter(|(flow, _)| workspace.representative(*flow) == *flow) {
            nodes.insert(flow, graph.add_node(flow));
        }
        for (flow, node) in &nodes {
            for call in calls.calls_of(*flow) {
                if let Callee::Flow(child) = call.callee {
                    graph.update_edge(*node, nodes[&workspace.representative(child)], ());
                }
            }
        }
        CallGraph { graph, nodes }
    }

    /// Adds an edge for every registration that closes no circle, and gives back those.
    fn add_registrations(&mut self, workspace: &Workspace, graph: &Graph) -> Vec<RegisterSite> {
        let mut kept = Vec::new();
        for (flow, node) in &self.nodes {
            let mut seen = BTreeSet::new();
            for mut site in graph.registered_by(*flow) {
                site.receiver = workspace.representative(site.receiver);
                let receiver = self.nodes[&site.receiver];
                if !seen.insert(receiver) || has_path_connecting(&self.graph, receiver, *node, None) {
                    continue;
                }
                self.graph.update_edge(*node, receiver, ());
                kept.push(site);
            }
        }
        kept
    }
}

/// The flows that have to be on before `start` (or off before it, with `callers`), and itself.
pub(crate) fn closure(
    workspace: &Workspace,
    graph: &Graph,
    order: &Activation,
    start: FlowIx,
    callers: bool,
) -> BTreeSet<FlowIx> {
    let start = workspace.representative(start);
    let mut found = BTreeSet::from([start]);
    let mut next = vec![start];
    while let Some(flow) = next.pop() {
        let neighbours: Vec<FlowIx> = if callers {
            graph.calls_to(flow).into_iter().map(|call| call.caller).collect()
        } else {
            let called = graph.calls_of(flow).into_iter();
            let registered =
                order.registrations.iter().filter(|site| site.flow == flow).map(|site| site.receiver);
            called
                .filter_map(|call| if let Callee::Flow(child) = call.callee { Some(child) } else { None })
                .chain(registered)
                .collect()
        };
        for flow in neighbours.into_iter().map(|flow| workspace.representative(flow)) {
            if found.insert(flow) {
                next.push(flow);
            }
        }
    }
    found
}

fn external(workspace: &Workspace, graph: &Graph) -> Vec<ExternalFlow> {
    let mut found: BTreeMap<FlowId, ExternalFlow> = BTreeMap::new();
    for (flow, _) in workspace.indexed() {
        for call in graph.calls_of(flow) {
            let Callee::External(id) = call.callee else { continue };
            let missing = workspace.solution_of(flow).missing(&Requirement::Flow(id.clone()));
            let one = found.entry(id.clone()).or_insert(ExternalFlow { id, name: None, solution: None });
            if let Some(missing) = missing {
                one.name = one.name.take().or_else(|| Some(missing.display_name.clone()));
                one.solution = one.solution.take().or_else(|| missing.solution.clone());
            }
        }
    }
    found.into_values().collect()
}
