//! The order in which flows can be turned on: child flows before their parents, in waves. It is computed from `graph`.
//!
//! The platform refuses to turn on a parent whose child was never published (`ChildFlowNeverPublished`), so a flow can
//! be turned on once every flow that it calls is on. Flows that call each other in a cycle have no such order. They are
//! reported, and the other flows are ordered as if the cycle were a single flow.
//!
//! A receiver has a URL only after it was turned on, so a registration that runs earlier has no URL to register. The
//! platform does not refuse this. If a registration and a call contradict each other, the call decides the order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use petgraph::algo::{has_path_connecting, kosaraju_scc};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::graph::{CallSite, Callee, Graph, RegisterSite};
use crate::model::{FlowId, FlowIx, Requirement, Workspace};

/// The activation order of a workspace. If several inputs contain the same flow (a zip and its unpacked copy, two
/// versions), the flow appears once, as in the newest solution.
#[derive(Debug, Default, Clone)]
pub struct Activation {
    /// Flows of a wave need only flows of earlier waves. Each wave is sorted by name, then id.
    pub waves: Vec<Vec<FlowIx>>,
    /// Groups of flows that call each other in a cycle, and flows that call themselves. Sorted like waves.
    pub cycles: Vec<Vec<FlowIx>>,
    /// Called flows that no input contains, sorted by id.
    pub external: Vec<ExternalFlow>,
    /// Registrations by flows that come after the receivers whose URL they may register.
    pub registrations: Vec<RegisterSite>,
}

/// A called flow that no input contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFlow {
    /// The id.
    pub id: FlowId,
    /// The name, if a missing dependency of a manifest states it.
    pub name: Option<String>,
    /// The solution that contains it, if a missing dependency of a manifest states it.
    pub solution: Option<String>,
}

impl Activation {
    /// Computes the order.
    pub(crate) fn of(workspace: &Workspace, graph: &Graph) -> Self {
        let mut calls = CallGraph::of(workspace, graph);
        let registrations = calls.add_registrations(workspace, graph);
        let key = |flow: &FlowIx| (&workspace.flow(*flow).name, &workspace.flow(*flow).id);
        let (waves, cycles) = layers(&calls.graph, |a, b| key(a).cmp(&key(b)));
        Activation { waves, cycles, external: external_flows(workspace, graph), registrations }
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
            external_flows(workspace, graph).into_iter().filter(|flow| called.contains(&flow.id)).collect();
        self
    }

    /// The order for turning flows off: parents before children.
    pub(crate) fn reversed(mut self) -> Self {
        self.waves.reverse();
        self
    }

    /// Flows in the order for turning them on, without those in cycles.
    pub fn flat(&self) -> impl Iterator<Item = FlowIx> {
        self.waves.iter().flatten().copied()
    }
}

/// Why a flow comes after another.
#[derive(Debug, Clone)]
pub(crate) enum Reason {
    /// It calls the other flow.
    Calls(CallSite),
    /// In the order for turning flows off: the other flow calls it.
    CalledBy(CallSite),
    /// It registers the URL of the other flow.
    Registers(RegisterSite),
}

/// Why a flow comes after others: the flows that it calls, then the receivers that it may register. Returns one call per
/// callee, and no calls to the flow itself.
pub(crate) fn reasons(workspace: &Workspace, graph: &Graph, order: &Activation, flow: FlowIx) -> Vec<Reason> {
    let own = &workspace.flow(flow).id;
    let id = |call: &CallSite| match &call.callee {
        Callee::Flow(child) => workspace.flow(*child).id.clone(),
        Callee::External(id) => id.clone(),
    };
    let calls = distinct_by(graph.calls_of(flow), |call| Some(id(call)).filter(|id| id != own));
    let flow = workspace.representative(flow);
    let registrations = order.registrations.iter().filter(|site| site.flow == flow);
    calls.into_iter().map(Reason::Calls).chain(registrations.cloned().map(Reason::Registers)).collect()
}

/// Why a flow is turned off after others: the flows that call it. Returns one call per caller, without calls by the flow
/// itself.
pub(crate) fn reasons_reversed(workspace: &Workspace, graph: &Graph, flow: FlowIx) -> Vec<Reason> {
    let own = &workspace.flow(flow).id;
    let id = |call: &CallSite| workspace.flow(call.caller).id.clone();
    let calls = distinct_by(graph.calls_to(flow), |call| Some(id(call)).filter(|id| id != own));
    calls.into_iter().map(Reason::CalledBy).collect()
}

fn distinct_by(calls: Vec<CallSite>, id: impl Fn(&CallSite) -> Option<FlowId>) -> Vec<CallSite> {
    let mut seen = BTreeSet::new();
    calls.into_iter().filter(|call| id(call).is_some_and(|id| seen.insert(id))).collect()
}

/// Sorts the nodes of a graph whose edges point at what has to come first. Returns waves and the groups that form
/// cycles. A cycle takes the position that a single node would have, so the other nodes are ordered regardless.
pub(crate) fn layers<N: Copy>(
    graph: &DiGraph<N, ()>,
    compare: impl Fn(&N, &N) -> Ordering,
) -> (Vec<Vec<N>>, Vec<Vec<N>>) {
    let mut levels: HashMap<NodeIndex, usize> = HashMap::new();
    let mut waves: BTreeMap<usize, Vec<N>> = BTreeMap::new();
    let mut cycles: Vec<Vec<N>> = Vec::new();
    // Strongly connected components come in reverse topological order: dependencies first.
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

/// The calls between flows, plus registrations. Each flow has one node.
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

    /// Adds an edge for every registration that does not close a cycle, and returns those.
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

/// The flow `start` and all flows that have to be on before it, or with `callers`, off before it.
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

fn external_flows(workspace: &Workspace, graph: &Graph) -> Vec<ExternalFlow> {
    let mut found: BTreeMap<FlowId, ExternalFlow> = BTreeMap::new();
    for (flow, _) in workspace.indexed() {
        for call in graph.calls_of(flow) {
            let Callee::External(id) = call.callee else { continue };
            let missing = workspace.solution_of(flow).missing(&Requirement::Flow(id.clone()));
            let flow = found.entry(id.clone()).or_insert(ExternalFlow { id, name: None, solution: None });
            if let Some(missing) = missing {
                flow.name = flow.name.take().or_else(|| Some(missing.display_name.clone()));
                flow.solution = flow.solution.take().or_else(|| missing.solution.clone());
            }
        }
    }
    found.into_values().collect()
}
